"""Visit and revisit reports: drafted, submitted, amended, listed."""
