"""A report being filled in chat: its cards, buttons and steps."""
