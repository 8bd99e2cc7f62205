"""How the schema came to be, one step a file, for SQLite and PostgreSQL alike."""
