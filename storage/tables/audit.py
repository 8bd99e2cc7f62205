"""Table: who did or looked at what; appended, never changed; each linked to the one before."""

from datetime import datetime

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from storage.columns import Instant, Json


class AuditEntry(SQLModel, table=True):
    """One act or look, allowed or refused."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_subject", "subject"), Index("ix_audit_person", "person_id", "id"))

    id: int | None = Field(default=None, primary_key=True)
    happened_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    person_id: int | None = Field(default=None, foreign_key="people.id")
    act: str
    subject: str
    details: dict[str, object] = Field(sa_column=Column(Json, nullable=False))
    link: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class AuditHead(SQLModel, table=True):
    """The chain's newest link, so that appending reads one row."""

    __tablename__ = "audit_head"

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    entry_id: int
    head: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
