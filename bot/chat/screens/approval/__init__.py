"""Deciding on aid: the card, what may be done with it, and what it folds into."""
