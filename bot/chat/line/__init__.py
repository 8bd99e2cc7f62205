"""The line to Telegram: updates in, the outbox out, at Telegram's pace."""
