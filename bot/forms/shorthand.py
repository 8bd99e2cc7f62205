"""A whole report in one message, for bad networks: 走访 施磊斌 入户 本人 需要助学 下次10月8日.

Phrases may come in any order, parted by spaces, commas or lines. What is not understood is kept as the
person's own words; nothing is ever guessed, least of all an assessment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.forms import conditions, own_words
from bot.forms.draft import REVIEW, Draft
from bot.forms.kinds.amount import Amount
from bot.forms.kinds.choices import Choices
from bot.forms.kinds.day import Day
from bot.forms.kinds.money import Money
from bot.forms.kinds.number import Number
from bot.forms.kinds.pick import Pick
from bot.forms.kinds.text import Text
from bot.forms.model import SUGGESTED, TODAY, Context, Given, Invalid, Progress
from bot.forms.own_words import PHRASE
from bot.forms.wording import clean, folded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from bot.forms.model import Answers, Field, Form, Option, Value
    from bot.forms.vocabulary import Vocabulary

LIMIT = 4_096
_OTHER_MARKS = re.compile(r"[,，;；。、\n]")
# The comma in 3,000 parts no phrases.
_GROUPED = re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))")
_LONGEST_LABEL = 5
# A report has some twenty phrases; what comes after so many is taken as their words without a look.
_MOST_PHRASES = 100
_AFTER_NAME = ":： 是"
_HOUSEHOLD_LIMIT = 32


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one message says.

    Attributes:
        answers: Field values, ready for `engine.begin_with`.
        household_words: How the household was named; to be searched.
        quote: The phrases that are none of ours: their words.
        missing: Required questions the message leaves open; the draft, which knows the earlier report,
            may have some of them.
        unknown: Phrases that named a field but gave it no possible value.
        unchanged: 一切如前 was said.
        payment_kind: The kind of aid named, for a revisit; a request for aid has it among its answers.
    """

    answers: Answers
    household_words: str = ""
    quote: str = ""
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    unchanged: bool = False
    payment_kind: str = ""


@dataclass(slots=True)
class _Reading:
    """What has been understood so far, phrase after phrase."""

    answers: Answers = field(default_factory=dict)
    own: list[tuple[int, int]] = field(default_factory=list)
    picked: dict[str, tuple[int, int]] = field(default_factory=dict)
    at: tuple[int, int] = (0, 0)
    unknown: list[str] = field(default_factory=list)
    unchanged: bool = False
    payment_kind: str = ""
    named: str = ""


class _NoLookups:
    """Shorthand reads no records; who or what was meant is searched afterwards."""

    def options(self, source: str, answers: Answers) -> Sequence[Option]:
        del source, answers
        return ()

    def search(self, source: str, text: str) -> Sequence[Option]:
        del source, text
        return ()

    def suggest_next_visit(self, answers: Answers) -> str:
        del answers
        return ""

    def only(self, source: str, answers: Answers) -> Value | None:
        del source, answers
        return None

    def objection(self, source: str, value: Value, answers: Answers) -> str:
        del source, value, answers
        return ""

    def note(self, source: str, answers: Answers) -> str:
        del source, answers
        return ""


def parse(form: Form, text: str, *, today: date, vocabulary: Vocabulary) -> Parsed:
    """Read a one-message report of this form; never raises, whatever was typed."""
    message = _GROUPED.sub("", clean(text)[:LIMIT])
    reading = _Reading()
    context = Context(today=today, lookups=_NoLookups())
    phrases = [found.span() for found in PHRASE.finditer(message)]
    if phrases and folded(message[slice(*phrases[0])]).removeprefix("/") in vocabulary.openings:
        del phrases[0]
    read = 0
    while phrases and read < _MOST_PHRASES:
        read += 1
        used = _take(form, message, phrases, reading, vocabulary, context)
        del phrases[:used]
    reading.own.extend(phrases)
    _put_back(message, reading)
    return _parsed(form, message, reading, today)


def _take(
    form: Form,
    message: str,
    phrases: list[tuple[int, int]],
    reading: _Reading,
    vocabulary: Vocabulary,
    context: Context,
) -> int:
    """Understand what comes next and say how many phrases it took: "at home" and "8 Oct" are two."""
    named, reading.named = reading.named, ""
    within = _goes_on(message, phrases[0][0], reading)
    for count in range(min(len(phrases), _LONGEST_LABEL), 0, -1):
        words = message[phrases[0][0] : phrases[count - 1][1]]
        if count > 1 and _OTHER_MARKS.search(words):
            continue
        phrase = folded(words)
        if named and _valued(form.field(named), phrase, reading, vocabulary, context):
            return count
        reading.at = (phrases[0][0], phrases[count - 1][1])
        if _ours(form, phrase, reading, vocabulary, within=within) or _dated(form, phrase, reading, context):
            return count
        if _counted(form, phrase, reading, context):
            return count
    phrase = folded(message[slice(*phrases[0])])
    if not _prefixed(form, phrase, reading, vocabulary, context):
        reading.own.append(phrases[0])
    return 1


def _dated(form: Form, phrase: str, reading: _Reading, context: Context) -> bool:
    """A bare day is the day of the visit."""
    if not form.has("date"):
        return False
    said = form.field("date").kind.read(Given(typed=phrase), context)
    if isinstance(said, str):
        reading.answers["date"] = said
        return True
    if isinstance(said, Invalid) and said.slug != "day_wanted":
        reading.unknown.append(phrase)
        return True
    return False


