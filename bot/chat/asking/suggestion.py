"""What the last visit says for a request: their words and needs as its reason, the kinds they speak of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.forms.keys import option_key
from bot.forms.model import Option
from bot.forms.registry import FORMS
from bot.texts import formats
from storage.aid_codes import AidKind
from storage.codes import Cause, ReportKind
from storage.reporting import visits

if TYPE_CHECKING:
    from bot.texts.catalogue import Words
    from storage.core.transaction import Transaction
    from storage.households.dossiers import HouseholdLine
    from storage.reporting.visits import LastReport

# What was said longer ago is no reason for aid today.
RECENT = timedelta(days=180)
SENTENCE_CHARACTERS = 600
NO_NEED = "NONE"
# Which aid answers a need, or the main cause of hardship.
FOR_NEED = {
    "MEDICAL": AidKind.MEDICAL,
    "STUDY": AidKind.STUDY,
    "FUNDS": AidKind.LIVING,
    "JOB": AidKind.JOB,
    "TRAINING": AidKind.TRAIN,
    "LEGAL": AidKind.LEGAL,
    "GOODS": AidKind.WARMTH,
}
FOR_CAUSE = {Cause.ILLNESS: AidKind.MEDICAL, Cause.SCHOOLING: AidKind.STUDY}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Sentences worth a tap, the line that shows them in full, and the kinds of aid spoken of, best first."""

    sentences: tuple[Option, ...]
    note: str
    kinds: tuple[AidKind, ...]


def of(tx: Transaction, household: HouseholdLine, words: Words) -> Suggestion:
    """What is known of this household today."""
    last = visits.last(tx, household.id)
    if last is not None and tx.today - last.visited_on > RECENT:
        last = None
    needs = [] if last is None else _needs(last)
    kinds = [FOR_NEED[one] for one in needs if one in FOR_NEED]
    by_cause = FOR_CAUSE.get(Cause(household.main_cause))
    kinds += [AidKind.LIVING] if by_cause is None else [by_cause, AidKind.LIVING]
    unique = tuple(dict.fromkeys(kinds))
    said = "" if last is None else _sentence(words, last, needs)
    if last is None or not said:
        return Suggestion((), "", unique)
    day = formats.day(words, last.visited_on, tx.today)
    button = words.plain("aid.from_visit", day=day)
    return Suggestion(
        sentences=(Option(last.id, said, button),),
        note=words.plain("aid.visit_said", day=day, said=said),
        kinds=unique,
    )


def _needs(last: LastReport) -> list[str]:
    said = last.answers.get("needs")
    return [str(one) for one in said if one != NO_NEED] if isinstance(said, list) else []


def _sentence(words: Words, last: LastReport, needs: list[str]) -> str:
    """Their own words, then what they need."""
    own = last.answers.get("words")
    form = FORMS[ReportKind.VISIT]
    keys = [option_key(form, form.field("needs"), one) for one in needs]
    named = [words.plain(key) for key in keys if words.has(key)]
    parts = [own.strip()[:SENTENCE_CHARACTERS]] if isinstance(own, str) and own.strip() else []
    if named:
        parts.append(words.plain("aid.needs", needs=formats.listed(words, named)))
    return words.plain("aid.join").join(parts)
