"""A person's own reports: begun, handed in, read again, taken back."""
