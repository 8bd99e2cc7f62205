"""What a use case is handed: one transaction, its moment and its key; knows no table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlmodel import Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from storage.secrets import Vault


class Transaction:
    """One transaction: all of it is kept, or none.

    `now` is one aware UTC moment for the whole transaction, `today` its date in `zone`.
    Everything in it must be free of outside effects: the work may be run again, or rolled back.
    """

    __slots__ = ("_session", "_today", "bells", "callbacks", "connection", "kept", "now", "vault", "zone")

    def __init__(self, connection: Connection, now: datetime, zone: ZoneInfo, vault: Vault) -> None:
        self.connection = connection
        self.now = now
        self.zone = zone
        self.vault = vault
        self.bells: set[str] = set()
        # What a use case has read and need not read again in this transaction, under a name of its own.
        self.kept: dict[str, Any] = {}
        self.callbacks: list[Callable[[], None]] = []
        self._session: Session | None = None
        self._today: date | None = None

    @property
    def today(self) -> date:
        """The date of `now` in the union's own time zone."""
        if self._today is None:
            self._today = self.now.astimezone(self.zone).date()
        return self._today

    @property
    def session(self) -> Session:
        """The ORM on the same connection, made when first asked for; never commit it."""
        if self._session is None:
            self._session = Session(
                bind=self.connection, join_transaction_mode="rollback_only", expire_on_commit=False
            )
        return self._session

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call `callback` once this is on disk, never if it is not.

        It runs on a storage thread: it must be short and may only ring a bell.
        """
        self.callbacks.append(callback)

    def ring(self, bell: str) -> None:
        """Ring `bell` after the commit for everyone who listens (`Database.listen`)."""
        self.bells.add(bell)

    def flush(self) -> None:
        """Write what the ORM still holds, so that the commit contains it."""
        if self._session is not None:
            self._session.flush()

    def leave(self) -> None:
        """Let go of the ORM's objects; the connection is not touched."""
        if self._session is not None:
            self._session.close()
            self._session = None
