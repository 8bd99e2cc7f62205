"""The first tables."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.columns

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_head',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('head', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    op.create_table('cards',
    sa.Column('chat_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('card', sa.String(length=120), nullable=False),
    sa.Column('message_id', sa.BigInteger(), nullable=False),
    sa.Column('updated_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('chat_id', 'card', name=op.f('pk_cards'))
    )
    op.create_table('greetings',
    sa.Column('chat_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('greeted_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('chat_id', name=op.f('pk_greetings'))
    )
    with op.batch_alter_table('greetings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_greetings_greeted_at'), ['greeted_at'], unique=False)

    op.create_table('heartbeats',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('beat_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.Column('details', storage.columns.Json(none_as_null=True), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_heartbeats'))
    )
    op.create_table('inbox',
    sa.Column('update_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('chat_key', sa.BigInteger(), nullable=False),
    sa.Column('payload', sa.LargeBinary(), nullable=True),
    sa.Column('received_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('tries', sa.SmallInteger(), server_default='0', nullable=False),
    sa.Column('not_before', storage.columns.Instant(timezone=True), nullable=True),
    sa.Column('error', sa.String(length=200), nullable=True),
    sa.Column('finished_at', storage.columns.Instant(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('update_id', name=op.f('pk_inbox'))
    )
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.create_index('ix_inbox_finished', ['finished_at'], unique=False)
        batch_op.create_index('ix_inbox_waiting', ['chat_key', 'update_id'], unique=False, sqlite_where=sa.text("state = 'NEW'"), postgresql_where=sa.text("state = 'NEW'"))

    op.create_table('number_series',
    sa.Column('series', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.CheckConstraint('last >= 0', name=op.f('ck_number_series_last_not_negative')),
    sa.PrimaryKeyConstraint('series', 'year', name=op.f('pk_number_series'))
    )
    op.create_table('outbox',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('chat_id', sa.BigInteger(), nullable=False),
    sa.Column('method', sa.String(length=64), nullable=False),
    sa.Column('payload', sa.LargeBinary(), nullable=True),
    sa.Column('priority', sa.SmallInteger(), nullable=False),
    sa.Column('card', sa.String(length=120), nullable=True),
    sa.Column('repost', sa.Boolean(), server_default=sa.text('(false)'), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=True),
    sa.Column('not_before', storage.columns.Instant(timezone=True), nullable=True),
    sa.Column('expires_at', storage.columns.Instant(timezone=True), nullable=True),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('tries', sa.SmallInteger(), server_default='0', nullable=False),
    sa.Column('owner', sa.String(length=32), nullable=True),
    sa.Column('leased_until', storage.columns.Instant(timezone=True), nullable=True),
    sa.Column('created_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.Column('sent_at', storage.columns.Instant(timezone=True), nullable=True),
    sa.Column('message_id', sa.BigInteger(), nullable=True),
    sa.Column('error', sa.String(length=200), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('key', name=op.f('uq_outbox_key')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_chat', ['chat_id', 'state'], unique=False)
        batch_op.create_index('ix_outbox_sent', ['sent_at'], unique=False)
        batch_op.create_index('ix_outbox_waiting', ['priority', 'id'], unique=False, sqlite_where=sa.text("state = 'NEW'"), postgresql_where=sa.text("state = 'NEW'"))

    op.create_table('outbox_files',
    sa.Column('outbox_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('outbox_id', 'name', name=op.f('pk_outbox_files'))
    )
    op.create_table('unions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('path', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.CheckConstraint("path LIKE '/%/'", name=op.f('ck_unions_path_form')),
    sa.ForeignKeyConstraint(['parent_id'], ['unions.id'], name=op.f('fk_unions_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unions')),
    sa.UniqueConstraint('parent_id', 'name', name=op.f('uq_unions_parent_id_name'))
    )
    with op.batch_alter_table('unions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unions_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_unions_path'), ['path'], unique=False)

    op.create_table('budgets',
    sa.Column('union_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('paid_fen', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('amount_fen >= 0', name=op.f('ck_budgets_amount_not_negative')),
    sa.ForeignKeyConstraint(['union_id'], ['unions.id'], name=op.f('fk_budgets_union_id')),
    sa.PrimaryKeyConstraint('union_id', 'year', name=op.f('pk_budgets'))
    )
    op.create_table('fund_balances',
    sa.Column('union_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('balance_fen', sa.BigInteger(), nullable=False),
    sa.Column('reserved_fen', sa.BigInteger(), nullable=False),
    sa.Column('head_id', sa.Integer(), nullable=True),
    sa.Column('head', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint('balance_fen >= 0', name=op.f('ck_fund_balances_balance_not_negative')),
    sa.CheckConstraint('reserved_fen >= 0', name=op.f('ck_fund_balances_reserved_not_negative')),
    sa.ForeignKeyConstraint(['union_id'], ['unions.id'], name=op.f('fk_fund_balances_union_id')),
    sa.PrimaryKeyConstraint('union_id', name=op.f('pk_fund_balances'))
    )
    op.create_table('people',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('union_id', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('telegram_id', sa.BigInteger(), nullable=True),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('language', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('phone_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('joined_at', storage.columns.Instant(timezone=True), nullable=True),
    sa.Column('blocked_at', storage.columns.Instant(timezone=True), nullable=True),
    sa.Column('removed_at', storage.columns.Instant(timezone=True), nullable=True),
    sa.CheckConstraint("language IN ('zh', 'en')", name=op.f('ck_people_language_known')),
    sa.CheckConstraint("state IN ('REGISTERED', 'ACTIVE', 'REMOVED')", name=op.f('ck_people_state_known')),
    sa.ForeignKeyConstraint(['union_id'], ['unions.id'], name=op.f('fk_people_union_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people')),
    sa.UniqueConstraint('telegram_id', name=op.f('uq_people_telegram_id'))
    )
    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.create_index('ix_people_name', ['name'], unique=False)
        batch_op.create_index(batch_op.f('ix_people_union_id'), ['union_id'], unique=False)

    op.create_table('standards',
    sa.Column('union_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("kind IN ('SPRING', 'ANNUAL', 'WARMTH', 'LIVING', 'MEDICAL', 'STUDY', 'JINQIU', 'COOL', 'JOB', 'TRAIN', 'LEGAL')", name=op.f('ck_standards_kind_known')),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_standards_amount_positive')),
    sa.ForeignKeyConstraint(['union_id'], ['unions.id'], name=op.f('fk_standards_union_id')),
    sa.PrimaryKeyConstraint('union_id', 'year', 'kind', name=op.f('pk_standards'))
    )
    op.create_table('audit_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('happened_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('act', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('details', storage.columns.Json(none_as_null=True), nullable=False),
    sa.Column('link', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_audit_entries_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entries'))
    )
    with op.batch_alter_table('audit_entries', schema=None) as batch_op:
        batch_op.create_index('ix_audit_person', ['person_id', 'id'], unique=False)
        batch_op.create_index('ix_audit_subject', ['subject'], unique=False)

    op.create_table('digests',
    sa.Column('person_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('sent_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_digests_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'day', name=op.f('pk_digests'))
    )
    op.create_table('households',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('file_no', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('union_id', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('category', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('system_category', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('main_cause', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('other_causes', storage.columns.Json(none_as_null=True), nullable=False),
    sa.Column('members_count', sa.Integer(), nullable=True),
    sa.Column('income_per_head_fen', sa.BigInteger(), nullable=True),
    sa.Column('rigid_costs_fen', sa.BigInteger(), nullable=True),
    sa.Column('phone_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('address_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('id_number_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('bank_card_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('liaison_id', sa.Integer(), nullable=True),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('close_reason', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('monitor_from', sa.Date(), nullable=True),
    sa.Column('paused_until', sa.Date(), nullable=True),
    sa.Column('last_visit_on', sa.Date(), nullable=True),
    sa.Column('last_visit_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('missed_visits', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('imported_at', storage.columns.Instant(timezone=True), nullable=True),
    sa.Column('history_until', sa.Date(), nullable=True),
    sa.CheckConstraint("category IN ('SPECIAL', 'LONG', 'TEMP')", name=op.f('ck_households_category_known')),
    sa.CheckConstraint("close_reason IS NULL OR close_reason IN ('RECOVERED', 'DEATH', 'TRANSFER', 'RETIRED', 'FAMILY_CHANGED', 'GAVE_UP', 'DUPLICATE', 'LOST')", name=op.f('ck_households_close_reason_known')),
    sa.CheckConstraint("main_cause IN ('NO_CAPACITY', 'JOBLESS', 'LAID_OFF', 'UNINSURED', 'UNPAID_INSURANCE', 'ILLNESS', 'DISASTER', 'ACCIDENT', 'SCHOOLING', 'OTHER')", name=op.f('ck_households_main_cause_known')),
    sa.CheckConstraint("state != 'CLOSED' OR closed_on IS NOT NULL", name=op.f('ck_households_closed_has_date')),
    sa.CheckConstraint("state IN ('LEAD', 'TO_VISIT', 'TO_REVIEW', 'PUBLIC', 'ACTIVE', 'EXIT_PROPOSED', 'EXIT_PUBLIC', 'MONITOR', 'CLOSED', 'REJECTED')", name=op.f('ck_households_state_known')),
    sa.CheckConstraint("system_category IS NULL OR system_category IN ('DEEP', 'RELATIVE', 'ACCIDENT')", name=op.f('ck_households_system_category_known')),
    sa.CheckConstraint('closed_on IS NULL OR closed_on >= opened_on', name=op.f('ck_households_closed_after_opened')),
    sa.CheckConstraint('income_per_head_fen IS NULL OR income_per_head_fen >= 0', name=op.f('ck_households_income_per_head_not_negative')),
    sa.CheckConstraint('members_count IS NULL OR members_count > 0', name=op.f('ck_households_members_count_positive')),
    sa.CheckConstraint('rigid_costs_fen IS NULL OR rigid_costs_fen >= 0', name=op.f('ck_households_rigid_costs_not_negative')),
    sa.ForeignKeyConstraint(['liaison_id'], ['people.id'], name=op.f('fk_households_liaison_id')),
    sa.ForeignKeyConstraint(['union_id'], ['unions.id'], name=op.f('fk_households_union_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_households')),
    sa.UniqueConstraint('file_no', name=op.f('uq_households_file_no'))
    )
    with op.batch_alter_table('households', schema=None) as batch_op:
        batch_op.create_index('ix_households_liaison', ['liaison_id'], unique=False)
        batch_op.create_index('ix_households_union_state', ['union_id', 'state'], unique=False)

    op.create_table('invitations',
    sa.Column('code_fingerprint', sa.LargeBinary(), nullable=False),
    sa.Column('union_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('roles', storage.columns.Json(none_as_null=True), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=True),
    sa.Column('created_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.Column('expires_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.Column('used_by', sa.Integer(), nullable=True),
    sa.Column('used_at', storage.columns.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['people.id'], name=op.f('fk_invitations_created_by')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_invitations_person_id')),
    sa.ForeignKeyConstraint(['union_id'], ['unions.id'], name=op.f('fk_invitations_union_id')),
    sa.ForeignKeyConstraint(['used_by'], ['people.id'], name=op.f('fk_invitations_used_by')),
    sa.PrimaryKeyConstraint('code_fingerprint', name=op.f('pk_invitations'))
    )
    op.create_table('person_roles',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('role', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('union_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("role IN ('cadre', 'officer', 'chair', 'treasurer', 'auditor', 'admin')", name=op.f('ck_person_roles_role_known')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_person_roles_person_id')),
    sa.ForeignKeyConstraint(['union_id'], ['unions.id'], name=op.f('fk_person_roles_union_id')),
    sa.PrimaryKeyConstraint('person_id', 'role', 'union_id', name=op.f('pk_person_roles'))
    )
    op.create_table('questions',
    sa.Column('person_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('purpose', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('asked_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_questions_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_questions'))
    )
    op.create_table('report_revisions',
    sa.Column('report_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('revision', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('answers', storage.columns.Json(none_as_null=True), nullable=False),
    sa.Column('changed_by', sa.Integer(), nullable=False),
    sa.Column('changed_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('visit', 'revisit')", name=op.f('ck_report_revisions_kind_known')),
    sa.ForeignKeyConstraint(['changed_by'], ['people.id'], name=op.f('fk_report_revisions_changed_by')),
    sa.PrimaryKeyConstraint('report_id', 'revision', name=op.f('pk_report_revisions'))
    )
    op.create_table('aid',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('number', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('source', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('method', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('voucher_no', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('proposed_by', sa.Integer(), nullable=True),
    sa.Column('paid_by', sa.Integer(), nullable=True),
    sa.Column('recorded_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.Column('imported_at', storage.columns.Instant(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('SPRING', 'ANNUAL', 'WARMTH', 'LIVING', 'MEDICAL', 'STUDY', 'JINQIU', 'COOL', 'JOB', 'TRAIN', 'LEGAL')", name=op.f('ck_aid_kind_known')),
    sa.CheckConstraint("method IS NULL OR method IN ('TRANSFER', 'CASH', 'GOODS')", name=op.f('ck_aid_method_known')),
    sa.CheckConstraint("source IN ('COMPANY', 'GROUP', 'PROVINCE_COMPANY', 'PROVINCE_UNION', 'CITY_UNION', 'DONATION')", name=op.f('ck_aid_source_known')),
    sa.CheckConstraint("state IN ('DRAFT', 'TO_REVIEW', 'TO_APPROVE', 'APPROVED', 'PAID', 'REVISITED', 'CLOSED', 'RETURNED', 'REFUSED', 'WITHDRAWN', 'REVERSED')", name=op.f('ck_aid_state_known')),
    sa.CheckConstraint("state NOT IN ('PAID', 'REVISITED') OR paid_on IS NOT NULL", name=op.f('ck_aid_paid_has_date')),
    sa.CheckConstraint('amount_fen >= 0', name=op.f('ck_aid_amount_not_negative')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_aid_household_id')),
    sa.ForeignKeyConstraint(['paid_by'], ['people.id'], name=op.f('fk_aid_paid_by')),
    sa.ForeignKeyConstraint(['proposed_by'], ['people.id'], name=op.f('fk_aid_proposed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_aid')),
    sa.UniqueConstraint('number', name=op.f('uq_aid_number'))
    )
    with op.batch_alter_table('aid', schema=None) as batch_op:
        batch_op.create_index('ix_aid_household_paid', ['household_id', 'paid_on'], unique=False)
        batch_op.create_index('ix_aid_paid', ['paid_on'], unique=False)

    op.create_table('household_clears',
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('clear', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('verified_on', sa.Date(), nullable=True),
    sa.Column('verified_by', sa.Integer(), nullable=True),
    sa.Column('registered_text', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('registered_on', sa.Date(), nullable=True),
    sa.Column('registered_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("clear IN ('FAMILY', 'CAUSE', 'SKILL', 'JOB', 'MIND')", name=op.f('ck_household_clears_clear_known')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_household_clears_household_id')),
    sa.ForeignKeyConstraint(['registered_by'], ['people.id'], name=op.f('fk_household_clears_registered_by')),
    sa.ForeignKeyConstraint(['verified_by'], ['people.id'], name=op.f('fk_household_clears_verified_by')),
    sa.PrimaryKeyConstraint('household_id', 'clear', name=op.f('pk_household_clears'))
    )
    op.create_table('household_keys',
    sa.Column('key', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('household_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('union_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_household_keys_household_id')),
    sa.ForeignKeyConstraint(['union_id'], ['unions.id'], name=op.f('fk_household_keys_union_id')),
    sa.PrimaryKeyConstraint('key', 'household_id', name=op.f('pk_household_keys')),
    sqlite_with_rowid=False
    )
    op.create_table('household_members',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('name_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('relation', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('birth_year', sa.Integer(), nullable=True),
    sa.Column('health', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('income_fen', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('birth_year IS NULL OR birth_year BETWEEN 1900 AND 2100', name=op.f('ck_household_members_birth_year_plausible')),
    sa.CheckConstraint('income_fen IS NULL OR income_fen >= 0', name=op.f('ck_household_members_income_not_negative')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_household_members_household_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_household_members'))
    )
    with op.batch_alter_table('household_members', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_household_members_household_id'), ['household_id'], unique=False)

    op.create_table('household_years',
    sa.Column('household_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('source', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('payments', sa.Integer(), nullable=False),
    sa.Column('paid_fen', sa.BigInteger(), nullable=False),
    sa.Column('reserved_fen', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("kind IN ('SPRING', 'ANNUAL', 'WARMTH', 'LIVING', 'MEDICAL', 'STUDY', 'JINQIU', 'COOL', 'JOB', 'TRAIN', 'LEGAL')", name=op.f('ck_household_years_kind_known')),
    sa.CheckConstraint("source IN ('COMPANY', 'GROUP', 'PROVINCE_COMPANY', 'PROVINCE_UNION', 'CITY_UNION', 'DONATION')", name=op.f('ck_household_years_source_known')),
    sa.CheckConstraint('paid_fen >= 0 AND reserved_fen >= 0', name=op.f('ck_household_years_sums_not_negative')),
    sa.CheckConstraint('payments >= 0', name=op.f('ck_household_years_payments_not_negative')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_household_years_household_id')),
    sa.PrimaryKeyConstraint('household_id', 'year', 'kind', 'source', name=op.f('pk_household_years'))
    )
    op.create_table('visits',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('number', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('visited_on', sa.Date(), nullable=False),
    sa.Column('way', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('met', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('assessment', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('measure', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('needs', storage.columns.Json(none_as_null=True), nullable=False),
    sa.Column('next_visit_on', sa.Date(), nullable=True),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('answers', storage.columns.Json(none_as_null=True), nullable=False),
    sa.Column('form_version', sa.Integer(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('reported_by', sa.Integer(), nullable=True),
    sa.Column('reported_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.Column('imported_at', storage.columns.Instant(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('SUBMITTED', 'UNDONE')", name=op.f('ck_visits_state_known')),
    sa.CheckConstraint('revision >= 1', name=op.f('ck_visits_revision_positive')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_visits_household_id')),
    sa.ForeignKeyConstraint(['reported_by'], ['people.id'], name=op.f('fk_visits_reported_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visits')),
    sa.UniqueConstraint('number', name=op.f('uq_visits_number'))
    )
    with op.batch_alter_table('visits', schema=None) as batch_op:
        batch_op.create_index('ix_visits_day', ['visited_on'], unique=False)
        batch_op.create_index('ix_visits_household_day', ['household_id', 'visited_on'], unique=False)
        batch_op.create_index('ix_visits_reporter', ['reported_by', 'reported_at'], unique=False)

    op.create_table('followups',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('aid_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('opens_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('ladder_from', sa.Date(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('next_stage', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('next_stage_on', sa.Date(), nullable=True),
    sa.Column('source', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('interval_days', sa.Integer(), nullable=True),
    sa.Column('snoozes', sa.Integer(), nullable=False),
    sa.Column('snoozed_until', sa.Date(), nullable=True),
    sa.Column('done_by_report', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('created_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.Column('closed_at', storage.columns.Instant(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('recheck', 'revisit', 'monitor', 'retry')", name=op.f('ck_followups_kind_known')),
    sa.CheckConstraint("next_stage IS NULL OR next_stage IN ('opens', 'due', 'late', 'officer', 'chair')", name=op.f('ck_followups_next_stage_known')),
    sa.CheckConstraint("state IN ('OPEN', 'DONE', 'CANCELLED')", name=op.f('ck_followups_state_known')),
    sa.CheckConstraint('opens_on <= due_on', name=op.f('ck_followups_opens_before_due')),
    sa.CheckConstraint('snoozes BETWEEN 0 AND 3', name=op.f('ck_followups_snoozes_bounded')),
    sa.ForeignKeyConstraint(['aid_id'], ['aid.id'], name=op.f('fk_followups_aid_id')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_followups_household_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_followups'))
    )
    with op.batch_alter_table('followups', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_followups_aid_id'), ['aid_id'], unique=False)
        batch_op.create_index('ix_followups_due', ['state', 'opens_on'], unique=False)
        batch_op.create_index('ix_followups_household', ['household_id', 'state'], unique=False)
        batch_op.create_index('ix_followups_next_stage', ['state', 'next_stage_on'], unique=False)

    op.create_table('ledger_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('union_id', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('income_kind', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('voucher_no', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('aid_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('reverses_id', sa.Integer(), nullable=True),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('request_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=True),
    sa.Column('recorded_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.Column('link', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("(kind = 'REVERSAL') = (reverses_id IS NOT NULL)", name=op.f('ck_ledger_entries_reversal_names_entry')),
    sa.CheckConstraint("income_kind IS NULL OR income_kind IN ('CARRY_OVER', 'ADMINISTRATION', 'UNION_DUES', 'UPPER', 'DONATION', 'INTEREST', 'OTHER')", name=op.f('ck_ledger_entries_income_kind_known')),
    sa.CheckConstraint("kind != 'INCOME' OR amount_fen > 0", name=op.f('ck_ledger_entries_income_positive')),
    sa.CheckConstraint("kind != 'PAYMENT' OR aid_id IS NOT NULL", name=op.f('ck_ledger_entries_payment_names_aid')),
    sa.CheckConstraint("kind != 'PAYMENT' OR amount_fen < 0", name=op.f('ck_ledger_entries_payment_negative')),
    sa.CheckConstraint("kind IN ('OPENING', 'INCOME', 'PAYMENT', 'REVERSAL')", name=op.f('ck_ledger_entries_kind_known')),
    sa.CheckConstraint('amount_fen != 0', name=op.f('ck_ledger_entries_amount_not_zero')),
    sa.ForeignKeyConstraint(['aid_id'], ['aid.id'], name=op.f('fk_ledger_entries_aid_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['people.id'], name=op.f('fk_ledger_entries_recorded_by')),
    sa.ForeignKeyConstraint(['reverses_id'], ['ledger_entries.id'], name=op.f('fk_ledger_entries_reverses_id')),
    sa.ForeignKeyConstraint(['union_id'], ['unions.id'], name=op.f('fk_ledger_entries_union_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_entries')),
    sa.UniqueConstraint('request_id', name=op.f('uq_ledger_entries_request_id')),
    sa.UniqueConstraint('reverses_id', name=op.f('uq_ledger_entries_reverses_id'))
    )
    with op.batch_alter_table('ledger_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ledger_entries_aid_id'), ['aid_id'], unique=False)
        batch_op.create_index('ix_ledger_union_day', ['union_id', 'happened_on'], unique=False)

    op.create_table('revisits',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('number', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('aid_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('visited_on', sa.Date(), nullable=False),
    sa.Column('way', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('met', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('received', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('conclusion', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('again_on', sa.Date(), nullable=True),
    sa.Column('answers', storage.columns.Json(none_as_null=True), nullable=False),
    sa.Column('form_version', sa.Integer(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('reported_by', sa.Integer(), nullable=True),
    sa.Column('reported_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('SUBMITTED', 'UNDONE')", name=op.f('ck_revisits_state_known')),
    sa.CheckConstraint('revision >= 1', name=op.f('ck_revisits_revision_positive')),
    sa.ForeignKeyConstraint(['aid_id'], ['aid.id'], name=op.f('fk_revisits_aid_id')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_revisits_household_id')),
    sa.ForeignKeyConstraint(['reported_by'], ['people.id'], name=op.f('fk_revisits_reported_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revisits')),
    sa.UniqueConstraint('number', name=op.f('uq_revisits_number'))
    )
    with op.batch_alter_table('revisits', schema=None) as batch_op:
        batch_op.create_index('ix_revisits_aid', ['aid_id'], unique=False)
        batch_op.create_index('ix_revisits_household_day', ['household_id', 'visited_on'], unique=False)
        batch_op.create_index('ix_revisits_reporter', ['reported_by', 'reported_at'], unique=False)

    op.create_table('visit_visitors',
    sa.Column('visit_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_visit_visitors_person_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visits.id'], name=op.f('fk_visit_visitors_visit_id')),
    sa.PrimaryKeyConstraint('visit_id', 'person_id', name=op.f('pk_visit_visitors'))
    )
    with op.batch_alter_table('visit_visitors', schema=None) as batch_op:
        batch_op.create_index('ix_visit_visitors_person', ['person_id', 'visit_id'], unique=False)

    op.create_table('drafts',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('form', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('aid_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('amends', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('followup_id', sa.Integer(), nullable=True),
    sa.Column('content', storage.columns.Json(none_as_null=True), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('started_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.Column('touched_at', storage.columns.Instant(timezone=True), nullable=False),
    sa.CheckConstraint("form IN ('visit', 'revisit')", name=op.f('ck_drafts_form_known')),
    sa.CheckConstraint("state IN ('ACTIVE', 'KEPT', 'SUBMITTED', 'CANCELLED')", name=op.f('ck_drafts_state_known')),
    sa.ForeignKeyConstraint(['aid_id'], ['aid.id'], name=op.f('fk_drafts_aid_id')),
    sa.ForeignKeyConstraint(['followup_id'], ['followups.id'], name=op.f('fk_drafts_followup_id')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_drafts_household_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_drafts_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drafts'))
    )
    with op.batch_alter_table('drafts', schema=None) as batch_op:
        batch_op.create_index('ix_drafts_household', ['household_id', 'state'], unique=False)
        batch_op.create_index('uq_drafts_active', ['person_id'], unique=True, sqlite_where=sa.text("state = 'ACTIVE'"), postgresql_where=sa.text("state = 'ACTIVE'"))
        batch_op.create_index('uq_drafts_subject', ['person_id', 'form', 'subject'], unique=True, sqlite_where=sa.text("state IN ('ACTIVE', 'KEPT')"), postgresql_where=sa.text("state IN ('ACTIVE', 'KEPT')"))

    op.create_table('notices',
    sa.Column('followup_id', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('stage', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('snoozes', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('because', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('told_at', storage.columns.Instant(timezone=True), nullable=True),
    sa.CheckConstraint("because IN ('liaison', 'officer', 'chair', 'no_liaison', 'not_joined', 'removed', 'blocked')", name=op.f('ck_notices_because_known')),
    sa.CheckConstraint("stage IN ('opens', 'due', 'late', 'officer', 'chair')", name=op.f('ck_notices_stage_known')),
    sa.ForeignKeyConstraint(['followup_id'], ['followups.id'], name=op.f('fk_notices_followup_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_notices_person_id')),
    sa.PrimaryKeyConstraint('followup_id', 'due_on', 'stage', 'snoozes', 'person_id', name=op.f('pk_notices'))
    )
    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.create_index('ix_notices_waiting', ['person_id', 'followup_id'], unique=False, sqlite_where=sa.text('told_at IS NULL'), postgresql_where=sa.text('told_at IS NULL'))

