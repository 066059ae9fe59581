"""Polling: updates are stored first, and only then confirmed to Telegram; it handles none."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING

from aiogram.exceptions import TelegramConflictError, TelegramRetryAfter

from bot.channels.telegram import ALLOWED_UPDATES, incoming

if TYPE_CHECKING:
    from aiogram import Bot

    from bot.turns import TurnLoop

log = logging.getLogger(__name__)

POLL_SECONDS = 25
_PAUSE = 1.0


async def poll(bot: Bot, loop: TurnLoop, leads: asyncio.Event) -> None:
    """Fetch, store, confirm, for ever; the offset moves only past what is stored.

    Args:
        bot: The client.
        loop: What answers.
        leads: Set while this process is the one that polls: Telegram gives a token's updates to
            one at a time.
    """
    offset: int | None = None
    while True:
        if not leads.is_set():
            offset = None  # whoever polled meanwhile has confirmed others
            await leads.wait()
        try:
            updates = await bot.get_updates(
                offset=offset,
                timeout=POLL_SECONDS,
                allowed_updates=ALLOWED_UPDATES,
                request_timeout=POLL_SECONDS + 10,
            )
            rows = [
                incoming(json.loads(update.model_dump_json(by_alias=True, exclude_unset=True)))
                for update in updates
            ]
            await loop.keep(rows)
            if rows:
                offset = rows[-1].update_id + 1
        except TelegramRetryAfter as error:
            await asyncio.sleep(error.retry_after)
        except TelegramConflictError:
            log.warning("another process polls the same token")
            await asyncio.sleep(5 * _PAUSE)
        except Exception as error:  # noqa: BLE001 a gateway's error page must not end the polling
            log.warning("polling paused: %s", type(error).__name__)
            await asyncio.sleep(_PAUSE)
