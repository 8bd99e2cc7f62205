"""Aid as people look at it: one piece with all that was done about it, how much waits where."""
