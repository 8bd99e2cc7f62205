"""Every kind is tested."""

from pathlib import Path

import pytest

from bot.forms.kinds.registry import KINDS
from bot.forms.registry import FORMS


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_has_a_test_file_of_its_own(name: str) -> None:
    assert (Path(__file__).parent / f"test_{name}.py").is_file()


def test_every_kind_in_a_form_is_registered() -> None:
    used = {type(field.kind) for form in FORMS.values() for field in form.fields}
    assert set(KINDS.values()) == used
