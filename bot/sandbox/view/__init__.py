"""What the sandbox page sees and does."""
