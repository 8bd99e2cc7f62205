"""Who is in, and who is let in."""
