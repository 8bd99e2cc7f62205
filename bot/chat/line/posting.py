"""One letter becomes calls of the Bot API: a card is edited, moved or sent anew; knows no queue."""

from __future__ import annotations

import logging
import mimetypes
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from bot.chat.line.api import ApiRefused, NoAnswer, NotReached
from storage.post.dispatch import Outcome, drawings_of, files_of, orders_of
from storage.post.outbox import SENT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from typing import BinaryIO

    from bot.chat.line.api import BotApi
    from storage.post.dispatch import Letter

    Files = dict[str, tuple[str, bytes | BinaryIO, str]]

log = logging.getLogger(__name__)

TEXT = "text"
EDIT_PARAMETERS = (TEXT, "parse_mode", "entities", "link_preview_options", "reply_markup")
# Methods that leave one more message each time they are called; every other may be repeated freely.
ADDING = ("send", "copy", "forward")
NOT_ABOUT_A_CHAT = ("answer", "set", "get")
NOT_MODIFIED = "message is not modified"
TAP_TOO_OLD = "query is too old"
BAD_REQUEST = 400
# What Telegram says of a picture or a file that it will not take; its words may still go.
NOT_TAKEN = (BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
# What of a picture's or a file's letter goes on when it cannot: its caption, as a message of its own.
ALONE_PARAMETERS = ("chat_id", "parse_mode", "reply_markup", "protect_content", "disable_notification")


class MaybeSent(Exception):
    """A message may be in the chat, or may not; sending again may leave a second one."""


class NotMade(Exception):
    """There is no picture, or no file; its words can go alone."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where what is uploaded comes from: stored files, pictures drawn from figures, files made to order.

    `make` returns the file's name, the open file, and its media type.
    """

    contents: Callable[[Letter], Awaitable[dict[str, bytes]]]
    draw: Callable[[str, Mapping[str, Any]], Awaitable[bytes]]
    make: Callable[[Mapping[str, Any]], Awaitable[tuple[str, BinaryIO, str]]]


async def post(api: BotApi, letter: Letter, standing: int | None, sources: Sources) -> Outcome:
    """Send a letter and return what became of it; `standing` is the message that is its card now.

    Raises what `BotApi.call` raises, except where that is as good as success: an edit that changes nothing,
    an answer to a tap that Telegram has forgotten. NoAnswer is raised where repeating does no harm, MaybeSent
    where it does.
    """
    payload = dict(letter.payload)
    if not letter.method.startswith(NOT_ABOUT_A_CHAT):
        payload.setdefault("chat_id", letter.chat_id)
    if letter.card is None:
        return await _plain(api, letter, payload, sources)
    if not letter.method.startswith("send"):
        return await _about_card(api, letter, payload, standing)
    if standing is None:
        return await _send_card(api, letter, payload, sources)
    if not _must_move(letter) and await _edited(api, payload, standing):
        # The same message is the card as before: there is nothing new to remember.
        return Outcome(letter, SENT, standing)
    sent = await _send_card(api, letter, payload, sources)
    await _delete(api, letter.chat_id, standing)
    return sent


async def _plain(api: BotApi, letter: Letter, payload: dict[str, Any], sources: Sources) -> Outcome:
    try:
        result = await _call(api, letter, payload, sources)
    except ApiRefused as refusal:
        if refusal.code == BAD_REQUEST and (
            NOT_MODIFIED in refusal.description or TAP_TOO_OLD in refusal.description
        ):
            return Outcome(letter, SENT, error=refusal.description)
        raise
    return Outcome(letter, SENT, _message_id(result))


async def _about_card(api: BotApi, letter: Letter, payload: dict[str, Any], standing: int | None) -> Outcome:
    """Do to the card what the method says: edit its buttons, delete it. Without a card it is done."""
    if standing is None:
        return Outcome(letter, SENT, error="there is no such card")
    gone = letter.method == "deleteMessage"
    try:
        await api.call(letter.method, {**payload, "message_id": standing})
    except ApiRefused as refusal:
        if refusal.code != BAD_REQUEST:
            raise
        return Outcome(letter, SENT, error=refusal.description, card_gone=gone)
    return Outcome(letter, SENT, standing, card_gone=gone)


async def _send_card(api: BotApi, letter: Letter, payload: dict[str, Any], sources: Sources) -> Outcome:
    message = _message_id(await _call(api, letter, payload, sources))
    return Outcome(letter, SENT, message, card_message_id=message)


def _must_move(letter: Letter) -> bool:
    """Whether the card cannot be edited into this: it is to stand at the bottom, or is no text any more."""
    markup = letter.payload.get("reply_markup")
    is_inline = not isinstance(markup, dict) or "inline_keyboard" in markup
    return letter.repost or letter.method != "sendMessage" or not is_inline


async def _edited(api: BotApi, payload: dict[str, Any], standing: int) -> bool:
    edit = {name: payload[name] for name in EDIT_PARAMETERS if name in payload}
    try:
        await api.call("editMessageText", {**edit, "chat_id": payload["chat_id"], "message_id": standing})
    except ApiRefused as refusal:
        if refusal.code != BAD_REQUEST:
            raise
        # Gone, too old, or a photo by now: whatever it is, a new message is right. If it is the text that
        # Telegram refuses, the new message is refused too, and the old card stays.
        return NOT_MODIFIED in refusal.description
    return True


async def _delete(api: BotApi, chat_id: int, message_id: int) -> None:
    # The new card is there already: an old one that stays is untidy, a second new one would be worse.
    with suppress(ApiRefused, NotReached, NoAnswer):
        await api.call("deleteMessage", {"chat_id": chat_id, "message_id": message_id})


async def _call(api: BotApi, letter: Letter, payload: dict[str, Any], sources: Sources) -> Any:  # noqa: ANN401 - whatever JSON the method answers with
    with ExitStack() as opened:
        try:
            files = await _stored(letter, payload, sources) | await _drawn(letter, payload, sources)
            made = await _made(letter, payload, sources, opened)
            files |= {name: file for name, file in made.items() if name != TEXT}
            plain = {name: value for name, value in payload.items() if name not in files}
            if TEXT in made:
                plain[TEXT] = made[TEXT][1].read().decode()
            return await api.call(letter.method, plain, files=files)
        except NotMade:
            return await _words_alone(api, payload)
        except ApiRefused as refusal:
            if refusal.code in NOT_TAKEN and (drawings_of(payload) or orders_of(payload)):
                return await _words_alone(api, payload)
            raise
        except NoAnswer:
            if letter.method.startswith(ADDING):
                raise MaybeSent from None
            raise


async def _stored(letter: Letter, payload: dict[str, Any], sources: Sources) -> Files:
    wanted = files_of(payload)
    stored = await sources.contents(letter) if wanted else {}
    files: Files = {}
    for parameter, file in wanted.items():
        name = str(file.get("filename") or file["outbox_file"])
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        files[parameter] = (name, stored[file["outbox_file"]], media_type)
    return files


async def _drawn(letter: Letter, payload: dict[str, Any], sources: Sources) -> Files:
    files: Files = {}
    for parameter, drawing in drawings_of(payload).items():
        kind = str(drawing["draw"])
        try:
            picture = await sources.draw(kind, drawing["figures"])
        except Exception as error:
            log.exception("delivery: the picture of letter %d could not be drawn", letter.id)
            raise NotMade from error
        files[parameter] = (f"{kind}.png", picture, "image/png")
    return files


async def _made(
    letter: Letter, payload: dict[str, Any], sources: Sources, opened: ExitStack
) -> dict[str, tuple[str, BinaryIO, str]]:
    """Have the files made, or a text in place of one; each is closed, and gone, with `opened`."""
    files: dict[str, tuple[str, BinaryIO, str]] = {}
    for parameter, order in orders_of(payload).items():
        try:
            name, file, media_type = await sources.make(order)
        except Exception as error:
            log.exception("delivery: the file of letter %d could not be made", letter.id)
            raise NotMade from error
        opened.enter_context(file)
        files[parameter] = (name, file, media_type)
    return files


async def _words_alone(api: BotApi, payload: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """Send a caption as a message, with its buttons, and what is to be said where there is no file."""
    message = {name: payload[name] for name in ALONE_PARAMETERS if name in payload}
    said = [payload.get("caption", ""), *(order["otherwise"] for order in orders_of(payload).values())]
    try:
        return await api.call("sendMessage", {**message, "text": "\n".join(filter(None, said))})
    except NoAnswer:
        raise MaybeSent from None


def _message_id(result: Any) -> int | None:  # noqa: ANN401 - whatever JSON the method answers with
    number = result.get("message_id") if isinstance(result, dict) else None
    return number if isinstance(number, int) else None
