"""The public notice: it adds up, names nobody in full, and needs nothing from anywhere."""

from __future__ import annotations

import hashlib
import html
import io
import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from bot.outputs import notice
from bot.outputs.desk import Desk
from bot.outputs.documents import Documents
from bot.texts.catalogue import words
from storage import audit, errors
from storage.due import policies
from storage.members import membership
from storage.money import fund
from storage.oversight import publicity
from tests.outputs.conftest import ADMIN, AUDITOR, CADRE, CHAIR, OFFICER, TREASURER, somebody
from tests.storage import paid

if TYPE_CHECKING:
    from storage.core.transaction import Transaction
    from storage.database import Database

HOSTILE = '"><img src=http://example.org/x>'
ROW = re.compile(r"<tr[^>]*>(.*?)</tr>")
CELL = re.compile(r"<t[dh][^>]*>(.*?)</t[dh]>")


def page(
    database: Database, who: int | None = OFFICER, *, quarter: int = 0, language: str = "zh", **more: object
) -> tuple[str, str]:
    file = io.BytesIO()

    def write(tx: Transaction) -> str:
        person = None if who is None else somebody(tx, who)
        wanted = {"year": 2017, "quarter": quarter, "union_id": membership.root_union(tx), **more}
        return notice.write(Desk(tx, person, words(language), wanted), file)

    return database.view(write), file.getvalue().decode()


def rows(shown: str) -> list[list[str]]:
    return [CELL.findall(row) for row in ROW.findall(shown)]


def test_the_year_adds_up_as_the_union_published_it(demo: Database) -> None:
    name, shown = page(demo)
    assert "国电开远发电有限公司工会 2017 年帮扶资金收支公示.html" == name
    told = {row[0]: row[-1] for row in rows(shown)}
    assert ("0.00", "92,345.00", "-39,000.00", "53,345.00") == (
        told["期初余额"],
        told["收入合计"],
        told["发放"],
        told["期末余额"],
    )
    assert "预算 58,500.00 元，到期末已用 39,000.00 元（67%），剩 19,500.00 元。" in shown
    assert ["春节慰问", "公司帮扶资金", "10", "10", "15,000.00"] in rows(shown)
    assert "这是预览，还没有公布（2017-09-04 生成）。" in shown


def test_every_line_is_a_surname_a_star_a_branch_a_kind_a_source_and_an_amount(demo: Database) -> None:
    listed = [row for row in rows(page(demo)[1]) if 5 == len(row) and row[0].endswith("*")]
    assert 46 == len(listed)
    assert all(2 == len(row[0]) for row in listed)
    total = sum(round(100 * float(row[4].replace(",", ""))) for row in listed)
    assert [f"{total // 100:,}.{total % 100:02}"] == [
        row[4] for row in rows(page(demo)[1]) if row[:2] == ["合计", ""] and "" == row[2]
    ]


def test_nobody_and_nothing_private_is_in_it(demo: Database) -> None:
    demo.transact(lambda tx: tx.connection.execute(update(fund.aid).values(reason="肺癌")))
    names, numbers = demo.view(_names_and_numbers)
    _, shown = page(demo)
    assert not [one for one in names if len(one) > 1 and one in shown]
    assert not [one for one in numbers if one in shown]
    assert not [one for one in ("肺癌", "患重特大疾病", "BF-") if one in shown]


def _names_and_numbers(tx: Transaction) -> tuple[list[str], list[str]]:
    found = tx.connection.execute(select(fund.households.c.name, fund.households.c.file_no)).all()
    return [row.name for row in found], [row.file_no for row in found]


def test_quarters_follow_one_another_and_only_those_that_began_are_there(demo: Database) -> None:
    ends = []
    for quarter in (1, 2, 3):
        told = {row[0]: row[-1] for row in rows(page(demo, quarter=quarter)[1])}
        ends.append((told["期初余额"], told["期末余额"]))
    assert [end for _, end in ends[:-1]] == [begin for begin, _ in ends[1:]]
    assert "2017-07-01 至 2017-09-04" in page(demo, quarter=3)[1]
    for quarter in (4, 5, -1):
        with pytest.raises(errors.NotFound):
            page(demo, quarter=quarter)


