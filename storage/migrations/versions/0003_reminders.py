"""Rules a union sets for itself, steps of the ladder, absences, handovers, bulletins, campaigns."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.columns

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('recounts',
    sa.Column('union_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('after_household_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['union_id'], ['unions.id'], name=op.f('fk_recounts_union_id')),
    sa.PrimaryKeyConstraint('union_id', name=op.f('pk_recounts'))
    )
    op.create_table('absences',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('substitute_id', sa.Integer(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('created_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.Column('ended_at', storage.columns.Instant(timezone=True), nullable=True),
    sa.CheckConstraint('person_id != substitute_id', name=op.f('ck_absences_substitute_is_another')),
    sa.CheckConstraint('until_on >= from_on', name=op.f('ck_absences_ends_after_start')),
    sa.ForeignKeyConstraint(['created_by'], ['people.id'], name=op.f('fk_absences_created_by')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_absences_person_id')),
    sa.ForeignKeyConstraint(['substitute_id'], ['people.id'], name=op.f('fk_absences_substitute_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absences'))
    )
    with op.batch_alter_table('absences', schema=None) as batch_op:
        batch_op.create_index('ix_absences_person', ['person_id', 'until_on'], unique=False)
        batch_op.create_index('ix_absences_substitute', ['substitute_id', 'until_on'], unique=False)
        batch_op.create_index('ix_absences_until', ['until_on'], unique=False)

    op.create_table('bulletins',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('slug', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('details', storage.columns.Json(none_as_null=True), nullable=False),
    sa.Column('is_urgent', sa.Boolean(), nullable=False),
    sa.Column('created_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.Column('told_at', storage.columns.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_bulletins_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulletins'))
    )
    with op.batch_alter_table('bulletins', schema=None) as batch_op:
        batch_op.create_index('ix_bulletins_waiting', ['person_id'], unique=False, sqlite_where=sa.text('told_at IS NULL'), postgresql_where=sa.text('told_at IS NULL'))
        batch_op.create_index('uq_bulletins_key', ['person_id', 'key'], unique=True)

    op.create_table('campaigns_done',
    sa.Column('union_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('done_by', sa.Integer(), nullable=False),
    sa.Column('done_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('spring_list', 'summer_relief', 'autumn_study', 'file_check', 'budget_draft')", name=op.f('ck_campaigns_done_kind_known')),
    sa.ForeignKeyConstraint(['done_by'], ['people.id'], name=op.f('fk_campaigns_done_done_by')),
    sa.ForeignKeyConstraint(['union_id'], ['unions.id'], name=op.f('fk_campaigns_done_union_id')),
    sa.PrimaryKeyConstraint('union_id', 'kind', 'year', name=op.f('pk_campaigns_done'))
    )
    op.create_table('handovers',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('giver_id', sa.Integer(), nullable=False),
    sa.Column('receiver_id', sa.Integer(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('asked_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.Column('answered_at', storage.columns.Instant(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('OFFERED', 'ACCEPTED', 'DECLINED', 'WITHDRAWN')", name=op.f('ck_handovers_state_known')),
    sa.ForeignKeyConstraint(['asked_by'], ['people.id'], name=op.f('fk_handovers_asked_by')),
    sa.ForeignKeyConstraint(['giver_id'], ['people.id'], name=op.f('fk_handovers_giver_id')),
    sa.ForeignKeyConstraint(['receiver_id'], ['people.id'], name=op.f('fk_handovers_receiver_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handovers'))
    )
    with op.batch_alter_table('handovers', schema=None) as batch_op:
        batch_op.create_index('ix_handovers_giver', ['giver_id', 'state'], unique=False)
        batch_op.create_index('ix_handovers_receiver', ['receiver_id', 'state'], unique=False)

    op.create_table('policies',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('union_id', sa.Integer(), nullable=False),
    sa.Column('key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('value', storage.columns.Json(none_as_null=True), nullable=True),
    sa.Column('set_by', sa.Integer(), nullable=True),
    sa.Column('set_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['set_by'], ['people.id'], name=op.f('fk_policies_set_by')),
    sa.ForeignKeyConstraint(['union_id'], ['unions.id'], name=op.f('fk_policies_union_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policies'))
    )
    with op.batch_alter_table('policies', schema=None) as batch_op:
        batch_op.create_index('ix_policies_union', ['union_id', 'key', 'id'], unique=False)

    op.create_table('handover_households',
    sa.Column('handover_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('household_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['handover_id'], ['handovers.id'], name=op.f('fk_handover_households_handover_id')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_handover_households_household_id')),
    sa.PrimaryKeyConstraint('handover_id', 'household_id', name=op.f('pk_handover_households'))
    )
    op.create_table('followup_steps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('followup_id', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('act', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('other_person_id', sa.Integer(), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('done_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.CheckConstraint("act IN ('snooze', 'take', 'reassign', 'more_days', 'close', 'moved', 'declined', 'hospital')", name=op.f('ck_followup_steps_act_known')),
    sa.ForeignKeyConstraint(['followup_id'], ['followups.id'], name=op.f('fk_followup_steps_followup_id')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_followup_steps_household_id')),
    sa.ForeignKeyConstraint(['other_person_id'], ['people.id'], name=op.f('fk_followup_steps_other_person_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_followup_steps_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_followup_steps'))
    )
    with op.batch_alter_table('followup_steps', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_followup_steps_followup_id'), ['followup_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_followup_steps_household_id'), ['household_id'], unique=False)
        batch_op.create_index('ix_followup_steps_person', ['person_id', 'done_at'], unique=False)

    with op.batch_alter_table('aid', schema=None) as batch_op:
        batch_op.add_column(sa.Column('waits_since', storage.columns.Instant(timezone=True), nullable=True))
    waiting = sa.text("state IN ('TO_REVIEW', 'TO_APPROVE')")
    op.create_index('ix_aid_waiting', 'aid', ['waits_since'], sqlite_where=waiting, postgresql_where=waiting)

    # SQLite copies a table to change it, and does not see an index over an expression: it is made again.
    op.drop_index('uq_followups_open', table_name='followups')
    with op.batch_alter_table('followups', schema=None) as batch_op:
        batch_op.add_column(sa.Column('turn', sa.Integer(), server_default=sa.text('0'), nullable=False))
        batch_op.add_column(sa.Column('person_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('for_role', sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column('closed_by', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_followups_person_id'), ['person_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_followups_closed_by'), 'people', ['closed_by'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_followups_person_id'), 'people', ['person_id'], ['id'])
        batch_op.drop_constraint(batch_op.f('ck_followups_kind_known'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_followups_kind_known'), "kind IN ('recheck', 'revisit', 'monitor', 'retry', 'review')"
        )
        batch_op.drop_constraint(batch_op.f('ck_followups_state_known'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_followups_state_known'), "state IN ('OPEN', 'DONE', 'CANCELLED', 'DISMISSED')"
        )
        batch_op.create_check_constraint(
            batch_op.f('ck_followups_for_role_known'),
            "for_role IS NULL OR for_role IN ('cadre', 'officer', 'chair', 'treasurer', 'auditor', 'admin')",
        )
    op.execute('UPDATE followups SET turn = snoozes')

    with op.batch_alter_table('households', schema=None) as batch_op:
        batch_op.add_column(sa.Column('public_from', sa.Date(), nullable=True))
    public = sa.text('public_from IS NOT NULL')
    op.create_index('ix_households_public', 'households', ['public_from'], sqlite_where=public, postgresql_where=public)

    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_expired', ['id'], unique=False, sqlite_where=sa.text("state = 'EXPIRED'"), postgresql_where=sa.text("state = 'EXPIRED'"))

    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.alter_column('snoozes', new_column_name='turn', existing_type=sa.Integer())
        batch_op.drop_constraint(batch_op.f('ck_notices_because_known'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_notices_because_known'),
            "because IN ('liaison', 'assigned', 'substitute', 'missed', 'officer', 'chair', 'no_liaison', "
            "'not_joined', 'removed', 'blocked')",
        )
        batch_op.create_index('ix_notices_told', ['person_id', 'told_at'], unique=False, sqlite_where=sa.text('told_at IS NOT NULL'), postgresql_where=sa.text('told_at IS NOT NULL'))
    op.create_index(
        'uq_followups_open',
        'followups',
        ['household_id', 'kind', sa.text("coalesce(aid_id, '')"), 'round'],
        unique=True,
        sqlite_where=sa.text("state = 'OPEN'"),
        postgresql_where=sa.text("state = 'OPEN'"),
    )
    _guard()


def _guard() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        for change in ('UPDATE', 'DELETE'):
            op.execute(
                f'CREATE TRIGGER policies_no_{change.lower()} BEFORE {change} ON policies '
                "BEGIN SELECT RAISE(ABORT, 'policies is append-only'); END"
            )
        return
    for change in ('UPDATE', 'DELETE', 'TRUNCATE'):
        op.execute(
            f'CREATE TRIGGER policies_no_{change.lower()} BEFORE {change} ON policies '
            'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'
        )
