"""What is only appended can be neither changed nor deleted; one open due item for each purpose."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

APPEND_ONLY = ('audit_entries', 'ledger_entries', 'report_revisions')


def upgrade() -> None:
    op.create_index(
        'uq_followups_open',
        'followups',
        ['household_id', 'kind', sa.text("coalesce(aid_id, '')"), 'round'],
        unique=True,
        sqlite_where=sa.text("state = 'OPEN'"),
        postgresql_where=sa.text("state = 'OPEN'"),
    )
    if op.get_bind().dialect.name == 'sqlite':
        for table in APPEND_ONLY:
            for change in ('UPDATE', 'DELETE'):
                op.execute(
                    f'CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} '
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(
        'CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$\n'
        "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        for change in ('UPDATE', 'DELETE', 'TRUNCATE'):
            op.execute(
                f'CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} '
                'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'
            )
