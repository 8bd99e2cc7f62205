"""One report as it is read afterwards: every answer in words, who went, and whether it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bot.buttons import Button, pack, short_id
from bot.chat.report.values import field_label, value_text
from bot.chat.screens.parts.pages import clipped, fitted
from bot.forms.model import Option
from bot.forms.registry import FORMS
from bot.texts import formats
from storage.booking import aid
from storage.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.talk import Talk
    from bot.forms.model import Answers, Field, Form, Value
    from storage.reporting.report_lists import Report, ReportLine

# The visitors stand in a line of their own, by name.
SAID_APART = ("date", "visitors")


def text(talk: Talk, report: Report) -> str:
    """The whole report, escaped, within a message."""
    words, line = talk.words, report.line
    form = FORMS[line.form]
    lines = [
        words.say(
            "my.report_title",
            form=words.plain(f"forms.{line.form}.title"),
            number=line.number,
            name=clipped(report.household.name, 60),
            file_no=report.household.file_no,
        ),
        words.say("my.report_day", day=formats.day(words, line.visited_on, talk.today)),
    ]
    if line.credit != "counted":
        lines.append(words.say(f"my.why.{line.credit}"))
    if report.visitors:
        names = formats.listed(words, [clipped(name) for _, name in report.visitors])
        lines.append(words.say("my.report_visitors", names=names))
    lines += [_answer(talk, form, one, report) for one in form.fields if _is_told(report.answers, one)]
    reported = formats.moment(words, report.reported_at, talk.tx.zone, talk.today)
    name = clipped(report.reporter_name) if report.reporter_name else words.plain("my.imported")
    lines.append(words.say("my.report_by", name=name, moment=reported))
    if report.revision > 1:
        lines.append(words.say("my.report_revised", count=report.revision - 1))
    return fitted(lines)


def buttons(talk: Talk, report: Report) -> list[Button]:
    """What may still be done about it: mend it, take it back."""
    line = report.line
    offered = []
    if report.may_amend:
        amend = pack("my", "amend", line.form, short_id(line.id))
        offered.append(Button(talk.words.plain("my.buttons.amend"), amend))
    if report.may_undo:
        undo = pack("report", "undo", line.form, short_id(line.id))
        offered.append(Button(talk.words.plain("my.buttons.undo"), undo))
    return offered


def one_line(talk: Talk, line: ReportLine) -> str:
    """A report in a list, escaped; a household that has left the reader's scope goes without its name."""
    words = talk.words
    parts = [
        formats.day(words, line.visited_on, talk.today),
        words.plain(f"forms.{line.form}.title"),
        line.number,
        clipped(line.household_name) if line.household_name else words.plain("my.elsewhere"),
    ]
    if line.credit != "counted":
        parts.append(words.plain(f"my.uncounted.{line.credit}"))
    return words.say("my.line", parts=" · ".join(parts))


def button_label(talk: Talk, line: ReportLine) -> str:
    """A report on a button: its day and whose it is."""
    who = clipped(line.household_name, 10) if line.household_name else line.number
    return f"{formats.day(talk.words, line.visited_on, talk.today)} {who}"


def _is_told(answers: dict[str, object], field: Field) -> bool:
    return field.slug not in SAID_APART and answers.get(field.slug) not in (None, "", [])


def _answer(talk: Talk, form: Form, field: Field, report: Report) -> str:
    value = cast("Value", report.answers[field.slug])
    try:
        said = value_text(talk.words, form, field, value, _Lookups(talk, report), talk.today)
    except KeyError:
        # A code of an earlier version of the form, which no longer has words.
        said = str(value)
    return talk.words.say("forms.card.line", label=field_label(talk.words, form, field.slug), value=said)


class _Lookups:
    """The names behind the ids that a finished report holds."""

    def __init__(self, talk: Talk, report: Report) -> None:
        self._talk = talk
        self._report = report

    def options(self, source: str, answers: Answers) -> Sequence[Option]:
        del answers
        if source == "visitors":
            return [Option(str(person_id), name) for person_id, name in self._report.visitors]
        ids = [self._report.aid_id, *_payments_named(self._report.answers)]
        return [option for aid_id in ids if aid_id and (option := self._payment(aid_id)) is not None]

    def search(self, source: str, text: str) -> Sequence[Option]:
        del source, text
        return ()

    def suggest_next_visit(self, answers: Answers) -> str:
        return str(answers.get("next_visit", ""))

    def only(self, source: str, answers: Answers) -> Value | None:
        del source, answers
        return None

    def objection(self, source: str, value: Value, answers: Answers) -> str:
        del source, value, answers
        return ""

    def note(self, source: str, answers: Answers) -> str:
        del source, answers
        return ""

    def _payment(self, aid_id: str) -> Option | None:
        words = self._talk.words
        try:
            payment = aid.payment(self._talk.tx, self._talk.person, aid_id)
        except NotFound:
            return None
        kind = words.plain(f"codes.aid.{payment.kind}")
        return Option(aid_id, f"{kind} {formats.money(words, payment.amount_fen)}")


def _payments_named(answers: dict[str, object]) -> list[str]:
    said = answers.get("aid_given")
    named = said if isinstance(said, list) else [said]
    return [one for one in named if isinstance(one, str)]
