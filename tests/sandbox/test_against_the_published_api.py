"""Everything the sandbox says has the fields that the published Bot API requires, and no others."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto
from telegram.error import TelegramError

from bot.sandbox.methods.table import METHODS
from tests import published_api
from tests.sandbox.pictures import png
from tests.sandbox.town import LI, WANG, bot_of, running

SUBMIT = InlineKeyboardMarkup.from_button(InlineKeyboardButton("提交", callback_data="ok"))


@pytest.fixture(scope="module")
def api() -> Any:  # noqa: ANN401 - JSON
    return published_api.load()


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
        for fault in published_api.faults(
            api, call.result, api["methods"][call.method]["returns"], call.method
        )
    ]
    assert [] == found


def test_every_method_of_the_sandbox_is_a_published_one(api: Any) -> None:  # noqa: ANN401 - JSON
    assert set() == set(METHODS) - set(api["methods"])
