"""How a request for aid ends: handed in, changed, or the papers of an emergency filed; its card folds."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bot.buttons import Button, pack, short_id
from bot.chat.asking.asking import ROUTE
from bot.chat.report.form_buttons import card_key
from bot.texts import formats
from storage.aid import aid_rows
from storage.asking import proposals
from storage.codes import DraftState
from storage.reporting import drafts

if TYPE_CHECKING:
    from bot.chat.report.desk import Desk
    from bot.chat.talk import Talk
    from bot.forms.model import Answers
    from storage.asking.proposals import AidReceipt


def hand_in(talk: Talk, row: drafts.OpenDraft, desk: Desk, answers: Answers) -> None:
    """Record it, and fold its card into the receipt. Refuses what `proposals` does."""
    done, receipt = _record(talk, row, desk, answers)
    drafts.close(talk.tx, row.id, DraftState.SUBMITTED)
    words = talk.words
    talk.toast(words.plain("chat.submitted"))
    text = words.say(
        f"aid.{done}",
        number=receipt.number,
        name=desk.household.name,
        what=what(talk, answers),
        waits=words.plain(f"aid.waits.{receipt.state}"),
    )
    talk.card(card_key(row.id), text, [_buttons(talk, done, receipt)])


def what(talk: Talk, answers: Answers) -> str:
    """生活救助 3,000.00 元; of what moves no money the kind alone."""
    kind = talk.words.plain(f"codes.aid.{answers['kind']}")
    fen = cast("int", answers["amount"])
    return f"{kind} {formats.money(talk.words, fen)}" if fen else kind


def _record(talk: Talk, row: drafts.OpenDraft, desk: Desk, answers: Answers) -> tuple[str, AidReceipt]:
    if not row.amends:
        proposed = proposals.propose(
            talk.tx,
            talk.person,
            aid_id=row.id,
            household_id=row.household_id,
            answers=answers,
            form_version=desk.form.version,
        )
        return "receipt", proposed
    if aid_rows.get(talk.tx, talk.person, row.amends).is_emergency:
        return "receipt_filed", proposals.file_papers(talk.tx, talk.person, row.amends, answers)
    return "receipt_amended", proposals.amend(talk.tx, talk.person, row.amends, answers)


def _buttons(talk: Talk, done: str, receipt: AidReceipt) -> list[Button]:
    short = short_id(receipt.id)
    progress = Button(talk.words.plain("aid.buttons.progress"), pack(ROUTE, "open", short))
    if done == "receipt_filed":
        return [progress]
    return [Button(talk.words.plain("aid.buttons.withdraw"), pack(ROUTE, "withdraw", short)), progress]
