"""What it costs to know how much money there is."""
