"""看材料: the pictures that came with a proposal, which can be neither forwarded nor saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.screens.approval import folded

if TYPE_CHECKING:
    from bot.chat.talk import Talk
    from storage.casebook.aid_views import AidCard


def show(talk: Talk, one: AidCard) -> None:
    """Each picture with its place among them; the look is audited with the card's."""
    if not one.papers:
        talk.toast(talk.words.plain("approve.no_papers"), alert=True)
        return
    count = len(one.papers)
    for number, kept in enumerate(one.papers, start=1):
        caption = talk.words.say("approve.paper", what=folded.what(talk, one), number=number, count=count)
        talk.photo(kept["file_id"], caption)