def _counted(form: Form, phrase: str, reading: _Reading, context: Context) -> bool:
    """A bare amount is what is asked for, the first one that is said."""
    if not form.has("amount") or "amount" in reading.answers:
        return False
    said = form.field("amount").kind.read(Given(typed=phrase), context)
    if isinstance(said, int):
        reading.answers["amount"] = said
    return isinstance(said, int)


def _goes_on(message: str, start: int, reading: _Reading) -> bool:
    """Whether nothing but a space parts it from their own words, of which the first name the household."""
    return len(reading.own) > 1 and message[reading.own[-1][1] : start].isspace()


def _put_back(message: str, reading: _Reading) -> None:
    """What stands between two phrases of their own is a third: whose money it is will be asked."""
    for slug, span in reading.picked.items():
        if own_words.amid(message, span, reading.own[1:]):
            reading.answers.pop(slug, None)
            reading.own = sorted([*reading.own, span])


def _ours(form: Form, phrase: str, reading: _Reading, vocabulary: Vocabulary, *, within: bool) -> bool:
    if phrase in vocabulary.unchanged:
        reading.unchanged = True
        return True
    if phrase in vocabulary.payments and form.has("payment"):
        reading.payment_kind = vocabulary.payments[phrase]
        return True
    if phrase in vocabulary.payments and form.has("amount"):
        reading.answers["kind"] = vocabulary.payments[phrase]
        return True
    meanings = vocabulary.free.get(phrase, ())
    picks = [slug for slug, _ in meanings if isinstance(form.field(slug).kind, Pick)]
    # Said once, and in a language with spaces not in the middle of a sentence: that is their reason.
    if picks and ((within and phrase.isascii()) or any(slug in reading.answers for slug in picks)):
        return False
    reading.picked |= dict.fromkeys(picks, reading.at)
    for slug, option in meanings:
        _note(form.field(slug), option, reading)
    return bool(meanings)


def _prefixed(form: Form, phrase: str, reading: _Reading, vocabulary: Vocabulary, context: Context) -> bool:
    """需要助学, 下次10月8日, 满意5; a bare 下次 waits for the next phrase."""
    for word, slug in vocabulary.prefixes:
        one = form.field(slug)
        if not phrase.startswith(word):
            continue
        rest = phrase.removeprefix(word).lstrip(_AFTER_NAME)
        if not rest:
            reading.named = slug
            return True
        if _valued(one, rest, reading, vocabulary, context):
            return True
    return False


def _valued(one: Field, phrase: str, reading: _Reading, vocabulary: Vocabulary, context: Context) -> bool:
    """Whether the phrase is a value of the field; a day or number out of bounds counts as unknown."""
    option = vocabulary.slug(one.slug, phrase)
    if option is not None:
        reading.picked.pop(one.slug, None)
        _note(one, option, reading)
        return True
    if not isinstance(one.kind, (Number, Money, Amount, Day)):
        return False
    value = one.kind.read(Given(typed=phrase), context)
    if isinstance(value, Invalid):
        wanted = value.slug in ("number_wanted", "money_wanted", "day_wanted")
        if not wanted:
            reading.unknown.append(phrase)
        return not wanted
    if not isinstance(value, Progress):
        reading.answers[one.slug] = value
    return True


def _note(one: Field, option: str, reading: _Reading) -> None:
    """One option of a choice; of several, one more (无 and the like stand alone)."""
    if isinstance(one.kind, Text):
        reading.answers[one.slug] = {"option": option}
        return
    if not isinstance(one.kind, Choices):
        reading.answers[one.slug] = option
        return
    held = reading.answers.get(one.slug)
    several: list[Value] = [*held, option] if isinstance(held, list) else [option]
    plain = [slug for slug in several if slug not in one.kind.exclusive]
    reading.answers[one.slug] = [slug for slug in one.kind.options if slug in (plain or several)]


def _parsed(form: Form, message: str, reading: _Reading, today: date) -> Parsed:
    spans = reading.own
    household = message[slice(*spans[0])] if spans else ""
    if len(household) > _HOUSEHOLD_LIMIT:
        household = ""
    quote = own_words.joined(message, spans[1:] if household else spans)
    answers = dict(reading.answers)
    context = Context(today=today, lookups=_NoLookups())
    if quote and form.quote and form.field(form.quote).kind.accepts(quote, context):
        answers[form.quote] = quote
    return Parsed(
        answers=answers,
        household_words=household,
        quote=quote,
        missing=_missing(form, answers, unchanged=reading.unchanged),
        unknown=tuple(reading.unknown),
        unchanged=reading.unchanged,
        payment_kind=reading.payment_kind,
    )


def _missing(form: Form, answers: Answers, *, unchanged: bool) -> tuple[str, ...]:
    """The required questions left open, if an earlier report gives what a message need not say."""
    known: dict[str, Value] = {}
    for one in form.fields:
        if one.default is not None and one.default not in (TODAY, SUGGESTED):
            known[one.slug] = one.default
        if one.unchanged is not None and (unchanged or one.assumed):
            known[one.slug] = one.unchanged
    draft = Draft(form.slug, form.version, at=REVIEW, answers={**known, **answers}, last={})
    gaps = (one for one in conditions.missing(form, draft) if one.asked)
    return tuple(one.slug for one in gaps if not (form.repeats and one.carried and one.assumed))
