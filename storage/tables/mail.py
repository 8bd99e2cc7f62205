"""The post office: what came in, what goes out, which message is which card, and who is alive.

Payloads are sealed (people type addresses and numbers) and are dropped once they are of no more use.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    text,
)
from sqlmodel import SQLModel

from storage.columns import Instant, Json

# SQLite numbers rows by itself only in a column of exactly INTEGER.
ROW_NUMBER = BigInteger().with_variant(Integer(), "sqlite")

inbox = Table(
    "inbox",
    SQLModel.metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_key", BigInteger, nullable=False),
    Column("payload", LargeBinary),
    Column("received_at", Instant, nullable=False),
    Column("state", String(8), nullable=False),
    Column("tries", SmallInteger, nullable=False, server_default="0"),
    Column("not_before", Instant),
    Column("error", String(200)),
    Column("finished_at", Instant),
    Index(
        "ix_inbox_waiting",
        "chat_key",
        "update_id",
        sqlite_where=text("state = 'NEW'"),
        postgresql_where=text("state = 'NEW'"),
    ),
    Index("ix_inbox_finished", "finished_at"),
)

outbox = Table(
    "outbox",
    SQLModel.metadata,
    Column("id", ROW_NUMBER, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("method", String(64), nullable=False),
    Column("payload", LargeBinary),
    Column("priority", SmallInteger, nullable=False),
    Column("card", String(120)),
    Column("repost", Boolean, nullable=False, server_default=text("false")),
    Column("key", String(200), unique=True),
    Column("not_before", Instant),
    Column("expires_at", Instant),
    Column("state", String(8), nullable=False),
    Column("tries", SmallInteger, nullable=False, server_default="0"),
    Column("owner", String(32)),
    Column("leased_until", Instant),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("message_id", BigInteger),
    Column("error", String(200)),
    Index(
        "ix_outbox_waiting",
        "priority",
        "id",
        sqlite_where=text("state = 'NEW'"),
        postgresql_where=text("state = 'NEW'"),
    ),
    Index(
        "ix_outbox_expired",
        "id",
        sqlite_where=text("state = 'EXPIRED'"),
        postgresql_where=text("state = 'EXPIRED'"),
    ),
    Index("ix_outbox_chat", "chat_id", "state"),
    Index("ix_outbox_sent", "sent_at"),
    sqlite_autoincrement=True,
)

outbox_files = Table(
    "outbox_files",
    SQLModel.metadata,
    Column("outbox_id", ROW_NUMBER, primary_key=True, autoincrement=False),
    Column("name", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

cards = Table(
    "cards",
    SQLModel.metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("card", String(120), primary_key=True),
    Column("message_id", BigInteger, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

heartbeats = Table(
    "heartbeats",
    SQLModel.metadata,
    Column("name", String(64), primary_key=True),
    Column("beat_at", Instant, nullable=False),
    Column("details", Json),
)
