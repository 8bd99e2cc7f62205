"""One due item: its card, its outcomes, other days for it, and what officer and chair decide."""
