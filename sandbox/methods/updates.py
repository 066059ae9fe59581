"""How a bot gets its updates: long polling or a webhook, never both."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sandbox.errors import ApiError, bad
from sandbox.methods.common import Told
from sandbox.polling import HOOK_SET
from sandbox.webhook import DEFAULT_CONNECTIONS

if TYPE_CHECKING:
    from sandbox.methods.common import Method
    from sandbox.updates import Update
    from sandbox.wire import Params
    from sandbox.world import World

MOST_UPDATES = 100
MOST_CONNECTIONS = 100
SECRET = re.compile(r"[A-Za-z0-9_-]*")
SECRET_LIMIT = 256
DELIVERY_FAULTS = frozenset({"duplicate", "reorder"})
HOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


def _allow(world: World, params: Params) -> None:
    kinds = params.parsed("allowed_updates")
    if isinstance(kinds, list):
        world.queue.allow(str(kind) for kind in kinds)


async def get_updates(world: World, params: Params) -> list[Update]:
    """Hand out updates, waiting for the first one if asked to."""
    if world.pusher.hook is not None:
        raise ApiError(409, HOOK_ACTIVE)
    _allow(world, params)
    limit = min(max(params.number("limit", MOST_UPDATES), 1), MOST_UPDATES)
    seconds = min(max(params.number("timeout"), 0), world.settings.longest_poll)
    world.polling.confirm(params.number("offset"))
    found = await world.polling.wait(limit, seconds)
    if found and world.faults.any:
        return _disturbed(world, found)
    return found


def _disturbed(world: World, found: list[Update]) -> list[Update]:
    fault = world.faults.take("getupdates", None, DELIVERY_FAULTS)
    if fault is None:
        return found
    if fault.kind == "duplicate":
        world.polling.deliver_again(found)
        return found
    return found[::-1]


async def set_webhook(world: World, params: Params) -> Told:
    """Push updates to an address from now on."""
    url = params.text("url")
    if not url:
        return await delete_webhook(world, params)
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    secret = params.text("secret_token")
    if len(secret) > SECRET_LIMIT:
        raise bad("secret token is too long")
    if not SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    _allow(world, params)
    if params.flag("drop_pending_updates"):
        world.queue.clear()
    wished = params.number("max_connections") or DEFAULT_CONNECTIONS
    world.polling.stop(HOOK_SET)
    await world.pusher.point_at(url, secret, min(max(wished, 1), MOST_CONNECTIONS))
    return Told(result=True, description="Webhook was set")


async def delete_webhook(world: World, params: Params) -> Told:
    """Stop pushing."""
    had = world.pusher.hook is not None
    if params.flag("drop_pending_updates"):
        world.queue.clear()
    await world.pusher.point_at("", "", 0)
    return Told(
        result=True,
        description="Webhook was deleted" if had else "Webhook is already deleted",
    )


def webhook_info(world: World, _params: Params) -> dict[str, Any]:
    """Tell where updates go and how it goes."""
    return {**world.pusher.info(), "allowed_updates": sorted(world.queue.allowed)}


METHODS: dict[str, Method] = {
    "getupdates": get_updates,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": webhook_info,
}
