"""A request for aid being filled: what the records say to it, and what becomes of it."""
