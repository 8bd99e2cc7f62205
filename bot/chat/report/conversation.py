"""The one road of every report in chat: begin, step, resume; each in the update's own transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from bot.chat import attachments
from bot.chat.report import burst, cards, commit, keyboards, out_of_reach, place, ticks
from bot.chat.report.form_buttons import CARD, MENU, card_key, ends, event_of, read_tap
from bot.chat.report.labels import typed_event
from bot.chat.report.layout import desk_of, fresh, laid_out, restored
from bot.forms import engine
from bot.forms.engine import REVIEW, START, Draft
from bot.forms.kinds.text import Text
from bot.forms.model import Command, Edit, Tapped
from bot.forms.registry import FORMS
from bot.forms.results import Ask, Cancelled, Finished, Kept, Opening, Review
from bot.texts import formats
from storage.codes import DraftState, ReportKind
from storage.errors import NotFound
from storage.reporting import drafts, report_lists, reports

if TYPE_CHECKING:
    from bot.chat.report.desk import Desk
    from bot.chat.report.form_buttons import FormTap
    from bot.chat.talk import Talk
    from bot.forms.model import Answers, Event, Form
    from bot.forms.results import Result


def begin(
    talk: Talk,
    form_slug: str,
    household_id: int,
    *,
    aid_id: str | None = None,
    followup_id: int | None = None,
    told: Answers | None = None,
    unchanged: bool = False,
    ask_first: str = "",
    starting: Answers | None = None,
) -> None:
    """Open a report on a household; the one that is open already goes on instead.

    `told`: answers known at once (one message, a reminder's button); with `unchanged` the rest is as in the
    earlier report. `ask_first`: to be changed before anything else; `starting`: basics of the opening card.
    """
    reports.household(talk.tx, talk.person, household_id)
    form = FORMS[form_slug]
    desk, draft = fresh(talk, form, household_id, aid_id)
    draft = replace(draft, answers={**draft.answers, **(starting or {})})
    if told or unchanged:
        draft, _ = engine.begin_with(form, draft, told or {}, desk.lookups, talk.today, unchanged=unchanged)
    if ask_first:
        draft, _ = engine.answer(form, draft, Edit(ask_first), desk.lookups, talk.today)
    before = drafts.active(talk.tx, talk.person.id)
    row = drafts.open_draft(
        talk.tx,
        talk.person,
        form=form.slug,
        household_id=household_id,
        aid_id=aid_id,
        followup_id=followup_id,
        content=draft.to_json(),
    )
    commit.fold(talk, before, row)
    if row.started_at != talk.tx.now:
        _go_on(talk, row, desk, told or {}, ask_first)
        return
    desk, result = laid_out(desk, row, form, draft), engine.show(form, draft)
    if told and isinstance(result, Ask) and len(told) > 1:
        talk.say(cards.understood(desk, told))
    _show(talk, desk, row, result, repost=True)


def amend(talk: Talk, kind: str, report_id: str) -> None:
    """Open a submitted report for mending, on its summary."""
    report = report_lists.report(talk.tx, talk.person, ReportKind(kind), report_id)
    answers = cast("Answers", dict(report.answers))
    mend(talk, kind, report.household.id, answers, amends=report_id, aid_id=report.aid_id)


def mend(
    talk: Talk,
    form_slug: str,
    household_id: int,
    answers: Answers,
    *,
    amends: str,
    aid_id: str | None,
    ask_first: str = "",
) -> None:
    """Open what was handed in before, with its answers; on its summary, or where `ask_first` is asked."""
    form = FORMS[form_slug]
    desk, begun = fresh(talk, form, household_id, aid_id)
    draft = replace(begun, answers=answers, at=REVIEW, given=tuple(answers))
    draft = engine.current(form, draft, desk.lookups, talk.today)
    if ask_first:
        draft, _ = engine.answer(form, draft, Edit(ask_first), desk.lookups, talk.today)
    before = drafts.active(talk.tx, talk.person.id)
    row = drafts.open_draft(
        talk.tx,
        talk.person,
        form=form.slug,
        household_id=household_id,
        aid_id=aid_id,
        amends=amends,
        content=draft.to_json(),
    )
    commit.fold(talk, before, row)
    form, draft = restored(row)
    _show(talk, laid_out(desk, row, form, draft), row, engine.show(form, draft), repost=True)


def resume(talk: Talk, row: drafts.OpenDraft, *, notice: str = "chat.resumed") -> None:
    """Take a draft up again (kept, given up or undone) and say what is kept and where it stands."""
    before = drafts.active(talk.tx, talk.person.id)
    row = drafts.resume(talk.tx, talk.person, row.id)
    commit.fold(talk, before, row)
    form, draft = restored(row)
    desk = desk_of(talk, row, form, draft)
    draft = engine.current(form, draft, desk.lookups, talk.today)
    desk = laid_out(desk, row, form, draft)
    answered = [slug for slug in draft.given if form.field(slug).asked]
    talk.say(
        talk.words.say(
            notice if answered or not talk.words.has(f"{notice}_fresh") else f"{notice}_fresh",
            report=formats.within(talk.words, talk.words.plain(f"forms.{form.slug}.title")),
            name=row.household_name,
            place=place.of(talk.words, form, draft),
            count=len(answered),
        )
    )
    _show(talk, desk, row, engine.show(form, draft), repost=True)


def take_message(talk: Talk) -> bool:
    """Give a message to the report being filled; False when none is."""
    row = out_of_reach.active(talk)
    if row is None:
        return False
    form, draft = restored(row)
    misfit = attachments.misfit(talk.incoming)
    if misfit:
        # It can be no answer: the question is put again, with the reason.
        remark = talk.words.say(misfit)
        _show(talk, desk_of(talk, row, form, draft), row, engine.show(form, draft), remark=remark)
    elif burst.came_before_the_question(talk, row, form, draft):
        _add_to_sentence(talk, row, form, draft)
    elif talk.incoming.kind == "text":
        _advance(talk, row, form, draft, typed_event(form, draft, talk.incoming.text))
    else:
        _advance(talk, row, form, draft, attachments.sent(talk.incoming))
    return True


def is_filling(talk: Talk) -> bool:
    """Whether a report is being filled."""
    return out_of_reach.active(talk) is not None


def wants_sentence(talk: Talk) -> bool:
    """Whether the report being filled now asks for words, so that a word is no command."""
    row = out_of_reach.active(talk)
    if row is None:
        return False
    form, draft = restored(row)
    return form.has(draft.at) and isinstance(form.field(draft.at).kind, Text)


def take_tap(talk: Talk, parts: tuple[str, ...]) -> None:
    """Carry out a tapped button of a report, or say that its moment has passed and show what is current."""
    tap = read_tap(parts)
    if tap is None:
        talk.toast(talk.words.plain("chat.gone"))
        return
    row = drafts.get(talk.tx, talk.person, tap.draft_id)
    if row is None:
        raise NotFound
    if row.state not in drafts.OPEN:
        talk.toast(talk.words.plain(f"chat.over_{row.state.lower()}"))
        return
    if out_of_reach.let_go(talk, row):
        return
    if row.state == DraftState.KEPT:
        row = drafts.resume(talk.tx, talk.person, row.id)
    form, draft = restored(row)
    if tap.act in (MENU, CARD):
        _turn_page(talk, row, form, draft, tap.act)
        return
    _take_event(talk, row, form, draft, tap)


def cancel(talk: Talk) -> bool:
    """Give up the report being filled; False when there is none."""
    return _end(talk, Command.CANCEL)


def put_aside(talk: Talk) -> bool:
    """Keep the report being filled as a draft, so that what is typed next is an answer to something else."""
    return _end(talk, Command.KEEP)


def _end(talk: Talk, command: Command) -> bool:
    row = out_of_reach.active(talk)
    if row is None:
        return False
    form, draft = restored(row)
    _advance(talk, row, form, draft, command)
    return True


def _show(
    talk: Talk,
    desk: Desk,
    row: drafts.OpenDraft,
    result: Result,
    *,
    repost: bool = False,
    remark: str = "",
) -> None:
    if isinstance(result, Ask | Opening | Review):
        text, keyboard = cards.draw(desk, result, remark)
        talk.card(card_key(row.id), text, keyboard, repost=repost)


def _go_on(talk: Talk, row: drafts.OpenDraft, desk: Desk, told: Answers, ask_first: str) -> None:
    """The report was open already: what is told now joins what was given before."""
    form, draft = restored(row)
    if told:
        draft, _ = engine.begin_with(form, draft, told, desk.lookups, talk.today)
    if ask_first:
        draft, _ = engine.answer(form, draft, Edit(ask_first), desk.lookups, talk.today)
    if told or ask_first:
        drafts.save(talk.tx, row.id, draft.to_json())
        row = replace(row, content=dict(draft.to_json()))
    resume(talk, row)


def _take_event(talk: Talk, row: drafts.OpenDraft, form: Form, draft: Draft, tap: FormTap) -> None:
    event = event_of(form, tap)
    tick = isinstance(event, Tapped) and ticks.is_tick(form, event)
    if tick and isinstance(event, Tapped) and event.field == draft.at:
        # A tick says what it wants, so it may come late or twice without harm.
        event = ticks.to_do(form, draft, event)
        if event is None:
            talk.toast()
            return
    elif event is None or (tap.revision != draft.revision and not ends(form, tap, draft.at)):
        # 完成 may come late too: a photo that was still on its way has changed the card meanwhile.
        _moved_on(talk, row, form, draft)
        return
    _advance(talk, row, form, draft, event)


def _advance(talk: Talk, row: drafts.OpenDraft, form: Form, draft: Draft, event: Event) -> None:
    """One step: keep what was accepted, then show it, or finish."""
    desk = desk_of(talk, row, form, draft)
    moved, result = engine.answer(form, draft, event, desk.lookups, talk.today)
    if isinstance(result, Finished):
        commit.hand_in(talk, row, desk, result.answers)
    elif isinstance(result, Cancelled):
        commit.give_up(talk, row, desk)
    elif isinstance(result, Kept):
        commit.put_aside(talk, row, desk)
    else:
        if moved is not draft:
            drafts.save(talk.tx, row.id, moved.to_json())
        if result.problem is not None and talk.incoming.tap_id:
            talk.toast(cards.problem_plain(talk.words, form, result.problem, talk.today))
        _show(talk, laid_out(desk, row, form, moved), row, result)


def _moved_on(talk: Talk, row: drafts.OpenDraft, form: Form, draft: Draft) -> None:
    """An old button: nothing is done; the card shows what is current."""
    talk.toast(talk.words.plain("chat.moved_on", place=place.of(talk.words, form, draft)))
    _show(talk, desk_of(talk, row, form, draft), row, engine.show(form, draft))


def _turn_page(talk: Talk, row: drafts.OpenDraft, form: Form, draft: Draft, page: str) -> None:
    desk = desk_of(talk, row, form, draft)
    if page == CARD or draft.at not in (START, REVIEW):
        _show(talk, desk, row, engine.show(form, draft))
        return
    talk.card(card_key(row.id), talk.words.say("forms.card.edit_what"), keyboards.menu(desk))


def _add_to_sentence(talk: Talk, row: drafts.OpenDraft, form: Form, draft: Draft) -> None:
    desk = desk_of(talk, row, form, draft)
    longer, problem = burst.added_to_sentence(form, draft, talk.incoming.text, desk.lookups, talk.today)
    if problem is None:
        drafts.save(talk.tx, row.id, longer.to_json())
    _show(talk, laid_out(desk, row, form, longer), row, engine.show(form, longer, problem))
