"""How a report ends: handed in, given up or put aside; its card folds into one line."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bot.buttons import Button, pack, short_id
from bot.chat.asking import asking
from bot.chat.report import aid_commit
from bot.chat.report.form_buttons import card_key
from bot.texts import formats
from storage.codes import DraftState, FollowupKind, ReportKind
from storage.due import followups, policies
from storage.reporting import drafts, revisits, visits
from storage.telling import bulletins

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.report.desk import Desk
    from bot.chat.talk import Talk
    from bot.forms.model import Answers
    from storage.due.followups import DueItem
    from storage.reporting.reports import Receipt


NOBODY = "NOBODY"
# The answer about somebody's state of mind that leaves no time.
IN_DANGER = "CRISIS"


def hand_in(talk: Talk, row: drafts.OpenDraft, desk: Desk, answers: Answers) -> None:
    """Record the report, fold its card into the receipt, and tell whoever must know at once."""
    if row.form == ReportKind.AID:
        aid_commit.hand_in(talk, row, desk, answers)
        return
    receipt = _record(talk, row, desk, answers)
    drafts.close(talk.tx, row.id, DraftState.SUBMITTED)
    talk.toast(talk.words.plain("chat.submitted"))
    lines = [
        talk.words.say(
            _receipt_key(row, answers),
            number=receipt.number,
            name=desk.household.name,
            day=desk.day(date.fromisoformat(str(answers["date"]))),
        )
    ]
    if receipt.next_due_on is not None:
        lines.append(
            talk.words.say(
                "chat.receipt_next" if row.form == ReportKind.VISIT else "chat.receipt_next_revisit",
                day=desk.day(receipt.next_due_on),
                weekday=formats.weekday(talk.words, receipt.next_due_on),
            )
        )
    if receipt.third_miss:
        lines.append(talk.words.say("chat.receipt_third_miss"))
    if answers.get("mind") == IN_DANGER and not receipt.again:
        lines.append(talk.words.say("chat.receipt_in_danger"))
    if not row.amends:
        lines.append(talk.words.say("chat.receipt_undo"))
    talk.card(card_key(row.id), "\n".join(lines), _after(talk, row, desk, receipt, answers))
    if not receipt.again:
        _alarm(talk, row, desk, receipt, answers)


def give_up(talk: Talk, row: drafts.OpenDraft, desk: Desk) -> None:
    """Cancel the draft; it can be taken up again from its own folded card."""
    drafts.close(talk.tx, row.id, DraftState.CANCELLED)
    text = talk.words.say("chat.cancelled", report=_title(talk, row), name=desk.household.name)
    talk.card(card_key(row.id), text, [[_restore(talk, row)]])


def put_aside(talk: Talk, row: drafts.OpenDraft, desk: Desk) -> None:
    """Keep the draft for later."""
    drafts.keep(talk.tx, row.id)
    _show_kept(talk, row, desk.household.name)


def fold(talk: Talk, before: drafts.OpenDraft | None, now: drafts.OpenDraft) -> None:
    """Where another report than `before` is filled now: say that it is kept, and put its card to rest."""
    if before is None or before.id == now.id:
        return
    _show_kept(talk, before, before.household_name)
    said = {"report": _title(talk, before), "name": before.household_name}
    talk.say(talk.words.say("acts.kept_draft", **said))


def _show_kept(talk: Talk, row: drafts.OpenDraft, name: str) -> None:
    text = talk.words.say("chat.kept", report=_title(talk, row), name=name)
    talk.card(card_key(row.id), text, [[Button(talk.words.plain("chat.buttons.go_on"), _resume_data(row))]])


def _receipt_key(row: drafts.OpenDraft, answers: Answers) -> str:
    if row.amends:
        return "chat.receipt_amended"
    if answers.get("met") == NOBODY:
        return f"chat.receipt_{row.form}_missed"
    return f"chat.receipt_{row.form}"


def _title(talk: Talk, row: drafts.OpenDraft) -> str:
    return formats.within(talk.words, talk.words.plain(f"forms.{row.form}.title"))


def _resume_data(row: drafts.OpenDraft) -> str:
    return pack("draft", "resume", short_id(row.id))


def _restore(talk: Talk, row: drafts.OpenDraft) -> Button:
    return Button(talk.words.plain("chat.buttons.restore"), _resume_data(row))


def _record(talk: Talk, row: drafts.OpenDraft, desk: Desk, answers: Answers) -> Receipt:
    if row.amends:
        amend = visits.amend if row.form == ReportKind.VISIT else revisits.amend
        return amend(talk.tx, talk.person, row.amends, answers)
    if row.form == ReportKind.VISIT:
        return visits.submit(
            talk.tx,
            talk.person,
            report_id=row.id,
            household_id=row.household_id,
            answers=answers,
            form_version=desk.form.version,
            followup_id=row.followup_id,
        )
    return revisits.submit(
        talk.tx,
        talk.person,
        report_id=row.id,
        aid_id=row.aid_id or "",
        answers=answers,
        form_version=desk.form.version,
        followup_id=row.followup_id,
    )


def _after(
    talk: Talk, row: drafts.OpenDraft, desk: Desk, receipt: Receipt, answers: Answers
) -> Sequence[Sequence[Button]]:
    """撤销 while it may be undone, 申请帮扶, first where the report says so, and the next that is due."""
    buttons = []
    if not row.amends:
        undo = pack("report", "undo", row.form, short_id(receipt.id))
        buttons.append(Button(talk.words.plain("chat.buttons.undo"), undo))
    if asking.is_offered(talk, desk, answers):
        first = 0 if asking.is_called_for(answers) else len(buttons)
        buttons.insert(first, asking.button(talk, row.household_id))
    if (item := _next(talk, row.household_id)) is not None:
        label = talk.words.plain("chat.buttons.next_household", name=item.household.name)
        buttons.append(Button(label, pack("due", "open", item.id)))
    return [[button] for button in buttons]


def _next(talk: Talk, left: int) -> DueItem | None:
    """Where to go next: the longest late; neither back to the door just left, nor what was put off."""
    waiting = followups.due(talk.tx, talk.today, assignee_id=talk.person.id)
    return next(
        (
            item
            for item in waiting
            if item.household.id != left and (item.snoozed_until is None or item.snoozed_until <= talk.today)
        ),
        None,
    )


def _alarm(talk: Talk, row: drafts.OpenDraft, desk: Desk, receipt: Receipt, answers: Answers) -> None:
    """Have told at once whoever must know at once; the reporter knows already."""
    household = desk.household
    told: dict[str, list[int]] = {}
    if receipt.alarm:
        told["not_received"] = [one.id for one in revisits.alarm_recipients(talk.tx, household.id)]
    known: dict[str, int | str] = {"household": household.id, "person": talk.person.id}
    known[str(row.form)] = receipt.id
    if receipt.third_miss:
        told["third_miss"] = bulletins.officers_of(talk.tx, household.union_id)
        known |= {"item": _open_item(talk, receipt, household.id)}
        known |= {"count": policies.of(talk.tx, household.union_id).missed_max}
    if answers.get("mind") == IN_DANGER:
        told["safety_mind"] = bulletins.guardians_of(talk.tx, household.union_id)
    for slug, people in told.items():
        others = [one for one in people if one != talk.person.id]
        bulletins.post(talk.tx, others, slug, key=f"{slug}:{receipt.id}", urgent=True, **known)


def _open_item(talk: Talk, receipt: Receipt, household_id: int) -> int:
    """The item that the officers have to decide about now: the next try."""
    due = followups.due(talk.tx, receipt.next_due_on or talk.today, household_id=household_id)
    tries = [one.id for one in due if one.kind == FollowupKind.RETRY]
    return next(iter([*tries, *(one.id for one in due)]), 0)
