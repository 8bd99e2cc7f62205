"""What a conversation came to in the database, without ids and times, so that two roads can be compared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from storage.core.transaction import Transaction
    from storage.database import Database

# Ids are random and times differ; a draft's revision counts taps, and what is asked stands in its content.
_STATEMENTS = {
    "visits": "SELECT number, household_id, visited_on, way, kind, met, assessment, measure, next_visit_on,"
    " answers, state, revision, reported_by FROM visits WHERE imported_at IS NULL ORDER BY number",
    "visitors": "SELECT v.number, p.person_id FROM visit_visitors p JOIN visits v ON v.id = p.visit_id"
    " WHERE v.imported_at IS NULL ORDER BY v.number, p.person_id",
    "revisits": "SELECT number, household_id, aid_id, visited_on, way, met, received, conclusion, again_on,"
    " answers, state, revision, reported_by FROM revisits ORDER BY number",
    "revisions": "SELECT kind, revision, answers, changed_by FROM report_revisions"
    " ORDER BY changed_at, revision",
    "drafts": "SELECT person_id, form, household_id, aid_id, state, content FROM drafts",
    "followups": "SELECT household_id, kind, aid_id, round, opens_on, due_on, state, snoozes, snoozed_until,"
    " turn, person_id FROM followups ORDER BY household_id, kind, aid_id, round, due_on, state",
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
        name: [tuple(map(_plain, row)) for row in tx.connection.execute(text(statement))]
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
