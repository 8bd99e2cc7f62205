"""All kinds of answer, by name."""

from __future__ import annotations

from bot.forms.kinds.amount import Amount
from bot.forms.kinds.choice import Choice
from bot.forms.kinds.choices import Choices
from bot.forms.kinds.day import Day
from bot.forms.kinds.money import Money
from bot.forms.kinds.number import Number
from bot.forms.kinds.photos import Photos
from bot.forms.kinds.pick import Pick
from bot.forms.kinds.place import Place
from bot.forms.kinds.text import Text
from bot.forms.kinds.voice import Voice

KINDS = {
    kind.name: kind
    for kind in (Choice, Choices, Text, Number, Money, Amount, Day, Photos, Voice, Place, Pick)
}
