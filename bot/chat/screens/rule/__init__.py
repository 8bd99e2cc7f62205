"""One rule of a union: its card, what may be typed, its words."""
