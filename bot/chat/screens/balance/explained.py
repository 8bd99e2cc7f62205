"""Where a figure comes from: the terms it is the sum of, and under each the entries, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack, short_id
from bot.chat.screens.balance.fund_card import ROUTE, back, signed
from bot.chat.screens.parts.pages import clipped, fitted, label, turning
from bot.texts import formats
from storage.errors import NotFound
from storage.households import dossiers
from storage.money.fund_views import MASK
from storage.oversight import explain
from storage.oversight.explain import Figure

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.oversight.explain import Explanation, Line, Term

# Those of a household; the others are the fund's.
OF_HOUSEHOLD = frozenset({Figure.HOUSEHOLD_PAID, Figure.HOUSEHOLD_ROOM})
DERIVED = "figure."


def draw(
    talk: Talk, named: str, page: int, only: str, household_id: int | None = None
) -> tuple[str, Keyboard]:
    """One figure taken apart. Refuses NotFound for no such figure, and for somebody else's household."""
    if named not in set(Figure) or (household_id is None) == (Figure(named) in OF_HOUSEHOLD):
        raise NotFound(figure=named)
    start = page * explain.LINES
    found = explain.explain(
        talk.tx, talk.person, Figure(named), household_id=household_id, offset=start, only=only
    )
    lines = [_title(talk, found, household_id)]
    if found.total_fen is None:
        return fitted(lines), [_back(talk, household_id)]
    lines += [_term(talk, one) for one in found.terms]
    lines += _sum(talk, found)
    lines += _entries(talk, found, start, only)
    data = _data(found.figure, household_id)
    turn = turning(page, more=start + len(found.lines) < _count(found, only), data=lambda to: data(to, only))
    return fitted(lines), [*_ways(talk, found, only, data), *_cards(found), turn, _back(talk, household_id)]


def _title(talk: Talk, found: Explanation, household_id: int | None) -> str:
    words, year = talk.words, str(found.year)
    if found.total_fen is None:
        return words.say("balance.no_budget", year=year)
    named = {"total": formats.money(words, found.total_fen), "year": year}
    if household_id is not None:
        household = dossiers.line(talk.tx, talk.person, household_id)
        named |= {"name": clipped(household.name, 60), "file_no": household.file_no}
    return words.say(f"balance.why.{found.figure}", **named)


def _term(talk: Talk, term: Term) -> str:
    key = "balance.why.term_figure" if term.key.startswith(DERIVED) else "balance.why.term"
    return talk.words.say(key, amount=signed(term.fen), what=_what(talk, term.key), count=term.count)


def _what(talk: Talk, key: str) -> str:
    """上年结转, 生活救助, 预算剩余."""
    family, _, code = key.partition(".")
    if key.startswith(DERIVED):
        return talk.words.plain(f"balance.figure.{code}")
    return talk.words.plain(f"codes.{family}.{code}")


def _sum(talk: Talk, found: Explanation) -> list[str]:
    words, total = talk.words, formats.money(talk.words, found.total_fen or 0)
    if not found.terms:
        return [words.say("balance.why.nothing")]
    if not found.holds:
        summed = formats.money(words, sum(one.fen for one in found.terms))
        return [words.say("balance.why.differs", sum=summed, total=total)]
    if found.bound_by:
        return [words.say(f"balance.why.bound_by_{found.bound_by}", total=total)]
    return [words.say("balance.why.holds", total=total)]


def _entries(talk: Talk, found: Explanation, start: int, only: str) -> list[str]:
    if not found.lines:
        return []
    words = talk.words
    last, count = start + len(found.lines), _count(found, only)
    place = {"first": start + 1, "last": last, "count": count}
    if only:
        title = words.say("balance.why.entries_of", what=_what(talk, only), **place)
    else:
        title = words.say("balance.why.entries", **place)
    return ["", title, *(_entry(talk, found, one) for one in found.lines)]


def _entry(talk: Talk, found: Explanation, line: Line) -> str:
    """9 月 1 日 -1,800.00 医疗救助 · 张三 · BF-2017-000104 · 凭证 2017-000012."""
    words = talk.words
    what = [_what(talk, line.key)]
    if line.key.startswith("entry.") and line.aid_kind is not None:
        what.append(words.plain(f"codes.aid.{line.aid_kind}"))
    if line.household is not None and found.figure not in OF_HOUSEHOLD:
        what.append(clipped(line.household))
    if line.source is not None and line.entry_id is None:
        what.append(words.plain(f"codes.source.{line.source}"))
    what += [one for one in (line.number,) if one]
    if line.voucher_no:
        what.append(words.plain("balance.why.voucher", number=clipped(line.voucher_no)))
    day = formats.day(words, line.happened_on, talk.today)
    return words.say("balance.entry", day=day, amount=signed(line.fen), what=" · ".join(what))


def _count(found: Explanation, only: str) -> int:
    """How many entries there are to look at."""
    return sum(one.count for one in found.terms if one.key == only) if only else found.count


def _ways(talk: Talk, found: Explanation, only: str, data: Callable[[int, str], str]) -> list[list[Button]]:
    """Each term opens what is behind it; one that is open leads back to all."""
    if only:
        return [[Button(talk.words.plain("balance.buttons.all_entries"), data(0, ""))]]
    buttons = []
    for one in found.terms:
        figure = one.key.removeprefix(DERIVED)
        if not one.key.startswith(DERIVED):
            if len(found.terms) > 1:
                buttons.append(Button(label(_what(talk, one.key)), data(0, one.key)))
        elif figure in set(Figure):
            buttons.append(Button(label(_what(talk, one.key)), pack(ROUTE, "why", figure, 0)))
        elif figure == "budget":
            buttons.append(Button(label(_what(talk, one.key)), pack("budget")))
        else:
            buttons.append(Button(label(_what(talk, one.key)), pack("standards")))
    return columns(buttons, 3)


def _cards(found: Explanation) -> list[list[Button]]:
    """What is promised, and what a household had, opens piece by piece for whoever may see it."""
    if found.figure not in {Figure.RESERVED, Figure.HOUSEHOLD_PAID}:
        return []
    return columns(
        [
            Button(one.number, pack("aid", "open", short_id(one.aid_id)))
            for one in found.lines
            if one.aid_id and one.number and not (one.household or "").endswith(MASK)
        ]
    )


def _data(figure: Figure, household_id: int | None) -> Callable[[int, str], str]:
    if household_id is None:
        return lambda page, only: pack(ROUTE, "why", figure, page, only)
    return lambda page, only: pack(ROUTE, "whyh", figure, page, only, household_id)


def _back(talk: Talk, household_id: int | None) -> list[Button]:
    if household_id is None:
        return back(talk)
    words = talk.words.plain("balance.buttons.back_household")
    return [Button(words, pack(ROUTE, "again", household_id))]
