"""The people one can be on the sandbox page."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody to be; texts that are shown come in both languages, keyed `zh` and `en`."""

    slug: str
    user_id: int
    first_name: str
    name: str
    role: Mapping[str, str]
    place: Mapping[str, str]
    hint: Mapping[str, str] = field(default_factory=dict)
    language_code: str = "zh-hans"
    phone: str = ""
