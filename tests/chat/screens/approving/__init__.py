"""Tests of deciding on aid in chat, and of who may do it in whose place."""
