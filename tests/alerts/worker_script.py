"""A worker process of its own, to be killed: URL of the database, address of the stand-in."""

from __future__ import annotations

import asyncio
import html
import sys

from alerts.auditor import Auditor
from alerts.contents import Dressing
from alerts.courier import Courier
from alerts.desk import Desk
from alerts.limiter import Pace
from alerts.policy import load_policies
from alerts.telegram import TelegramSender
from alerts.timers import Timers
from alerts.worker import work
from cases.db.store import Store, open_engine
from cases.vault import Vault
from handlers.speech import speak
from kernel.clock import SystemClock
from kernel.nursery import Nursery


class Dressed:
    def __init__(self, reply, chat, language):
        self.html = "\n".join(html.escape(speak(line.text, language)) for line in reply.lines)
        self.buttons = tuple(
            tuple((speak(b.label, language), f"d:{b.value}") for b in row) for row in reply.buttons
        )


async def main(url: str, base: str, name: str) -> None:
    store = Store(open_engine(url), Vault({1: b"\x01" * 32}, b"\x02" * 32), SystemClock())
    pace = Pace(overall=300.0, reserve=10.0, per_chat=50.0, burst=20.0)
    sender = TelegramSender("1:test", base, pace)
    async with Nursery() as nursery:
        courier = Courier(store, {"telegram": sender}, Dressing(Dressed), nursery, name)
        timers = Timers(store, Desk(load_policies()))
        await work(store, courier, timers, Auditor(store), asyncio.Event())


asyncio.run(main(*sys.argv[1:]))
