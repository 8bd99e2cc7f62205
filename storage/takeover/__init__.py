"""Who takes over: while somebody is away, for good, or because somebody is gone."""
