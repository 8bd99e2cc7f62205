"""Triggers that forbid changing or deleting what is only ever appended; made together with their tables.

The newest migration makes the same ones for a database that is brought up step by step.
"""

from sqlalchemy import DDL, Table, event

from storage.columns import table_of
from storage.tables import aid, audit, fund, office, reports

APPEND_ONLY = (
    audit.AuditEntry,
    fund.LedgerEntry,
    fund.StandardRow,
    fund.PublicNotice,
    reports.ReportRevision,
    office.PolicyRow,
    aid.AidStep,
)
CHANGES = ("UPDATE", "DELETE")

REFUSE = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"""


def on_sqlite(table: str) -> list[str]:
    """Return the statements that guard a table on SQLite."""
    return [
        f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for change in CHANGES
    ]


def on_postgresql(table: str) -> list[str]:
    """Return the statements that guard a table on PostgreSQL, once the function `refuse_change` is there."""
    return [
        f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for change in (*CHANGES, "TRUNCATE")
    ]


def _guard(table: Table) -> None:
    for statement in on_sqlite(table.name):
        _after_create(table, statement, "sqlite")
    for statement in (REFUSE, *on_postgresql(table.name)):
        _after_create(table, statement, "postgresql")


def _after_create(table: Table, statement: str, dialect: str) -> None:
    made = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]  # SQLAlchemy left it untyped
    event.listen(table, "after_create", made.execute_if(dialect=dialect))


for _model in APPEND_ONLY:
    _guard(table_of(_model))
