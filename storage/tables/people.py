"""Tables: the union tree, people, their roles, invitations, and the number series."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.codes import PersonState, Role
from storage.columns import Instant, Json, one_of


class Union(SQLModel, table=True):
    """A union or branch; `path` is `/1/5/` from the root down to itself, so a scope is a prefix."""

    __tablename__ = "unions"
    __table_args__ = (
        UniqueConstraint("parent_id", "name"),
        CheckConstraint("path LIKE '/%/'", name="path_form"),
    )

    id: int | None = Field(default=None, primary_key=True)
    parent_id: int | None = Field(default=None, foreign_key="unions.id", index=True)
    name: str = Field(min_length=1)
    path: str = Field(index=True)


class PersonRow(SQLModel, table=True):
    """Somebody of the union; known from the register before they join in Telegram."""

    __tablename__ = "people"
    __table_args__ = (
        one_of("state", PersonState),
        one_of("language", ("zh", "en")),
        Index("ix_people_name", "name"),
    )

    id: int | None = Field(default=None, primary_key=True)
    union_id: int = Field(foreign_key="unions.id", index=True)
    name: str = Field(min_length=1)
    telegram_id: int | None = Field(default=None, unique=True, sa_type=BigInteger)
    state: str = PersonState.REGISTERED
    language: str = "zh"
    phone_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    joined_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    blocked_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    removed_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class RoleRow(SQLModel, table=True):
    """One role of one person over one union and everything below it."""

    __tablename__ = "person_roles"
    __table_args__ = (one_of("role", Role),)

    person_id: int = Field(foreign_key="people.id", primary_key=True)
    role: str = Field(primary_key=True)
    union_id: int = Field(foreign_key="unions.id", primary_key=True)


class Invitation(SQLModel, table=True):
    """A one-use link; only the code's fingerprint is kept, so a copy of the table invites nobody."""

    __tablename__ = "invitations"

    code_fingerprint: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    union_id: int = Field(foreign_key="unions.id")
    person_id: int | None = Field(default=None, foreign_key="people.id")
    roles: list[str] = Field(sa_column=Column(Json, nullable=False))
    created_by: int | None = Field(default=None, foreign_key="people.id")
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    used_by: int | None = Field(default=None, foreign_key="people.id")
    used_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class Greeting(SQLModel, table=True):
    """Chats that have had their one polite line (strangers, groups); bounded by pruning the oldest."""

    __tablename__ = "greetings"

    chat_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    greeted_at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))


class NumberSeries(SQLModel, table=True):
    """The last number given in a series and year: ZF visits, HF revisits, BF aid, PL lists of it."""

    __tablename__ = "number_series"
    __table_args__ = (CheckConstraint("last >= 0", name="last_not_negative"),)

    series: str = Field(primary_key=True)
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int
