"""Tests of the things to look at."""
