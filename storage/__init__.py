"""Remembers, and keeps the rules. Never imports bot, telegram or apscheduler."""
