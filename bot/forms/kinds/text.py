"""A sentence or two, typed; where allowed, spoken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bot.forms.kinds import voice as spoken
from bot.forms.model import Invalid
from bot.forms.wording import clean

if TYPE_CHECKING:
    from bot.forms.model import Context, Given, SentKind, Value

LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class Text:
    """Words of at most `limit` characters.

    `buttons` are answers that need no words; such an answer is {"option": slug}. With `voice` a voice
    message is taken too, as {"file_id", "unique_id", "duration"}. The lookup `source` offers whole sentences:
    the one that is tapped is the answer, as if it had been typed.
    """

    name: ClassVar[str] = "text"
    limit: int = LIMIT
    voice: bool = False
    buttons: tuple[str, ...] = ()
    shared: str = ""
    source: str = ""

    @property
    def gathers(self) -> bool:
        """One message ends it."""
        return False

    def takes(self, sent: SentKind) -> bool:
        """Voice messages, where they are allowed."""
        return self.voice and sent == "voice"

    def read(self, given: Given, context: Context) -> Value | Invalid:
        """The cleaned words, the button, or the voice message."""
        if self.source and given.tapped is not None:
            offered = context.lookups.options(self.source, context.answers)
            sentences = {one.id: one.label for one in offered}
            said = clean(sentences.get(given.tapped, ""))
            return self._words(said) if said else Invalid("no_such_option")
        button = given.tapped if given.tapped is not None else given.option
        if button in self.buttons:
            return {"option": str(button)}
        if given.tapped is not None:
            return Invalid("no_such_option")
        if given.sent is not None and self.takes(given.sent.kind):
            return spoken.recording(given.sent)
        return Invalid("text_wanted") if given.typed is None else self._words(clean(given.typed))

    def accepts(self, value: Value, context: Context) -> bool:
        """Whether it is clean text within the limit, one of the buttons, or a recording."""
        del context
        if isinstance(value, str):
            return bool(value) and clean(value) == value and len(value) <= self.limit
        if isinstance(value, dict) and "option" in value:
            return value["option"] in self.buttons
        return self.voice and spoken.is_recording(value)

    def _words(self, words: str) -> Value | Invalid:
        if not words:
            return Invalid("empty")
        if len(words) > self.limit:
            return Invalid("too_long", {"limit": self.limit, "given": len(words)})
        return words
