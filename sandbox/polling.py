"""Long polling: one waiting request at a time, the newer one wins."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sandbox.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.updates import Update, UpdateQueue

OTHER_POLLER = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
HOOK_SET = "Conflict: terminated by setWebhook request"


class Polling:
    """Answers `getUpdates`."""

    def __init__(self, queue: UpdateQueue, now: Callable[[], float]) -> None:
        self._queue = queue
        self._now = now
        self._waiting: asyncio.Future[None] | None = None
        self._again: list[Update] = []
        queue.added.append(self._added)

    def _added(self, _update: Update) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def stop(self, reason: str, code: int = 409) -> None:
        """End the waiting request with a refusal, by default a conflict."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ApiError(code, reason))
        self._waiting = None

    def confirm(self, offset: int) -> None:
        """Take the offset of a request: confirm below it, or keep only the newest."""
        if offset > 0:
            self._queue.confirm_below(offset)
        elif offset < 0:
            self._queue.keep_last(-offset)

    def deliver_again(self, updates: list[Update]) -> None:
        """Hand these updates out once more with the next answer, confirmed or not."""
        self._again.extend(updates)

    async def wait(self, limit: int, seconds: float) -> list[Update]:
        """Return the oldest updates, waiting for the first one up to `seconds`."""
        self.stop(OTHER_POLLER)
        found = self._found(limit)
        if found or seconds <= 0:
            return found
        waiting = self._waiting = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await waiting
        except TimeoutError:
            return []
        finally:
            if self._waiting is waiting:
                self._waiting = None
        return self._found(limit)

    def _found(self, limit: int) -> list[Update]:
        again, self._again = self._again, []
        seen = {update.update_id for update in again}
        fresh = self._queue.first(limit, self._now())
        return [*again, *(one for one in fresh if one.update_id not in seen)][:limit]
