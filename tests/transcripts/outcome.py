"""What a conversation came to in the database, without ids and times, so that two roads can be compared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from storage.core.transaction import Transaction
    from storage.database import Database

# What stands for {aid_no}: of which aid a row is, as its id is random.
_AID_NO = "(SELECT aid.number FROM aid WHERE aid.id = aid_id)"
# Ids are random and times differ; a draft's revision counts taps, and what is asked stands in its content.
_STATEMENTS = {
    "visits": "SELECT number, household_id, visited_on, way, kind, met, assessment, measure, next_visit_on,"
    " answers, state, revision, reported_by FROM visits WHERE imported_at IS NULL ORDER BY number",
    "visitors": "SELECT v.number, p.person_id FROM visit_visitors p JOIN visits v ON v.id = p.visit_id"
    " WHERE v.imported_at IS NULL ORDER BY v.number, p.person_id",
    "revisits": "SELECT number, household_id, {aid_no}, visited_on, way, met, received, conclusion,"
    " again_on, answers, state, revision, reported_by FROM revisits ORDER BY number",
    "revisions": "SELECT kind, revision, answers, changed_by FROM report_revisions"
    " ORDER BY changed_at, revision",
    "drafts": "SELECT person_id, form, household_id, {aid_no}, state, content FROM drafts",
    "followups": "SELECT household_id, kind, {aid_no} AS aid_no, round, opens_on, due_on, state, snoozes,"
    " snoozed_until, turn, person_id FROM followups"
    " ORDER BY household_id, kind, aid_no, round, due_on, state",
    "lists": "SELECT number, kind, source, for_year, state, revision, approvals_needed, reason, people,"
    " sum_fen, paid_people, paid_fen, exceptions, struck, made_by, paid_on, method, voucher_no, paid_by"
    " FROM aid_batches ORDER BY number",
    "budgets": "SELECT year, revision, amount_fen, lines, reason, source, state, drafted_by, decided_by"
    " FROM budget_revisions ORDER BY year, revision",
    "standards": "SELECT year, kind, category, amount_fen, lowest_fen, highest_fen, cap_fen, set_by"
    " FROM aid_standards ORDER BY id",
    "aid": "SELECT number, household_id, kind, source, for_year, amount_fen, paid_fen, state, revision,"
    " approvals_needed, reason, answers, is_emergency, proposed_by FROM aid"
    " WHERE imported_at IS NULL ORDER BY number",
    "aid_steps": "SELECT {aid_no}, batch_id IS NULL, act, person_id, for_person_id, revision, amount_fen,"
    " guard, reason FROM aid_steps ORDER BY id",
    "payments": "SELECT {aid_no} AS aid_no, amount_fen, paid_on, method, voucher_no, state, reason, paid_by"
    " FROM payments WHERE imported_at IS NULL ORDER BY aid_no, recorded_at, amount_fen",
    "fund": "SELECT balance_fen, reserved_fen FROM fund_balances ORDER BY union_id",
    "steps": "SELECT household_id, person_id, act, until_on, other_person_id, reason FROM followup_steps"
    " ORDER BY id",
    "bulletins": "SELECT person_id, slug, is_urgent FROM bulletins ORDER BY person_id, slug",
    "households": "SELECT id, state, last_visit_on, missed_visits FROM households ORDER BY id",
    "notices": "SELECT followup_id, stage, person_id, told_at IS NULL FROM notices ORDER BY 1, 2, 3",
    "people": "SELECT id, telegram_id, language FROM people ORDER BY id",
    "ledger": "SELECT count(*), sum(amount_fen) FROM ledger_entries",
}


def outcome(database: Database) -> dict[str, list[Any]]:
    """Every row that a conversation can have made or changed, in an order of its own."""
    return database.view(_outcome)


def _outcome(tx: Transaction) -> dict[str, list[Any]]:
    found = {
        name: [
            tuple(map(_plain, row))
            for row in tx.connection.execute(text(statement.replace("{aid_no}", _AID_NO)))
        ]
        for name, statement in _STATEMENTS.items()
    }
    found["drafts"] = sorted(found["drafts"], key=repr)
    return found


def _plain(value: Any) -> Any:  # noqa: ANN401 - a column of any table
    if not isinstance(value, str) or not value.startswith("{"):
        return value
    content = json.loads(value)
    content.pop("revision", None)
    return json.dumps(content, ensure_ascii=False, sort_keys=True)
