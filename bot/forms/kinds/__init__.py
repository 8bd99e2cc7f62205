"""The kinds of answer a question can want, one a file."""
