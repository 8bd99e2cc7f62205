"""Taps and their answers, files both ways, and the other kinds of messages."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    MenuButtonCommands,
)
from telegram.error import BadRequest, InvalidToken

from bot.sandbox.world import BlockedError
from tests.sandbox.pictures import jpeg, png
from tests.sandbox.town import LI, WANG, bot_of, running

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox
    from bot.sandbox.world import World

SUBMIT = InlineKeyboardMarkup.from_button(InlineKeyboardButton("提交", callback_data="visit:submit:1"))
HOSTILE = bytes(range(256)) * 40 + b"\r\n--boundary\r\n\r\r\n\n"


async def test_a_tap_carries_its_data_and_is_answered_once(bot: Bot, world: World) -> None:
    sent = await bot.send_message(LI, "请核对", reply_markup=SUBMIT)
    tap_id = world.tap_label(LI, "提交")
    (update,) = await bot.get_updates()
    query = update.callback_query
    assert query
    assert (tap_id, "visit:submit:1", LI) == (query.id, query.data, query.from_user.id)
    assert query.message
    assert sent.message_id == query.message.message_id
    await query.answer("已提交", show_alert=True)
    assert ["已提交"] == world.toasts(LI)
    with pytest.raises(
        BadRequest, match=r"(?i)query is too old and response timeout expired or query id is invalid"
    ):
        await query.answer("已提交")


async def test_a_tap_is_not_answered_after_its_time() -> None:
    async with running(tap_lasts_seconds=0.0) as sandbox, bot_of(sandbox) as bot:
        message_id = sandbox.world.send_text(LI, "/start")
        with pytest.raises(BadRequest, match=r"(?i)query is too old"):
            await bot.answer_callback_query(sandbox.world.tap(LI, message_id, "x"))


async def test_an_old_button_and_one_of_a_deleted_message_can_still_be_tapped(bot: Bot, world: World) -> None:
    sent = await bot.send_message(LI, "请核对", reply_markup=SUBMIT)
    await bot.edit_message_text("已提交", LI, sent.message_id)
    world.tap(LI, sent.message_id, "visit:submit:1")
    await bot.delete_message(LI, sent.message_id)
    world.tap(LI, sent.message_id, "visit:submit:1")
    first, second = [u.callback_query for u in await bot.get_updates() if u.callback_query]
    assert "visit:submit:1" == first.data
    assert second.message
    assert not second.message.is_accessible


async def test_a_photo_comes_down_byte_for_byte(bot: Bot, world: World) -> None:
    world.send_photo(LI, jpeg(50, 40), caption="门口")
    (update,) = await bot.get_updates()
    assert update.message
    photo = update.message.photo[-1]
    assert (50, 40, "门口") == (photo.width, photo.height, update.message.caption)
    file = await bot.get_file(photo)
    assert jpeg(50, 40) == bytes(await file.download_as_bytearray())


async def test_a_link_to_a_file_lasts_an_hour_and_needs_the_token(bot: Bot, sandbox: Sandbox) -> None:
    sandbox.world.send_document(LI, b"abc")
    (update,) = await bot.get_updates()
    assert update.message
    assert update.message.document
    file = await bot.get_file(update.message.document)
    assert file.file_path
    assert b"abc" == await bot.request.retrieve(file.file_path)
    with pytest.raises(InvalidToken):
        await bot.request.retrieve(file.file_path.replace(sandbox.token, "1:x"))
    sandbox.clock.set(sandbox.clock() + timedelta(minutes=61))
    with pytest.raises(InvalidToken):
        await bot.request.retrieve(file.file_path)


async def test_a_file_over_20_mb_is_not_given(bot: Bot, world: World) -> None:
    world.send_document(LI, b"", name="录像.mp4", mime_type="video/mp4", size_bytes=21_000_000)
    (update,) = await bot.get_updates()
    assert update.message
    assert update.message.document
    with pytest.raises(BadRequest, match=r"(?i)file is too big"):
        await bot.get_file(update.message.document)


async def test_a_document_goes_up_byte_for_byte_with_its_chinese_name(bot: Bot, world: World) -> None:
    sent = await bot.send_document(LI, HOSTILE, filename='登记 "表".xlsx', caption="请收")
    assert sent.document
    assert '登记 "表".xlsx' == sent.document.file_name
    stored = world.files.get(sent.document.file_id)
    assert stored
    assert HOSTILE == stored.data
    again = await bot.send_document(LI, sent.document.file_id)
    assert again.document
    assert sent.document.file_unique_id == again.document.file_unique_id


async def test_what_is_no_picture_is_not_sent_as_one(bot: Bot, world: World) -> None:
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_photo(LI, b"not a picture")
    with pytest.raises(BadRequest, match=r"(?i)wrong file identifier"):
        await bot.send_photo(LI, "no-such-file")
    assert [] == world.said(LI)


async def test_an_album_is_several_messages_with_one_id_both_ways(bot: Bot, world: World) -> None:
    world.send_album(LI, [png(), jpeg()], caption="两张")
    taken = [update.message for update in await bot.get_updates() if update.message]
    assert taken[0].media_group_id
    assert 1 == len({message.media_group_id for message in taken})
    assert ["两张", None] == [message.caption for message in taken]
    sent = await bot.send_media_group(LI, [InputMediaPhoto(png(), caption="图"), InputMediaPhoto(jpeg())])
    assert sent[0].media_group_id
    assert 1 == len({message.media_group_id for message in sent})
    files = await bot.send_media_group(
        LI, [InputMediaDocument(io.BytesIO(b"1")), InputMediaDocument(io.BytesIO(b"2"))]
    )
    assert 2 == len(files)
    with pytest.raises(BadRequest):
        await bot.send_media_group(LI, [InputMediaPhoto(png()), InputMediaPhoto(b"broken")])
    assert 4 == len(world.said(LI))


async def test_every_other_kind_of_message_is_understood(bot: Bot, world: World) -> None:
    world.send_voice(LI, b"OggS", duration_seconds=7)
    world.send_place(LI, 31.2, 121.5)
    world.send_sticker(LI, "🙏")
    world.send_contact(LI, user_id=WANG)
    world.send_text(LI, "转来的", forwarded_from="某人")
    own = world.send_text(LI, "错字")
    world.edit_text(LI, own, "对了")
    updates = await bot.get_updates()
    voice, place, sticker, contact, forwarded, _, edited = [
        u.effective_message for u in updates if u.effective_message
    ]
    assert timedelta(seconds=7) == getattr(voice.voice, "duration", None)
    assert 31.2 == getattr(place.location, "latitude", None)
    assert "🙏" == getattr(sticker.sticker, "emoji", None)
    assert WANG == getattr(contact.contact, "user_id", None)
    assert forwarded.forward_origin
    assert updates[-1].edited_message
    assert "对了" == edited.text


async def test_the_bot_sends_a_voice_and_a_place_and_shows_that_it_is_at_work(bot: Bot, world: World) -> None:
    assert (await bot.send_voice(LI, b"OggS", duration=3)).voice
    assert (await bot.send_location(LI, 31.2, 121.5)).location
    kinds: list[str] = []
    world.subscribe(lambda event: kinds.append(event.kind))
    await bot.send_chat_action(LI, "typing")
    assert ["typing"] == kinds


async def test_a_group_is_told_to_the_bot_with_who_speaks(bot: Bot, world: World) -> None:
    group = world.add_group("机关分会", [LI, WANG])
    world.send_text(WANG, "/due", chat_id=group)
    joined, spoken = await bot.get_updates()
    assert joined.my_chat_member
    assert "机关分会" == joined.my_chat_member.chat.title
    assert spoken.message
    assert ("group", group, WANG) == (
        spoken.message.chat.type,
        spoken.message.chat.id,
        spoken.message.from_user and spoken.message.from_user.id,
    )
    await bot.send_message(group, "请在私聊里说。")


async def test_who_blocked_the_bot_lets_it_in_before_writing(world: World) -> None:
    world.block(LI)
    with pytest.raises(BlockedError):
        world.send_text(LI, "在吗")


async def test_the_narrowest_list_of_commands_is_the_one_seen(bot: Bot, world: World) -> None:
    await bot.set_my_commands([BotCommand("help", "帮助")])
    await bot.set_my_commands([BotCommand("due", "待办")], scope=BotCommandScopeChat(LI))
    seen = {
        who: [c["command"] for c in world.profile.commands_for(world.chats[who], world.people[who])]
        for who in (LI, WANG)
    }
    assert {LI: ["due"], WANG: ["help"]} == seen
    await bot.delete_my_commands(scope=BotCommandScopeChat(LI))
    assert (BotCommand("help", "帮助"),) == await bot.get_my_commands()
    assert () == await bot.get_my_commands(scope=BotCommandScopeChat(LI))


async def test_the_bot_says_who_it_is(bot: Bot) -> None:
    await bot.set_my_name("贴心助手")
    await bot.set_my_description("走访助手")
    await bot.set_my_short_description("助手")
    await bot.set_chat_menu_button(LI, MenuButtonCommands())
    assert "贴心助手" == (await bot.get_me()).first_name
    assert "走访助手" == (await bot.get_my_description()).description
    assert "助手" == (await bot.get_my_short_description()).short_description
    assert "commands" == (await bot.get_chat_menu_button(LI)).type
