"""Everything the sandbox says has the fields that the published Bot API requires, and no others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto
from telegram.error import TelegramError

from bot.sandbox.methods.table import METHODS
from tests.sandbox.pictures import png
from tests.sandbox.town import LI, WANG, bot_of, running

PUBLISHED = Path(__file__).parents[3] / "shared/data/botapi/api-10.0.json"
SCALARS: dict[str, Any] = {
    "Integer": int,
    "String": str,
    "Boolean": bool,
    "Float": (int, float),
    "True": bool,
}
SUBMIT = InlineKeyboardMarkup.from_button(InlineKeyboardButton("提交", callback_data="ok"))


@pytest.fixture(scope="module")
def api() -> Any:  # noqa: ANN401 - JSON
    if not PUBLISHED.exists():
        pytest.skip("the published description of the Bot API is not beside the repository")
    return json.loads(PUBLISHED.read_text())


def faults(api: Any, value: Any, kinds: list[str], where: str) -> list[str]:  # noqa: ANN401 - JSON
    """What is wrong with a value that should be of one of these types: nothing for one of them."""
    tries = [_faults_of(api, value, kind, where) for kind in kinds]
    return min(tries, key=len)


def _faults_of(api: Any, value: Any, kind: str, where: str) -> list[str]:  # noqa: ANN401 - JSON
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{where}: no array"]
        return [f for i, item in enumerate(value) for f in faults(api, item, [kind[9:]], f"{where}[{i}]")]
    if kind in SCALARS:
        right = isinstance(value, SCALARS[kind]) and (
            kind in {"Boolean", "True"} or not isinstance(value, bool)
        )
        return [] if right else [f"{where}: no {kind}"]
    described = api["types"][kind]
    if subtypes := described.get("subtypes"):
        return faults(api, value, subtypes, where)
    if not isinstance(value, dict):
        return [f"{where}: no {kind}"]
    fields = {field["name"]: field for field in described.get("fields", [])}
    missing = [
        f"{where}.{name} is missing" for name, f in fields.items() if f["required"] and name not in value
    ]
    unknown = [f"{where}.{name} is unknown" for name in value if name not in fields]
    known = [(name, item) for name, item in value.items() if name in fields]
    inner = [f for name, item in known for f in faults(api, item, fields[name]["types"], f"{where}.{name}")]
    return missing + unknown + inner


async def a_day(bot: Bot, world: Any) -> None:  # noqa: ANN401 - the world
    """Uses every method at least once, and has every kind of update come."""
    started = world.send_text(LI, "/start")
    sent = await bot.send_message(
        LI, "<b>您好</b>", parse_mode="HTML", reply_markup=SUBMIT, protect_content=True
    )
    world.tap_label(LI, "提交")
    await bot.edit_message_text("一", LI, sent.message_id, reply_markup=SUBMIT)
    await bot.edit_message_reply_markup(LI, sent.message_id)
    world.tap(LI, sent.message_id, "ok")
    photo = await bot.send_photo(LI, png(), caption="图", reply_to_message_id=started)
    await bot.edit_message_caption(LI, photo.message_id, caption="二")
    await bot.edit_message_media(InputMediaPhoto(png()), LI, photo.message_id)
    await bot.send_document(LI, b"1", filename="a.pdf")
    await bot.send_voice(LI, b"1")
    await bot.send_location(LI, 31, 121)
    await bot.send_media_group(LI, [InputMediaPhoto(png()), InputMediaPhoto(png())])
    await bot.send_chat_action(LI, "typing")
    await bot.pin_chat_message(LI, sent.message_id)
    await bot.get_chat(LI)
    await bot.unpin_chat_message(LI)
    world.send_album(LI, [png(), png()], caption="图")
    world.send_voice(LI, b"1")
    world.send_place(LI, 31.5, 121.5)
    world.send_document(LI, b"1")
    world.send_sticker(LI)
    world.send_contact(LI, user_id=WANG)
    world.send_contact(LI, user_id=None, first_name="某")
    world.send_text(LI, "转", forwarded_from="某")
    world.send_text(LI, "回", reply_to=sent.message_id)
    world.edit_text(LI, started, "/start x")
    group = world.add_group("会", [LI, WANG])
    world.send_text(WANG, "/due", chat_id=group)
    await bot.get_chat(group)
    world.block(LI)
    world.unblock(LI)
    await bot.delete_message(LI, sent.message_id)
    world.tap(LI, sent.message_id, "ok")
    await bot.get_updates()
    await bot.get_file(next(iter(world.files)).file_id)
    await rest(bot)


async def rest(bot: Bot) -> None:
    """The methods that do not concern one chat."""
    await bot.get_me()
    await bot.set_my_commands([("due", "待办")])
    await bot.get_my_commands()
    await bot.delete_my_commands()
    await bot.set_my_name("贴")
    await bot.get_my_name()
    await bot.set_my_description("贴")
    await bot.get_my_description()
    await bot.set_my_short_description("贴")
    await bot.get_my_short_description()
    await bot.set_chat_menu_button()
    await bot.get_chat_menu_button()
    await bot.delete_messages(LI, [1, 2])
    await bot.set_webhook("http://127.0.0.1:9/hook", allowed_updates=["message"])
    await bot.get_webhook_info()
    await bot.delete_webhook(drop_pending_updates=True)
    with pytest.raises(TelegramError):
        await bot.answer_callback_query("1")
    await bot.log_out()
    await bot.close()


async def test_every_answer_and_update_is_as_published(api: Any) -> None:  # noqa: ANN401 - JSON
    async with running() as sandbox, bot_of(sandbox) as bot:
        await a_day(bot, sandbox.world)
        calls = sandbox.world.faults.of()
    assert set(METHODS) == {call.method for call in calls}
    found = [
        fault
        for call in calls
        if call.status == 200
        for fault in faults(api, call.result, api["methods"][call.method]["returns"], call.method)
    ]
    assert [] == found


def test_every_method_of_the_sandbox_is_a_published_one(api: Any) -> None:  # noqa: ANN401 - JSON
    assert set() == set(METHODS) - set(api["methods"])
