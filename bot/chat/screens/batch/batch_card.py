"""One list in full: people and sum, what wants a look, whether the money is there, and what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bot.buttons import Button, pack, short_id
from bot.chat.screens.batch.batch_words import ROUTE, back_to_lists, title
from bot.chat.screens.parts.pages import clipped, fitted
from bot.texts import formats, refusals
from storage import rules
from storage.aid_codes import BatchState
from storage.batches import batch_branches, batches
from storage.codes import Category

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.batches.batch import BatchCard

BRANCHES_SHOWN = 6
# Cells of the bar that says how far it has come.
BAR = 10
WORKING = (BatchState.BUILDING, BatchState.PAYING)


def draw(talk: Talk, batch_id: str, *, done: str = "") -> tuple[str, Keyboard]:
    """The card; `done`: what has just been done, said first. Refuses NotFound."""
    card = batches.card(talk.tx, talk.person, batch_id)
    lines = [talk.words.say(f"batch.done.{done}")] if done else []
    lines.append(title(talk, card.line))
    if card.line.state == BatchState.BUILDING:
        lines += _building(talk, card)
    else:
        lines += [
            *_whole(talk, card),
            *_branches(talk, card),
            *_exceptions(talk, card),
            *_left_out(talk, card),
        ]
        lines += [*_way(talk, card), *_money(talk, card), *_paid(talk, card)]
    return fitted(lines), _keyboard(talk, card)


def _building(talk: Talk, card: BatchCard) -> list[str]:
    words = talk.words
    return [
        words.say(
            "batch.building",
            looked=f"{card.looked_at:,}",
            all=f"{card.expected_people:,}",
            bar=_bar(card.looked_at, card.expected_people),
        ),
        *_so_far(talk, card),
        words.say("batch.building_on"),
    ]


def _so_far(talk: Talk, card: BatchCard) -> list[str]:
    if not card.line.people:
        return []
    whole = formats.money(talk.words, card.line.sum_fen)
    return [talk.words.say("batch.so_far", count=card.line.people, sum=whole)]


def _bar(part: int, whole: int) -> str:
    filled = BAR * part // whole if whole else BAR
    return "▓" * filled + "░" * (BAR - filled)


def _whole(talk: Talk, card: BatchCard) -> list[str]:
    words, line = talk.words, card.line
    whole = words.say(
        "batch.whole",
        count=line.people,
        sum=formats.money(words, line.sum_fen),
        source=words.plain(f"codes.source.{line.source}"),
    )
    made = words.say(
        "batch.made",
        name=clipped(line.made_by_name),
        day=formats.day(words, line.made_at.astimezone(talk.tx.zone).date(), talk.today),
        union=clipped(line.union_name, 40),
    )
    return [whole if line.people else words.say("batch.nobody"), _each(talk, card), made]


def _each(talk: Talk, card: BatchCard) -> str:
    """每户 2,000.00, or what each category gets; who is not named has no place on it."""
    words = talk.words
    amounts = cast("dict[str, int]", card.picked["amounts"])
    by_category = {Category(one): fen for one, fen in amounts.items()}
    if set(by_category) == set(Category) and len(set(by_category.values())) == 1:
        return words.say("batch.each", amount=formats.money(words, next(iter(by_category.values()))))
    parts = [
        f"{words.plain(f'codes.category.{one}')} {formats.amount(by_category[one])}"
        for one in Category
        if one in by_category
    ]
    return words.say("batch.each_of", parts=formats.listed(words, parts))


def _branches(talk: Talk, card: BatchCard) -> list[str]:
    """The branches with the most people; the rest in one line; none while it is paid and often looked at."""
    words = talk.words
    if card.line.state in WORKING:
        return []
    found = batch_branches.by_branch(talk.tx, talk.person, card.line.id)
    if len(found) < 2:  # noqa: PLR2004 - the only one says no more than the whole
        return []
    lines = [
        words.say(
            "batch.branch", name=clipped(one.union_name), count=one.people, sum=formats.amount(one.sum_fen)
        )
        for one in found[:BRANCHES_SHOWN]
    ]
    rest = found[BRANCHES_SHOWN:]
    if rest:
        people, fen = sum(one.people for one in rest), sum(one.sum_fen for one in rest)
        lines.append(
            words.say("batch.branches_rest", branches=len(rest), count=people, sum=formats.amount(fen))
        )
    return lines


def _exceptions(talk: Talk, card: BatchCard) -> list[str]:
    lines = []
    if card.exceptions and card.line.state in (BatchState.DRAFT, BatchState.TO_APPROVE):
        unseen = card.exceptions - card.unrevisited
        parts = [("unrevisited", card.unrevisited), ("unseen", unseen)]
        told = [talk.words.plain(f"batch.look.{slug}", count=count) for slug, count in parts if count > 0]
        parts_said = formats.listed(talk.words, told)
        lines.append(talk.words.say("batch.exceptions", count=card.exceptions, parts=parts_said))
    if card.struck:
        lines.append(talk.words.say("batch.struck", count=card.struck))
    return lines


def _left_out(talk: Talk, card: BatchCard) -> list[str]:
    words = talk.words
    told = [
        words.plain("batch.left_out_part", why=words.plain(f"batch.why.{slug}"), count=count)
        for slug, count in card.left_out.items()
        if count
    ]
    if not told:
        return []
    count = sum(card.left_out.values())
    return [words.say("batch.left_out", count=count, parts=formats.listed(words, told))]


def _way(talk: Talk, card: BatchCard) -> list[str]:
    """Why it stands where it does: its reason, who approved, how many more are needed, if there are any."""
    words = talk.words
    lines = [words.say("batch.reason", reason=card.reason)] if card.reason else []
    for one in card.approvals:
        key = "batch.approved_for" if one.for_name else "batch.approved"
        at = formats.moment(words, one.at, talk.tx.zone, talk.today)
        lines.append(words.say(key, name=clipped(one.name), other=clipped(one.for_name or ""), at=at))
    if card.line.state in (BatchState.DRAFT, BatchState.TO_APPROVE):
        left = card.approvals_needed - len(card.approvals)
        if card.line.state == BatchState.TO_APPROVE:
            lines.append(words.say("batch.needs", count=left))
        if card.approvers < left:
            lines.append(words.say("batch.too_few", have=card.approvers, count=left))
    if card.outdated and card.line.state in (BatchState.DRAFT, BatchState.TO_APPROVE):
        lines.append(words.say("batch.outdated"))
    return lines


def _money(talk: Talk, card: BatchCard) -> list[str]:
    words, line = talk.words, card.line
    if line.source != rules.OWN_FUND or line.state not in (BatchState.DRAFT, BatchState.TO_APPROVE):
        return []
    available_fen = card.available_fen or 0
    lacks_fen = line.sum_fen - available_fen
    if card.money is not None and lacks_fen <= 0:
        return [f"⚠️ {refusals.said(words, card.money.slug, card.money.details)}"]
    key = "lacks" if lacks_fen > 0 else "enough"
    available = formats.money(words, available_fen)
    return [words.say(f"batch.{key}", available=available, lacks=formats.money(words, max(0, lacks_fen)))]


def _paid(talk: Talk, card: BatchCard) -> list[str]:
    words, line = talk.words, card.line
    if line.state not in (BatchState.PAYING, BatchState.PAID):
        return [words.say("batch.held", count=card.held)] if card.held else []
    lines = []
    if card.paid_on is not None:
        lines.append(
            words.say(
                "batch.paid_how",
                day=formats.day(words, card.paid_on, talk.today),
                how=words.plain(f"codes.method.{card.method}") if card.method else "",
                voucher=clipped(card.voucher_no or words.plain("batch.no_voucher")),
                name=clipped(card.paid_by_name or ""),
            )
        )
    lines.append(
        words.say(
            "batch.paid_so_far" if line.state == BatchState.PAYING else "batch.paid_all",
            paid=f"{line.paid_people:,}",
            count=line.people,
            bar=_bar(line.paid_people, line.people),
            sum=formats.money(words, line.paid_fen),
        )
    )
    return [*lines, words.say("batch.held", count=card.held)] if card.held else lines


def _keyboard(talk: Talk, card: BatchCard) -> Keyboard:
    words, line, may = talk.words, card.line, card.may
    key = (short_id(line.id), line.revision)

    def button(slug: str, *data: object) -> Button:
        return Button(words.plain(f"batch.buttons.{slug}"), pack(ROUTE, *(data or (slug, *key))))

    decide = [button(one) for one in ("approve", "return", "refuse") if one in may]
    first = [button(one) for one in ("submit", "reprice", "pay") if one in may]
    if line.state in WORKING:
        row = [button("refresh", "fresh", key[0])] + ([button("withdraw")] if "withdraw" in may else [])
        return [row, [back_to_lists(talk)]]
    looks = [("exceptions", card.exceptions), ("struck", card.struck), ("left_out", bool(card.left_out))]
    looks.append(("held", card.held))
    pages = [button(f"see_{part}", "items", key[0], part, 0) for part, count in looks if count]
    whole = [button("find", "find", key[0])] if line.people else []
    sheet = [button("sheet", "sheet", key[0])]
    # Not where 批准 was: a tap too many would take it back.
    last = [button(one) for one in ("undo", "withdraw") if one in may]
    return [decide, first, pages, [*whole, *sheet], [*last, back_to_lists(talk)]]
