"""Tests of the transport: inbox, intake, outbox, delivery, and the database under them."""
