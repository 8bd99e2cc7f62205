"""What a bot says and changes, and how Telegram refuses it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, RetryAfter

from bot.sandbox.network.pace import Limits
from tests.sandbox.pictures import png
from tests.sandbox.town import LI, WANG, bot_of, running

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox
    from bot.sandbox.world import World


def keys(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=f"go:{label}")] for label in labels]
    )


async def test_a_message_arrives_with_its_buttons_and_the_sandbox_date(bot: Bot, sandbox: Sandbox) -> None:
    sent = await bot.send_message(LI, "请核对", reply_markup=keys("提交", "取消"), protect_content=True)
    assert ["请核对"] == sandbox.world.said(LI)
    assert ["提交", "取消"] == sandbox.world.labels(LI)
    assert timedelta(seconds=60) > sandbox.clock() - sent.date
    assert sent.has_protected_content
    assert sent.from_user
    assert sent.from_user.is_bot
    again = await bot.send_message(LI, "好", reply_parameters=ReplyParameters(sent.message_id))
    assert again.reply_to_message
    assert sent.message_id == again.reply_to_message.message_id < again.message_id


async def test_html_becomes_entities_counted_in_utf_16(bot: Bot) -> None:
    sent = await bot.send_message(
        LI,
        '😀<b>凤芳</b> &lt;K1&gt; <a href="https://example.org/?a=1&amp;b=2">档案</a>\n'
        '<blockquote expandable>话<i>里</i></blockquote><pre><code class="language-python">x</code></pre>'
        '<tg-spoiler>密</tg-spoiler><span class="tg-spoiler">密</span><s>旧</s><u>新</u><code>1</code>',
        parse_mode=ParseMode.HTML,
    )
    assert sent.text
    assert sent.text.startswith("😀凤芳 <K1> 档案\n话里x密密旧新1")
    found = [
        (e.type.value if hasattr(e.type, "value") else e.type, sent.parse_entity(e)) for e in sent.entities
    ]
    assert [
        ("bold", "凤芳"),
        ("text_link", "档案"),
        ("expandable_blockquote", "话里"),
        ("italic", "里"),
        ("pre", "x"),
        ("spoiler", "密"),
        ("spoiler", "密"),
        ("strikethrough", "旧"),
        ("underline", "新"),
        ("code", "1"),
    ] == found
    assert "https://example.org/?a=1&b=2" == sent.entities[1].url
    assert "python" == sent.entities[4].language


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("走访<h1>", 'Unsupported start tag "h1" at byte offset 6'),
        ("<b>张", 'Can\'t find end tag corresponding to start tag "b"'),
        ("张</b>", "Unexpected end tag at byte offset 3"),
        ("<b><i>张</b></i>", 'Unmatched end tag at byte offset 9, expected "</i>", found "</b>"'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
    ],
)
async def test_broken_html_is_refused_with_its_place(bot: Bot, html: str, reason: str) -> None:
    with pytest.raises(BadRequest) as refused:
        await bot.send_message(LI, html, parse_mode=ParseMode.HTML)
    # python-telegram-bot makes everything after the first letter small.
    assert f"can't parse entities: {reason}".lower() == refused.value.message.lower()


async def test_commands_in_what_people_write_are_marked(bot: Bot, world: World) -> None:
    world.send_text(LI, "/visit 张三 不是/这个")
    (update,) = await bot.get_updates()
    assert update.message
    assert {"/visit"} == set(update.message.parse_entities(["bot_command"]).values())


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "text is empty"), (" \n ", "text is empty"), ("字" * 4097, "too long"), ("😀" * 2049, "too long")],
)
async def test_empty_and_overlong_texts_are_refused(bot: Bot, text: str, reason: str) -> None:
    with pytest.raises(BadRequest, match=reason):
        await bot.send_message(LI, text)


async def test_tags_do_not_count_towards_the_length(bot: Bot, world: World) -> None:
    await bot.send_message(LI, "<b>" + "字" * 4096 + "</b>", parse_mode=ParseMode.HTML)
    assert ["字" * 4096] == world.said(LI)


async def test_callback_data_over_64_bytes_is_refused(bot: Bot, world: World) -> None:
    await bot.send_message(
        LI,
        "好",
        reply_markup=InlineKeyboardMarkup.from_button(InlineKeyboardButton("好", callback_data="x" * 64)),
    )
    with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
        await bot.send_message(
            LI,
            "好",
            reply_markup=InlineKeyboardMarkup.from_button(
                InlineKeyboardButton("好", callback_data="字" * 22)
            ),
        )
    assert 1 == len(world.said(LI))


async def test_an_edit_changes_the_message_in_its_place(bot: Bot, world: World) -> None:
    sent = await bot.send_message(LI, "第 1 题", reply_markup=keys("好"))
    edited = await bot.edit_message_text("第 2 题", LI, sent.message_id, reply_markup=keys("是", "否"))
    assert not isinstance(edited, bool)
    assert edited.edit_date
    assert ["第 2 题"] == world.said(LI)
    assert ["是", "否"] == world.labels(LI)
    await bot.edit_message_reply_markup(LI, sent.message_id)
    assert [] == world.labels(LI)


async def test_an_edit_that_changes_nothing_is_refused_though_written_otherwise(bot: Bot) -> None:
    sent = await bot.send_message(LI, "<b>好</b>", parse_mode=ParseMode.HTML, reply_markup=keys("好"))
    with pytest.raises(BadRequest, match="specified new message content and reply markup are exactly"):
        await bot.edit_message_text(
            " <strong>好</strong>\n", LI, sent.message_id, parse_mode=ParseMode.HTML, reply_markup=keys("好")
        )
    with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
        await bot.edit_message_reply_markup(LI, sent.message_id, reply_markup=keys("好"))


async def test_only_own_messages_without_a_keyboard_below_can_be_edited(bot: Bot, world: World) -> None:
    theirs = world.send_text(LI, "我的")
    with pytest.raises(BadRequest, match=r"(?i)message can't be edited"):
        await bot.edit_message_text("x", LI, theirs)
    home = await bot.send_message(LI, "首页", reply_markup=ReplyKeyboardMarkup([["走访"]]))
    with pytest.raises(BadRequest, match=r"(?i)message can't be edited"):
        await bot.edit_message_text("x", LI, home.message_id)
    with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
        await bot.edit_message_text("x", LI, 999_999)


async def test_a_keyboard_stays_below_the_chat_until_it_is_taken_away(bot: Bot, world: World) -> None:
    await bot.send_message(
        LI, "首页", reply_markup=ReplyKeyboardMarkup([["走访", "待办"]], input_field_placeholder="请说")
    )
    assert {"keyboard", "input_field_placeholder"} <= set(world.chats[LI].keyboard or {})
    assert "请说" == world.chats[LI].placeholder
    await bot.send_message(LI, "好", reply_markup=ReplyKeyboardRemove())
    assert world.chats[LI].keyboard is None


async def test_a_message_is_deleted_once_and_within_two_days(bot: Bot, sandbox: Sandbox) -> None:
    old, new = await bot.send_message(LI, "旧"), await bot.send_message(LI, "新")
    assert await bot.delete_message(LI, new.message_id)
    with pytest.raises(BadRequest, match=r"(?i)message to delete not found"):
        await bot.delete_message(LI, new.message_id)
    sandbox.clock.set(sandbox.clock() + timedelta(hours=49))
    with pytest.raises(BadRequest, match=r"(?i)message can't be deleted"):
        await bot.delete_message(LI, old.message_id)
    assert await bot.delete_messages(LI, [old.message_id, new.message_id])
    assert ["旧"] == sandbox.world.said(LI)


async def test_who_never_wrote_or_blocked_the_bot_is_not_reached(bot: Bot, world: World) -> None:
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(WANG, "您好")
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(4040, "您好")
    world.block(LI)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(LI, "您好")
    world.unblock(LI)
    await bot.send_message(LI, "您好")
    changes = [u.my_chat_member.new_chat_member.status for u in await bot.get_updates() if u.my_chat_member]
    assert ["kicked", "member"] == changes


async def test_a_burst_in_one_chat_is_told_to_wait_and_others_are_not() -> None:
    limits = Limits(chat_per_second=1, chat_burst=3)
    async with running(limits=limits) as sandbox, bot_of(sandbox) as bot:
        for person in (LI, WANG):
            sandbox.world.send_text(person, "/start")
        for number in range(3):
            await bot.send_message(LI, str(number))
        with pytest.raises(RetryAfter) as refused:
            await bot.send_message(LI, "3")
        assert timedelta(seconds=1) == refused.value.retry_after
        await bot.send_message(WANG, "您好")
        assert ["0", "1", "2"] == sandbox.world.said(LI)


async def test_a_pinned_message_is_in_the_chat_and_pinned_once(bot: Bot) -> None:
    sent = await bot.send_message(LI, "公示")
    await bot.pin_chat_message(LI, sent.message_id)
    pinned = (await bot.get_chat(LI)).pinned_message
    assert pinned
    assert sent.message_id == pinned.message_id
    await bot.unpin_chat_message(LI)
    assert (await bot.get_chat(LI)).pinned_message is None


async def test_a_caption_is_edited_and_bounded(bot: Bot, world: World) -> None:
    sent = await bot.send_photo(LI, png(), caption="图")
    await bot.edit_message_caption(LI, sent.message_id, caption="新图")
    assert ["新图"] == world.said(LI)
    with pytest.raises(BadRequest, match=r"(?i)caption is too long"):
        await bot.send_photo(LI, png(), caption="字" * 1025)
    with pytest.raises(BadRequest, match=r"(?i)there is no text in the message to edit"):
        await bot.edit_message_text("x", LI, sent.message_id)
    await bot.edit_message_media(InputMediaPhoto(png(9, 9), caption="换"), LI, sent.message_id)
    assert ["换"] == world.said(LI)
