"""Waiting for something to happen, but not for ever; it starts nothing."""

from __future__ import annotations

import asyncio
import contextlib


async def until(event: asyncio.Event, seconds: float) -> None:
    """Wait until an event is set, or for so many seconds."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
