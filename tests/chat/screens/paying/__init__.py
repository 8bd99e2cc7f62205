"""Tests of paying, of the incomes, and of putting either right, in chat."""
