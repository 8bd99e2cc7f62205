"""Tests of the book of standards in chat."""
