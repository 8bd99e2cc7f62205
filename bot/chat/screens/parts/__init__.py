"""What screens are put together from: who may open them, pages, days, amounts, names."""
