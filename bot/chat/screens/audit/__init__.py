"""监督: every entry with what stands behind it, who went beyond a rule, who looked."""
