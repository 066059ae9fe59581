"""The one place where background tasks are started, so that none is lost or left running."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from types import TracebackType

log = logging.getLogger(__name__)

AGAIN_SECONDS = 1.0
"""How long a cancelled task may take to end before it is cancelled again (our default)."""


class Nursery:
    """Holds background tasks; leaving it cancels and awaits every one."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        """Open the nursery."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Cancel what still runs and wait for its end."""
        await self.close()

    def start(self, work: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]:
        """Run a coroutine in the background; its failure is logged by kind, never silently."""
        task: asyncio.Task[None] = asyncio.create_task(work, name=name)  # noqa: TID251 the one door
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("background task %s ended with %s", task.get_name(), type(error).__name__)

    async def end(self, *tasks: asyncio.Task[Any]) -> None:
        """Cancel these tasks and wait for their end.

        A database's driver may turn a cancellation that comes at a bad moment into an error of
        its own, and whoever waits out such errors goes on: then it is cancelled again.
        """
        while left := [task for task in tasks if not task.done()]:
            for task in left:
                task.cancel()
            await asyncio.wait(left, timeout=AGAIN_SECONDS)

    async def close(self) -> None:
        """End every task, also those that others start while they end."""
        while left := [task for task in self._tasks if not task.done()]:
            await self.end(*left)
