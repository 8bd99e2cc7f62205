"""Every step, reason and bulletin of a step has its words in both languages; what is typed is escaped."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.chat.screens.item.decisions import CLOSE_REASONS, MORE_REASONS
from bot.reminders import step_words
from bot.texts.catalogue import LANGUAGES, words
from storage.codes import FollowupKind, StepAct
from storage.due.step_log import Step
from storage.steps import steps
from tests.conftest import ZONE

TODAY = date(2017, 9, 4)
# Half past one in the night of the fourth, where the union is.
STEP = Step(
    id=1,
    followup_id=1,
    kind=FollowupKind.RECHECK,
    act=StepAct.TAKE,
    person_name="李<敏>",
    other_name=None,
    until_on=None,
    reason="",
    done_at=datetime(2017, 9, 3, 17, 30, tzinfo=UTC),
)
# Whoever had the item hears of these, the officers of those that set it aside.
TOLD = ("assigned", "passed_on", "taken", "more_days", "closed", *sorted(steps.ASIDE))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("act", list(StepAct))
def test_every_step_is_one_line_that_names_the_day_and_the_person(language: str, act: StepAct) -> None:
    step = replace(STEP, act=act, other_name="张东", until_on=date(2018, 1, 2))
    said = step_words.line(step, words(language), TODAY, ZONE)
    assert said.count("\n") == 0
    assert "李&lt;敏&gt;" in said
    assert {"zh": "9 月 4 日", "en": "4 Sep"}[language] in said
    assert ("2018" in said) == (act not in (StepAct.TAKE, StepAct.REASSIGN, StepAct.CLOSE))
    assert ("张东" in said) == (act == StepAct.REASSIGN)


def test_a_reason_stands_in_the_readers_language_or_as_it_was_written() -> None:
    given = replace(STEP, act=StepAct.CLOSE, reason="SEEN")
    assert "9 月 4 日 李&lt;敏&gt; 关闭（刚见过，没填）" == step_words.line(given, words("zh"), TODAY, ZONE)
    assert step_words.line(given, words("en"), TODAY, ZONE).endswith("(Just seen, no report)")
    typed = replace(given, reason="<i>{name}</i>")
    assert step_words.line(typed, words("zh"), TODAY, ZONE).endswith("（&lt;i&gt;{name}&lt;/i&gt;）")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_common_reason_has_words(language: str) -> None:
    kept = set(words(language).under("acts.reasons"))
    assert {*MORE_REASONS, *CLOSE_REASONS} == kept


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", TOLD)
def test_every_bulletin_of_a_step_has_words(language: str, slug: str) -> None:
    assert {"person", "name", "file_no"} <= words(language).placeholders(f"bulletins.step_{slug}.line")
