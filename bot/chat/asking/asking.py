"""申请帮扶: whether it is offered after a report, and its button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, pack
from storage.asking import proposals
from storage.codes import NOBODY, HouseholdState, ReportKind

if TYPE_CHECKING:
    from bot.chat.report.desk import Desk
    from bot.chat.talk import Talk
    from bot.forms.model import Answers

ROUTE = "aid"
# What a visit, or a revisit, says where aid is to follow.
CALLED_FOR = {"measure": "APPLY", "conclusion": "MORE_AID"}


def button(talk: Talk, household_id: int) -> Button:
    """It begins the request for that household."""
    return Button(talk.words.plain("aid.buttons.ask"), pack(ROUTE, "household", household_id))


def is_called_for(answers: Answers) -> bool:
    """Whether the report itself says that aid is to follow."""
    return any(answers.get(slug) == value for slug, value in CALLED_FOR.items())


def is_offered(talk: Talk, desk: Desk, answers: Answers) -> bool:
    """After a visit that met somebody, and after a revisit that calls for it; to those who may propose."""
    if not may_propose(talk, desk.household.state) or answers.get("met") == NOBODY:
        return False
    return desk.form.slug == ReportKind.VISIT or is_called_for(answers)


def may_propose(talk: Talk, state: str) -> bool:
    """Whether the person is shown a way to propose aid for a household whose file is in that state."""
    return bool(talk.person.roles & proposals.PROPOSERS) and state == HouseholdState.ACTIVE
