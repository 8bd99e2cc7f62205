"""One file: its card, and what was done about it."""
