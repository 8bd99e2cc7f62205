"""Aid is asked for: what the rules say to it, what may be offered, proposals and emergencies."""
