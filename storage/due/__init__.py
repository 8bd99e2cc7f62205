"""What falls due, derived from the facts, and the union's own rules for it as they change."""
