"""Every update is dealt with once, in its person's order, and a bad one stops nobody."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.chat.line import intake as intake_module
from bot.chat.line import polling
from bot.chat.line.incoming import Incoming
from bot.chat.line.intake import Hooks, Intake
from bot.chat.line.polling import Deaf, Poller
from storage.errors import NotSaved
from storage.post import inbox, outbox
from storage.tables import mail
from tests.transport.fake_api import FakeApi, message, refusal, tap, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.line.api import BotApi
    from bot.chat.line.delivery import Delivery
    from bot.chat.line.incoming import Arrival
    from storage.core.transaction import Transaction
    from storage.database import Database

pytestmark = pytest.mark.slow

Handled = list[tuple[int, str]]


def echo(tx: Transaction, update_id: int, chat_id: int, text: str) -> bool:
    """Answer an update once, in one transaction."""
    if not inbox.finish(tx, update_id):
        return False
    outbox.put(tx, chat_id=chat_id, method="sendMessage", payload={"text": text})
    return True


class Echo:
    """A handler that answers in the one transaction, after a little while, and notes what it really did."""

    def __init__(self, database: Database, before: Callable[[Incoming], None] = lambda _came: None) -> None:
        self.database = database
        self.before = before
        self.done: Handled = []
        self.seen: Handled = []

    async def __call__(self, came: Arrival) -> None:
        assert isinstance(came, Incoming)
        text = came.text or "tap"
        self.seen.append((came.user_id, text))
        await asyncio.sleep(0)
        self.before(came)
        if await self.database.run(echo, came.update_id, came.user_id, text):
            self.done.append((came.user_id, text))


def inbox_states(database: Database) -> dict[int, str]:
    return {
        row.update_id: row.state
        for row in database.transact(
            lambda tx: tx.connection.execute(select(mail.inbox.c.update_id, mail.inbox.c.state)).all()
        )
    }


async def test_two_hundred_people_interleaved_are_each_answered_in_their_own_order(
    database: Database,
) -> None:
    echo_all = Echo(database)
    intake = Intake(database, echo_all)
    people = [person for person in range(1, 201) for _ in range(5)]
    random.Random(7).shuffle(people)  # noqa: S311 - a fixed order for a test
    updates = [message(number, person, f"{number}") for number, person in enumerate(people, 1)]
    for start in range(0, len(updates), 100):
        await intake.accept(updates[start : start + 100])
    await intake.idle()

    assert 1_000 == len(echo_all.done)
    for person in range(1, 201):
        texts = [int(text) for who, text in echo_all.done if who == person]
        assert sorted(texts) == texts
        assert 5 == len(texts)
    assert {"DONE"} == set(inbox_states(database).values())


async def test_an_update_delivered_twice_is_answered_once(database: Database) -> None:
    echo_all = Echo(database)
    intake = Intake(database, echo_all)
    await intake.accept([message(1), tap(2)])
    await intake.accept([message(1), tap(2)])
    await intake.idle()
    await intake.accept([message(1), tap(2), message(3)])
    await intake.idle()

    assert [(1, "你好"), (1, "tap"), (1, "你好")] == echo_all.done
    assert 3 == (await database.run(outbox.queue))[0]


async def test_what_was_said_is_sealed_while_it_waits_and_dropped_when_done(
    sqlite_database: Database,
) -> None:
    async def never(_came: Arrival) -> None:
        await asyncio.sleep(3600)

    intake = Intake(sqlite_database, never)
    await intake.accept([message(1, text="身份证 canary-530102")])
    payload = await sqlite_database.run(lambda tx: tx.connection.scalar(select(mail.inbox.c.payload)))
    assert payload is not None
    assert b"canary-530102" not in payload

    await sqlite_database.run(inbox.finish, 1)
    assert await sqlite_database.run(lambda tx: tx.connection.scalar(select(mail.inbox.c.payload))) is None
    for line in intake._lines.values():
        assert line.task is not None
        line.task.cancel()


async def test_what_was_stored_before_the_end_is_answered_after_the_next_start(database: Database) -> None:
    await database.run(inbox.store, [message(5, 1, "a"), message(6, 2, "b"), message(7, 1, "c")])
    echo_all = Echo(database)
    intake = Intake(database, echo_all)
    await intake.start()
    await intake.idle()

    assert [(1, "a"), (1, "c")] == [done for done in echo_all.done if done[0] == 1]
    assert {"DONE"} == set(inbox_states(database).values())


async def test_a_poisonous_update_is_set_aside_after_three_tries_and_stops_nobody(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "PAUSE_SECONDS", 0.2)
    dead: list[int] = []

    def on_dead(tx: Transaction, update_id: int, reference: str) -> None:
        dead.append(update_id)
        outbox.put(tx, chat_id=99, method="sendMessage", payload={"text": reference}, key=f"dead:{update_id}")

    def fail(came: Incoming) -> None:
        if came.update_id == 1:
            raise ZeroDivisionError

    echo_all = Echo(database, fail)
    intake = Intake(database, echo_all, hooks=Hooks(on_dead=on_dead))
    started = asyncio.get_running_loop().time()
    await intake.accept([message(1, 1, "bad"), message(2, 1, "after"), message(3, 2, "other")])
    await until(lambda: (2, "other") in echo_all.done)
    served = asyncio.get_running_loop().time() - started
    await intake.idle()

    assert served < 5
    assert 3 == echo_all.seen.count((1, "bad"))
    assert [(2, "other"), (1, "after")] == echo_all.done
    assert [1] == dead
    assert {1: "DEAD", 2: "DONE", 3: "DONE"} == inbox_states(database)


async def test_an_update_that_cannot_be_parsed_is_set_aside(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "PAUSE_SECONDS", 0.01)
    echo_all = Echo(sqlite_database)
    intake = Intake(sqlite_database, echo_all)
    await intake.accept(
        [
            {"update_id": 1, "message": "garbage"},
            {"update_id": 2, "message": {"date": "x"}},
            {"no": "number"},
            message(3),
        ]
    )
    await intake.idle()

    assert {1: "DEAD", 2: "DEAD", 3: "DONE"} == inbox_states(sqlite_database)


async def test_a_failing_storage_is_told_once_a_person_and_is_no_fault_of_the_update(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "OUTAGE_PAUSE_SECONDS", 0.01)
    told: list[int] = []
    failures = iter(range(6))

    async def on_not_saved(chat_id: int) -> None:
        told.append(chat_id)

    def fail(_came: Incoming) -> None:
        if next(failures, None) is not None:
            raise NotSaved

    echo_all = Echo(sqlite_database, fail)
    intake = Intake(sqlite_database, echo_all, hooks=Hooks(on_not_saved=on_not_saved))
    await intake.accept([message(1, 1, "a")])
    await intake.idle()

    assert [1] == told
    assert [(1, "a")] == echo_all.done


async def test_halves_of_characters_and_numbers_without_end_harm_nobody(
    database: Database, fake: FakeApi, delivery: Delivery
) -> None:
    echo_all = Echo(database)
    intake = Intake(database, echo_all)
    await intake.accept(
        [message(1, 1, "half \ud83d of \x00 it"), message(10**30, 2), message(2, 3), {"update_id": True}]
    )
    await intake.accept([message(3, 10**30)])
    await until(lambda: len(echo_all.done) >= 2)
    await delivery.drained()

    assert {"half ? of \x00 it", "你好"} <= {call.parameters["text"] for call in fake.of("sendMessage")}
    assert "DONE" == inbox_states(database)[1]
    for line in list(intake._lines.values()):
        assert line.task is not None
        line.task.cancel()


async def test_one_person_cannot_fill_the_inbox(sqlite_database: Database) -> None:
    flood = [message(number, 1) for number in range(1, 701)]
    kept = await sqlite_database.run(inbox.store, [*flood, message(800, 2)])

    assert inbox.WAITING_PER_PERSON_MAX + 1 == len(kept)
    assert 800 == kept[-1]


async def test_telegram_is_told_only_after_the_update_is_on_disk(
    database: Database, api: BotApi, fake: FakeApi
) -> None:
    stored_when_confirmed: list[int] = []

    def look(call: Any) -> None:  # noqa: ANN401 - the fake's own call
        if call.method == "getUpdates" and call.parameters["offset"]:
            stored_when_confirmed.append(len(inbox_states(database)))

    fake.script = look
    fake.feed(message(1), message(2))
    echo_all = Echo(database)
    poller = Poller(database, api, Intake(database, echo_all), long_poll_seconds=1)
    task = asyncio.create_task(poller.run())
    await until(lambda: fake.confirmed == 2)
    task.cancel()

    assert 2 == stored_when_confirmed[0]
    assert poller.last_good_at is not None
    allowed = set(fake.of("getUpdates")[0].parameters["allowed_updates"])
    assert {"message", "callback_query", "my_chat_member"} == allowed


async def test_a_batch_that_was_not_saved_is_not_confirmed_and_comes_again(
    database: Database, api: BotApi, fake: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []

    async def on_not_saved(chat_id: int) -> None:
        told.append(chat_id)

    store = inbox.store
    failures = iter(range(2))

    def failing(tx: Transaction, updates: Any) -> list[int]:  # noqa: ANN401 - passed on
        if next(failures, None) is not None:
            raise NotSaved
        return store(tx, updates)

    monkeypatch.setattr(inbox, "store", failing)
    fake.feed(message(1, 4))
    echo_all = Echo(database)
    intake = Intake(database, echo_all, hooks=Hooks(on_not_saved=on_not_saved))
    task = asyncio.create_task(Poller(database, api, intake, long_poll_seconds=1).run())
    await until(lambda: echo_all.done)
    task.cancel()

    assert [4] == told
    assert [0, 0, 0] == [call.parameters["offset"] for call in fake.of("getUpdates")][:3]


@pytest.mark.parametrize("code", [401, 404, 409])
async def test_a_bot_that_is_refused_for_long_ends(
    sqlite_database: Database, api: BotApi, fake: FakeApi, code: int
) -> None:
    fake.script = lambda _call: refusal(code, "no")
    intake = Intake(sqlite_database, Echo(sqlite_database))
    poller = Poller(sqlite_database, api, intake, deaf_seconds=1)

    with pytest.raises(Deaf, match=str(code)):
        await asyncio.wait_for(poller.run(), 15)


async def test_a_network_that_comes_back_is_all_it_takes(
    sqlite_database: Database, api: BotApi, fake: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "PAUSE_MAX_SECONDS", 0.05)
    answers: list[Any] = ["bad gateway", refusal(500, "Internal"), refusal(401, "no"), "bad gateway"]
    fake.script = lambda call: answers.pop(0) if answers and call.method == "getUpdates" else None
    fake.feed(message(1))
    echo_all = Echo(sqlite_database)
    intake = Intake(sqlite_database, echo_all)
    task = asyncio.create_task(Poller(sqlite_database, api, intake, long_poll_seconds=1).run())
    await until(lambda: echo_all.done)
    task.cancel()

    assert [] == answers


async def test_an_old_webhook_is_removed_when_polling_was_chosen(
    sqlite_database: Database, api: BotApi, fake: FakeApi
) -> None:
    def script(call: Any) -> Any:  # noqa: ANN401 - the fake's own call
        if call.method == "getUpdates" and not fake.of("deleteWebhook"):
            return refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        return None

    fake.script = script
    fake.feed(message(1))
    echo_all = Echo(sqlite_database)
    intake = Intake(sqlite_database, echo_all)
    task = asyncio.create_task(Poller(sqlite_database, api, intake, long_poll_seconds=1).run())
    await until(lambda: echo_all.done)
    task.cancel()

    assert 1 == len(fake.of("deleteWebhook"))


@pytest.mark.postgres
async def test_two_processes_on_one_postgresql_keep_every_persons_order(postgres_database: Database) -> None:
    echo_all = Echo(postgres_database)
    both = [Intake(postgres_database, echo_all, shared=True) for _ in range(2)]
    for intake in both:
        await intake.start()
    for number in range(1, 101):
        await both[number % 2].accept([message(number, number % 7, str(number))])
    await until(lambda: len(echo_all.done) == 100)
    for intake in both:
        await intake.stop()

    for person in range(7):
        texts = [int(text) for who, text in echo_all.done if who == person]
        assert sorted(texts) == texts


@pytest.mark.postgres
async def test_what_a_dead_process_left_is_taken_up_by_another(postgres_database: Database) -> None:
    echo_all = Echo(postgres_database)
    intake = Intake(postgres_database, echo_all, shared=True)
    await intake.start()
    await postgres_database.run(inbox.store, [message(1, 3, "left")])
    await until(lambda: echo_all.done)
    await intake.stop()

    assert [(3, "left")] == echo_all.done


async def test_a_question_travels_all_the_way_and_back(
    database: Database, api: BotApi, fake: FakeApi, delivery: Delivery
) -> None:
    fake.feed(*(message(number, number, f"hello {number}") for number in range(1, 31)))
    intake = Intake(database, Echo(database))
    task = asyncio.create_task(Poller(database, api, intake, long_poll_seconds=1).run())
    await until(lambda: len(fake.of("sendMessage")) == 30)
    await delivery.drained()
    task.cancel()

    assert {f"hello {n}" for n in range(1, 31)} == {c.parameters["text"] for c in fake.of("sendMessage")}
