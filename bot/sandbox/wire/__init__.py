"""How a request is read, guarded and broken, and how its answer is worded."""
