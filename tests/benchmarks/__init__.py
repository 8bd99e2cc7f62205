"""Speed and cost, measured side by side."""
