"""Every command of the shell in a process of its own: exit codes, what stands on stdout, what on stderr."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

# Each starts the program anew.
pytestmark = pytest.mark.slow

RECORDS = Path(__file__).parents[2] / "bot" / "sandbox" / "kaiyuan-2017"
REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True)
class Shell:
    """A folder to stand in, with a database of its own."""

    folder: Path

    def run(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TIEXIN_")}
        environment = {
            **kept,
            "PYTHONPATH": str(REPOSITORY),
            "TIEXIN_DATABASE_URL": f"sqlite:///{self.folder}/union.db",
            **settings,
        }
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )

    def read(self, *words: str) -> object:
        done = self.run(*words)
        assert (0, "") == (done.returncode, done.stderr)
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    shell = Shell(tmp_path_factory.mktemp("furnished"))
    done = shell.run("import", str(RECORDS))
    assert 0 == done.returncode, done.stderr
    return shell


def test_the_year_prints_exactly_what_the_records_must_give(furnished: Shell) -> None:
    expected = json.loads((RECORDS / "expected.json").read_text(encoding="utf-8"))
    assert expected == furnished.read("stats", "--year", "2017", "--as-of", "2017-08-31", "--json")


def test_a_workbook_of_the_same_sheets_gives_the_same_year(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for path in sorted(RECORDS.glob("*.csv")):
        sheet = book.create_sheet(path.stem)
        for line in path.read_text(encoding="utf-8-sig").splitlines():
            sheet.append(line.split(","))
    book.save(tmp_path / "records.xlsx")
    shell = Shell(tmp_path)
    done = shell.run("import", "records.xlsx", TIEXIN_UNION="国电开远发电有限公司工会")
    assert 0 == done.returncode, done.stderr
    expected = json.loads((RECORDS / "expected.json").read_text(encoding="utf-8"))
    assert expected == shell.read("stats", "--year", "2017", "--as-of", "2017-08-31", "--json")


def test_the_balance_agrees_with_the_year(furnished: Shell) -> None:
    assert {
        "balance_fen": 5_334_500,
        "reserved_fen": 0,
        "available_fen": 1_950_000,
        "budget_left_fen": 1_950_000,
    } == furnished.read("balance", "--json", "--year", "2017")


def test_a_household_has_its_year_by_kind_and_its_room_to_the_cap(furnished: Shell) -> None:
    assert {
        "paid_fen": 717_300,
        "cap_room_fen": 700_000,
        "by_kind": {
            "春节慰问": {"person_times": 1, "fen": 150_000},
            "生活救助": {"person_times": 2, "fen": 567_300},
        },
    } == furnished.read("balance", "--file", "K170056", "--year", "2017", "--json")


def test_an_unknown_file_is_refused_in_one_line(furnished: Shell) -> None:
    done = furnished.run("balance", "--file", "K999999", "--json", "--lang", "en")
    assert (1, "", "There is no file K999999.\n") == (done.returncode, done.stdout, done.stderr)


def test_what_is_due_is_listed_with_all_its_marks(furnished: Shell) -> None:
    items = furnished.read("due", "--on", "2017-11-20", "--json")
    assert isinstance(items, list)
    visited = next(item for item in items if item["file_no"] == "K170063" and item["kind"] == "recheck")
    assert {
        "kind": "recheck",
        "file_no": "K170063",
        "payment_no": None,
        "due_on": "2017-10-15",
        "state": "late",
        "assignee": "张东",
    } == {name: value for name, value in visited.items() if name != "stage"}
    paid = [item for item in items if item["kind"] == "revisit"]
    assert {"2017-09-23", "2017-10-16"} == {item["due_on"] for item in paid}
    assert all(item["payment_no"].startswith("BF-2017-") for item in paid)


def test_campaigns_are_listed_among_the_rest_by_their_day(furnished: Shell) -> None:
    items = furnished.read("due", "--on", "2018-01-02", "--json")
    assert isinstance(items, list)
    (festival,) = [item for item in items if item["kind"] == "campaign"]
    assert {
        "kind": "campaign",
        "what": "spring_list",
        "file_no": None,
        "payment_no": None,
        "due_on": "2018-02-16",
        "state": "open",
        "assignee": None,
        "stage": "opens",
    } == festival
    assert sorted(item["due_on"] for item in items) == [item["due_on"] for item in items]
    assert [] == [
        item
        for item in furnished.read("due", "--on", "2018-01-01", "--json")  # type: ignore[attr-defined]  # a list
        if item["kind"] == "campaign"
    ]


@pytest.mark.parametrize(("language", "named"), [("zh", "春节慰问名单"), ("en", "Spring Festival list")])
def test_what_is_due_is_told_in_words_too(furnished: Shell, language: str, named: str) -> None:
    done = furnished.run("due", "--on", "2018-01-02", "--lang", language)
    assert (0, "") == (done.returncode, done.stderr)
    assert [f"2018-02-16  {'可去' if language == 'zh' else 'open'}  {named}  —  —  —"] == [
        line for line in done.stdout.splitlines() if named in line
    ]


def test_nothing_is_listed_before_it_opens(furnished: Shell) -> None:
    items = furnished.read("due", "--on", "2017-09-15", "--json")
    assert isinstance(items, list)
    assert [] == [item for item in items if item["kind"] == "revisit"]


def test_a_code_is_made_once_and_named_people_bring_their_branch(furnished: Shell) -> None:
    made = furnished.read("invite", "--role", "cadre", "--name", "张东", "--json")
    assert isinstance(made, dict)
    assert {"code", "expires_at"} == set(made)
    assert 20 <= len(made["code"])


def test_an_unknown_role_is_wrong_usage(furnished: Shell) -> None:
    assert 2 == furnished.run("invite", "--role", "king").returncode


def test_everything_adds_up_after_an_import(furnished: Shell) -> None:
    done = furnished.run("verify")
    assert (0, "全部核对无误。\n") == (done.returncode, done.stdout)


def test_verify_wants_the_key_that_linked_the_chains(furnished: Shell, tmp_path: Path) -> None:
    shutil.copy(furnished.folder / "union.db", tmp_path)
    done = Shell(tmp_path).run("verify", "--lang", "en")
    assert (1, "TIEXIN_SECRET_KEY: missing\n") == (done.returncode, done.stderr)


def test_the_doctor_names_schema_and_queues(furnished: Shell) -> None:
    found = furnished.read("doctor", "--json")
    assert isinstance(found, dict)
    assert found["schema"] == found["schema_newest"]
    assert (0, 0) == (found["inbox_waiting"], found["outbox_waiting"])


def test_a_key_is_made_once_kept_to_its_owner_and_used_again(furnished: Shell) -> None:
    path = furnished.folder / ".env"
    assert 1 == path.read_text(encoding="utf-8").count("TIEXIN_SECRET_KEY=")
    assert 0o600 == path.stat().st_mode & 0o777


def test_a_command_that_only_reads_leaves_nothing_behind(tmp_path: Path) -> None:
    done = Shell(tmp_path).run("stats", "--year", "2017", "--json")
    assert (1, "") == (done.returncode, done.stdout)
    assert [] == [path.name for path in tmp_path.iterdir() if path.name == ".env"]


def test_run_says_every_missing_setting_in_one_message(tmp_path: Path) -> None:
    done = Shell(tmp_path).run("run", "--lang", "en")
    assert 1 == done.returncode
    assert "TIEXIN_BOT_TOKEN: missing\nTIEXIN_SECRET_KEY: missing\n" == done.stderr


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    done = Shell(tmp_path).run("stats", "--year", "2017", TIEXIN_TIMEZONE="Asia/Nowhere", TIEXIN_LOG="loud")
    assert 1 == done.returncode
    assert ["TIEXIN_TIMEZONE", "TIEXIN_LOG"] == [line.split("：")[0] for line in done.stderr.splitlines()]


def test_every_bad_row_is_named_and_nothing_is_taken_in(tmp_path: Path) -> None:
    folder = tmp_path / "records"
    shutil.copytree(RECORDS, folder)
    aid = folder / "帮扶发放.csv"
    text = aid.read_text(encoding="utf-8")
    bad = text.replace("4167.00", "-4167.00", 1).replace("2014-09-21", "2014-02-31", 1)
    aid.write_text(bad, encoding="utf-8")
    shell = Shell(tmp_path)
    done = shell.run("import", str(folder), "--lang", "en")
    assert (1, "") == (done.returncode, done.stdout)
    named = [line.split(" ")[2] for line in done.stderr.splitlines() if line.startswith("帮扶发放.csv, row ")]
    assert ["2,", "3,"] == named
    after = shell.run("stats", "--year", "2017", "--json", "--lang", "en")
    assert (1, "") == (after.returncode, after.stdout)


def test_a_dry_run_checks_and_writes_nothing(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    assert 0 == shell.run("import", str(RECORDS), "--dry-run").returncode
    assert 1 == shell.run("balance", "--json").returncode


def test_a_second_import_of_the_same_files_doubles_nothing(furnished: Shell) -> None:
    done = furnished.run("import", str(RECORDS))
    assert 1 == done.returncode
    assert "K170001" in done.stderr
    assert 103 == dict(furnished.read("stats", "--year", "2017", "--json"))["visits"]  # type: ignore[call-overload]  # JSON


def test_a_date_that_is_none_is_wrong_usage(furnished: Shell) -> None:
    assert 2 == furnished.run("due", "--on", "2017-02-31").returncode
