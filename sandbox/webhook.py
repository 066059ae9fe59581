"""Pushes updates to the bot's webhook as Telegram does: in order within a lane, until taken."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.posting import Answer, Poster

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sandbox.background import Background
    from sandbox.faults import Fault, Faults
    from sandbox.settings import Settings
    from sandbox.updates import Update, UpdateQueue

MOST_WAIT = 3600
DEFAULT_CONNECTIONS = 40
REORDER_WAIT = 2.0


@dataclass(slots=True, kw_only=True)
class Hook:
    """One `setWebhook`: where to, and how it goes."""

    url: str
    secret: str
    connections: int
    poster: Poster
    room: asyncio.Semaphore
    lanes: dict[str, deque[Update]] = field(default_factory=dict)
    delivered: asyncio.Event = field(default_factory=asyncio.Event)
    error_at: float = 0
    error: str = ""


class Pusher:
    """Delivers to the hook that is set, if any."""

    def __init__(
        self,
        settings: Settings,
        queue: UpdateQueue,
        faults: Faults,
        background: Background,
        now: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._queue = queue
        self._faults = faults
        self._background = background
        self._now = now
        self.hook: Hook | None = None
        self.perform: Callable[[str, dict[str, Any]], Awaitable[None]] | None = None
        queue.added.append(self._added)

    async def point_at(self, url: str, secret: str, connections: int) -> None:
        """Deliver to this address from now on, what waits first; an empty one stops."""
        old, self.hook = self.hook, None
        if old is not None:
            await old.poster.close()
        if not url:
            return
        tls = ssl.create_default_context() if url.startswith("https:") else None
        self.hook = Hook(
            url=url,
            secret=secret,
            connections=connections,
            poster=Poster(url, secret, tls),
            room=asyncio.Semaphore(connections),
        )
        for update in self._queue.all():
            self._added(update)

    def _added(self, update: Update) -> None:
        if (hook := self.hook) is None:
            return
        lane = hook.lanes.get(update.lane)
        if lane is None:
            hook.lanes[update.lane] = deque([update])
            self._background.start(self._run(hook, update.lane))
        else:
            lane.append(update)

    async def _run(self, hook: Hook, name: str) -> None:
        lane = hook.lanes[name]
        failures = 0
        while lane and hook is self.hook:
            if lane[0].expires <= self._now() or lane[0].update_id not in self._queue:
                self._queue.done(lane.popleft().update_id)
                continue
            wait = await self._attempt(hook, lane, failures)
            if wait is None:
                failures = 0
                continue
            failures += 1
            if wait > 0:
                await asyncio.sleep(wait)
        hook.lanes.pop(name, None)

    async def _attempt(self, hook: Hook, lane: deque[Update], failures: int) -> float | None:
        """Deliver the first update; None when taken, else seconds until the next try."""
        update = lane[0]
        async with hook.room:
            answer, trouble = await self._exchange(hook, update)
        if answer is not None and answer.ok:
            if lane and lane[0] is update:
                lane.popleft()
            self._queue.done(update.update_id)
            hook.delivered.set()
            await self._perform_reply(answer)
            return None
        hook.error_at, hook.error = self._now(), trouble
        return self._wait_after(answer, failures)

    def _wait_after(self, answer: Answer | None, failures: int) -> float:
        if answer is not None and (asked := answer.headers.get("retry-after", "")).isdigit():
            return float(min(int(asked), MOST_WAIT))
        if failures == 0:
            return 0
        longest = self._settings.longest_retry
        return min(self._settings.first_retry * 2.0 ** min(failures - 1, 20), longest)

    async def _exchange(self, hook: Hook, update: Update) -> tuple[Answer | None, str]:
        chat = int(update.lane.partition(":")[2])
        fault = self._faults.take("webhook", chat) if self._faults.any else None
        if fault is not None:
            early = await self._fault_before(hook, fault)
            if early:
                return None, early
        answer, trouble = await self._post(hook, update)
        if fault is not None and fault.kind == "drop":
            return None, "Read timeout expired"
        if fault is not None and fault.kind == "duplicate":
            await self._post(hook, update)
        return answer, trouble

    async def _fault_before(self, hook: Hook, fault: Fault) -> str:
        if fault.kind in {"drop_before", "outage"}:
            await asyncio.sleep(0)
            return "Connection reset by peer"
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        elif fault.kind == "reorder":
            await self._let_others_pass(hook, fault.seconds or REORDER_WAIT)
        elif fault.kind not in {"drop", "duplicate"}:
            return f"Wrong response from the webhook: {fault.kind}"
        return ""

    async def _let_others_pass(self, hook: Hook, seconds: float) -> None:
        hook.delivered.clear()
        hook.room.release()
        try:
            async with asyncio.timeout(seconds):
                await hook.delivered.wait()
        except TimeoutError:
            pass
        finally:
            await hook.room.acquire()

    async def _post(self, hook: Hook, update: Update) -> tuple[Answer | None, str]:
        try:
            async with asyncio.timeout(self._settings.webhook_timeout):
                answer = await hook.poster.post(update.line.encode())
        except TimeoutError:
            return None, "Read timeout expired"
        except ConnectionRefusedError:
            return None, "Connection refused"
        except (OSError, EOFError, ValueError):
            return None, "Connection reset by peer"
        return answer, f"Wrong response from the webhook: {answer.status}"

    async def _perform_reply(self, answer: Answer) -> None:
        if self.perform is None or not answer.body.startswith(b"{"):
            return
        try:
            reply = json.loads(answer.body)
        except ValueError:
            return
        if isinstance(reply, dict) and isinstance(reply.get("method"), str):
            await self.perform(reply.pop("method"), reply)

    def info(self) -> dict[str, Any]:
        """Return what `getWebhookInfo` tells."""
        hook = self.hook
        told: dict[str, Any] = {
            "url": hook.url if hook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._queue),
        }
        if hook is None:
            return told
        told["max_connections"] = hook.connections
        if hook.error_at:
            told["last_error_date"] = int(hook.error_at)
            told["last_error_message"] = hook.error
        return told
