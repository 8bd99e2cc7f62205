"""Every word of the forms is there, in both languages, and none too many."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.forms.keys import field_key, invalid_key, labelled, option_key
from bot.forms.kinds.day import Day
from bot.forms.registry import FORMS
from bot.texts.catalogue import LANGUAGES, words
from tests.forms.world import TODAY

if TYPE_CHECKING:
    from bot.forms.model import Refusal

FORMS_FOLDER = Path(__file__).parents[2] / "bot" / "forms"

# Labels that never change; people know them by heart and other programs look for them.
FIXED = {
    "submit": "提交",
    "cancel": "取消",
    "back": "上一步",
    "skip": "跳过",
    "keep": "存草稿",
    "edit": "修改",
    "unchanged": "一切如前",
    "today": "今天",
    "yesterday": "昨天",
    "done": "完成",
}


def slips() -> dict[str, set[str]]:
    """Every slip the forms can speak of, with the names of its details, read from the source."""
    found: dict[str, set[str]] = {}
    for path in FORMS_FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Invalid":
                for slug in (one for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant)):
                    found.setdefault(str(slug.value), set()).update(_names(node.args[1:]))
    for refusal in _refusals():
        found[refusal.slug] = {*refusal.details, "field"}
    return found


def _names(arguments: list[ast.expr]) -> set[str]:
    return {
        str(key.value)
        for argument in arguments
        if isinstance(argument, ast.Dict)
        for key in argument.keys
        if isinstance(key, ast.Constant)
    }


def _refusals() -> list[Refusal]:
    return [refusal for form in FORMS.values() for field in form.fields for refusal in field.refusals]


def wanted() -> tuple[set[str], set[str]]:
    """The keys that must be there, and those that may be."""
    must = {invalid_key(slug) for slug in slips()}
    may: set[str] = set()
    for form in FORMS.values():
        must.add(f"forms.{form.slug}.title")
        for field in form.fields:
            must |= {field_key(form, field.slug, part) for part in ("ask", "label")}
            must |= {option_key(form, field, slug) for slug in labelled(field)}
            (may if field.kind.name == "choice" else must).add(field_key(form, field.slug, "help"))
            if isinstance(field.kind, Day):
                must |= {f"forms.days.{one.slug}" for one in field.kind.shortcuts(TODAY)}
    return must, may


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_missing(language: str) -> None:
    must, _ = wanted()
    assert set() == must - words(language).keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_unused(language: str) -> None:
    must, may = wanted()
    sections = ("forms.invalid.", "forms.options.", "forms.days.", *(f"forms.{slug}." for slug in FORMS))
    there = {key for key in words(language).keys() if key.startswith(sections)}  # noqa: SIM118 - it is no dict
    assert set() == there - must - may


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    zh, en = words("zh"), words("en")
    keys = {key for key in zh.keys() | en.keys() if key.startswith("forms.")}
    assert set() == {key for key in keys if not (zh.has(key) and en.has(key))}
    assert [] == [key for key in sorted(keys) if zh.placeholders(key) != en.placeholders(key)]


def test_the_details_of_a_slip_fill_its_words() -> None:
    for slug, details in slips().items():
        names = {name.removesuffix("_fen") for name in details}
        assert words("zh").placeholders(invalid_key(slug)) <= names, slug


def test_the_fixed_labels_are_as_everybody_knows_them() -> None:
    assert FIXED == {name: words("zh").plain(f"forms.buttons.{name}") for name in FIXED}


def test_synonyms_belong_to_fields_and_options_that_exist() -> None:
    slugs = {field.slug for form in FORMS.values() for field in form.fields}
    for language in LANGUAGES:
        assert set(words(language).under("forms.shorthand.prefix")) <= slugs
        for form in FORMS.values():
            for field in form.fields:
                named = words(language).under(f"forms.shorthand.{form.slug}.{field.slug}")
                offered = words(language).under("codes.source") if field.slug == "source" else ()
                assert set(named) <= {*labelled(field), *offered}, field.slug


def test_options_of_one_question_are_told_apart() -> None:
    for language in LANGUAGES:
        for form in FORMS.values():
            for field in form.fields:
                labels = [words(language).plain(option_key(form, field, slug)) for slug in labelled(field)]
                assert len(labels) == len(set(labels)), field.slug
