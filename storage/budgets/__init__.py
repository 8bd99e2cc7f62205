"""The year's plan of a fund: drafted from what was spent, adopted by somebody else, revised with reasons."""
