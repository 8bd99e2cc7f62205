"""Table: under which keys a household is found; one range of one index answers every kind of search."""

from sqlalchemy import String
from sqlmodel import Field, SQLModel

# Ranges need texts compared by code point, whatever the language of the server.
BY_CODE_POINT = String().with_variant(String(collation="C"), "postgresql")


class HouseholdKey(SQLModel, table=True):
    """One key of one household, with its union, so that a search stays within its scope on the way."""

    __tablename__ = "household_keys"
    __table_args__ = {"sqlite_with_rowid": False}

    key: str = Field(primary_key=True, sa_type=BY_CODE_POINT)
    household_id: int = Field(
        foreign_key="households.id",
        primary_key=True,
        sa_column_kwargs={"autoincrement": False},
    )
    union_id: int = Field(foreign_key="unions.id")
