"""Tests of the budget in chat."""
