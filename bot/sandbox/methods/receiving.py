"""Methods by which the bot gets its updates: asking for them, or having them brought."""

import re
from collections.abc import Mapping

from bot.sandbox.methods.call import Asked, Method
from bot.sandbox.network.chats import Json
from bot.sandbox.network.webhook import DEFAULT_CONNECTIONS
from bot.sandbox.wire.errors import bad_request, conflict

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


async def get_updates(asked: Asked) -> list[Json]:
    """The updates from `offset` on, waited for up to `timeout` seconds; confirms those below it."""
    state, given = asked.state, asked.given
    if state.webhook.setting.url:
        raise conflict(
            "can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
    _remember_allowed(asked)
    return await state.updates.poll(
        given.integer("offset"), given.integer("limit", 100), given.integer("timeout")
    )


def set_webhook(asked: Asked) -> bool:
    """From now on updates are brought; an empty address ends that."""
    state, given = asked.state, asked.given
    url, secret = given.text("url"), given.text("secret_token")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    _remember_allowed(asked)
    if given.flag("drop_pending_updates"):
        state.updates.drop_all()
    if url:
        connections = given.integer("max_connections", DEFAULT_CONNECTIONS)
        state.webhook.set(url, secret=secret, max_connections=connections)
    else:
        state.webhook.clear()
    return True


def delete_webhook(asked: Asked) -> bool:
    """From now on the bot asks."""
    if asked.given.flag("drop_pending_updates"):
        asked.state.updates.drop_all()
    asked.state.webhook.clear()
    return True


def get_webhook_info(asked: Asked) -> Json:
    """How the delivery stands."""
    return asked.state.webhook.info(asked.state.updates.allowed)


def _remember_allowed(asked: Asked) -> None:
    allowed = asked.given.listed("allowed_updates")
    if allowed is not None:
        asked.state.updates.allowed = [str(kind) for kind in allowed]


METHODS: Mapping[str, Method] = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
