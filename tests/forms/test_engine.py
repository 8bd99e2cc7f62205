"""The road of a form: forward, back, aside, changed and handed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.forms import engine, home_visit, revisit
from bot.forms.draft import REVIEW, START, Draft
from bot.forms.model import Command, Edit, Invalid, Sent, Tapped, Typed
from bot.forms.results import Ask, Cancelled, Change, Finished, Kept, Opening, Review
from tests.forms.world import LAST, TODAY, Talk, World

VISIT = home_visit.FORM


def test_it_begins_with_the_basics_filled_in() -> None:
    talk = Talk(VISIT, last=LAST)
    basics = {slug: talk.draft.answers[slug] for slug in VISIT.basics}
    expected = {
        "date": "2017-09-04",
        "way": "HOME",
        "kind": "RECHECK",
        "visitors": ["p1", "p2"],
        "met": "SELF",
    }
    assert expected == basics
    assert Opening() == talk.result


def test_the_first_visit_of_a_household_is_a_first_check_and_calls_nothing_unchanged() -> None:
    talk = Talk(VISIT)
    assert "FIRST" == talk.draft.answers["kind"]
    talk.do(Command.UNCHANGED)
    assert "nothing_earlier" == talk.problem
    talk.do(Command.CHANGED)
    assert "members_count" == talk.asked
    asked = {field.slug for field in engine.editable(VISIT, talk.draft)}
    assert not {"members", "income", "clears"} & asked
    assert {"clear_family", "clear_mind", "main_cause", "income_amount"} <= asked


def test_an_unchanged_visit_repeats_last_time_and_stamps_the_clears() -> None:
    talk = Talk(VISIT, last=LAST)
    talk.do(Command.UNCHANGED)
    assert Review() == talk.result
    finished = talk.do(Command.SUBMIT)
    assert isinstance(finished, Finished)
    assert ["SAME"] == finished.answers["clears"]
    assert ("SAME", "KEEP") == (finished.answers["assessment"], finished.answers["measure"])
    assert ("SELF", "HOME") == (finished.answers["met"], finished.answers["way"])
    assert ["MEDICAL"] == finished.answers["needs"]
    assert "2017-12-03" == finished.answers["next_visit"]
    assert "words" not in finished.answers


def test_an_unchanged_visit_on_a_poor_record_asks_only_what_is_needed() -> None:
    talk = Talk(VISIT, last={"assessment": "WORSE", "met": "SELF"})
    talk.do(Command.UNCHANGED)
    assert "needs" == talk.asked
    talk.do(Tapped("needs", "NONE"))
    assert Review() == talk.result


def test_back_returns_to_the_question_before_with_its_answer() -> None:
    talk = Talk(VISIT, last=LAST)
    talk.do(Command.CHANGED, Tapped("members", "SAME"), Tapped("income", "SAME"), Command.BACK)
    assert "income" == talk.asked
    assert "SAME" == talk.draft.answers["income"]
    talk.do(Command.BACK, Command.BACK)
    assert Opening() == talk.result
    assert Opening(Invalid("nothing_before")) == talk.do(Command.BACK)


def test_back_passes_over_questions_that_no_longer_belong() -> None:
    talk = Talk(VISIT, last=LAST)
    talk.do(Command.CHANGED, Tapped("members", "MORE"), Typed("4"), Command.BACK, Command.BACK)
    talk.do(Tapped("members", "SAME"), Command.BACK)
    assert "members" == talk.asked


def test_a_change_from_the_summary_asks_one_question_and_returns() -> None:
    talk = Talk(VISIT, last=LAST)
    talk.do(Command.UNCHANGED, Edit("assessment"))
    assert Ask("assessment") == talk.result
    assert Review() == talk.do(Tapped("assessment", "BETTER"))
    assert not talk.draft.editing
    assert (START,) == talk.draft.trail


def test_a_change_that_makes_another_answer_needed_asks_that_too() -> None:
    talk = Talk(VISIT, last=LAST)
    talk.do(
        Command.UNCHANGED, Edit("clears"), Tapped("clears", "CAUSE"), Tapped("clears", "MIND"), Command.DONE
    )
    assert "clear_cause" == talk.asked
    talk.do(Typed("丈夫确诊"))
    assert "clear_mind" == talk.asked
    assert Review() == talk.do(Tapped("clear_mind", "UNKNOWN"))
    clears = home_visit.five_clears(talk.draft.answers)
    assert home_visit.Clear("CHANGED", "丈夫确诊") == clears["CAUSE"]
    assert home_visit.Clear("UNKNOWN") == clears["MIND"]
    assert home_visit.Clear("SAME") == clears["FAMILY"]


def test_back_from_a_change_returns_to_the_summary_and_changes_nothing() -> None:
    talk = Talk(VISIT, last=LAST)
    talk.do(Command.UNCHANGED)
    before = talk.draft.answers
    assert Review() == talk.do(Edit("needs"), Tapped("needs", "FUNDS"), Command.BACK)
    assert before == talk.draft.answers


def test_a_basic_is_changed_on_the_opening_card() -> None:
    talk = Talk(VISIT, last=LAST)
    talk.do(Edit("date"), Tapped("date", "m:2017-08"))
    assert "2017-08" == talk.draft.month
    assert Opening() == talk.do(Tapped("date", "2017-08-20"))
    talk.do(Command.UNCHANGED)
    assert "2017-08-20" == talk.draft.answers["date"]
    assert "2017-11-18" == talk.draft.answers["next_visit"]


def test_a_next_visit_of_ones_own_is_not_overruled() -> None:
    talk = Talk(VISIT, last=LAST)
    talk.do(Command.UNCHANGED, Edit("next_visit"), Typed("10月8日"), Edit("date"), Typed("昨天"))
    assert "2017-10-08" == talk.draft.answers["next_visit"]


def test_a_suggested_day_that_is_past_becomes_tomorrow() -> None:
    talk = Talk(VISIT, last=LAST)
    talk.do(Edit("date"), Typed("2017-01-03"), Command.UNCHANGED)
    assert "2017-09-05" == talk.draft.answers["next_visit"]


def test_nobody_met_makes_a_short_report() -> None:
    talk = Talk(VISIT, last=LAST)
    talk.do(Edit("met"), Tapped("met", "NOBODY"))
    assert Ask("not_met_reason", None, 1, 2) == talk.result
    talk.do(Tapped("not_met_reason", "NOT_HOME"))
    assert Ask("retry_on", None, 2, 2) == talk.result
    assert Review() == talk.do(Tapped("retry_on", "WEEK"))
    finished = talk.do(Command.SUBMIT)
    assert isinstance(finished, Finished)
    slugs = {"date", "way", "kind", "visitors", "met", "not_met_reason", "retry_on"}
    assert slugs == set(finished.answers)


def test_a_report_begun_as_not_met_asks_the_reason_at_once() -> None:
    talk = Talk(VISIT, last=LAST, prefilled={"visitors": ["p1"], "met": "NOBODY"})
    assert "not_met_reason" == talk.asked


def test_answers_whose_conditions_fell_away_return_with_the_condition() -> None:
    talk = Talk(VISIT, last=LAST)
    talk.do(Command.UNCHANGED, Edit("income"), Tapped("income", "UP"), Typed("1500"))
    talk.do(Edit("income"), Tapped("income", "SAME"))
    finished = talk.do(Command.SUBMIT)
    assert isinstance(finished, Finished)
    assert "income_amount" not in finished.answers
    talk.do(Edit("income"), Tapped("income", "DOWN"))
    assert Review() == talk.result
    finished = talk.do(Command.SUBMIT)
    assert isinstance(finished, Finished)
    assert 150_000 == finished.answers["income_amount"]


def test_a_stale_tap_changes_nothing_and_shows_the_current_question() -> None:
    talk = Talk(VISIT, last=LAST)
    talk.do(Command.CHANGED, Tapped("members", "SAME"))
    before = talk.draft
    talk.do(Tapped("members", "MORE"))
    assert ("income", "stale") == (talk.asked, talk.problem)
    assert before == talk.draft


def test_the_wrong_kind_of_answer_is_named_and_changes_nothing() -> None:
    talk = Talk(VISIT, last=LAST)
    talk.do(Edit("date"))
    before = talk.draft
    talk.do(Sent("sticker"))
    assert "day_wanted" == talk.problem
    talk.do(Typed("2月31日"))
    assert "no_such_day" == talk.problem
    assert before == talk.draft


def test_a_required_question_cannot_be_skipped_and_an_optional_one_can() -> None:
    talk = Talk(VISIT, last=LAST)
    talk.do(Command.CHANGED, Command.SKIP)
    assert "required" == talk.problem
    talk.do(Tapped("members", "SAME"), Tapped("income", "UP"), Command.SKIP)
    assert "employment" == talk.asked


def test_nothing_is_handed_in_without_what_is_required() -> None:
    talk = Talk(VISIT, last=LAST, prefilled={"visitors": ["p1", "p2"]})
    talk.do(Command.UNCHANGED)
    talk.draft = replace(
        talk.draft, answers={slug: value for slug, value in talk.draft.answers.items() if slug != "needs"}
    )
    revision = talk.draft.revision
    assert Review(Invalid("missing", {"field": "needs"})) == talk.do(Command.SUBMIT)
    assert revision == talk.draft.revision
    assert "needs" == (talk.do(Edit("needs")), talk.asked)[1]


def test_buttons_out_of_place_do_nothing() -> None:
    talk = Talk(VISIT, last=LAST)
    for command in (Command.SUBMIT, Command.SKIP, Command.DONE):
        assert Opening(Invalid("not_here")) == talk.do(command)
    assert Opening(Invalid("buttons_here")) == talk.do(Typed("你好"))
    talk.do(Command.CHANGED, Command.CHANGED)
    assert "not_here" == talk.problem
    talk.do(Edit("date"))
    assert "not_here" == talk.problem


def test_cancel_and_keep_are_always_possible() -> None:
    talk = Talk(VISIT, last=LAST)
    assert Kept() == talk.do(Command.KEEP)
    talk.do(Command.CHANGED)
    assert Kept() == talk.do(Command.KEEP)
    assert "members" == talk.draft.at
    assert Cancelled() == talk.do(Command.CANCEL)


def test_only_what_is_asked_is_counted() -> None:
    talk = Talk(VISIT, last=LAST)
    talk.do(Command.CHANGED)
    assert (1, 15) == engine.remaining(VISIT, talk.draft)
    talk.do(Tapped("members", "MORE"))
    assert Ask("members_count", None, 2, 16) == talk.result


def test_last_time_is_ticked_and_unticked() -> None:
    talk = Talk(VISIT, last=LAST)
    talk.do(Command.CHANGED, *(Tapped(slug, "SAME") for slug in ("members", "income")))
    talk.do(*(Command.SKIP for _ in range(4)), Tapped("clears", "SAME"), Command.SKIP)
    assert "policies" == talk.asked
    assert ("MEDICAL_AID",) == talk.draft.ticks
    talk.do(Tapped("policies", "ALLOWANCE"), Command.DONE)
    assert ["ALLOWANCE", "MEDICAL_AID"] == talk.draft.answers["policies"]


def test_photos_voice_and_place_join_the_report_on_the_summary() -> None:
    talk = Talk(VISIT, last=LAST)
    talk.do(Command.UNCHANGED)
    photos = [
        Sent("photo", {"file_id": f"f{number % 6}", "unique_id": f"u{number % 6}"}) for number in range(7)
    ]
    assert Review(Invalid("photos_full", {"most": 5})) == talk.do(*photos[:6])
    assert Review() == talk.do(photos[0], Sent("place", {"latitude": 23.7, "longitude": 103.3}))
    assert Review() == talk.do(Sent("voice", {"file_id": "f", "unique_id": "u", "duration": 3}))
    finished = talk.do(Command.SUBMIT)
    assert isinstance(finished, Finished)
    assert ["u0", "u1", "u2", "u3", "u4"] == [one["unique_id"] for one in _photos(finished)]
    assert {"latitude": 23.7, "longitude": 103.3} == finished.answers["place"]
    assert Review(Invalid("buttons_here")) == talk.do(Sent("sticker"))


def test_done_without_a_photo_goes_on_where_none_is_needed() -> None:
    talk = Talk(VISIT, last=LAST)
    talk.do(Command.UNCHANGED, Edit("photos"))
    assert "photos" == talk.asked
    assert Review() == talk.do(Command.DONE)
    assert "photos" not in talk.draft.answers


def _photos(finished: Finished) -> list[dict[str, str]]:
    kept = finished.answers["photos"]
    assert isinstance(kept, list)
    return kept


def test_aid_handed_over_is_asked_only_when_a_payment_is_approved() -> None:
    without, with_payment = Talk(VISIT, last=LAST), Talk(VISIT, last=LAST, payments=True)
    assert "aid_given" not in {field.slug for field in engine.editable(VISIT, without.draft)}
    assert "aid_given" in {field.slug for field in engine.editable(VISIT, with_payment.draft)}
    with_payment.do(Command.UNCHANGED, Edit("aid_given"), Tapped("aid_given", "b1"))
    assert "b1" == with_payment.draft.answers["aid_given"]


def test_the_summary_shows_only_what_changed() -> None:
    talk = Talk(VISIT, last=LAST)
    talk.do(Command.UNCHANGED)
    assert [] == engine.changes(VISIT, talk.draft)
    talk.do(Edit("assessment"), Tapped("assessment", "BETTER"), Edit("housing"), Tapped("housing", "RENTED"))
    expected = [Change("housing", "OWN", "RENTED"), Change("assessment", "WORSE", "BETTER")]
    assert expected == engine.changes(VISIT, talk.draft)
    assert [] == engine.changes(VISIT, Talk(VISIT).draft)


def test_one_message_goes_straight_to_what_is_missing() -> None:
    talk = Talk(VISIT, last=LAST)
    said = {
        "way": "HOME",
        "needs": ["STUDY"],
        "words": "学费发愁",
        "next_visit": "2017-10-08",
        "met": "ALIEN",
    }
    draft, result = engine.begin_with(VISIT, talk.draft, dict(said), World(), TODAY)
    assert Ask("assessment") == result
    assert 1 == draft.revision
    draft, result = engine.answer(VISIT, draft, Tapped("assessment", "SAME"), World(), TODAY)
    assert Review() == result
    assert (["STUDY"], "2017-10-08", "SELF") == tuple(
        draft.answers[slug] for slug in ("needs", "next_visit", "met")
    )
    _, result = engine.answer(VISIT, draft, Command.SUBMIT, World(), TODAY)
    assert isinstance(result, Finished)


def test_one_message_that_says_all_as_before_goes_to_the_summary() -> None:
    talk = Talk(VISIT, last=LAST)
    draft, result = engine.begin_with(VISIT, talk.draft, {"way": "HOME"}, World(), TODAY, unchanged=True)
    assert Review() == result
    assert "SAME" == draft.answers["assessment"]


def test_a_draft_of_an_older_form_keeps_the_answers_that_still_exist() -> None:
    talk = Talk(VISIT, last=LAST)
    talk.do(Command.CHANGED, Tapped("members", "SAME"))
    stored = talk.draft.to_json() | {"form_version": 0, "gone": 1}
    answers = {**talk.draft.answers, "abolished": "x"}
    kept = Draft.from_json({**stored, "answers": answers}, VISIT)
    assert ("income", VISIT.version) == (kept.at, kept.form_version)
    assert "abolished" not in kept.answers
    assert "SAME" == kept.answers["members"]
    lost = Draft.from_json({**stored, "at": "abolished"}, VISIT)
    assert START == lost.at
    assert talk.draft == Draft.from_json(talk.draft.to_json(), VISIT)


# Revisits.

REVISIT = revisit.FORM


def begun(amount_fen: int = 180_000) -> Talk:
    return Talk(REVISIT, prefilled={"payment": "b1", "amount_fen": amount_fen})


def test_a_telephone_is_not_enough_from_five_thousand_yuan() -> None:
    small, large = begun(499_999), begun(500_000)
    assert Opening() == small.do(Edit("way"), Tapped("way", "PHONE"))
    large.do(Edit("way"), Tapped("way", "PHONE"))
    assert ("way", "phone_not_enough") == (large.asked, large.problem)
    assert Opening() == large.do(Tapped("way", "VIDEO"))


def test_aid_that_did_not_arrive_asks_why_and_little_else() -> None:
    talk = begun()
    talk.do(Command.CHANGED, Tapped("received", "NOT"))
    assert "not_received_reason" == talk.asked
    talk.do(Typed("卡号不对，退回了"), Command.SKIP)
    assert "conclusion" == talk.asked
    talk.do(Tapped("conclusion", "CLOSE"))
    assert "not_closed_unreceived" == talk.problem
    assert Review() == talk.do(Tapped("conclusion", "AGAIN_30"))
    finished = talk.do(Command.SUBMIT)
    assert isinstance(finished, Finished)
    assert {"payment", "date", "way", "met", "received", "not_received_reason", "conclusion"} == set(
        finished.answers
    )


def test_a_closed_revisit_whose_receipt_is_taken_back_cannot_be_handed_in() -> None:
    talk = begun()
    draft, result = engine.begin_with(
        REVISIT,
        talk.draft,
        {
            "received": "FULL",
            "purpose": "YES",
            "situation": "BETTER",
            "satisfaction": 5,
            "conclusion": "CLOSE",
        },
        World(),
        date(2017, 9, 4),
    )
    assert Review() == result
    talk.draft = draft
    talk.do(Edit("received"), Tapped("received", "NOT"), Typed("没到账"))
    assert REVIEW == talk.draft.at
    talk.do(Command.SUBMIT)
    assert "not_closed_unreceived" == talk.problem


def test_nobody_reached_asks_when_to_try_again() -> None:
    talk = begun()
    talk.do(Edit("met"), Tapped("met", "NOBODY"))
    assert "retry_on" == talk.asked
    assert Review() == talk.do(Typed("三天后"))
    assert isinstance(talk.do(Command.SUBMIT), Finished)


def test_a_revisit_never_offers_to_repeat() -> None:
    assert Opening(Invalid("nothing_earlier")) == begun().do(Command.UNCHANGED)


@pytest.mark.parametrize("reason", ["PARTLY", "NO"])
def test_another_use_than_meant_is_explained(reason: str) -> None:
    talk = begun()
    talk.do(
        Command.CHANGED, Tapped("received", "FULL"), Command.SKIP, Command.SKIP, Tapped("purpose", reason)
    )
    assert "purpose_reason" == talk.asked
