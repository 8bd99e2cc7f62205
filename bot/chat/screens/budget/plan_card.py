"""One version of a year's plan, line by line against what was spent; its lines edited, then decided on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack
from bot.chat.screens.budget.year_card import ROUTE
from bot.chat.screens.parts.pages import clipped, fitted
from bot.texts import formats
from storage.aid_codes import BudgetState
from storage.budgets import budgets, spending
from storage.errors import NotFound

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.budgets.plan import Plan, PlanLine

# What stands in no line, in a button.
REST = "REST"
# A tenth more than last year is often right.
MORE_PERCENT = 110
ROUND_FEN = 100_00
HISTORY_SHOWN = 12


def draw(talk: Talk, plan: Plan, *, done: str = "") -> tuple[str, Keyboard]:
    """The version in full; `done`: what has just been done, said first."""
    words = talk.words
    lines = [words.say(f"budget.done.{done}")] if done else []
    lines.append(
        words.say(
            "budget.plan.title",
            year=str(plan.year),
            number=plan.revision,
            state=words.plain(f"budget.state.{_state(plan)}"),
        )
    )
    lines.append(_sum(talk, plan))
    if _undivided(plan):
        lines.append(words.say("budget.plan.undivided"))
    lines += [_line(talk, plan, one) for one in plan.lines if _tells(plan, one)]
    if plan.rest_fen and not _undivided(plan):
        lines.append(words.say("budget.plan.rest", amount=formats.amount(plan.rest_fen)))
    lines += _way(talk, plan)
    return fitted(lines), _keyboard(talk, plan)


def line_card(talk: Talk, plan: Plan, which: str) -> tuple[str, Keyboard]:
    """One line to be planned: what it was, what it needs, amounts worth a tap, or one that is typed."""
    words = talk.words
    one = None if which == REST else line_of(plan, which)
    name = words.plain("budget.plan.rest_name") if one is None else words.plain(f"codes.aid.{one.kind}")
    now_fen = plan.rest_fen if one is None else one.planned_fen or 0
    lines = [words.say("budget.line.title", name=name, year=str(plan.year))]
    if one is not None:
        lines.append(_line(talk, plan, one))
    lines.append(words.say("budget.line.ask", now=formats.money(words, now_fen)))
    key = (plan.year, plan.revision, which)
    offered = sorted({fen for fen in _offered(one) if fen != now_fen})
    buttons = [Button(formats.amount(fen), pack(ROUTE, "set", *key, fen)) for fen in offered]
    back = Button(words.plain("budget.buttons.keep"), pack(ROUTE, "plan", plan.year, plan.revision))
    return fitted(lines), [*columns(buttons, 3), [back]]


def line_of(plan: Plan, which: str) -> PlanLine:
    """The line a button named. Refuses NotFound."""
    for one in plan.lines:
        if one.kind == which and one.kind in spending.KINDS:
            return one
    raise NotFound(line=which)


def history(talk: Talk, year: int) -> tuple[str, Keyboard]:
    """Every version, the newest first; each opens. Refuses NotFound."""
    words = talk.words
    found = budgets.history(talk.tx, talk.person, year)
    lines = [words.say("budget.history.title", year=str(year))]
    for one in found[:HISTORY_SHOWN]:
        lines.append(
            words.say(
                "budget.history.line",
                number=one.revision,
                amount=formats.money(words, one.amount_fen),
                state=words.plain(f"budget.state.{_state(one)}"),
                day=_day(talk, one),
                who=_who(talk, one),
            )
        )
        lines += (
            [f"　{words.say('budget.plan.reason', reason=clipped(one.reason, 80))}"] if one.reason else []
        )
    buttons = [
        Button(
            words.plain("budget.buttons.version", number=one.revision),
            pack(ROUTE, "plan", year, one.revision),
        )
        for one in found[:HISTORY_SHOWN]
    ]
    if not found:
        lines.append(words.say("budget.history.none"))
    return fitted(lines), [*columns(buttons, 3), [back(talk, year)]]


def back(talk: Talk, year: int) -> Button:
    """‹ 预算, of that year."""
    return Button(talk.words.plain("budget.buttons.back", year=str(year)), pack(ROUTE, "open", year))


def _state(plan: Plan) -> str:
    if plan.state == BudgetState.DRAFT:
        return "WAITING" if plan.is_waiting else "DRAFT"
    return str(plan.state)


def _sum(talk: Talk, plan: Plan) -> str:
    words = talk.words
    said = {"amount": formats.money(words, plan.amount_fen)}
    if plan.before_fen is not None and plan.state == BudgetState.DRAFT:
        more_fen = plan.amount_fen - plan.before_fen
        key = "same" if not more_fen else "more" if more_fen > 0 else "less"
        said |= {"before": formats.amount(plan.before_fen), "change": formats.amount(abs(more_fen))}
        return words.say(f"budget.plan.sum_{key}", **said)
    if plan.basis_year is not None and plan.state == BudgetState.DRAFT:
        actual = formats.amount(plan.basis_fen)
        return words.say("budget.plan.sum_from", **said, basis=str(plan.basis_year), actual=actual)
    return words.say("budget.plan.sum", **said)


def _line(talk: Talk, plan: Plan, one: PlanLine) -> str:
    words = talk.words
    notes = []
    if one.actual_fen and plan.basis_year is not None:
        notes.append(
            words.plain(
                "budget.plan.was",
                year=str(plan.basis_year),
                count=one.times,
                actual=formats.amount(one.actual_fen),
            )
        )
    if one.need_fen is not None and plan.state == BudgetState.DRAFT:
        notes.append(words.plain("budget.plan.need", need=formats.amount(one.need_fen)))
    kind, told = words.plain(f"codes.aid.{one.kind}"), words.plain("budget.plan.semicolon").join(notes)
    # What nobody has planned is not planned to be nothing.
    key = "line" if one.planned_fen is not None else "known" if notes and _undivided(plan) else "open"
    said = {"kind": kind, "amount": formats.amount(one.planned_fen or 0)}
    if notes:
        return words.say(f"budget.plan.{key}_noted", **said, notes=told)
    return words.say(f"budget.plan.{key}", **said)


def _undivided(plan: Plan) -> bool:
    """Whether there is money and no kind has any of it, as of a budget that was imported."""
    return bool(plan.rest_fen) and not any(one.planned_fen for one in plan.lines)


def _tells(plan: Plan, one: PlanLine) -> bool:
    """Whether a line has anything to say: in a draft also what nobody has planned yet."""
    return bool(one.planned_fen or one.actual_fen or (one.need_fen and plan.state == BudgetState.DRAFT))


def _way(talk: Talk, plan: Plan) -> list[str]:
    words = talk.words
    lines = []
    if plan.source is not None:
        lines.append(words.say("budget.plan.source", source=words.plain(f"codes.source.{plan.source}")))
    if plan.reason:
        lines.append(words.say("budget.plan.reason", reason=plan.reason))
    if plan.decision:
        lines.append(words.say("budget.plan.decision", reason=plan.decision))
    who = _who(talk, plan)
    if who:
        lines.append(words.say("budget.plan.by", who=who, day=_day(talk, plan)))
    if plan.state == BudgetState.DRAFT:
        if plan.promised_fen > plan.amount_fen:
            lines.append(words.say("budget.plan.below", promised=formats.money(words, plan.promised_fen)))
        if not plan.approvers:
            lines.append(words.say("budget.plan.nobody"))
    return lines


def _who(talk: Talk, plan: Plan) -> str:
    """林晓梅 → 周国梁; nobody for one that came with the records."""
    names = [clipped(one) for one in (plan.drafted_by_name, plan.decided_by_name) if one]
    return " → ".join(dict.fromkeys(names)) or talk.words.plain("budget.plan.imported")


def _day(talk: Talk, plan: Plan) -> str:
    at = plan.decided_at or plan.drafted_at
    return formats.day(talk.words, at.astimezone(talk.tx.zone).date(), talk.today)


def _keyboard(talk: Talk, plan: Plan) -> Keyboard:
    words, may = talk.words, plan.may
    key = (plan.year, plan.revision)
    lines: list[Button] = []
    if "edit" in may:
        lines = [
            Button(words.plain(f"codes.aid.{one.kind}"), pack(ROUTE, "line", *key, one.kind))
            for one in plan.lines
            if one.kind in spending.KINDS
        ]
        lines.append(Button(words.plain("budget.plan.rest_name"), pack(ROUTE, "line", *key, REST)))
    acts = [
        Button(words.plain(f"budget.buttons.{act}"), pack(ROUTE, act, *key))
        for act in ("adopt", "return", "refuse", "submit", "withdraw")
        if act in may
    ]
    return [*columns(lines, 3), acts, [back(talk, plan.year)]]


def _offered(one: PlanLine | None) -> list[int]:
    """Nothing, as last year, a tenth more, as much as it needs."""
    if one is None:
        return [0, 5_000_00, 10_000_00]
    more_fen = -(-one.actual_fen * MORE_PERCENT // 100 // ROUND_FEN) * ROUND_FEN
    return [0, one.actual_fen, more_fen, *([one.need_fen] if one.need_fen is not None else [])]
