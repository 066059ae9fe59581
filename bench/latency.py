"""How long from a sent report to the alert on the supervisor's phone, over HTTP, real processes.

    python bench/latency.py --rate 1 --seconds 60 [--queued 1000] [--db postgresql://…] --json

The clock starts before the third answer is handed to the stand-in and stops when the stand-in
has answered the push that shows this report's number on a supervisor's phone. `--queued` first
owes so many routine notices to as many other people. Each supervisor gets at most one message a
second (Telegram's pace for a chat), so with `--rate` beyond one a second further invented
townships are made. Prints {"p50_ms", "p99_ms", "sent", "seen", "max_ms", "queued_left", …}.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import random
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import func, select

from alerts.notices import Notice, notify_chat
from bench.support.actors import RAISED, Reporter
from bench.support.house import House, open_house
from bench.support.judge import Witness
from bench.support.phone import Phone
from bot.wiring import open_store
from cases.db.rows import OutboxRow
from cases.people import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

SEATS_A_RATE = 8
"""People who report, for each report a second: preparing takes them a few seconds."""
FIRST_READER = 100_001
GRACE = 20.0
SAFE = {"P0": "不安全", "P1": "不清楚"}
"""What makes the severity: P0 is pushed to supervisor and county, P1 to the supervisor."""


class Alarm(Reporter):
    """Has everything ready up to the third answer, gives it on a sign, keeps the details for later."""

    def __init__(self, phone: Phone, dice: random.Random, unsafe: str) -> None:
        super().__init__(phone, dice, visits=False)
        self._unsafe = unsafe
        self._last: tuple[int, str] = (0, "")
        self.sent: dict[str, float] = {}

    async def begin(self) -> None:
        await self.phone.look()
        self._read = set(self.phone.messages)

    async def prepare(self) -> None:
        await self.phone.type("紧急报告")
        await self._press(self._unsafe)
        await self._press("一个人住")
        message = await self.phone.until(self._third, "the third question")
        self._last = message["message_id"], self._choose(message)
        self._read.add(message["message_id"])

    def _third(self) -> dict[str, Any] | None:
        for message in self.phone.newest_first():
            fresh = message["message_id"] not in self._read and message.get("buttons")
            if fresh and ("是哪个孩子" in message["text"] or "孩子在哪里" in message["text"]):
                return message
        return None

    async def send(self) -> None:
        began = time.time()
        await self.phone.press(*self._last)
        number = await self.phone.until(lambda: self._fresh(RAISED), "the report's number")
        self.sent[number] = began
        await self.phone.type("存草稿")
        await self._see("草稿已存好")


class Arrivals(Witness):
    """When each report's number was first on a supervisor's phone."""

    def __init__(self, house: House, supervisors: Sequence[int]) -> None:
        super().__init__(house)
        self._supervisors = frozenset(supervisors)
        self.at: dict[str, float] = {}

    def note(self, call: dict[str, Any]) -> None:
        before = set(self.shown.new)
        super().note(call)
        for where, number in set(self.shown.new) - before:
            if where in self._supervisors:
                self.at.setdefault(number, float(call["answered_at"]))


async def queue_notices(house: House, count: int) -> None:
    """Owe one routine notice each to so many people."""
    for place in range(count):
        person = FIRST_READER + place
        body = {"id": person, "name": f"reader {place}", "started": True}
        await house.call("POST", "/sim/people", body)
    store = open_store(house.settings)
    notice = Notice(lines=("每周小结：请看今天要做的事。",))
    try:
        async with store.unit() as unit:
            for place in range(count):
                await notify_chat(unit, ("telegram", str(FIRST_READER + place)), notice)
            await unit.commit()
    finally:
        await store.close()


async def queued_left(house: House) -> int:
    store = open_store(house.settings)
    try:
        async with store.reading() as unit:
            query = select(func.count()).where(
                OutboxRow.kind == "notice", OutboxRow.state.in_(("ready", "leased"))
            )
            return int((await unit.connection.execute(query)).scalar() or 0)
    finally:
        await store.close()


async def load(alarms: Sequence[Alarm], rate: float, seconds: float) -> float:
    """Send reports evenly; return how many seconds the load lasted."""
    ready: asyncio.Queue[Alarm] = asyncio.Queue()
    for alarm in alarms:
        await alarm.begin()
        await alarm.prepare()
        ready.put_nowait(alarm)

    async def go(alarm: Alarm) -> None:
        await alarm.send()
        await alarm.prepare()
        ready.put_nowait(alarm)

    began = time.monotonic()
    tasks = []
    for turn in range(round(rate * seconds)):
        await asyncio.sleep(max(0.0, began + turn / rate - time.monotonic()))
        tasks.append(asyncio.create_task(go(await ready.get())))
    lasted = time.monotonic() - began
    await asyncio.gather(*tasks)
    return lasted


async def latency(
    rate: float, seconds: float, queued: int, db: str = "", severity: str = "P0"
) -> dict[str, Any]:
    """Measure once."""
    extra = max(0, math.ceil(rate / 0.8) - 2)
    strangers = max(2, math.ceil(SEATS_A_RATE * rate) - 4) if not extra else 0
    async with open_house(db, strangers=strangers, towns=extra) as house:
        people = [*house.of(Role.CHILD_DIRECTOR), *house.of(Role.GUARDIAN)]
        alarms = [
            Alarm(Phone(house, person), random.Random(person), SAFE[severity]) for person in people
        ]
        random.Random(1).shuffle(alarms)
        arrivals = Arrivals(house, house.of(Role.CHILD_SUPERVISOR))
        await queue_notices(house, queued)
        lasted = await load(alarms, rate, seconds)
        left = await queued_left(house)
        sent = {number: at for alarm in alarms for number, at in alarm.sent.items()}
        end = time.monotonic() + GRACE
        while set(sent) - set(arrivals.at) and time.monotonic() < end:
            await arrivals.read()
            await asyncio.sleep(0.2)
    took = sorted(1000 * (arrivals.at[n] - at) for n, at in sent.items() if n in arrivals.at)
    return {
        "p50_ms": round(statistics.median(took), 1),
        "p99_ms": round(took[min(len(took) - 1, math.ceil(len(took) * 0.99) - 1)], 1),
        "sent": len(sent),
        "seen": len(took),
        "max_ms": round(took[-1], 1),
        "rate_per_s": round(len(sent) / lasted, 2),
        "queued": queued,
        "queued_left": left,
        "severity": severity,
        "database": "postgresql" if db.startswith("postgresql") else "sqlite",
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=float, default=1.0, help="reports a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--queued", type=int, default=0, help="routine notices owed beforehand")
    parser.add_argument("--severity", choices=sorted(SAFE), default="P0")
    parser.add_argument("--db", default="", help="a PostgreSQL server; empty: SQLite")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    given = parser.parse_args()
    figures = asyncio.run(
        latency(given.rate, given.seconds, given.queued, given.db, given.severity)
    )
    print(
        json.dumps(figures) if given.json else "\n".join(f"{k}: {v}" for k, v in figures.items())
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
