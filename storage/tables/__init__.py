"""The tables, one file a subject; seen only inside storage."""
