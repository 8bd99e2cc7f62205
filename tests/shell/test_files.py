"""The shell's files: whole under their name or not there at all, and one clear line where they cannot be."""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.shell.test_commands import RECORDS, Shell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Each starts the program anew.
pytestmark = pytest.mark.slow

DAY = {"TIEXIN_NOW": "2017-09-04T09:00:00+08:00"}
SHEETS = ["年度汇总", "困难职工名册", "走访", "回访", "帮扶", "资金流水"]


@pytest.fixture(scope="module")
def union_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    shell = Shell(tmp_path_factory.mktemp("union"))
    done = shell.run("import", str(RECORDS), **DAY)
    assert 0 == done.returncode, done.stderr
    return shell.folder


@pytest.fixture
def shell(union_folder: Path, tmp_path: Path) -> Iterator[Shell]:
    for path in union_folder.iterdir():
        shutil.copy(path, tmp_path / path.name)
    yield Shell(tmp_path)
    assert [] == [
        path.name for path in tmp_path.iterdir() if path.name.startswith(".") and path.name != ".env"
    ]


def test_the_year_is_exported_as_six_registers(shell: Shell) -> None:
    done = shell.run("export", "--year", "2017", "OUT.xlsx", **DAY)
    assert (0, "已写入 OUT.xlsx\n", "") == (done.returncode, done.stdout, done.stderr)
    book = openpyxl.load_workbook(shell.folder / "OUT.xlsx")
    assert SHEETS == book.sheetnames
    assert 0o600 == (shell.folder / "OUT.xlsx").stat().st_mode & 0o777


def test_the_notice_is_published_and_kept_with_its_digest(shell: Shell) -> None:
    done = shell.run("publish", "--year", "2017", "--quarter", "1", "公示.html", "--json", **DAY)
    assert (0, "") == (done.returncode, done.stderr)
    page = (shell.folder / "公示.html").read_bytes()
    told = json.loads(done.stdout)
    assert ("公示.html", len(page), hashlib.sha256(page).hexdigest()) == (
        told["path"],
        told["bytes"],
        told["sha256"],
    )
    assert "2017-09-04 公布" in page.decode()
    assert 0o644 == (shell.folder / "公示.html").stat().st_mode & 0o777
    assert 0 == shell.run("verify", **DAY).returncode


def test_the_whole_year_is_published_where_no_quarter_is_named(shell: Shell) -> None:
    assert 0 == shell.run("publish", "--year", "2017", "year.html", "--lang", "en", **DAY).returncode
    shown = (shell.folder / "year.html").read_text(encoding="utf-8")
    assert "53,345.00" in shown
    assert '<html lang="en">' in shown


def test_what_stood_under_the_name_before_is_replaced_as_a_whole(shell: Shell) -> None:
    old = shell.folder / "out.xlsx"
    old.write_bytes(b"older")
    assert 0 == shell.run("export", "--year", "2017", "out.xlsx", **DAY).returncode
    assert SHEETS == openpyxl.load_workbook(old).sheetnames


@pytest.mark.parametrize("command", ["export", "publish"])
def test_a_folder_that_is_not_there_is_refused_in_one_line_and_nothing_is_left(
    shell: Shell, command: str
) -> None:
    done = shell.run(command, "--year", "2017", "no/such/out", "--lang", "en", **DAY)
    assert (1, "") == (done.returncode, done.stdout)
    assert "no/such/out cannot be written: No such file or directory\n" == done.stderr


def test_a_quarter_that_has_not_begun_is_refused_and_the_old_notice_stays(shell: Shell) -> None:
    (shell.folder / "n.html").write_text("older")
    done = shell.run("publish", "--year", "2017", "--quarter", "4", "n.html", **DAY)
    assert (1, "", "2017 年第四季度还没有开始，没有可以公示的。\n") == (
        done.returncode,
        done.stdout,
        done.stderr,
    )
    assert "older" == (shell.folder / "n.html").read_text()


@pytest.mark.parametrize(
    "words",
    [
        ("export", "out.xlsx"),
        ("export", "--year", "20177", "out.xlsx"),
        ("export", "--year", "2017"),
        ("publish", "--year", "2017", "--quarter", "5", "out.html"),
        ("publish", "--year", "zwanzig", "out.html"),
        ("export", "--year", "2017", "."),
    ],
)
def test_what_is_no_year_no_quarter_or_no_file_is_wrong_usage(shell: Shell, words: tuple[str, ...]) -> None:
    assert 2 == shell.run(*words, **DAY).returncode


def test_an_empty_database_is_refused(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.run("migrate")
    for command in ("export", "publish"):
        done = shell.run(command, "--year", "2017", "out")
        assert (1, "") == (done.returncode, done.stdout)
        assert 1 == len(done.stderr.splitlines())
    assert not (tmp_path / "out").exists()
