"""A whole durable echo bot in a process of its own, to be killed at any moment."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from bot.chat.line.api import BotApi
from bot.chat.line.delivery import Delivery, Pace
from bot.chat.line.incoming import Incoming
from bot.chat.line.intake import Intake
from bot.chat.line.polling import Deaf, Poller
from storage.core.instance import AlreadyRunning, InstanceLock
from storage.database import Database
from storage.post import inbox, outbox
from storage.secrets import Vault
from storage.tables import mail

if TYPE_CHECKING:
    from bot.chat.line.incoming import Arrival
    from storage.core.transaction import Transaction

EXIT_DEAF = 3
EXIT_SECOND = 4
FAST = Pace(overall_per_second=10_000, overall_burst=1_000, chat_per_second=10_000, chat_burst=1_000)


def clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - a process of its own, in real time


def answer(tx: Transaction, came: Incoming) -> None:
    if not inbox.finish(tx, came.update_id):
        return
    # The effect: a row that can be there once only, as a report or a payment would be.
    effect = {"name": f"effect-{came.update_id}", "beat_at": tx.now}
    tx.connection.execute(insert(mail.heartbeats), effect)
    outbox.put(tx, chat_id=came.chat_id, method="sendMessage", payload={"text": came.text})


async def run(base_url: str, token: str, url: str, secret: str) -> None:
    database = Database(url, vault=Vault(secret), clock=clock, zone=ZoneInfo("Asia/Shanghai"))
    lock = InstanceLock(database)
    lock.acquire()
    api = BotApi(token, base_url)

    async def handle(came: Arrival) -> None:
        if isinstance(came, Incoming):
            await database.run(answer, came)

    intake = Intake(database, handle)
    delivery = Delivery(database, api, pace=FAST)
    await intake.start()
    await delivery.start()
    await Poller(database, api, intake, long_poll_seconds=1, deaf_seconds=1).run()


def main() -> int:
    try:
        asyncio.run(run(*sys.argv[1:]))
    except Deaf:
        return EXIT_DEAF
    except AlreadyRunning:
        return EXIT_SECOND
    return 0


if __name__ == "__main__":
    sys.exit(main())
