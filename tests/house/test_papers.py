"""What the papers beside the code say is so: versions, settings, commands, links."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

import pytest

from bot.cli import app
from bot.settings import PREFIX, Settings
from tests.house.tree import ROOT, none, shown

if TYPE_CHECKING:
    from pathlib import Path

GUIDES = [*sorted(ROOT.glob("README*.md")), *sorted((ROOT / "docs").glob("*.md"))]
IDENTITIES = [shown(path) for path in GUIDES]
SETTING_LINE = re.compile(r"(# )?(TIEXIN_[A-Z_]+)=(.*)")


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def spans(path: Path) -> list[str]:
    """What stands in backticks or in a block of code, a line each."""
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```", text(path), re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^ *```.*?^ *```", "", text(path), flags=re.MULTILINE | re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines()] + re.findall(
        r"`([^`\n]+)`", rest
    )


def test_the_version_is_the_changelogs_newest() -> None:
    version = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]["version"]
    newest = re.search(r"^## \[(\d[^\]]*)\]", text(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert newest is not None
    assert version == newest[1]


def test_the_example_lists_every_setting_and_no_other() -> None:
    listed = [
        found[2] for line in text(ROOT / ".env.example").splitlines() if (found := SETTING_LINE.match(line))
    ]
    assert sorted(PREFIX + name.upper() for name in Settings.model_fields) == sorted(listed)


def test_what_is_commented_out_in_the_example_shows_the_default() -> None:
    for line in text(ROOT / ".env.example").splitlines():
        if found := SETTING_LINE.match(line):
            default = Settings.model_fields[found[2].removeprefix(PREFIX).lower()].default
            assert (default or "") == (found[3] or default or ""), line
            # What is to be filled in has no default of its own.
            assert found[1] or not default, line


def test_the_example_is_settings_that_can_be_read() -> None:
    assert ROOT / ".env.example" in ROOT.iterdir()
    assert "sqlite:///tiexin.db" == Settings(_env_file=ROOT / ".env.example").database_url  # type: ignore[call-arg]  # pydantic's own argument


@pytest.mark.parametrize("guide", GUIDES, ids=IDENTITIES)
def test_every_make_target_that_is_named_exists(guide: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text(ROOT / "Makefile"), re.MULTILINE))
    named = {target for span in spans(guide) for target in re.findall(r"(?:^|\s)make ([a-z-]+)", span)}
    assert set() == named - targets


@pytest.mark.parametrize("guide", GUIDES, ids=IDENTITIES)
def test_every_command_that_is_named_exists(guide: Path) -> None:
    commands = {
        command.name or str(command.callback.__name__)
        for command in app.registered_commands
        if command.callback
    }
    named = {found[1] for span in spans(guide) if (found := re.search(r"(?:^|[\s/])tiexin ([a-z]+)", span))}
    assert set() == named - commands


@pytest.mark.parametrize("guide", GUIDES, ids=IDENTITIES)
def test_every_setting_that_is_named_exists(guide: Path) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    assert set() == set(re.findall(r"TIEXIN_[A-Z_]+", text(guide))) - known


@pytest.mark.parametrize("guide", GUIDES, ids=IDENTITIES)
def test_every_link_and_picture_is_there(guide: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", text(guide)) + re.findall(
        r'(?:src|srcset|href)="([^"]+)"', text(guide)
    )
    inside = [
        target.partition("#")[0] for target in targets if not target.startswith(("http:", "https:", "#"))
    ]
    none([target for target in inside if not (guide.parent / target).exists()])


@pytest.mark.parametrize("guide", [path for path in GUIDES if ".zh." not in path.name], ids=str)
def test_every_guide_speaks_both_languages_and_names_the_same_commands(guide: Path) -> None:
    twin = guide.with_name(guide.name.replace(".md", ".zh.md"))
    ours = re.compile(r"make [a-z-]+|tiexin [a-z]+|TIEXIN_[A-Z_]+")
    named, named_by_twin = (
        {one for span in spans(path) for one in ours.findall(span)} for path in (guide, twin)
    )
    assert named == named_by_twin


def test_python_versions_agree() -> None:
    project = tomllib.loads(text(ROOT / "pyproject.toml"))
    assert ">=3.11" == project["project"]["requires-python"]
    assert "py311" == project["tool"]["ruff"]["target-version"]
    assert "3.11" == project["tool"]["mypy"]["python_version"]


def test_the_lock_pins_and_seals_everything() -> None:
    entries = re.split(r"\n(?=\S)", text(ROOT / "requirements.lock").strip())
    none([entry.splitlines()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry])
