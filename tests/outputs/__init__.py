"""What goes out as a picture says what it should, in letters that exist."""
