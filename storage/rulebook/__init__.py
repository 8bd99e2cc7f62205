"""The rules a union sets for itself, working days and hours."""
