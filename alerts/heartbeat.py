"""A sign of life to an outside address, where silence raises the alarm; it says nothing else."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

log = logging.getLogger(__name__)

SECONDS = 5.0


def heartbeat(address: str) -> Callable[[], Coroutine[Any, Any, None]]:
    """Return what tells an address that we live; its own failure harms nothing."""

    async def alive() -> None:
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(address) as answer,
            ):
                await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("the sign of life did not get out: %s", type(error).__name__)

    return alive
