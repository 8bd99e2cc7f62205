"""Signs of life: when a part of the program last did its work, for whoever asks whether all is well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from storage.tables.mail import heartbeats

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
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


def lasts(tx: Transaction, names: Collection[str]) -> dict[str, datetime]:
    """Return when each of these was last alive; who never was is missing."""
    rows = tx.connection.execute(
        select(heartbeats.c.name, heartbeats.c.beat_at).where(heartbeats.c.name.in_(names))
    )
    return {row.name: row.beat_at for row in rows}


def details(tx: Transaction, name: str) -> dict[str, Any]:
    """Return what `name` noted at its last beat; empty when nothing."""
    noted = tx.connection.scalar(select(heartbeats.c.details).where(heartbeats.c.name == name))
    return dict(noted or {})
