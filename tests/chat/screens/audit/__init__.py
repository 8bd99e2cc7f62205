"""Tests of oversight and the public notice, in chat."""
