"""Paying what was approved, and the fund's income: the steps behind their two commands."""
