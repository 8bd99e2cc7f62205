"""Lays a draft out on the desk its cards are drawn from, with what the records know of the household."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from bot.chat.asking.possible import AidLookups
from bot.chat.report.desk import Desk
from bot.chat.report.form_buttons import FormButtons
from bot.chat.report.lookups import RecordLookups
from bot.forms import engine
from bot.forms.engine import Draft
from bot.forms.registry import FORMS
from storage.aid import aid_rows
from storage.booking import aid
from storage.codes import ReportKind
from storage.households import dossiers
from storage.reporting import visits

if TYPE_CHECKING:
    from bot.chat.talk import Talk
    from bot.forms.model import Answers, Form, Lookups
    from storage.households.dossiers import HouseholdLine
    from storage.reporting import drafts

VISITORS_EXPECTED = 2


def fresh(talk: Talk, form: Form, household_id: int, aid_id: str | None) -> tuple[Desk, Draft]:
    """A new draft, with what the records know, laid out for its first card."""
    household = dossiers.line(talk.tx, talk.person, household_id)
    lookups = _lookups(talk, form, household, aid_id)
    last = visits.last(talk.tx, household_id) if form.slug == ReportKind.VISIT else None
    known: Answers = {}
    if form.slug == ReportKind.VISIT:
        known["main_cause"] = household.main_cause
        known["visitors"] = _visitors(talk, last.visitor_ids if last else ())
    if form.slug == ReportKind.REVISIT and aid_id is not None:
        payment = aid.payment(talk.tx, talk.person, aid_id)
        known.update(payment=aid_id, amount_fen=payment.amount_fen)
    earlier = cast("Answers", last.answers) if last else None
    draft = engine.start(form, prefilled=known, last=earlier, today=talk.today, lookups=lookups)
    desk = Desk(
        words=talk.words,
        form=form,
        draft=draft,
        buttons=FormButtons("0" * 32, form, draft),
        lookups=lookups,
        household=household,
        last_on=last.visited_on if last else None,
        today=talk.today,
    )
    return desk, draft


def _visitors(talk: Talk, last_ids: tuple[int, ...]) -> list[str]:
    """The reporter, and whoever went along with them last time; of others' companions nothing is known."""
    others = [one for one in last_ids if one != talk.person.id] if talk.person.id in last_ids else []
    return [str(one) for one in [talk.person.id, *others][:VISITORS_EXPECTED]]


def restored(row: drafts.OpenDraft) -> tuple[Form, Draft]:
    """A kept draft as the engine knows it, with its form."""
    form = FORMS[row.form]
    return form, Draft.from_json(cast("Answers", row.content), form)


def desk_of(talk: Talk, row: drafts.OpenDraft, form: Form, draft: Draft) -> Desk:
    """A kept draft laid out for its card."""
    household = dossiers.line(talk.tx, talk.person, row.household_id)
    return Desk(
        words=talk.words,
        form=form,
        draft=draft,
        buttons=FormButtons(row.id, form, draft),
        lookups=_lookups(talk, form, household, row.aid_id),
        household=household,
        last_on=household.last_visit_on,
        today=talk.today,
    )


def _lookups(talk: Talk, form: Form, household: HouseholdLine, aid_id: str | None) -> Lookups:
    """What answers the form's questions; of a request for aid `aid_id` is the piece of aid it changes."""
    if form.slug != ReportKind.AID:
        return RecordLookups(talk.tx, talk.person, household, talk.words, aid_id)
    changed = None if aid_id is None else aid_rows.get(talk.tx, talk.person, aid_id)
    return AidLookups(talk.tx, talk.person, household, talk.words, changed)


def laid_out(desk: Desk, row: drafts.OpenDraft, form: Form, draft: Draft) -> Desk:
    """The same desk with the draft as it is now."""
    return replace(desk, draft=draft, buttons=FormButtons(row.id, form, draft))
