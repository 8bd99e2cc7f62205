"""Workbooks, written row by row."""
