"""预算: the year's budget, what is used of it, and how the next one comes about."""
