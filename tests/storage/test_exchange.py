"""Import: all or nothing, every bad row named as a person finds it in the file."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest
from sqlalchemy import func, select

from storage.columns import table_of
from storage.exchange import naming, read
from storage.households import names
from storage.money import fund
from storage.money.fund import households
from storage.money.ledger import entries
from storage.reporting import visits
from storage.tables.dossiers import ClearRow
from storage.tables.people import PersonRow, RoleRow, Union
from storage.tables.reports import Visit
from storage.tables.work import Followup
from tests.storage import kaiyuan
from tests.storage.kaiyuan import BUDGETS, CADRES, HOUSEHOLDS, INCOMES, PAYMENTS, STANDARDS, VISITS

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Table

    from storage.database import Database, Transaction

TABLES = [
    households,
    entries,
    fund.aid,
    table_of(Union),
    table_of(PersonRow),
    table_of(Visit),
    table_of(ClearRow),
    table_of(Followup),
]


def count(tx: Transaction, table: Table) -> int:
    return tx.connection.scalar(select(func.count()).select_from(table)) or 0


def counts(database: Database) -> list[int]:
    return database.transact(lambda tx: [count(tx, table) for table in TABLES])


def test_everything_is_counted_and_every_sum_holds(database: Database) -> None:
    done = kaiyuan.take_in(database)
    assert (75, 16, 103, 92, 3, 1, 3, ()) == (
        done.households,
        done.cadres,
        done.visits,
        done.payments,
        done.incomes,
        done.budgets,
        done.standards,
        done.notes,
    )
    assert [] == database.transact(fund.check)


def test_a_household_is_taken_in_with_all_that_is_known_of_it(database: Database) -> None:
    kaiyuan.take_in(database)
    database.transact(look_at_a_household)


def look_at_a_household(tx: Transaction) -> None:
    branch = tx.connection.execute(select(table_of(Union)).where(table_of(Union).c.name == "机关分会")).one()
    assert f"/{kaiyuan.root(tx)}/{branch.id}/" == branch.path
    row = tx.connection.execute(select(households).where(households.c.file_no == "K170001")).one()
    assert ("施磊斌", branch.id, "ACTIVE", "LONG", "ACCIDENT", 6, 223_100, date(2015, 11, 16)) == (
        row.name,
        row.union_id,
        row.state,
        row.category,
        row.main_cause,
        row.members_count,
        row.income_per_head_fen,
        row.opened_on,
    )
    assert "13800000000" == tx.vault.open(row.phone_sealed, "households.phone")
    liaison = tx.connection.execute(
        select(table_of(PersonRow)).where(table_of(PersonRow).c.id == row.liaison_id)
    ).one()
    assert ("张东", "REGISTERED", branch.id) == (liaison.name, liaison.state, liaison.union_id)
    roles = select(table_of(RoleRow).c.role).where(table_of(RoleRow).c.person_id == liaison.id)
    assert ["cadre"] == list(tx.connection.scalars(roles))
    clears = select(table_of(ClearRow)).where(table_of(ClearRow).c.household_id == row.id)
    told = {clear.clear: (clear.text, clear.verified_on) for clear in tx.connection.execute(clears)}
    assert {
        "FAMILY": ("单亲，一子就读", row.opened_on),
        "CAUSE": ("遭受意外事故", row.opened_on),
        "SKILL": ("无", row.opened_on),
        "JOB": ("希望调整岗位", row.opened_on),
        "MIND": ("低落", row.opened_on),
    } == told
    for words in ("施磊", "slb", "170001"):
        assert row.id in names.find(tx, words, frozenset({branch.id}), 8)


def test_a_closed_file_keeps_its_day_and_reason(sqlite_database: Database) -> None:
    kaiyuan.take_in(sqlite_database)
    row = sqlite_database.transact(
        lambda tx: tx.connection.execute(select(households).where(households.c.file_no == "K170007")).one()
    )
    assert ("CLOSED", date(2017, 7, 10), "RECOVERED") == (row.state, row.closed_on, row.close_reason)


def test_visits_become_reports_of_the_forms_own_words_numbered_by_their_days(database: Database) -> None:
    kaiyuan.take_in(database)
    database.transact(look_at_visits)


def look_at_visits(tx: Transaction) -> None:
    visit = table_of(Visit)
    days = list(tx.connection.scalars(select(visit.c.visited_on).order_by(visit.c.number)))
    assert sorted(days) == days
    assert "ZF-2017-000103" == tx.connection.scalar(select(func.max(visit.c.number)))
    household_id = tx.connection.scalar(select(households.c.id).where(households.c.file_no == "K170030"))
    assert household_id is not None
    last = visits.last(tx, household_id)
    assert last is not None
    assert ("ZF-2017-000103", date(2017, 8, 31)) == (last.number, last.visited_on)
    assert ("HOSPITAL", "SELF", "SAME", ["MIND"]) == tuple(
        last.answers[slug] for slug in ("way", "met", "assessment", "needs")
    )


def test_each_household_knows_its_last_visit_and_the_attempts_since(
    database: Database, tmp_path: Path
) -> None:
    folder = kaiyuan.copy(tmp_path)
    for row in range(60, 105):
        kaiyuan.spoil(folder, VISITS, row, "见到", "未遇")
    met: dict[str, str] = {}
    missed: Counter[str] = Counter()
    for line in kaiyuan.rows(folder, VISITS)[1:]:
        if line[4] == "未遇":
            missed[line[0]] += 1
        else:
            met[line[0]] = line[1]
    kaiyuan.take_in(database, folder)
    known = database.transact(lambda tx: tx.connection.execute(select(households)).all())
    assert {row.file_no: (met.get(row.file_no), missed[row.file_no]) for row in known} == {
        row.file_no: (row.last_visit_on and row.last_visit_on.isoformat(), row.missed_visits) for row in known
    }


def test_payments_are_numbered_by_year_and_company_money_has_its_entries(database: Database) -> None:
    kaiyuan.take_in(database)
    lines = database.transact(lambda tx: fund.last_entries(tx, kaiyuan.root(tx), limit=30))
    assert 3 + 19 == len(lines)
    assert ("CARRY_OVER", 6_000_000, "2017-001") == (
        lines[-1].income_kind,
        lines[-1].amount_fen,
        lines[-1].voucher_no,
    )
    newest = lines[0]
    assert ("MEDICAL", -180_000, date(2017, 6, 24)) == (
        newest.aid_kind,
        newest.amount_fen,
        newest.happened_on,
    )
    paid = select(fund.aid.c.paid_on, fund.aid.c.number).order_by(fund.aid.c.number)
    rows = database.transact(lambda tx: tx.connection.execute(paid).all())
    assert ("BF-2014-000001", date(2014, 7, 22)) == (rows[0].number, rows[0].paid_on)
    assert sorted(row.paid_on for row in rows) == [row.paid_on for row in rows]
    assert "BF-2017-000046" == rows[-1].number


def test_what_is_due_is_worked_out_and_old_payments_are_history(sqlite_database: Database) -> None:
    kaiyuan.take_in(sqlite_database)
    followup = table_of(Followup)
    due = select(followup.c.kind, func.count()).where(followup.c.state == "OPEN").group_by(followup.c.kind)
    rows = sqlite_database.transact(lambda tx: tx.connection.execute(due).all())
    found = {str(kind): int(number) for kind, number in rows}
    assert 60 == found["recheck"]
    assert 0 < found["revisit"] < 10


def test_a_dry_run_counts_and_leaves_nothing(database: Database) -> None:
    assert 75 == kaiyuan.take_in(database, dry_run=True).households
    assert [0] * len(TABLES) == counts(database)


def test_a_second_import_of_the_same_is_refused_file_by_file(database: Database) -> None:
    kaiyuan.take_in(database)
    before = counts(database)
    refused = kaiyuan.faults(database, kaiyuan.FOLDER)
    known = [(fault.row, fault.value) for fault in refused if fault.reason == "file_no_known"]
    assert [(row, f"K17{row - 1:04d}") for row in range(2, 77)] == known
    assert 3 == sum(fault.reason == "duplicate_voucher" for fault in refused)
    assert before == counts(database)


def test_more_households_join_a_union_that_has_some(sqlite_database: Database, tmp_path: Path) -> None:
    kaiyuan.take_in(sqlite_database)
    folder = kaiyuan.copy(tmp_path)
    for sheet in (VISITS, PAYMENTS, INCOMES):
        kaiyuan.write(folder, sheet, kaiyuan.rows(folder, sheet)[:1])
    header, first, *_ = kaiyuan.rows(folder, HOUSEHOLDS)
    kaiyuan.write(folder, HOUSEHOLDS, [header, ["K180001", *first[1:]]])
    assert 1 == kaiyuan.take_in(sqlite_database, folder).households
    assert 16 == sqlite_database.transact(count, table_of(PersonRow))
    assert 5_334_500 == sqlite_database.transact(lambda tx: fund.balance(tx, kaiyuan.root(tx))).balance_fen


# sheet, row, column, what stands there, the fault's reason, its value
SPOILED = [
    (HOUSEHOLDS, 10, "档案编号", "", "empty", ""),
    (HOUSEHOLDS, 10, "档案编号", "K170001", "duplicate_file_no", "K170001"),
    (HOUSEHOLDS, 3, "姓名", "=1+1", "formula", "=1+1"),
    (HOUSEHOLDS, 3, "姓名", "喻\x07静", "control_character", r"'\u55bb\x07\u9759'"),
    (HOUSEHOLDS, 3, "姓名", "喻" * 61, "too_long", "喻" * 40),
    (HOUSEHOLDS, 3, "困难类别", "很困难", "unknown_code", "很困难"),
    (HOUSEHOLDS, 3, "主要致困原因", "", "empty", ""),
    (HOUSEHOLDS, 3, "家庭人口", "0", "too_small", "0"),
    (HOUSEHOLDS, 3, "家庭人口", "2.5", "not_whole", "2.5"),
    (HOUSEHOLDS, 3, "家庭人口", "100", "too_large", "100"),
    (HOUSEHOLDS, 3, "家庭人口", "两", "not_a_number", "两"),
    (HOUSEHOLDS, 3, "家庭月人均收入", "-1", "negative", "-1"),
    (HOUSEHOLDS, 3, "建档日期", "2014年", "not_a_day", "2014年"),
    (HOUSEHOLDS, 3, "建档日期", "2014-02-30", "no_such_day", "2014-02-30"),
    (HOUSEHOLDS, 3, "建档日期", "2017-09-05", "future_day", "2017-09-05"),
    (HOUSEHOLDS, 3, "建档日期", "1914-01-20", "too_early", "1914-01-20"),
    (HOUSEHOLDS, 3, "状态", "搬走", "unknown_code", "搬走"),
    (HOUSEHOLDS, 3, "注销日期", "2017-01-01", "not_closed", "2017-01-01"),
    (HOUSEHOLDS, 3, "注销原因", "脱困", "not_closed", "RECOVERED"),
    (HOUSEHOLDS, 8, "注销日期", "", "exit_without_date", ""),
    (HOUSEHOLDS, 8, "注销日期", "2016-05-12", "exit_before_opening", "2016-05-12"),
    (HOUSEHOLDS, 8, "注销原因", "", "exit_without_reason", ""),
    (HOUSEHOLDS, 3, "帮扶联系人", "无此人", "unknown_cadre", "无此人"),
    (VISITS, 4, "档案编号", "K179999", "unknown_file_no", "K179999"),
    (VISITS, 4, "走访日期", "2017-13-01", "no_such_day", "2017-13-01"),
    (VISITS, 4, "走访方式", "飞鸽", "unknown_code", "飞鸽"),
    (VISITS, 4, "走访人", "昌洋佳、无此人", "unknown_cadre", "无此人"),
    (VISITS, 4, "走访人", "", "empty", ""),
    (VISITS, 4, "见到", "邻居", "unknown_code", "邻居"),
    (VISITS, 4, "评估", "", "empty", ""),
    (VISITS, 4, "需求", "资金、车", "unknown_code", "车"),
    (PAYMENTS, 5, "档案编号", "K179999", "unknown_file_no", "K179999"),
    (PAYMENTS, 5, "帮扶项目", "奖金", "unknown_code", "奖金"),
    (PAYMENTS, 5, "资金来源", "私房钱", "unknown_code", "私房钱"),
    (PAYMENTS, 5, "金额", "", "empty", ""),
    (PAYMENTS, 5, "金额", "约一千", "not_a_number", "约一千"),
    (PAYMENTS, 5, "金额", "1e3", "not_a_number", "1e3"),
    (PAYMENTS, 5, "金额", "NaN", "not_a_number", "NaN"),
    (PAYMENTS, 5, "金额", "12.345", "too_many_decimals", "12.345"),
    (PAYMENTS, 5, "金额", "-5", "negative", "-5"),
    (PAYMENTS, 5, "金额", "0", "zero", "0"),
    (PAYMENTS, 5, "金额", "9" * 30, "too_large", "9" * 30),
    (PAYMENTS, 5, "发放日期", "2017-09-05", "future_day", "2017-09-05"),
    (INCOMES, 2, "来源", "彩票", "unknown_code", "彩票"),
    (INCOMES, 2, "金额", "0.00", "zero", "0.00"),
    (INCOMES, 3, "凭证号", "2017-001", "duplicate_voucher", "2017-001"),
    (BUDGETS, 2, "年度", "二〇一七", "not_a_number", "二〇一七"),
    (STANDARDS, 3, "年度", "2016", "duplicate_year", "2016"),
]


@pytest.mark.parametrize(("sheet", "row", "column", "said", "reason", "value"), SPOILED)
def test_a_bad_cell_is_named_by_file_row_and_column_and_nothing_is_taken_in(
    sqlite_database: Database,
    tmp_path: Path,
    sheet: str,
    row: int,
    column: str,
    said: str,
    reason: str,
    value: str,
) -> None:
    folder = kaiyuan.copy(tmp_path)
    kaiyuan.spoil(folder, sheet, row, column, said)
    refused = kaiyuan.faults(sqlite_database, folder)
    assert [(f"{sheet}.csv", row, column, reason, value)] == [fault[:5] for fault in refused]
    assert [0] * len(TABLES) == counts(sqlite_database)


def test_every_bad_row_is_named_not_only_the_first(sqlite_database: Database, tmp_path: Path) -> None:
    folder = kaiyuan.copy(tmp_path)
    kaiyuan.spoil(folder, PAYMENTS, 5, "金额", "-5")
    kaiyuan.spoil(folder, PAYMENTS, 5, "发放日期", "x")
    kaiyuan.spoil(folder, PAYMENTS, 7, "金额", "y")
    kaiyuan.spoil(folder, HOUSEHOLDS, 9, "困难类别", "z")
    found = [(fault.file, fault.row, fault.column) for fault in kaiyuan.faults(sqlite_database, folder)]
    assert [
        ("困难职工名册.csv", 9, "困难类别"),
        ("帮扶发放.csv", 5, "金额"),
        ("帮扶发放.csv", 5, "发放日期"),
        ("帮扶发放.csv", 7, "金额"),
    ] == found


def test_a_repeated_row_is_named_with_the_row_it_repeats(sqlite_database: Database, tmp_path: Path) -> None:
    folder = kaiyuan.copy(tmp_path)
    for sheet in (PAYMENTS, VISITS):
        lines = kaiyuan.rows(folder, sheet)
        kaiyuan.write(folder, sheet, [*lines, lines[3]])
    found = [(fault.row, fault.reason, fault.details) for fault in kaiyuan.faults(sqlite_database, folder)]
    assert [(105, "duplicate_row", {"first": 4}), (94, "duplicate_row", {"first": 4})] == found


def test_a_payment_beyond_what_the_fund_held_by_then_is_refused(
    sqlite_database: Database, tmp_path: Path
) -> None:
    folder = kaiyuan.copy(tmp_path)
    kaiyuan.spoil(folder, PAYMENTS, 5, "资金来源", "公司帮扶资金")
    found = [fault[:5] for fault in kaiyuan.faults(sqlite_database, folder)]
    assert [("帮扶发放.csv", 5, "金额", "overdrawn", "0.00")] == found


def test_two_cadres_of_one_name_in_one_branch_are_refused(sqlite_database: Database, tmp_path: Path) -> None:
    folder = kaiyuan.copy(tmp_path)
    kaiyuan.write(folder, CADRES, [*kaiyuan.rows(folder, CADRES), ["张东", "机关分会"]])
    found = [fault[:5] for fault in kaiyuan.faults(sqlite_database, folder)]
    assert [("干部名册.csv", 18, "姓名", "same_name", "张东")] == found


def test_a_cadre_of_a_common_name_is_the_one_of_the_households_branch(
    sqlite_database: Database, tmp_path: Path
) -> None:
    folder = kaiyuan.copy(tmp_path)
    lines = kaiyuan.rows(folder, CADRES)
    kaiyuan.write(folder, CADRES, [*lines, ["张东", "热控分会"]])
    kaiyuan.take_in(sqlite_database, folder)
    person, union = table_of(PersonRow), table_of(Union)
    liaison = (
        select(union.c.name)
        .select_from(households.join(person, person.c.id == households.c.liaison_id))
        .join(union, union.c.id == person.c.union_id)
        .where(households.c.file_no == "K170001")
    )
    assert "机关分会" == sqlite_database.transact(lambda tx: tx.connection.scalar(liaison))


def test_a_name_that_two_cadres_elsewhere_have_is_ambiguous(
    sqlite_database: Database, tmp_path: Path
) -> None:
    folder = kaiyuan.copy(tmp_path)
    lines = kaiyuan.rows(folder, CADRES)
    kaiyuan.write(folder, CADRES, [*lines, ["尤洋梅", "燃料分会"]])
    kaiyuan.spoil(folder, HOUSEHOLDS, 2, "帮扶联系人", "尤洋梅")
    assert [("困难职工名册.csv", 2, "ambiguous_cadre", "尤洋梅")] == [
        (fault.file, fault.row, fault.reason, fault.value)
        for fault in kaiyuan.faults(sqlite_database, folder)
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_files_of_any_usual_encoding_are_read(
    sqlite_database: Database, tmp_path: Path, encoding: str
) -> None:
    folder = kaiyuan.copy(tmp_path)
    for sheet in kaiyuan.SHEETS:
        kaiyuan.write(folder, sheet, kaiyuan.rows(folder, sheet), encoding=encoding)
    assert 75 == kaiyuan.take_in(sqlite_database, folder).households


def test_bytes_of_no_encoding_are_refused(sqlite_database: Database, tmp_path: Path) -> None:
    folder = kaiyuan.copy(tmp_path)
    (folder / f"{BUDGETS}.csv").write_bytes(b"\xff\xff\xff\xff\xff")
    assert ["unknown_encoding"] == [fault.reason for fault in kaiyuan.faults(sqlite_database, folder)]


def test_blank_lines_count_as_rows_and_mean_nothing(sqlite_database: Database, tmp_path: Path) -> None:
    folder = kaiyuan.copy(tmp_path)
    header, *lines = kaiyuan.rows(folder, INCOMES)
    blanks: list[list[str]] = [[], [" ", "", "\u3000", "", ""]]
    kaiyuan.write(folder, INCOMES, [header, *blanks, *lines, *blanks])
    assert 3 == kaiyuan.take_in(sqlite_database, folder, dry_run=True).incomes
    lines[1][2] = "x"
    kaiyuan.write(folder, INCOMES, [header, *blanks, *lines])
    assert [5] == [fault.row for fault in kaiyuan.faults(sqlite_database, folder)]


def test_unknown_columns_are_left_out_with_a_note_and_the_order_is_free(
    sqlite_database: Database, tmp_path: Path
) -> None:
    folder = kaiyuan.copy(tmp_path)
    lines = [["备注", *reversed(line)] for line in kaiyuan.rows(folder, BUDGETS)]
    kaiyuan.write(folder, BUDGETS, lines)
    notes = kaiyuan.take_in(sqlite_database, folder).notes
    assert [("预算.csv", 1, "备注", "ignored_column")] == [note[:4] for note in notes]
    figures = sqlite_database.transact(lambda tx: fund.balance(tx, kaiyuan.root(tx), year=2017))
    assert 5_850_000 == figures.budget_fen


def test_figures_and_days_are_read_as_people_write_them(sqlite_database: Database, tmp_path: Path) -> None:
    folder = kaiyuan.copy(tmp_path)
    kaiyuan.spoil(folder, INCOMES, 2, "金额", "６0,000.00")
    kaiyuan.spoil(folder, INCOMES, 2, "日期", "2017年1月3日")
    kaiyuan.spoil(folder, INCOMES, 3, "日期", "2017/3/15")
    kaiyuan.spoil(folder, VISITS, 2, "需求", "资金，医疗 助学")
    kaiyuan.spoil(folder, VISITS, 2, "走访人", "俞刚春/花艳志")
    kaiyuan.take_in(sqlite_database, folder)
    lines = sqlite_database.transact(lambda tx: fund.last_entries(tx, kaiyuan.root(tx), limit=30))
    assert (6_000_000, date(2017, 1, 3)) == (lines[-1].amount_fen, lines[-1].happened_on)
    first = select(table_of(Visit).c.needs, table_of(Visit).c.answers).order_by(table_of(Visit).c.number)
    row = sqlite_database.transact(lambda tx: tx.connection.execute(first).first())
    assert row is not None
    assert (["FUNDS", "MEDICAL", "STUDY"], 2) == (row.needs, len(row.answers["visitors"]))


def test_a_visit_that_met_nobody_needs_no_assessment(sqlite_database: Database, tmp_path: Path) -> None:
    folder = kaiyuan.copy(tmp_path)
    kaiyuan.spoil(folder, VISITS, 2, "见到", "未遇")
    kaiyuan.spoil(folder, VISITS, 2, "评估", "")
    assert 103 == kaiyuan.take_in(sqlite_database, folder).visits


def test_what_is_no_money_may_be_worth_nothing(sqlite_database: Database, tmp_path: Path) -> None:
    folder = kaiyuan.copy(tmp_path)
    kaiyuan.spoil(folder, PAYMENTS, 93, "帮扶项目", "送岗位")
    kaiyuan.spoil(folder, PAYMENTS, 93, "金额", "0")
    kaiyuan.take_in(sqlite_database, folder)
    assert [] == sqlite_database.transact(fund.check)


def test_a_missing_file_column_or_header_is_named(sqlite_database: Database, tmp_path: Path) -> None:
    folder = kaiyuan.copy(tmp_path)
    (folder / f"{CADRES}.csv").unlink()
    (folder / f"{STANDARDS}.csv").write_text("\n\n", encoding="utf-8")
    kaiyuan.write(folder, BUDGETS, [line[:1] for line in kaiyuan.rows(folder, BUDGETS)])
    kaiyuan.write(folder, INCOMES, [[*line, line[0]] for line in kaiyuan.rows(folder, INCOMES)])
    found = {fault[:4] for fault in kaiyuan.faults(sqlite_database, folder)}
    assert {
        ("干部名册.csv", 0, "", "missing_file"),
        ("标准.csv", 1, "", "no_header"),
        ("预算.csv", 1, "金额", "missing_column"),
        ("资金收入.csv", 1, "日期", "duplicate_column"),
    } <= found


def test_a_row_longer_than_its_header_is_refused(sqlite_database: Database, tmp_path: Path) -> None:
    folder = kaiyuan.copy(tmp_path)
    header, first, *rest = kaiyuan.rows(folder, INCOMES)
    kaiyuan.write(folder, INCOMES, [header, [*first, "多"], *rest])
    found = [fault[:5] for fault in kaiyuan.faults(sqlite_database, folder)]
    assert [("资金收入.csv", 2, "", "too_many_cells", "多")] == found


def test_a_workbook_with_formulas_or_without_a_sheet_is_refused(
    sqlite_database: Database, tmp_path: Path
) -> None:
    path = kaiyuan.workbook(kaiyuan.FOLDER, tmp_path / "records.xlsx")
    book = openpyxl.load_workbook(path)
    book[PAYMENTS]["D5"] = "=SUM(1,2)"
    book[VISITS]["B4"] = 42750
    book[VISITS]["B4"].number_format = "General"
    del book[BUDGETS]
    book.save(path)
    found = [fault[:5] for fault in kaiyuan.faults(sqlite_database, path)]
    assert [
        (BUDGETS, 0, "", "missing_sheet", ""),
        (VISITS, 4, "走访日期", "not_a_day", "42750"),
        (PAYMENTS, 5, "金额", "formula", "=SUM(1,2)"),
    ] == found


def test_what_is_no_workbook_is_refused(sqlite_database: Database, tmp_path: Path) -> None:
    told = {
        tmp_path / "nothing": "no_such_path",
        tmp_path / "records.xls": "not_importable",
        tmp_path / "records.xlsx": "unreadable",
    }
    for path in list(told)[1:]:
        path.write_bytes(b"PK is not enough")
    for path, reason in told.items():
        assert [reason] == [fault.reason for fault in kaiyuan.faults(sqlite_database, path)]


def test_more_than_the_limits_is_refused(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "ROWS_MAX", 80)
    found = [(fault.row, fault.reason) for fault in kaiyuan.faults(sqlite_database, kaiyuan.FOLDER)]
    assert [(82, "too_many_rows"), (82, "too_many_rows")] == found
    monkeypatch.setattr(read, "BYTES_MAX", 20_000)
    assert "too_many_bytes" in {fault.reason for fault in kaiyuan.faults(sqlite_database, kaiyuan.FOLDER)}
    book = kaiyuan.workbook(kaiyuan.FOLDER, tmp_path / "records.xlsx")
    assert ["too_many_bytes"] == [fault.reason for fault in kaiyuan.faults(sqlite_database, book)]


def test_the_union_is_named_by_the_figures_beside_its_records(tmp_path: Path) -> None:
    assert kaiyuan.UNION == naming.union_name(kaiyuan.FOLDER)
    for content in (None, "[]", "{", '{"union": 5}'):
        if content is not None:
            (tmp_path / naming.FIGURES).write_text(content, encoding="utf-8")
        assert naming.union_name(tmp_path) == ""
