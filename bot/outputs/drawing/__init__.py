"""Pictures, drawn from figures alone."""
