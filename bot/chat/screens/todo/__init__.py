"""What is due, and the office matters beside it."""