def test_hostile_names_are_words_and_the_page_runs_nothing_and_fetches_nothing(demo: Database) -> None:
    demo.transact(
        lambda tx: tx.connection.execute(update(fund.households).values(name="<script>alert(1)</script>"))
    )
    demo.transact(
        lambda tx: tx.connection.execute(
            update(fund.unions).where(fund.unions.c.id == 1).values(name=HOSTILE)
        )
    )
    _, shown = page(demo)
    assert "&lt;*" in shown
    assert not re.findall(r"<(?:script|img|link|iframe|object|form|a)\b", shown)
    rest = shown.replace(html.escape(HOSTILE), "").replace("http-equiv", "")
    assert not [one for one in ("http", "//", "url(", "@import", "onload") if one in rest]
    assert "default-src 'none'; style-src 'unsafe-inline'" in shown
    assert "@page { size: A4" in shown
    assert "prefers-color-scheme: dark" in shown
    assert 'name="viewport"' in shown


def test_where_no_phone_is_set_it_is_said_plainly_and_else_it_stands_there(demo: Database) -> None:
    assert "工会还没有设定投诉电话" in page(demo)[1]

    def set_phone(tx: Transaction) -> None:
        officer = somebody(tx, OFFICER)
        policies.change(tx, officer, officer.union_id, "complaints", "0873-7123456")

    demo.transact(set_phone)
    assert "对公示内容有意见，请打 0873-7123456。" in page(demo)[1]


def test_what_was_reversed_later_is_told_and_is_on_no_list(demo: Database) -> None:
    before = [row for row in rows(page(demo, quarter=1)[1]) if row[0].endswith("*")]

    def take_back(tx: Transaction) -> None:
        company = (fund.aid.c.source == "COMPANY", fund.aid.c.paid_on <= date(2017, 3, 31))
        first = tx.connection.scalar(select(fund.aid.c.id).where(*company, fund.aid.c.kind == "SPRING"))
        paid.take_back(tx, str(first), happened_on=date(2017, 8, 1), reason="重复")

    demo.transact(take_back)
    _, shown = page(demo, quarter=1)
    assert len(before) - 1 == len([row for row in rows(shown) if row[0].endswith("*")])
    assert "有 1,500.00 元 后来冲销" in shown
    assert ["冲销退回的发放", "1,500.00"] in rows(page(demo, quarter=3)[1])


@pytest.mark.parametrize("who", [CADRE, ADMIN, TREASURER])
def test_the_preview_is_not_for_everybody(demo: Database, who: int) -> None:
    with pytest.raises(errors.NotAllowed):
        page(demo, who)


@pytest.mark.parametrize("who", [OFFICER, CHAIR, AUDITOR, None])
def test_the_preview_is_for_those_who_publish_and_those_who_oversee(demo: Database, who: int | None) -> None:
    assert "53,345.00" in page(demo, who)[1]


def test_in_english_it_is_english(demo: Database) -> None:
    name, shown = page(demo, quarter=1, language="en")
    assert "国电开远发电有限公司工会 Aid fund income and spending, first quarter of 2017.html" == name
    assert '<html lang="en">' in shown
    assert "Spring Festival grant" in shown


async def test_what_was_published_is_kept_with_its_digest_and_the_end_of_the_chain(demo: Database) -> None:
    figures = demo.transact(lambda tx: publicity.begin(tx, somebody(tx, OFFICER), 2017, 1))
    order = {"make": "notice_published", "figures": figures, "telegram_id": OFFICER, "language": "zh"}
    contents = []
    for _ in range(2):
        _, file, media_type = await Documents(demo).made(order)
        with file:
            contents.append(file.read())
    assert "text/html" == media_type
    assert contents[0] == contents[1]
    (kept,) = demo.view(lambda tx: publicity.published(tx, 1))
    assert hashlib.sha256(contents[0]).hexdigest() == kept.digest
    assert (2017, 1, "某officer") == (kept.year, kept.quarter, kept.person)
    head = demo.view(lambda tx: tx.connection.scalar(select(publicity.NOTICES.c.audit_head)))
    assert str(head).encode() in contents[0]
    assert "2017-09-04 公布".encode() in contents[0]
    assert [] == demo.view(audit.check)


@pytest.mark.parametrize("who", [CADRE, ADMIN, TREASURER, AUDITOR])
def test_only_officer_and_chair_publish(demo: Database, who: int) -> None:
    with pytest.raises(errors.NotAllowed):
        demo.transact(lambda tx: publicity.begin(tx, somebody(tx, who), 2017, 1))
    assert [] == demo.view(lambda tx: publicity.published(tx, 1))
