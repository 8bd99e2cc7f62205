"""Tests of forms/kinds."""
