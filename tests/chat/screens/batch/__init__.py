"""Tests of lists in chat."""
