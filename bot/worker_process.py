"""The worker process: pushes what is owed and watches the ladder; it answers nobody."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from functools import partial
from typing import TYPE_CHECKING

from alerts.auditor import Auditor
from alerts.contents import Dressing
from alerts.courier import Courier
from alerts.desk import Desk
from alerts.rounds import EVERY_SECONDS, Rounds
from alerts.telegram import TelegramSender
from alerts.timers import Timers
from alerts.worker import Chore, work
from bot.presenting import Presenter
from bot.processes import freeze_start, until_told
from bot.wiring import open_ladders, open_policies, open_seals, open_store
from cases.db.drafts import expire_drafts
from cases.db.retention import EVERY_SECONDS as PURGE_SECONDS
from cases.db.retention import Retention
from cases.masking import Masker, Mode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.presenting import Presented
    from bot.settings import Settings
    from kernel.nursery import Nursery
    from kernel.words import Edit, Send

log = logging.getLogger(__name__)

CHANNEL = "telegram"
HOUR = 3_600.0
"""How often drafts are looked through for those that have expired: our default."""


async def worker_process(settings: Settings, nursery: Nursery) -> None:
    """Push alerts until told to stop; what is leased is taken over by the next worker."""
    async with worker_running(settings, nursery):
        freeze_start()
        await until_told()


@contextlib.asynccontextmanager
async def worker_running(settings: Settings, nursery: Nursery) -> AsyncIterator[None]:
    """Run the worker inside this process as long as the block lasts."""
    store = open_store(settings)
    seals = open_seals(store)

    def present(message: Send | Edit, chat: str, language: str) -> Presented:
        return Presenter(seals, chat, 0, language).dress(message)[-1]

    masker = Masker(Mode(settings.chat_mode), settings.language)
    dressing = Dressing(
        present=present, language=settings.language, worker_name=masker.worker_name
    )
    sender = TelegramSender(settings.bot_token.get_secret_value(), settings.api_base)
    courier = Courier(store, {CHANNEL: sender}, dressing, nursery)
    timers = Timers(store, Desk(open_ladders(settings)))
    stop = asyncio.Event()
    policies = open_policies()
    rounds = Rounds(store, policies)
    chores: list[Chore] = [
        (EVERY_SECONDS, rounds.look),
        (HOUR, partial(expire_drafts, store, policies)),
        (PURGE_SECONDS, Retention(store, policies).look),
    ]
    task = nursery.start(
        work(store, courier, timers, Auditor(store), stop, chores=chores), name="worker"
    )
    log.info("worker ready on %s", CHANNEL)
    try:
        yield
    finally:
        stop.set()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await nursery.close()
        await sender.close()
        await store.close()
