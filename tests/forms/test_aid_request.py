"""The request for aid: what the records leave open is asked, in few taps, and nothing else."""

from __future__ import annotations

import pytest

from bot.forms import aid_request, engine
from bot.forms.model import Answers, Command, Edit, Event, Sent, Tapped, Typed
from bot.forms.results import Ask, Finished, Opening, Review
from tests.forms.world import TODAY, Talk

FORM = aid_request.FORM
NO_WARNINGS: Answers = {}
PHOTO: Answers = {"file_id": "f1", "unique_id": "u1"}


def asking(*, warns: tuple[str, ...] = (), most_fen: int = 500_000) -> Talk:
    talk = Talk(FORM, prefilled=NO_WARNINGS)
    talk.world.warns.extend(warns)
    talk.world.most_fen = most_fen
    return talk


def living(talk: Talk) -> Talk:
    talk.do(Tapped("kind", "LIVING"), Tapped("source", "COMPANY"), Tapped("amount", "300000"))
    return talk


def test_it_begins_with_the_kind() -> None:
    assert Ask("kind", None, 1, 5) == asking().result


def test_a_usual_request_is_five_taps_and_nothing_typed() -> None:
    talk = asking()
    taps: list[Event] = [
        Tapped("kind", "LIVING"),
        Tapped("source", "COMPANY"),
        Tapped("amount", "300000"),
        Tapped("reason", "v1"),
        Command.SKIP,
    ]
    assert isinstance(talk.do(*taps), Review)
    finished = talk.do(Command.SUBMIT)
    assert isinstance(finished, Finished)
    assert {
        "kind": "LIVING",
        "source": "COMPANY",
        "amount": 300_000,
        "reason": "孩子考上大学，学费发愁",
    } == finished.answers


def test_an_exact_standard_and_a_single_source_are_not_asked_and_cannot_be_changed() -> None:
    talk = asking()
    talk.do(Tapped("kind", "SPRING"))
    assert "reason" == talk.asked
    assert ("COMPANY", 200_000) == (talk.draft.answers["source"], talk.draft.answers["amount"])
    talk.do(Typed("过年"), Command.SKIP, Edit("amount"))
    assert "stale" == talk.problem
    assert {"kind", "reason", "papers"} == {one.slug for one in engine.editable(FORM, talk.draft)}


def test_another_kind_asks_again_for_what_no_longer_holds() -> None:
    talk = asking()
    talk.do(Tapped("kind", "SPRING"), Typed("过年"), Command.SKIP)
    talk.do(Edit("kind"), Tapped("kind", "LIVING"))
    assert "source" == talk.asked
    assert "amount" not in talk.draft.answers
    talk.do(Tapped("source", "COMPANY"), Tapped("amount", "100000"))
    assert isinstance(talk.result, Review)
    assert "过年" == talk.draft.answers["reason"]


def test_the_other_way_round_nothing_more_is_asked() -> None:
    talk = living(asking())
    talk.do(Typed("发愁"), Command.SKIP, Edit("kind"), Tapped("kind", "SPRING"))
    assert isinstance(talk.result, Review)
    assert 200_000 == talk.draft.answers["amount"]


def test_too_much_is_refused_at_once_and_the_question_stays() -> None:
    talk = asking()
    talk.do(Tapped("kind", "LIVING"), Tapped("source", "COMPANY"), Typed("6000"))
    assert ("amount", "by_rule") == (talk.asked, talk.problem)


@pytest.mark.parametrize(
    ("warns", "field"),
    [("earlier_not_revisited", "unrevisited_reason"), ("no_recent_visit", "no_visit_reason")],
)
def test_where_a_guard_warns_a_reason_is_asked(warns: str, field: str) -> None:
    talk = living(asking(warns=(warns,)))
    talk.do(Typed("发愁"), Command.SKIP)
    assert field == talk.asked
    talk.do(Command.SKIP)
    assert "required" == talk.problem
    finished = talk.do(Typed("孩子开学等不及"), Command.SUBMIT)
    assert isinstance(finished, Finished)
    assert "孩子开学等不及" == finished.answers[field]


