"""The bot process: receives updates, runs turns, delivers replies; it pushes no alert."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from aiohttp import web

from bot.channels.polling import poll
from bot.channels.telegram import (
    CHANNEL,
    TelegramEar,
    TelegramFiles,
    TelegramMouth,
    open_bot,
    set_commands,
)
from bot.channels.webhook import webhook_app
from bot.conversing import Conversing
from bot.delivery import Deliverer
from bot.monitoring import monitored
from bot.processes import freeze_start, until_told
from bot.turns import MOST_UNSTORED, TurnLoop
from bot.wiring import make_ready, open_seals, open_services, open_store
from cases.db.presence import Presence

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.settings import Settings
    from kernel.nursery import Nursery

log = logging.getLogger(__name__)

LAND_SECONDS = 4.0
"""How long a process that is told to stop goes on answering, and then delivering (our default):
compose gives it ten in all."""


async def bot_process(settings: Settings, nursery: Nursery) -> None:
    """Serve one channel until told to stop; what is unhandled stays in the inbox."""
    async with bot_running(settings, nursery):
        freeze_start()
        async with monitored(settings, "bot"):
            await until_told()


@contextlib.asynccontextmanager
async def bot_running(settings: Settings, nursery: Nursery) -> AsyncIterator[TurnLoop]:
    """Run the bot inside this process as long as the block lasts."""
    store = open_store(settings, walled=True)
    seals = open_seals(store)
    bot = open_bot(settings.bot_token.get_secret_value(), settings.api_base)
    presence = Presence(store)
    deliverer = Deliverer(store, TelegramMouth(bot), nursery, presence)
    services = open_services(settings, TelegramFiles(bot).fetch)
    parallel = MOST_UNSTORED if store.engine.dialect.name == "sqlite" else 8
    loop = TurnLoop(
        store,
        TelegramEar(seals),
        Conversing(services),
        seals,
        deliverer,
        nursery,
        parallel=parallel,
    )
    runner: web.AppRunner | None = None
    polling: asyncio.Task[None] | None = None
    try:
        await asyncio.to_thread(make_ready, services)
        nursery.start(presence.stay(), name="presence")
        await presence.seen.wait()
        deliverer.start()
        await deliverer.resume()
        await loop.resume()
        loop.start()
        if settings.receive == "webhook":
            runner = await _serve_webhook(settings, loop, nursery)
        await set_commands(bot, settings)
        if settings.receive == "polling":
            polling = nursery.start(poll(bot, loop, presence.leads), name="polling")
        nursery.start(asyncio.to_thread(services.questions.warm), name="warming the desk")
        log.info("bot ready on %s by %s", CHANNEL, settings.receive)
        yield loop
    finally:
        # nothing new comes in, what is open is answered and said, and only then is all let go
        if polling is not None:
            await nursery.end(polling)
        if runner is not None:
            await runner.cleanup()
        await loop.land(LAND_SECONDS)
        await deliverer.land(LAND_SECONDS)
        await nursery.close()
        await asyncio.to_thread(services.questions.close)
        if services.model is not None:
            await services.model.close()
        await bot.session.close()
        await store.close()


async def _serve_webhook(settings: Settings, loop: TurnLoop, nursery: Nursery) -> web.AppRunner:
    app = webhook_app(
        loop,
        nursery,
        path=settings.webhook_path,
        secret=settings.webhook_secret.get_secret_value(),
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, settings.webhook_host, settings.webhook_port).start()
    return runner
