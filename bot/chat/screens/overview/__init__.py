"""待办 of whoever oversees a union: the whole, its parts, giving away, and the picture."""
