"""What a proposal says: its form's answers as columns and as a wish; PURE, knows no household."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from storage import errors
from storage.aid_codes import AidKind, FundSource
from storage.aid_refusals import BadAmount, EarlierNotRevisited, NoRecentVisit, ReasonMissing
from storage.asking.aid_rules import Wish

if TYPE_CHECKING:
    from collections.abc import Mapping

REASON_CHARACTERS = 1_000
# Ends of lines, and what joins the parts of a picture.
KEPT = "\n\u200d"
# Which answer is the reason for going ahead beside which warning.
WHY = {
    EarlierNotRevisited.slug: "unrevisited_reason",
    NoRecentVisit.slug: "no_visit_reason",
}

Code = TypeVar("Code", AidKind, FundSource)


@dataclass(frozen=True, slots=True)
class Said:
    """What is asked for, and why; `reasons` by the slug of the warning that each answers."""

    kind: AidKind
    source: FundSource
    amount_fen: int
    reason: str
    reasons: Mapping[str, str]

    def wish(self, household_id: int, for_year: int) -> Wish:
        """It as something to be judged."""
        return Wish(household_id, self.kind, self.source, self.amount_fen, for_year, self.reasons)

    def columns(self, answers: Mapping[str, object]) -> dict[str, object]:
        """It as columns of the aid."""
        what = {"kind": str(self.kind), "source": str(self.source), "amount_fen": self.amount_fen}
        return {**what, "reason": self.reason, "answers": dict(answers)}


def read(answers: Mapping[str, object]) -> Said:
    """Return what the answers say. Refuses NotFound (no such code), BadAmount, ReasonMissing, BadReason."""
    kind = _code(AidKind, answers.get("kind"))
    amount_fen = answers.get("amount", 0)
    if not isinstance(amount_fen, int) or isinstance(amount_fen, bool):
        raise BadAmount(kind=str(kind))
    reason = sentence(answers.get("reason"))
    reasons = {slug: sentence(answers.get(name), optional=True) for slug, name in WHY.items()}
    source = _code(FundSource, answers.get("source"))
    return Said(kind, source, amount_fen, reason, {slug: why for slug, why in reasons.items() if why})


def sentence(typed: object, *, optional: bool = False) -> str:
    """Words as they are kept: nothing invisible but ends of lines. Refuses ReasonMissing, BadReason."""
    text = typed if isinstance(typed, str) else ""
    said = "".join(one for one in text if one.isprintable() or one in KEPT).strip()
    if not said and not optional:
        raise ReasonMissing
    if len(said) > REASON_CHARACTERS:
        raise errors.BadReason(most=REASON_CHARACTERS)
    return said


def _code(codes: type[Code], given: object) -> Code:
    """A code that a form offered; anything else was forged."""
    try:
        return codes(str(given))
    except ValueError:
        raise errors.NotFound from None
