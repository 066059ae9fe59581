"""Blows at seeded moments while people report, visit and acknowledge: kill -9, and others.

    python bench/crash.py --runs 50 [--seed 1] [--db postgresql://…] [--scale 0.2] --json
    python bench/crash.py --runs 20 --blow database|clock|roll [--db …] --json

`--runs` counts blows, in rounds of at most 200 on a fresh deployment and the next seed each: five
people who report without pause for half an hour leave more reminders of open alerts than four can
read, and then it is patience that is measured. `kill`: bot or worker is killed and started again
at once. `database`: a PostgreSQL server of this bench's own is restarted, every other time as by
kill -9. `clock`: the processes' clock jumps a day forward or back. `roll`: one process after another is replaced (on
SQLite ended and started). `--db` names a PostgreSQL server on which a database of its own is
made and dropped; without it a SQLite file is used. On PostgreSQL two bots behind a proxy and two
workers run at once.
Five people who report without pause would flood the one county officer at Telegram's pace of one
message a second, so this token may speak faster; what is judged is loss, not speed.
Judged by what the stand-in put on the phones and by the database at the end. Prints one JSON
object: {"runs", "submissions", "lost", "doubled", "stuck", …}; exit status 1 if any is not 0.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import random
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.support.actors import Answerer, Reporter
from bench.support.clockwork import VARIABLE, TurnedClock
from bench.support.cluster import Cluster, own_cluster
from bench.support.house import PARTS, House, open_house
from bench.support.judge import Verdict, Witness, drained, judge
from bench.support.phone import Phone, buttons
from cases.people import Role

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bench.support.house import Part

SHORTEST, LONGEST = 0.05, 1.5
"""Seconds between two kills, counted from the moment when the next victim works."""
STARTING = 0.15
"""Share of kills that may hit a process before it has come up."""
AIMED = 0.6
"""Share of blows that fall within a moment of something a person did."""
MOMENT = 0.15
FASTER = {"TONGBAN_PACE_OVERALL": "300", "TONGBAN_PACE_CHAT": "30"}
"""What this token bears, in messages a second: more than Telegram's."""
UNTRAINED = 1
"""The sample county's last director may not visit yet."""
DAY = 86_400
ROUND = 200
"""Blows on one deployment."""
SUMMED = (
    *("runs", "submissions", "lost", "doubled", "stuck", "reports", "visits", "acknowledged"),
    *("alerts_new", "alerts_labelled", "sorry", "failed_turns", "tasks_failed", "audit_rows"),
    *("said_twice", "seconds"),
)
BLOWS = ("kill", "database", "clock", "roll")
REPLICAS = ("bot", "bot2", "worker", "worker2")
FAULTS = (
    {"kind": "drop"},
    {"kind": "drop_before"},
    {"kind": "502"},
    {"kind": "429", "seconds": 1},
    {"kind": "delay_after", "seconds": 1},
)


