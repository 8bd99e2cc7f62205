"""The shell commands, run as a person runs them."""
