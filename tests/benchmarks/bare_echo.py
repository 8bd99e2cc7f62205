"""The yardstick: the echo bot of python-telegram-bot's own first page, keeping nothing."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters

if TYPE_CHECKING:
    from telegram import Update


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.message is not None and update.message.text is not None:
        await update.message.reply_text(update.message.text)


def main(port: int) -> None:
    application = ApplicationBuilder().token("1:bench").base_url(f"http://127.0.0.1:{port}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    main(int(sys.argv[1]))