class Town:
    """Everyone at work, and the hand that kills."""

    def __init__(self, house: House, seed: int, blow: Blow, *, faults: bool) -> None:
        self._house = house
        self._dice = random.Random(seed)
        self._blow = blow
        self._faults = faults
        self._acted = asyncio.Event()
        self.witness = Witness(house)
        self.blows = 0
        self.recovered: list[float] = []
        directors = house.of(Role.CHILD_DIRECTOR)
        visiting = set(directors[:-UNTRAINED])
        self.reporters = [
            Reporter(self._phone(person), self._own_dice(), visits=person in visiting)
            for person in [*directors, *house.of(Role.GUARDIAN)]
        ]
        answering = house.of(Role.CHILD_SUPERVISOR, Role.COUNTY_OFFICER)
        self.answerers = [
            Answerer(self._phone(person), self._own_dice(), patient=8.0) for person in answering
        ]

    def _phone(self, person: int) -> Phone:
        return Phone(self._house, person, on_act=self._acted.set)

    def _own_dice(self) -> random.Random:
        return random.Random(self._dice.random())

    async def live(self, runs: int) -> None:
        """Let everyone work until so many kills are done and everyone has gone on after them."""
        enough, over = asyncio.Event(), asyncio.Event()
        watching = asyncio.create_task(self.witness.watch())
        answering = [asyncio.create_task(one.work(over)) for one in self.answerers]
        working = [asyncio.create_task(one.work(enough)) for one in self.reporters]
        try:
            for _ in range(runs):
                await self._strike()
            enough.set()
            await asyncio.gather(*working)
            over.set()
            await asyncio.gather(*answering)
        finally:
            tasks = [watching, *answering, *working]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _strike(self) -> None:
        part = self._house.parts[self._dice.choice(list(self._house.parts))]
        if self._dice.random() > STARTING or self._blow.name != "kill":
            await part.ready()
        await asyncio.sleep(self._dice.uniform(SHORTEST, LONGEST))
        if self._faults and self._dice.random() < 0.5:
            fault = {"method": "sendMessage", "times": 1, **self._dice.choice(FAULTS)}
            await self._house.call("POST", "/sim/faults", fault)
        if self._dice.random() < AIMED:
            self._acted.clear()
            try:
                async with asyncio.timeout(10):
                    await self._acted.wait()
            except TimeoutError:
                pass
            await asyncio.sleep(self._dice.uniform(0.0, MOMENT))
        began, said = time.monotonic(), self.witness.shown.sent
        await self._blow.fall(part)
        self.blows += 1
        if self._blow.name != "kill":
            await self._somebody_hears(said)
            self.recovered.append(time.monotonic() - began)

    async def _somebody_hears(self, said: int) -> None:
        """Wait until a phone shows something new: the people go on without pause."""
        async with asyncio.timeout(120):
            while self.witness.shown.sent == said:
                await asyncio.sleep(0.05)
                await self.witness.read()


@dataclass(slots=True)
class Blow:
    """What hits the house."""

    name: str
    cluster: Cluster | None = None
    clock: TurnedClock | None = None
    fallen: int = 0

    async def fall(self, part: Part) -> None:
        self.fallen += 1
        if self.name == "kill":
            await part.kill()
        elif self.name == "database":
            assert self.cluster is not None
            await self.cluster.restart("immediate" if self.fallen % 2 else "fast")
        elif self.name == "clock":
            assert self.clock is not None
            self.clock.turn((0, DAY, 0, -DAY)[self.fallen % 4])
        elif part.balancer is not None or part.role == "worker":
            await part.roll()
        else:
            await part.end(signal.SIGTERM)
            await part.start()

    def end(self) -> None:
        """Leave the clock as it was."""
        if self.clock is not None:
            self.clock.turn(0)


@contextlib.asynccontextmanager
async def opened(blow: str, db: str, scale: float) -> AsyncIterator[tuple[House, Blow]]:
    """Open the house with what the blow needs."""
    async with contextlib.AsyncExitStack() as stack:
        more = dict(FASTER)
        hitting = Blow(blow)
        if blow == "database":
            hitting.cluster = await stack.enter_async_context(own_cluster())
            db = hitting.cluster.url
        if blow == "clock":
            hitting.clock = stack.enter_context(TurnedClock.made())
            more[VARIABLE] = str(hitting.clock.file)
        served = db.startswith("postgresql")
        house = open_house(
            db,
            scale=scale,
            strangers=1,
            parts=REPLICAS if served else PARTS,
            balanced=served,
            **more,
        )
        yield await stack.enter_async_context(house), hitting


