"""余额: the fund at a word, each figure down to its entries, a household, and what people proposed."""
