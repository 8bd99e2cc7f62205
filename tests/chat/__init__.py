"""Tests of what is said in Telegram."""
