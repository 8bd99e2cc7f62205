"""One more act about aid: of what was paid in part the rest is not paid."""

from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('aid_steps', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_aid_steps_act_known'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_aid_steps_act_known'),
            "act IN ('PROPOSED', 'AMENDED', 'REVIEWED', 'RETURNED', 'REFUSED', 'WITHDRAWN', 'APPROVED', 'VOIDED', 'TAKEN_BACK', 'EXPIRED', 'EMERGENCY', 'FILED', 'OVERRIDE', 'STRUCK', 'RESTORED', 'PAID', 'PAY_FAILED', 'CORRECTED', 'RECEIPT', 'REVERSED', 'CLOSED', 'WAIVED')",
        )
    # SQLite copies a table to change it; what guards it goes with the old one.
    if op.get_bind().dialect.name == 'sqlite':
        for change in ('UPDATE', 'DELETE'):
            op.execute(
                f'CREATE TRIGGER aid_steps_no_{change.lower()} BEFORE {change} ON aid_steps '
                "BEGIN SELECT RAISE(ABORT, 'aid_steps is append-only'); END"
            )
