"""The webhook: checks the secret, stores the update, answers; it handles no update itself.

The answer may carry one call to the Bot API. Ours ends the waiting sign of a pressed button, where
the press has nothing to read: that may be lost, which nothing else we say may.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.channels.telegram import hushing, incoming
from kernel.errors import UnavailableError

if TYPE_CHECKING:
    from bot.turns import TurnLoop
    from cases.db.inbox import Incoming
    from kernel.nursery import Nursery

log = logging.getLogger(__name__)

BODY_LIMIT = 1024 * 1024
"""Bytes of one update (GlobaLeaks' cap)."""
GROUP_LIMIT = 200
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 a header's name
RETRY_SECONDS = "2"
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class Gathering:
    """Answers updates at once; stores those that must wait in one transaction (group commit)."""

    def __init__(self, loop: TurnLoop) -> None:
        self._loop = loop
        self._waiting: list[tuple[Incoming, asyncio.Future[None]]] = []
        self._some = asyncio.Event()

    async def take(self, update: Incoming) -> bool:
        """Return once the update is on disk, at best with its answer.

        Returns:
            Whether the waiting sign of the button that was pressed is left to be ended.

        Raises:
            UnavailableError: It is not on disk; the sender must keep it.
        """
        answered = await self._loop.at_once(update)
        if answered is None:
            await self._keep(update)
            return False
        return answered.hush

    async def _keep(self, update: Incoming) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((update, future))
        self._some.set()
        await future

    async def run(self) -> None:
        """Write what gathered, for ever."""
        while True:
            await self._some.wait()
            self._some.clear()
            while self._waiting:
                group, self._waiting = self._waiting[:GROUP_LIMIT], self._waiting[GROUP_LIMIT:]
                await self._write(group)

    async def _write(self, group: list[tuple[Incoming, asyncio.Future[None]]]) -> None:
        error: Exception | None = None
        try:
            await self._loop.keep([update for update, _ in group])
        except Exception as caught:  # noqa: BLE001 every waiting request must get an answer
            log.warning("updates refused for now: %s", type(caught).__name__)
            error = UnavailableError("inbox")
        for _, future in group:
            if future.done():
                continue
            if error is None:
                future.set_result(None)
            else:
                future.set_exception(error)


def webhook_app(loop: TurnLoop, nursery: Nursery, *, path: str, secret: str) -> web.Application:
    """Make the endpoint.

    Raises:
        ValueError: No secret: without one anybody could speak for anybody.
    """
    if not secret:
        message = "a webhook needs a secret"
        raise ValueError(message)
    gathering = Gathering(loop)
    nursery.start(gathering.run(), name="inbox writer")

    async def receive(request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), secret.encode()):
            return web.Response(status=403)
        update = _read(await request.read())
        if update is None:
            return web.Response(status=400)
        try:
            hush = await gathering.take(incoming(update))
        except UnavailableError:
            return web.Response(status=503, headers={"Retry-After": RETRY_SECONDS})
        call = hushing(update) if hush else None
        return web.json_response(call) if call else web.Response()

    async def ready(_request: web.Request) -> web.Response:
        return web.json_response({"ready": True})

    app = web.Application(client_max_size=BODY_LIMIT)
    app.router.add_post(path, receive)
    app.router.add_get("/healthz", ready)
    return app


def _read(body: bytes) -> dict[str, Any] | None:
    """Parse an update; None when it is none. A malformed body is never worth a retry."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(update, dict):
        return None
    number = update.get("update_id")
    good = isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**63
    if not good:
        return None
    return _whole(update) if _SURROGATE.search(body) else update


def _whole(update: dict[str, Any]) -> dict[str, Any]:
    """Put a question mark for half characters: no database takes them, and no retry helps."""
    cleaned: dict[str, Any] = json.loads(
        json.dumps(update, ensure_ascii=False).encode("utf-8", "replace")
    )
    return cleaned
