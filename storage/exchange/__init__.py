"""Records of other programs, read from files and checked row by row before any is taken in."""
