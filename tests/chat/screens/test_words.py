"""Every code and every refusal has its words, in both languages, with the same placeholders."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

import pytest

import storage
from bot.texts.catalogue import LANGUAGES, words
from storage import aid_codes, codes
from storage.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from enum import StrEnum

CODES: dict[str, type[StrEnum]] = {
    "aid": aid_codes.AidKind,
    "source": aid_codes.FundSource,
    "category": codes.Category,
    "system_category": codes.SystemCategory,
    "role": codes.Role,
    "household_state": codes.HouseholdState,
    "exit_reason": codes.ExitReason,
    "clear": codes.Clear,
    "followup": codes.FollowupKind,
    "income": aid_codes.IncomeKind,
    "entry": aid_codes.EntryKind,
    "aid_state": aid_codes.AidState,
    "aid_act": aid_codes.AidAct,
    "batch_state": aid_codes.BatchState,
    "payment_state": aid_codes.PaymentState,
    "budget_state": aid_codes.BudgetState,
    "method": aid_codes.PayMethod,
}
# What the places that refuse say about it, so that the words can be filled.
DETAILS: dict[str, set[str]] = {
    "before_payment": {"paid_on"},
    "name_unknown": {"name"},
    "name_ambiguous": {"name", "count"},
    "snoozed_too_often": {"times"},
    "schema_newer": {"revision"},
    "already_taken": {"name"},
    "day_not_offered": {"most"},
    "bad_reason": {"most"},
    "bad_number": {"lowest", "highest"},
    "bad_days_list": {"lowest", "highest", "most"},
    "bad_time": {"earliest", "latest"},
    "asker_gone": {"name"},
    "bad_order": {"lower", "upper"},
    "bad_order_above": {"lower", "upper"},
    "bad_order_of_hours": {"lower", "upper"},
    "leave_days": {"days"},
    "cannot_stand_in": {"name"},
    "stand_in_away": {"name"},
    "already_offered": {"names", "receiver"},
    "households_changed": {"names"},
    "cannot_receive": {"name"},
    "standard_past": {"year"},
    "bad_sum": {"lowest", "highest"},
    "bad_phone": {"lowest", "highest"},
    "bad_order_of_bands": {"lower", "upper"},
    "file_not_active": {"name", "state"},
    "kind_not_for_category": {"kind", "category"},
    "source_not_for_kind": {"kind", "source"},
    "no_standard": {"kind", "year"},
    "not_the_standard": {"amount", "year"},
    "below_band": {"lowest"},
    "above_band": {"highest"},
    "bad_amount": {"kind"},
    "over_cap": {"cap", "room"},
    "over_budget": {"left", "amount"},
    "over_balance": {"free", "amount"},
    "once_a_year": {"kind", "year", "number"},
    "earlier_not_revisited": {"number", "count"},
    "no_recent_visit": {"days"},
    "emergency_source": {"source"},
    "aid_moved": {"number", "state"},
    "more_than_left": {"left"},
    "already_paid": {"number"},
    "nothing_paid": {"number"},
    "promised_money": {"free"},
    "day_too_early": {"earliest"},
    "too_many_receipts": {"most"},
    "batch_not_ready": {"number", "state"},
    "batch_there": {"number"},
    "batch_moved": {"number", "state"},
    "batch_outdated": {"number"},
    "batch_year": {"year"},
    "exceptions_kept": {"number", "count"},
    "kind_not_listed": {"kind"},
    "budget_moved": {"year"},
    "budget_holds": {"year"},
    "budget_year": {"year"},
    "budget_below_promised": {"promised"},
    "budget_drafted": {"year"},
    "out_of_reach": {"name", "union"},
}
TOPICS = ("balance", "codes", "dossier", "drafts", "my", "people", "refused", "statistics")


def refusals() -> set[type[Refused]]:
    for module in pkgutil.walk_packages(storage.__path__, "storage."):
        if "migrations" not in module.name:
            importlib.import_module(module.name)
    return {Refused, *_below(Refused)}


def _below(refusal: type[Refused]) -> Iterator[type[Refused]]:
    for child in refusal.__subclasses__():
        yield child
        yield from _below(child)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_words_that_its_details_can_fill(language: str) -> None:
    speech = words(language)
    slugs = {one.slug for one in refusals()}
    assert slugs == set(speech.under("refused"))
    for slug in slugs:
        assert DETAILS.get(slug, set()) >= speech.placeholders(f"refused.{slug}"), slug


def test_every_refusal_has_a_slug_of_its_own() -> None:
    slugs = [one.slug for one in refusals()]
    assert len(slugs) == len(set(slugs))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_words_and_there_are_no_words_without_a_code(language: str) -> None:
    speech = words(language)
    for topic, code in CODES.items():
        assert {str(one) for one in code} == set(speech.under(f"codes.{topic}")), topic


@pytest.mark.parametrize("topic", TOPICS)
def test_both_languages_say_the_same_things(topic: str) -> None:
    chinese, english = (words(language) for language in LANGUAGES)
    keys = {key for key in chinese.keys() if key.startswith(f"{topic}.")}  # noqa: SIM118 - Words is no dictionary
    assert keys == {key for key in english.keys() if key.startswith(f"{topic}.")}  # noqa: SIM118
    for key in keys:
        assert chinese.placeholders(key) == english.placeholders(key), key
