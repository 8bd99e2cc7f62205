"""What is asked, and in what order: pure, without Telegram, storage or clock."""
