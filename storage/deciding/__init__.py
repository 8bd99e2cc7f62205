"""Aid is decided on: reviewed, approved, given back, refused, taken back, and what expires."""
