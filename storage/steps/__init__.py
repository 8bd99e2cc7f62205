"""What somebody does about a due item without a report."""
