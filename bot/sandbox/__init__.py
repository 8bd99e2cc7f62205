"""Telegram on this machine, for trying the product and for its tests."""
