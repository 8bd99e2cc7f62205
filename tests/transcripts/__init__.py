"""Conversations played against the whole product: sandbox, real bot, demo union."""
