"""One file a thing to look at."""
