"""Random months against a model of a page: nothing missing, nothing twice, nobody wrong, no quiet hour."""
