"""What goes out as a picture or a file."""
