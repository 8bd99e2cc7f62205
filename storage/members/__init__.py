"""The people of the union: who they are, how they join, what they may."""
