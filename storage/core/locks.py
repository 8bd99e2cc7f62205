"""The numbers of PostgreSQL's advisory locks, in one place so that no two mean the same.

A person's own lock is their Telegram id, which needs at most 52 bits; these lie beyond.
"""

_BEYOND_PEOPLE = 2**62

TURNS = _BEYOND_PEOPLE + 1
POLLER = _BEYOND_PEOPLE + 2
MIGRATION = _BEYOND_PEOPLE + 3
CLAIMS = _BEYOND_PEOPLE + 4
