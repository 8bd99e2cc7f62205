"""What every transaction stands on: engine, threads, locks."""
