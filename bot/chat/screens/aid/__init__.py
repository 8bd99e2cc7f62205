"""Aid in chat: asking for it, what is going on, one piece of it, and the emergency."""
