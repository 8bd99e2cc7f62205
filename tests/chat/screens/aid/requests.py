"""Somebody asks for aid in chat: the usual taps, as short as they are, for tests that go on from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from storage.columns import table_of
from storage.deciding import approvals
from storage.tables.dossiers import Household
from storage.tables.fund import Budget, FundBalance

if TYPE_CHECKING:
    from storage.core.transaction import Transaction
    from storage.members.people import Person
    from tests.chat.screens.chatting import Chat, Said

REASON = "孩子上大学，学费差一截"


def shown(said: list[Said]) -> Said:
    """The message among what the bot did; the answer to the tap is none."""
    (message,) = (one for one in said if one.method != "answerCallbackQuery")
    return message


def toast(said: list[Said]) -> Said:
    """The answer to the tap."""
    (answer,) = (one for one in said if one.method == "answerCallbackQuery")
    return answer


def filled(chat: Chat, name: str = "施磊斌", *, amount: str = "2,000 元") -> Said:
    """A request for living aid, up to its summary."""
    said = chat.ask(f"帮扶 {name}")
    for label in ("生活救助", "公司帮扶资金", amount):
        said = shown(chat.tap(said.data(label)))
    said = shown(chat.write(REASON))
    return shown(chat.tap(said.data("跳过")))


def asked(chat: Chat, name: str = "施磊斌", *, amount: str = "2,000 元") -> Said:
    """The receipt of such a request."""
    return shown(chat.tap(filled(chat, name, amount=amount).data("提交")))


def short_id_of(receipt: Said) -> str:
    """The piece of aid that a receipt is about, as buttons name it."""
    return receipt.data("看进度").rsplit(":", 1)[1]


def give_back(tx: Transaction, officer: Person, aid_id: str, reason: str) -> None:
    """An officer returns it."""
    approvals.give_back(tx, officer, aid_id, 1, reason)


def reviewed(tx: Transaction, officer: Person, aid_id: str) -> None:
    """An officer passes it on."""
    approvals.review(tx, officer, aid_id, 1)


def approved(tx: Transaction, chair: Person, aid_id: str) -> None:
    """A chair approves it."""
    approvals.approve(tx, chair, aid_id, 1)


def household_becomes(tx: Transaction, /, household_id: int, **values: object) -> None:
    """Something of a household is another."""
    homes = table_of(Household)
    tx.connection.execute(update(homes).where(homes.c.id == household_id).values(**values))


def money_runs_out(tx: Transaction) -> None:
    """All that the fund holds is promised, and the year's budget is spent."""
    purses, budgets = table_of(FundBalance), table_of(Budget)
    tx.connection.execute(update(purses).values(reserved_fen=purses.c.balance_fen))
    tx.connection.execute(update(budgets).values(paid_fen=budgets.c.amount_fen))
