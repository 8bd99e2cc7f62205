"""The yardstick: python-telegram-bot as on its own first page; the same calls per update, keeping nothing."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.ext import ApplicationBuilder, CallbackQueryHandler, ContextTypes, MessageHandler, filters

from tests.benchmarks import meter

if TYPE_CHECKING:
    from telegram import Update

ROWS = (("没有变化", "增加"), ("减少", "其他"), ("上一步", "存草稿"))
KEYBOARD = InlineKeyboardMarkup(
    [[InlineKeyboardButton(label, callback_data=f"answer:{label}") for label in row] for row in ROWS]
)
QUESTION = "走访 · 施磊斌 K170001　{number}/14\n\n上次：没有变化\n<b>家里的人口有变化吗？</b>"


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.message is not None and update.message.text is not None:
        await update.message.reply_text(update.message.text)


async def ask(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.message is not None:
        await update.message.reply_html(QUESTION.format(number=0), reply_markup=KEYBOARD)


async def step(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    tap = update.callback_query
    if tap is not None:
        await tap.answer()
        text = QUESTION.format(number=update.update_id)
        await tap.edit_message_text(text, parse_mode="HTML", reply_markup=KEYBOARD)


def main(workload: str, port: int) -> None:
    application = ApplicationBuilder().token("1:bench").base_url(f"http://127.0.0.1:{port}/bot").build()
    if workload == "word":
        application.add_handler(MessageHandler(filters.TEXT, echo))
    else:
        application.add_handler(MessageHandler(filters.TEXT, ask))
        application.add_handler(CallbackQueryHandler(step))
    meter.install()
    application.run_polling()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    main(sys.argv[1], int(sys.argv[2]))