async def crash(
    runs: int,
    seed: int,
    db: str = "",
    *,
    blow: str = "kill",
    scale: float = 0.2,
    faults: bool = False,
) -> tuple[dict[str, Any], Verdict]:
    """Run once; return the figures and the evidence."""
    began = time.monotonic()
    async with opened(blow, db, scale) as (house, hitting):
        town = Town(house, seed, hitting, faults=faults)
        await town.live(runs)
        hitting.end()
        everyone = [one.diary for one in [*town.reporters, *town.answerers]]
        await drained(house)
        await town.witness.read()
        verdict = await judge(house, everyone, town.witness.shown)
        unstepped = sorted(town.witness.without_step)
        verdict.stuck += [f"alert {number} open, no next step" for number in unstepped]
        log = house.log.read_text(encoding="utf-8")
    shown = town.witness.shown
    figures = {
        "runs": town.blows,
        "submissions": sum(len(d.numbers) + len(d.visits) for d in everyone),
        "lost": len(verdict.lost),
        "doubled": len(verdict.doubled),
        "stuck": len(verdict.stuck),
        "reports": sum(len(d.numbers) for d in everyone),
        "visits": sum(len(d.visits) for d in everyone),
        "acknowledged": len({number for d in everyone for number in d.acked}),
        "alerts_new": sum(shown.new.values()),
        "alerts_labelled": sum(shown.labelled.values()),
        "sorry": sum(len(d.errors) for d in everyone),
        "failed_turns": log.count("turn failed"),
        "tasks_failed": log.count("background task"),
        "audit_rows": verdict.audit_rows,
        "seed": seed,
        "blow": blow,
        "recovered_s": round(max(town.recovered, default=0.0), 1),
        "said_twice": sum(said_twice(p.phone) for p in [*town.reporters, *town.answerers]),
        "database": "sqlite" if house.settings.database_url.startswith("sqlite") else "postgresql",
        "seconds": round(time.monotonic() - began, 1),
    }
    if not verdict.clean or figures["tasks_failed"]:
        Path(f"crash-{figures['database']}-{seed}.log").write_text(log, encoding="utf-8")
    return figures, verdict


async def rounds(
    runs: int, seed: int, db: str = "", **more: Any
) -> tuple[dict[str, Any], list[Verdict]]:
    """Run round after round; return the figures of all, summed, and the evidence of each."""
    total: dict[str, Any] = {}
    verdicts = []
    for number, first in enumerate(range(0, runs, ROUND)):
        figures, verdict = await crash(min(ROUND, runs - first), seed + number, db, **more)
        verdicts.append(verdict)
        for name in SUMMED if total else ():
            figures[name] = round(total[name] + figures[name], 1)
        recovered = max(total.get("recovered_s", 0.0), figures["recovered_s"])
        total = figures | {"seed": seed, "recovered_s": recovered, "rounds": number + 1}
    return total, verdicts


def said_twice(phone: Phone) -> int:
    """Count messages that say again what the one before said, with nothing asked between.

    Questions are left out: an old button brings the open one up again.
    """
    shown = [phone.messages[number] for number in sorted(phone.messages)]
    return sum(
        one["from"] == two["from"] == "bot" and one["text"] == two["text"] and not buttons(two)
        for one, two in itertools.pairwise(shown)
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=50, help="how many blows")
    parser.add_argument("--blow", choices=BLOWS, default="kill")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--db", default="", help="a PostgreSQL server; empty: SQLite")
    parser.add_argument("--scale", type=float, default=0.2, help="factor on the ladder's times")
    parser.add_argument("--faults", action="store_true", help="and the channel fails too")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    given = parser.parse_args()
    figures, verdicts = asyncio.run(
        rounds(
            given.runs,
            given.seed,
            given.db,
            blow=given.blow,
            scale=given.scale,
            faults=given.faults,
        )
    )
    for verdict, name in itertools.product(verdicts, ("lost", "doubled", "stuck")):
        for line in getattr(verdict, name):
            print(f"{name}: {line}", file=sys.stderr)
    print(
        json.dumps(figures) if given.json else "\n".join(f"{k}: {v}" for k, v in figures.items())
    )
    return 0 if all(verdict.clean for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
