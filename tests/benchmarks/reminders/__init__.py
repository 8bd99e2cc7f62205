"""What reminding costs, and whether anybody notices."""
