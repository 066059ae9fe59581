"""The worker process: pushes what is owed and watches the ladder; it answers nobody."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from functools import partial
from typing import TYPE_CHECKING

import aiohttp

from alerts import gateway
from alerts.auditor import Auditor
from alerts.contents import Dressing
from alerts.courier import Courier
from alerts.desk import Desk
from alerts.heartbeat import heartbeat
from alerts.limiter import Pace
from alerts.overdue_drills import EVERY_SECONDS as DRILL_SECONDS
from alerts.overdue_drills import OverdueDrills
from alerts.rounds import EVERY_SECONDS, Rounds
from alerts.telegram import TelegramSender
from alerts.timers import Timers
from alerts.worker import Chore, work
from bot.monitoring import monitored
from bot.old_codes import warn_of_old_codes
from bot.presenting import Presenter
from bot.processes import freeze_start, until_told
from bot.publishing import EVERY_SECONDS as PUBLISH_SECONDS
from bot.publishing import publish_head
from bot.wiring import open_ladders, open_policies, open_seals, open_store, second_channel
from cases.db.drafts import expire_drafts
from cases.db.expiry import erase_expired
from cases.db.retention import EVERY_SECONDS as PURGE_SECONDS
from cases.db.retention import Retention
from cases.db.successions import follow_codes
from cases.masking import Masker, Mode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from alerts.gateway import GatewaySender
    from alerts.policy import Policies as Ladders
    from alerts.sender import Sender
    from bot.presenting import Presented, Seals
    from bot.settings import Settings
    from cases.db.store import Store
    from cases.policies import Policies
    from kernel.nursery import Nursery
    from kernel.words import Edit, Send

log = logging.getLogger(__name__)

CHANNEL = "telegram"
HOUR = 3_600.0
"""How often we look for expired drafts and for codes that have changed: our default."""


async def worker_process(settings: Settings, nursery: Nursery) -> None:
    """Push alerts until told to stop; what is leased is taken over by the next worker."""
    async with worker_running(settings, nursery):
        freeze_start()
        async with monitored(settings, "worker"):
            await until_told()


@contextlib.asynccontextmanager
async def worker_running(settings: Settings, nursery: Nursery) -> AsyncIterator[None]:
    """Run the worker inside this process as long as the block lasts."""
    store = open_store(settings)
    token = settings.bot_token.get_secret_value()
    sender = TelegramSender(token, settings.api_base, _pace(settings))
    senders: dict[str, Sender] = {CHANNEL: sender}
    if settings.gateway_url:
        senders[gateway.CHANNEL] = _gateway(settings, store)
    ladders = open_ladders(settings)
    courier = Courier(
        store, senders, _dressing(settings, open_seals(store)), nursery, quiet=ladders.quiet
    )
    desk = Desk(ladders, second=second_channel(settings))
    timers = Timers(store, desk)
    sign = heartbeat(settings.heartbeat_url) if settings.heartbeat_url else None

    async def alive() -> None:
        """Let it go out by itself: nobody shall wait for an alert because that address is slow."""
        if sign is not None:
            nursery.start(sign(), name="sign of life")

    stop = asyncio.Event()
    chores = _chores(store, desk, open_policies(settings), ladders)
    task = nursery.start(
        work(store, courier, timers, Auditor(store, alive), stop, chores=chores), name="worker"
    )
    log.info("worker ready on %s", ", ".join(senders))
    try:
        yield
    finally:
        stop.set()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await nursery.close()
        for each in senders.values():
            await each.close()
        await store.close()


def _dressing(settings: Settings, seals: Seals) -> Dressing:
    def present(message: Send | Edit, chat: str, language: str) -> Presented:
        return Presenter(seals, chat, 0, language).dress(message)[-1]

    masker = Masker(Mode(settings.chat_mode), settings.language)
    return Dressing(present=present, language=settings.language, worker_name=masker.worker_name)


def _chores(store: Store, desk: Desk, policies: Policies, ladders: Ladders) -> list[Chore]:
    """Return what is looked after beside the alerts, each with its pause in seconds."""
    return [
        (EVERY_SECONDS, Rounds(store, policies, ladders).look),
        (DRILL_SECONDS, OverdueDrills(store, desk).look),
        (HOUR, partial(expire_drafts, store, policies)),
        (HOUR, partial(follow_codes, store)),
        (HOUR, partial(warn_of_old_codes, store, policies, ladders)),
        (PUBLISH_SECONDS, partial(publish_head, store, ladders.quiet)),
        (PURGE_SECONDS, Retention(store, policies).look),
        (PURGE_SECONDS, partial(erase_expired, store, policies)),
    ]


def _pace(settings: Settings) -> Pace:
    return Pace(
        overall=settings.pace_overall,
        reserve=min(settings.pace_replies, settings.pace_overall / 2),
        bulk=min(settings.pace_bulk, settings.pace_overall),
        per_chat=settings.pace_chat,
    )


def _gateway(settings: Settings, store: Store) -> GatewaySender:
    return gateway.GatewaySender(
        settings.gateway_url,
        gateway.phone_book(store),
        aiohttp.ClientSession(),
        token=settings.gateway_token.get_secret_value(),
    )
