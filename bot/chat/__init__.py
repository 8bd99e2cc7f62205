"""How it is said in Telegram."""
