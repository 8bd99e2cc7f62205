"""The same echo through our own way: stored, one transaction with its outbox row, delivered, written down."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import telegram
from sqlmodel import SQLModel

from bot.chat import incoming
from bot.chat.api import BotApi
from bot.chat.delivery import Delivery, Pace
from bot.chat.http import AiohttpRequest
from bot.chat.intake import Intake
from bot.chat.polling import Poller
from storage import inbox, outbox
from storage.database import Database
from storage.secrets import Vault
from storage.tables import mail

if TYPE_CHECKING:
    from storage.transaction import Transaction

UNLIMITED = Pace(overall_per_second=1e6, overall_burst=1_000_000, chat_per_second=1e6, chat_burst=1_000_000)


def clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - a benchmark runs in real time


def answer(tx: Transaction, came: incoming.Incoming) -> None:
    if inbox.finish(tx, came.update_id):
        outbox.put(tx, chat_id=came.chat_id, method="sendMessage", payload={"text": came.text})


async def run(port: int, path: str) -> None:
    database = Database(
        f"sqlite:///{path}", vault=Vault("a secret of the bench"), clock=clock, zone=ZoneInfo("Asia/Shanghai")
    )
    tables = [mail.inbox, mail.outbox, mail.outbox_files, mail.cards, mail.heartbeats]
    database.transact(lambda tx: SQLModel.metadata.create_all(tx.connection, tables))
    base_url = f"http://127.0.0.1:{port}/bot"
    bot = telegram.Bot("1:bench", base_url=base_url, request=AiohttpRequest())
    api = BotApi("1:bench", base_url)

    async def handle(update: telegram.Update, _raw: dict[str, Any]) -> None:
        came = incoming.of(update, clock())
        if came is not None:
            await database.run(answer, came)

    intake = Intake(database, bot, handle)
    delivery = Delivery(database, api, pace=UNLIMITED)
    poller = asyncio.create_task(Poller(database, api, intake).run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, poller.cancel)
    await intake.start()
    await delivery.start()
    with suppress(asyncio.CancelledError):
        await poller
    await intake.stop()
    await delivery.stop()
    await api.close()
    database.close()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    asyncio.run(run(int(sys.argv[1]), sys.argv[2]))
