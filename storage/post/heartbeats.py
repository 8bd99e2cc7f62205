"""Signs of life: when a part of the program last did its work, for whoever asks whether all is well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from storage.tables.mail import heartbeats

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from storage.core.transaction import Transaction

POLL = "poll"


def beat(tx: Transaction, name: str, details: Mapping[str, object] | None = None) -> None:
    """Note that `name` is alive now."""
    values = {"beat_at": tx.now, "details": dict(details) if details else None}
    known = update(heartbeats).where(heartbeats.c.name == name).values(**values)
    if tx.connection.execute(known).rowcount == 0:
        tx.connection.execute(insert(heartbeats), {"name": name, **values})


def last(tx: Transaction, name: str) -> datetime | None:
    """Return when `name` was last alive, None when it never was."""
    return tx.connection.scalar(select(heartbeats.c.beat_at).where(heartbeats.c.name == name))


def details(tx: Transaction, name: str) -> dict[str, Any]:
    """Return what `name` noted at its last beat; empty when nothing."""
    noted = tx.connection.scalar(select(heartbeats.c.details).where(heartbeats.c.name == name))
    return dict(noted or {})
