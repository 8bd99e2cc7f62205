"""The two forms as data: nothing of the reports is left out, and few taps are needed."""

from __future__ import annotations

import pytest

from bot.forms import home_visit, revisit
from bot.forms.keys import labelled
from bot.forms.model import EARLIER, Answers, Command, Event, Form, Tapped, Typed
from bot.forms.registry import FORMS
from bot.forms.results import Ask, Finished
from tests.forms.world import LAST, Talk

# /visit, and the household picked from the list.
TAPS_BEFORE = 2


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_conditions_look_only_backwards(form: Form) -> None:
    known = {EARLIER, "@payments", "amount_fen", "@earlier_not_revisited", "@no_recent_visit", "@no_papers"}
    for field in form.fields:
        asked = [*field.when, *field.ask_when, *(when for one in field.refusals for when in one.when)]
        if field.slug != "way":
            assert {one.field for one in asked} <= known, field.slug
        known.add(field.slug)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_conditions_name_only_values_their_field_can_have(form: Form) -> None:
    for field in form.fields:
        for when in (*field.when, *field.ask_when):
            if form.has(when.field):
                assert set(when.values) <= set(labelled(form.field(when.field))), field.slug


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_slugs_are_used_once_and_the_named_fields_exist(form: Form) -> None:
    slugs = [field.slug for field in form.fields]
    assert sorted(set(slugs)) == sorted(slugs)
    assert {*form.basics, form.quote} <= set(slugs)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_what_follows_the_records_names_the_lookup_its_kind_asks(form: Form) -> None:
    for field in form.fields:
        assert field.follows in ("", getattr(field.kind, "source", "")), field.slug


def first_sensible(talk: Talk) -> Event:
    """What somebody in a hurry does: keep the ticks, else the first option, and one sentence."""
    field = talk.form.field(talk.asked)
    words = {"text": "孩子考上大学，学费发愁", "money": "1500"}.get(field.kind.name)
    if field.slug == "members_count":
        words = "4口人"
    if words is not None:
        return Typed(words)
    if talk.draft.ticks:
        return Command.DONE
    offered = labelled(field)
    return Tapped(field.slug, offered[0] if offered else "5")


def filled(talk: Talk) -> tuple[int, int]:
    """Answer everything from the opening card to 提交; how many taps and how many typed messages."""
    talk.do(Command.CHANGED)
    taps, typed = 1, 0
    while isinstance(talk.result, Ask):
        event = first_sensible(talk)
        taps, typed = (taps, typed + 1) if isinstance(event, Typed) else (taps + 1, typed)
        talk.do(event)
        assert "" == talk.problem, talk.result
    assert isinstance(talk.do(Command.SUBMIT), Finished)
    return taps + 1, typed


def test_an_unchanged_visit_takes_at_most_eight_taps() -> None:
    talk = Talk(home_visit.FORM, last=LAST)
    assert isinstance(talk.do(Command.UNCHANGED, Command.SUBMIT), Finished)
    assert TAPS_BEFORE + 2 <= 8


def without(*slugs: str) -> Answers:
    return {slug: value for slug, value in LAST.items() if slug not in slugs}


@pytest.mark.parametrize("last", [LAST, without("needs", "policies", "verified"), {"met": "SELF"}])
def test_a_full_visit_takes_at_most_twenty_taps_and_one_sentence(last: Answers) -> None:
    taps, typed = filled(Talk(home_visit.FORM, last=last))
    assert TAPS_BEFORE + taps <= 20
    assert 1 == typed


def test_a_first_visit_says_all_five_clears_and_never_that_something_is_unchanged() -> None:
    talk = Talk(home_visit.FORM)
    taps, typed = filled(talk)
    assert TAPS_BEFORE + taps <= 21
    assert 8 == typed
    assert {"CHANGED"} == {clear.state for clear in home_visit.five_clears(talk.draft.answers).values()}
    assert ("NEW", "NEW") == (talk.draft.answers["members"], talk.draft.answers["income"])


def test_a_full_revisit_takes_at_most_twenty_taps() -> None:
    taps, typed = filled(Talk(revisit.FORM, prefilled={"payment": "b1", "amount_fen": 180_000}))
    assert TAPS_BEFORE + taps <= 20
    assert 1 == typed


def test_a_visit_where_nobody_was_met_takes_few_taps() -> None:
    talk = Talk(home_visit.FORM, last=LAST, prefilled={"visitors": ["p1"], "met": "NOBODY"})
    steps = (Tapped("not_met_reason", "NOT_HOME"), Tapped("retry_on", "WEEK"), Command.SUBMIT)
    assert isinstance(talk.do(*steps), Finished)
    assert {} == home_visit.five_clears(talk.draft.answers)
