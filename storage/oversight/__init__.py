"""What can be told of every yuan to whoever oversees it: figures down to their entries, and whole trails."""
