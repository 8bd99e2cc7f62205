"""What the buttons of a report carry: draft, revision, and the act or the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.buttons import Button, long_id, pack, short_id
from bot.forms.model import Command, Edit, Tapped

if TYPE_CHECKING:
    from bot.forms.engine import Draft
    from bot.forms.model import Event, Form

ROUTE = "f"
ADD, REMOVE = "+", "-"
EDIT, MENU, CARD = "E", "M", "R"
_CODES = {
    Command.BACK: "B",
    Command.SKIP: "S",
    Command.DONE: "D",
    Command.CANCEL: "X",
    Command.KEEP: "K",
    Command.SUBMIT: "G",
    Command.UNCHANGED: "U",
    Command.CHANGED: "C",
}
COMMANDS = {code: command for command, code in _CODES.items()}


def card_key(draft_id: str) -> str:
    """The name of a draft's card in its chat."""
    return f"draft:{draft_id}"


@dataclass(frozen=True, slots=True)
class FormTap:
    """A tapped button of a report: `act` is a field's index, a command's code, EDIT, MENU or CARD."""

    draft_id: str
    revision: int
    act: str
    value: str


class FormButtons:
    """Makes the buttons of one draft at its present revision."""

    def __init__(self, draft_id: str, form: Form, draft: Draft) -> None:
        self._head = (short_id(draft_id), draft.revision)
        self._index = {field.slug: index for index, field in enumerate(form.fields)}

    def answer(self, label: str, slug: str, value: str) -> Button:
        """An answer to the question `slug`."""
        return Button(label, pack(ROUTE, *self._head, self._index[slug], value))

    def command(self, label: str, command: Command) -> Button:
        """A command to the form."""
        return Button(label, pack(ROUTE, *self._head, _CODES[command]))

    def done(self, label: str, slug: str) -> Button:
        """完成 of one question; it says which, so that it may come a little late."""
        return Button(label, pack(ROUTE, *self._head, _CODES[Command.DONE], self._index[slug]))

    def edit(self, label: str, slug: str) -> Button:
        """The wish to change one answer."""
        return Button(label, pack(ROUTE, *self._head, EDIT, self._index[slug]))

    def page(self, label: str, page: str) -> Button:
        """MENU: the list of what can be changed; CARD: back to the card."""
        return Button(label, pack(ROUTE, *self._head, page))


def read_tap(parts: tuple[str, ...]) -> FormTap | None:
    """What a tapped button carried; None when it was never one of ours."""
    if len(parts) < 3 or not parts[1].isdecimal() or not long_id(parts[0]):  # noqa: PLR2004 - draft, revision, act
        return None
    return FormTap(long_id(parts[0]), int(parts[1]), parts[2], ":".join(parts[3:]))


def event_of(form: Form, tap: FormTap) -> Event | None:
    """The event a tap stands for; None for the pages MENU and CARD, and for what nobody was offered."""
    if tap.act in COMMANDS:
        return COMMANDS[tap.act]
    if tap.act == EDIT:
        slug = _slug_at(form, tap.value)
        return Edit(slug) if slug else None
    slug = _slug_at(form, tap.act)
    return Tapped(slug, tap.value) if slug else None


def ends(form: Form, tap: FormTap, slug: str) -> bool:
    """Whether this is the 完成 of that question."""
    return tap.act == _CODES[Command.DONE] and _slug_at(form, tap.value) == slug


def _slug_at(form: Form, index: str) -> str:
    known = index.isdecimal() and len(index) <= 3 and int(index) < len(form.fields)  # noqa: PLR2004 - digits
    return form.fields[int(index)].slug if known else ""
