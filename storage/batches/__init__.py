"""Lists of the same aid for many households: made from the files, approved once, paid once."""
