"""Talks: Telegram, reminders, the sandbox, the shell."""
