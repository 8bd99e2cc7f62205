"""What falls due, and who was told."""