def test_without_pictures_it_is_asked_once_where_they_are_wanted() -> None:
    talk = living(asking(warns=("no_papers",)))
    talk.do(Typed("发愁"), Command.SKIP)
    assert "no_papers" == talk.asked
    talk.do(Command.SKIP)
    assert "required" == talk.problem
    finished = talk.do(Tapped("no_papers", "YES"), Command.SUBMIT)
    assert isinstance(finished, Finished)
    assert "YES" == finished.answers["no_papers"]


def test_a_warning_that_came_up_meanwhile_is_asked_before_it_is_handed_in() -> None:
    talk = living(asking())
    talk.do(Typed("发愁"), Command.SKIP)
    talk.world.warns.append("no_recent_visit")
    assert isinstance(talk.do(Command.SUBMIT), Review)
    assert "missing" == talk.problem
    talk.do(Edit("no_visit_reason"), Typed("在外地住院"))
    assert isinstance(talk.do(Command.SUBMIT), Finished)


def test_an_amount_that_is_no_longer_possible_is_missing_at_the_end() -> None:
    talk = living(asking())
    talk.do(Typed("发愁"), Command.SKIP)
    talk.world.most_fen = 200_000
    talk.do(Command.SUBMIT)
    assert "missing" == talk.problem
    talk.do(Edit("amount"))
    assert "amount" == talk.asked


def test_a_kind_that_fell_away_is_asked_again_in_the_end() -> None:
    talk = living(asking())
    talk.do(Typed("发愁"), Command.SKIP)
    del talk.world.kinds[0]
    talk.do(Command.SUBMIT)
    assert "missing" == talk.problem


def test_papers_sent_at_any_moment_join_the_request() -> None:
    talk = living(asking())
    assert isinstance(talk.do(Sent("photo", PHOTO)), Ask)
    assert "reason" == talk.asked
    talk.do(Typed("发愁"))
    assert ("papers", (PHOTO,)) == (talk.asked, talk.draft.ticks)
    finished = talk.do(Command.DONE, Sent("photo", {"file_id": "f2", "unique_id": "u2"}), Command.SUBMIT)
    assert isinstance(finished, Finished)
    papers = finished.answers["papers"]
    assert isinstance(papers, list)
    assert 2 == len(papers)


def test_the_tenth_paper_is_one_too_many() -> None:
    talk = living(asking())
    talk.do(Typed("发愁"))
    talk.do(*(Sent("photo", {"file_id": f"f{one}", "unique_id": f"u{one}"}) for one in range(10)))
    assert "photos_full" == talk.problem


def test_going_back_from_the_first_question_shows_the_opening() -> None:
    talk = asking()
    assert Opening() == talk.do(Command.BACK)
    assert Ask("kind", None, 1, 5) == talk.do(Command.CHANGED)


def test_a_sentence_that_was_not_offered_is_no_reason() -> None:
    talk = living(asking())
    talk.do(Tapped("reason", "v2"))
    assert ("reason", "no_such_option") == (talk.asked, talk.problem)


def test_answers_known_at_once_lead_to_the_first_gap() -> None:
    talk = asking()
    told: Answers = {"kind": "LIVING", "amount": 300_000, "reason": "学费"}
    draft, result = engine.begin_with(FORM, talk.draft, told, talk.world, TODAY)
    assert Ask("source", None, 0, 0) == result
    assert 300_000 == draft.answers["amount"]


def test_an_amount_known_at_once_that_is_too_much_is_asked() -> None:
    talk = asking(most_fen=200_000)
    told: Answers = {"kind": "LIVING", "source": "COMPANY", "amount": 300_000, "reason": "学费"}
    _, result = engine.begin_with(FORM, talk.draft, told, talk.world, TODAY)
    assert Ask("amount", None, 0, 0) == result
