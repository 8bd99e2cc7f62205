"""Aid from proposal to revisit: its steps, its payments one by one, lists of many; standards and budgets with history."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.columns

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

APPEND_ONLY = ('aid_steps', 'aid_standards', 'public_notices')


def upgrade() -> None:
    op.create_table('aid_batches',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('number', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('union_id', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('source', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('for_year', sa.Integer(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('approvals_needed', sa.Integer(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('picked', storage.columns.Json(none_as_null=True), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('sum_fen', sa.BigInteger(), nullable=False),
    sa.Column('exceptions', sa.Integer(), nullable=False),
    sa.Column('struck', sa.Integer(), nullable=False),
    sa.Column('left_out', storage.columns.Json(none_as_null=True), nullable=False),
    sa.Column('paid_people', sa.Integer(), nullable=False),
    sa.Column('paid_fen', sa.BigInteger(), nullable=False),
    sa.Column('expected_people', sa.Integer(), nullable=False),
    sa.Column('after_household_id', sa.Integer(), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=False),
    sa.Column('made_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.Column('waits_since', storage.columns.Instant(timezone=True), nullable=True),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('method', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('voucher_no', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('paid_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind IN ('SPRING', 'ANNUAL', 'WARMTH', 'LIVING', 'MEDICAL', 'STUDY', 'JINQIU', 'COOL', 'JOB', 'TRAIN', 'LEGAL')", name=op.f('ck_aid_batches_kind_known')),
    sa.CheckConstraint("method IS NULL OR method IN ('TRANSFER', 'CASH', 'GOODS')", name=op.f('ck_aid_batches_method_known')),
    sa.CheckConstraint("source IN ('COMPANY', 'GROUP', 'PROVINCE_COMPANY', 'PROVINCE_UNION', 'CITY_UNION', 'DONATION')", name=op.f('ck_aid_batches_source_known')),
    sa.CheckConstraint("state IN ('BUILDING', 'DRAFT', 'TO_APPROVE', 'APPROVED', 'PAYING', 'PAID', 'REFUSED', 'WITHDRAWN')", name=op.f('ck_aid_batches_state_known')),
    sa.CheckConstraint('paid_fen BETWEEN 0 AND sum_fen', name=op.f('ck_aid_batches_paid_within_sum')),
    sa.CheckConstraint('paid_people BETWEEN 0 AND people', name=op.f('ck_aid_batches_paid_within_people')),
    sa.CheckConstraint('people >= 0 AND sum_fen >= 0', name=op.f('ck_aid_batches_sums_not_negative')),
    sa.CheckConstraint('exceptions >= 0 AND struck >= 0', name=op.f('ck_aid_batches_counts_not_negative')),
    sa.ForeignKeyConstraint(['made_by'], ['people.id'], name=op.f('fk_aid_batches_made_by')),
    sa.ForeignKeyConstraint(['paid_by'], ['people.id'], name=op.f('fk_aid_batches_paid_by')),
    sa.ForeignKeyConstraint(['union_id'], ['unions.id'], name=op.f('fk_aid_batches_union_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_aid_batches')),
    sa.UniqueConstraint('number', name=op.f('uq_aid_batches_number'))
    )
    with op.batch_alter_table('aid_batches', schema=None) as batch_op:
        batch_op.create_index('ix_aid_batches_union', ['union_id', 'for_year', 'kind'], unique=False)
        batch_op.create_index('ix_aid_batches_working', ['state'], unique=False, sqlite_where=sa.text("state NOT IN ('PAID', 'REFUSED', 'WITHDRAWN')"), postgresql_where=sa.text("state NOT IN ('PAID', 'REFUSED', 'WITHDRAWN')"))

    op.create_table('aid_standards',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('union_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('category', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=True),
    sa.Column('lowest_fen', sa.BigInteger(), nullable=True),
    sa.Column('highest_fen', sa.BigInteger(), nullable=True),
    sa.Column('cap_fen', sa.BigInteger(), nullable=True),
    sa.Column('set_by', sa.Integer(), nullable=True),
    sa.Column('set_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.CheckConstraint("category IN ('', 'SPECIAL', 'LONG', 'TEMP')", name=op.f('ck_aid_standards_category_known')),
    sa.CheckConstraint("kind IN ('SPRING', 'ANNUAL', 'WARMTH', 'LIVING', 'MEDICAL', 'STUDY', 'JINQIU', 'COOL', 'JOB', 'TRAIN', 'LEGAL')", name=op.f('ck_aid_standards_kind_known')),
    sa.CheckConstraint('amount_fen IS NULL OR amount_fen > 0', name=op.f('ck_aid_standards_amount_positive')),
    sa.CheckConstraint('cap_fen IS NULL OR cap_fen > 0', name=op.f('ck_aid_standards_cap_positive')),
    sa.CheckConstraint('highest_fen IS NULL OR highest_fen >= coalesce(lowest_fen, 0)', name=op.f('ck_aid_standards_band_in_order')),
    sa.CheckConstraint('lowest_fen IS NULL OR lowest_fen >= 0', name=op.f('ck_aid_standards_lowest_not_negative')),
    sa.ForeignKeyConstraint(['set_by'], ['people.id'], name=op.f('fk_aid_standards_set_by')),
    sa.ForeignKeyConstraint(['union_id'], ['unions.id'], name=op.f('fk_aid_standards_union_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_aid_standards'))
    )
    with op.batch_alter_table('aid_standards', schema=None) as batch_op:
        batch_op.create_index('ix_aid_standards_union', ['union_id', 'kind', 'year'], unique=False)

    op.create_table('budget_revisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('union_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('lines', storage.columns.Json(none_as_null=True), nullable=False),
    sa.Column('basis', storage.columns.Json(none_as_null=True), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('source', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('drafted_by', sa.Integer(), nullable=True),
    sa.Column('drafted_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.Column('waits_since', storage.columns.Instant(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', storage.columns.Instant(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'DRAFT') = (decided_at IS NULL)", name=op.f('ck_budget_revisions_decided_has_moment')),
    sa.CheckConstraint("source IS NULL OR source IN ('COMPANY', 'GROUP', 'PROVINCE_COMPANY', 'PROVINCE_UNION', 'CITY_UNION', 'DONATION')", name=op.f('ck_budget_revisions_source_known')),
    sa.CheckConstraint("state IN ('DRAFT', 'ADOPTED', 'REFUSED')", name=op.f('ck_budget_revisions_state_known')),
    sa.CheckConstraint('amount_fen >= 0', name=op.f('ck_budget_revisions_amount_not_negative')),
    sa.ForeignKeyConstraint(['decided_by'], ['people.id'], name=op.f('fk_budget_revisions_decided_by')),
    sa.ForeignKeyConstraint(['drafted_by'], ['people.id'], name=op.f('fk_budget_revisions_drafted_by')),
    sa.ForeignKeyConstraint(['union_id'], ['unions.id'], name=op.f('fk_budget_revisions_union_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_revisions')),
    sa.UniqueConstraint('union_id', 'year', 'revision', name=op.f('uq_budget_revisions_union_id_year_revision'))
    )
    op.create_table('public_notices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('union_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('quarter', sa.Integer(), nullable=False),
    sa.Column('digest', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('audit_head', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('published_by', sa.Integer(), nullable=True),
    sa.Column('published_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.CheckConstraint('quarter BETWEEN 0 AND 4', name=op.f('ck_public_notices_quarter_known')),
    sa.ForeignKeyConstraint(['published_by'], ['people.id'], name=op.f('fk_public_notices_published_by')),
    sa.ForeignKeyConstraint(['union_id'], ['unions.id'], name=op.f('fk_public_notices_union_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_public_notices'))
    )
    with op.batch_alter_table('public_notices', schema=None) as batch_op:
        batch_op.create_index('ix_public_notices_union', ['union_id', 'year', 'quarter'], unique=False)

    op.create_table('aid_steps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('aid_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('batch_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('act', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('for_person_id', sa.Integer(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=True),
    sa.Column('guard', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('answers', storage.columns.Json(none_as_null=True), nullable=True),
    sa.Column('done_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.CheckConstraint("(act = 'OVERRIDE') = (guard != '')", name=op.f('ck_aid_steps_override_names_guard')),
    sa.CheckConstraint("act IN ('PROPOSED', 'AMENDED', 'REVIEWED', 'RETURNED', 'REFUSED', 'WITHDRAWN', 'APPROVED', 'VOIDED', 'TAKEN_BACK', 'EXPIRED', 'EMERGENCY', 'FILED', 'OVERRIDE', 'STRUCK', 'RESTORED', 'PAID', 'PAY_FAILED', 'CORRECTED', 'RECEIPT', 'REVERSED', 'CLOSED')", name=op.f('ck_aid_steps_act_known')),
    sa.CheckConstraint('(aid_id IS NULL) != (batch_id IS NULL)', name=op.f('ck_aid_steps_about_one_thing')),
    sa.ForeignKeyConstraint(['aid_id'], ['aid.id'], name=op.f('fk_aid_steps_aid_id')),
    sa.ForeignKeyConstraint(['batch_id'], ['aid_batches.id'], name=op.f('fk_aid_steps_batch_id')),
    sa.ForeignKeyConstraint(['for_person_id'], ['people.id'], name=op.f('fk_aid_steps_for_person_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_aid_steps_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_aid_steps'))
    )
    with op.batch_alter_table('aid_steps', schema=None) as batch_op:
        batch_op.create_index('ix_aid_steps_aid', ['aid_id', 'id'], unique=False)
        batch_op.create_index('ix_aid_steps_batch', ['batch_id', 'id'], unique=False)
        batch_op.create_index('ix_aid_steps_overrides', ['done_at'], unique=False, sqlite_where=sa.text("act IN ('OVERRIDE', 'EMERGENCY')"), postgresql_where=sa.text("act IN ('OVERRIDE', 'EMERGENCY')"))
        batch_op.create_index('ix_aid_steps_person', ['person_id', 'done_at'], unique=False)

    op.create_table('payments',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('aid_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=False),
    sa.Column('method', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('voucher_no', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('receipts', storage.columns.Json(none_as_null=True), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=True),
    sa.Column('paid_by', sa.Integer(), nullable=True),
    sa.Column('recorded_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.Column('imported_at', storage.columns.Instant(timezone=True), nullable=True),
    sa.CheckConstraint("method IS NULL OR method IN ('TRANSFER', 'CASH', 'GOODS')", name=op.f('ck_payments_method_known')),
    sa.CheckConstraint("state IN ('PAID', 'FAILED', 'REVERSED')", name=op.f('ck_payments_state_known')),
    sa.CheckConstraint('amount_fen >= 0', name=op.f('ck_payments_amount_not_negative')),
    sa.ForeignKeyConstraint(['aid_id'], ['aid.id'], name=op.f('fk_payments_aid_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['ledger_entries.id'], name=op.f('fk_payments_entry_id')),
    sa.ForeignKeyConstraint(['paid_by'], ['people.id'], name=op.f('fk_payments_paid_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payments'))
    )
    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.create_index('ix_payments_aid', ['aid_id'], unique=False)
        batch_op.create_index('ix_payments_paid', ['paid_on'], unique=False)

    with op.batch_alter_table('absences', schema=None) as batch_op:
        batch_op.add_column(sa.Column('may_approve', sa.Boolean(), server_default=sa.false(), nullable=False))

    # SQLite copies a table to change it, reads those it refers to, and cannot read an index over an expression.
    op.drop_index('uq_followups_open', table_name='followups')
    with op.batch_alter_table('drafts', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_drafts_form_known'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_drafts_form_known'), "form IN ('visit', 'revisit', 'aid')")
    op.create_index(
        'uq_followups_open',
        'followups',
        ['household_id', 'kind', sa.text("coalesce(aid_id, '')"), 'round'],
        unique=True,
        sqlite_where=sa.text("state = 'OPEN'"),
        postgresql_where=sa.text("state = 'OPEN'"),
    )

    with op.batch_alter_table('aid', schema=None) as batch_op:
        batch_op.add_column(sa.Column('for_year', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('paid_fen', sa.BigInteger(), server_default=sa.text('0'), nullable=False))
        batch_op.add_column(sa.Column('revision', sa.Integer(), server_default=sa.text('1'), nullable=False))
        batch_op.add_column(sa.Column('approvals_needed', sa.Integer(), server_default=sa.text('1'), nullable=False))
        batch_op.add_column(sa.Column('answers', storage.columns.Json(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('form_version', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('batch_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column('guards', sqlmodel.sql.sqltypes.AutoString(), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('is_emergency', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('file_by', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('filed_on', sa.Date(), nullable=True))
    _move()
    with op.batch_alter_table('aid', schema=None) as batch_op:
        batch_op.alter_column('for_year', existing_type=sa.Integer(), nullable=False)
        batch_op.create_check_constraint(batch_op.f('ck_aid_paid_within_amount'), 'paid_fen BETWEEN 0 AND amount_fen')
        batch_op.create_index('ix_aid_batch', ['batch_id', 'state', 'household_id'], unique=False)
        batch_op.create_index('ix_aid_proposed', ['proposed_by', 'recorded_at'], unique=False)
        batch_op.drop_constraint(batch_op.f('fk_aid_paid_by'), type_='foreignkey')
        batch_op.create_foreign_key(batch_op.f('fk_aid_batch_id'), 'aid_batches', ['batch_id'], ['id'])
        batch_op.drop_constraint(batch_op.f('ck_aid_method_known'), type_='check')
        batch_op.drop_column('method')
        batch_op.drop_column('paid_by')
        batch_op.drop_column('voucher_no')
    to_pay = sa.text("state = 'APPROVED'")
    op.create_index('ix_aid_to_pay', 'aid', ['waits_since'], sqlite_where=to_pay, postgresql_where=to_pay)
    returned = sa.text("state = 'RETURNED'")
    op.create_index('ix_aid_returned', 'aid', ['waits_since'], sqlite_where=returned, postgresql_where=returned)
    op.create_index('ix_aid_recorded', 'aid', ['recorded_at'])
    unfiled = sa.text('file_by IS NOT NULL AND filed_on IS NULL')
    op.create_index('ix_aid_unfiled', 'aid', ['file_by'], sqlite_where=unfiled, postgresql_where=unfiled)
    listed = sa.text('batch_id IS NOT NULL')
    op.create_index('uq_aid_batch_household', 'aid', ['batch_id', 'household_id'], unique=True, sqlite_where=listed, postgresql_where=listed)
    marked = sa.text("guards != ''")
    op.create_index('ix_aid_batch_exceptions', 'aid', ['batch_id', 'household_id'], sqlite_where=marked, postgresql_where=marked)
    op.drop_table('standards')
    _guard()


def _move() -> None:
    """What was paid so far is one payment each; what was set as a standard, or a budget, is the first of its history."""
    year = 'CAST(substr({}, 1, 4) AS INTEGER)' if op.get_bind().dialect.name == 'sqlite' else 'CAST(extract(year FROM {}) AS INTEGER)'
    op.execute(f"UPDATE aid SET for_year = coalesce({year.format('paid_on')}, {year.format('recorded_at')})")
    op.execute("UPDATE aid SET paid_fen = amount_fen WHERE state IN ('PAID', 'REVISITED', 'CLOSED')")
    op.execute(
        'INSERT INTO payments (id, aid_id, amount_fen, paid_on, method, voucher_no, state, reason, receipts, '
        'entry_id, paid_by, recorded_at, imported_at) '
        'SELECT aid.id, aid.id, aid.amount_fen, aid.paid_on, aid.method, aid.voucher_no, '
        "CASE aid.state WHEN 'REVERSED' THEN 'REVERSED' ELSE 'PAID' END, '', '[]', ledger_entries.id, aid.paid_by, "
        'aid.recorded_at, aid.imported_at FROM aid LEFT JOIN ledger_entries '
        "ON ledger_entries.aid_id = aid.id AND ledger_entries.kind = 'PAYMENT' "
        "WHERE aid.paid_on IS NOT NULL AND aid.state IN ('PAID', 'REVISITED', 'CLOSED', 'REVERSED')"
    )
    op.execute("UPDATE aid SET paid_on = NULL WHERE state = 'REVERSED'")
    op.execute(
        'INSERT INTO budget_revisions (union_id, year, revision, amount_fen, lines, basis, reason, state, drafted_at, '
        "decided_at) SELECT union_id, year, 1, amount_fen, '{}', '{}', '', 'ADOPTED', CURRENT_TIMESTAMP, "
        'CURRENT_TIMESTAMP FROM budgets ORDER BY union_id, year'
    )
    op.execute(
        'INSERT INTO aid_standards (union_id, year, kind, category, amount_fen, set_at) '
        "SELECT union_id, year, kind, '', amount_fen, CURRENT_TIMESTAMP FROM standards ORDER BY union_id, year, kind"
    )


def _guard() -> None:
    changes = ('UPDATE', 'DELETE')
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == 'sqlite':
            for change in changes:
                op.execute(
                    f'CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} '
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
            continue
        for change in (*changes, 'TRUNCATE'):
            op.execute(
                f'CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} '
                'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'
            )
