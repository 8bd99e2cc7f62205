"""Two hundred people at once come to the same as one after another."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text

from bot.chat import gate
from bot.chat.line.incoming import Incoming
from storage.codes import Role
from storage.database import Database
from storage.errors import Refused
from storage.post import inbox
from storage.post.outbox import SEAL
from storage.reporting import visits
from storage.reporting.visits import PastVisit
from storage.tables.mail import outbox
from storage.tables.people import Union
from tests.conftest import ZONE
from tests.storage import casework
from tests.transcripts.outcome import outcome
from tests.transcripts.stage import PEOPLE as DEMO

if TYPE_CHECKING:
    from pathlib import Path

    from storage.database import Transaction
    from storage.secrets import Vault
    from tests.clock import FakeClock
    from tests.transcripts.conftest import Opening
    from tests.transcripts.stage import Stage

pytestmark = pytest.mark.slow

PEOPLE = 200
BRANCHES = 20
STEPS = 6
# 一切如前 and 提交 are chosen more often than by chance, so that there are reports at the end.
ONWARD, LUCK = (":U", ":G"), 0.6
FIRST = 100
LAST_VISIT_ON = date(2017, 5, 1)
TOLD = {
    "visits": "SELECT household_id, reported_by, answers, state, revision FROM visits"
    " WHERE imported_at IS NULL ORDER BY 1, 3",
    "drafts": "SELECT person_id, household_id, state, content FROM drafts ORDER BY 1, 4",
    "due": "SELECT household_id, kind, due_on, state, snoozes FROM followups ORDER BY 1, 3, id",
    "said": "SELECT chat_id, method, priority, card IS NULL FROM outbox ORDER BY chat_id, id",
}
HOUSE = gate.House(language="zh", bot_username="tiexin_bot")


def furnish(tx: Transaction) -> None:
    """Twenty branches, ten cadres each, and a household for every one of them."""
    casework.found(tx)
    for number in range(FIRST, FIRST + BRANCHES):
        tx.session.add(Union(id=number, parent_id=1, name=f"第 {number} 分会", path=f"/1/{number}/"))
    tx.session.flush()
    for number in range(FIRST, FIRST + PEOPLE):
        branch = FIRST + number % BRANCHES
        casework.person(tx, number, f"干部{number}", branch, Role.CADRE)
        casework.household(tx, number, union_id=branch, liaison_id=number, name=f"户主{number}")
        past = PastVisit(number, LAST_VISIT_ON, "HOME", "SELF", (number,), "SAME", ("MEDICAL",))
        visits.record_history(tx, [past])


@dataclass
class Cadre:
    """Somebody who chooses among the buttons in sight by a dice of their own."""

    number: int
    dice: random.Random = field(init=False)
    done: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.number)  # noqa: S311 - choices of a test

    def step(self, database: Database, update_id: int) -> None:
        database.transact(self._step, update_id)

    def _step(self, tx: Transaction, update_id: int) -> None:
        self.done += 1
        data = self._choice(tx) if self.done > 1 else f"visit:household:{self.number}"
        inbox.store(tx, [{"update_id": update_id, "message": {"from": {"id": 1000 + self.number}}}])
        came = Incoming(
            update_id=update_id,
            chat_id=1000 + self.number,
            user_id=1000 + self.number,
            chat_type="private",
            kind="tap",
            text="",
            data=data,
            tap_id=str(update_id),
            message_id=update_id,
            file=None,
            place=None,
            contact_user_id=None,
            album_id="",
            forwarded=False,
            sent_at=tx.now,
            first_name="",
        )
        try:
            with tx.connection.begin_nested():
                gate.answer(tx, came, HOUSE)
        except Refused as refusal:
            gate.say_refusal(tx, came, HOUSE, refusal)

    def _choice(self, tx: Transaction) -> str:
        mine = outbox.c.chat_id == 1000 + self.number
        rows = tx.connection.scalars(
            select(outbox.c.payload).where(mine).order_by(outbox.c.id.desc()).limit(4)
        )
        payloads = (json.loads(tx.vault.open(row, SEAL)) for row in rows)
        shown: list[list[dict[str, str]]] = next(
            one["reply_markup"]["inline_keyboard"] for one in payloads if "reply_markup" in one
        )
        every = [button["callback_data"] for row in shown for button in row]
        onward = [data for data in every if data.endswith(ONWARD)]
        return self.dice.choice(onward if onward and self.dice.random() < LUCK else every)


def everything(tx: Transaction) -> dict[str, list[Any]]:
    """Who has said what of whom; numbers tell only who came first."""
    return {name: [tuple(row) for row in tx.connection.execute(text(one))] for name, one in TOLD.items()}


def played(database: Database, order: list[int]) -> dict[str, list[Any]]:
    """Let everybody of `order` take their next step, one after another."""
    database.transact(furnish)
    cadres = {number: Cadre(number) for number in set(order)}
    for update_id, number in enumerate(order, start=1):
        cadres[number].step(database, update_id)
    return database.view(everything)


def test_two_hundred_people_interleaved_at_random_equal_one_after_another(
    sqlite_template: Path, tmp_path: Path, vault: Vault, clock: FakeClock
) -> None:
    in_turn = [number for number in range(FIRST, FIRST + PEOPLE) for _ in range(STEPS)]
    mixed = list(in_turn)
    random.Random(3).shuffle(mixed)  # noqa: S311 - a fixed order for a test
    ends = []
    for name, order in (("in turn", in_turn), ("mixed", mixed)):
        shutil.copy(sqlite_template, tmp_path / name)
        database = Database(f"sqlite:///{tmp_path / name}", vault=vault, clock=clock, zone=ZONE)
        ends.append(played(database, order))
        database.close()
    assert ends[0] == ends[1]
    assert len(ends[0]["visits"]) > PEOPLE // 10
    assert len(ends[0]["drafts"]) >= PEOPLE


VISITS = {"张东": "施磊斌", "曹玉芳": "何强", "林晓梅": "马华芳", "周国梁": "章东艳"}


async def visits_of(stage: Stage, *, at_once: bool) -> list[tuple[Any, ...]]:
    """Everybody reports a visit, all at once or each after the other; the reports without their numbers."""
    for name, household in VISITS.items():
        stage.world.send_text(DEMO[name].user_id, f"走访 {household} 入户 本人 一切如前")
        if not at_once:
            await stage.settle()
    await stage.settle()
    for name in VISITS:
        for button in ("补一句话", None, "提交"):
            person = DEMO[name].user_id
            if button is None:
                stage.world.send_text(person, f"{name}来过")
            else:
                stage.world.tap_label(person, button)
            await stage.settle() if not at_once or button == "补一句话" or button is None else None
    await stage.settle()
    made = outcome(stage.database)["visits"]
    assert len(VISITS) == len(made)
    return sorted(visit[1:] for visit in made)


async def test_four_people_at_once_over_the_network_equal_one_after_another(opening: Opening) -> None:
    async with opening("in turn") as stage:
        in_turn = await visits_of(stage, at_once=False)
    async with opening("at once") as stage:
        assert in_turn == await visits_of(stage, at_once=True)
