"""Every method this machine's Bot API has, by its name."""

from bot.sandbox.methods import editing, profile, receiving, sending, talking
from bot.sandbox.methods.call import Method

NAMES: dict[str, str] = {}
METHODS: dict[str, Method] = {}
for _group in (sending, editing, talking, profile, receiving):
    METHODS.update(_group.METHODS)
# Telegram does not mind the case of a method's name.
NAMES.update({name.lower(): name for name in METHODS})

# The methods that Telegram's pace counts.
PACED = frozenset(name for name in METHODS if name.startswith(("send", "editMessage"))) - {"sendChatAction"}
