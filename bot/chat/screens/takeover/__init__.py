"""Taking over from somebody: leave, and handing households over."""
