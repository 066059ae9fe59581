"""kill -9 of bot and worker at seeded moments while people report, visit and acknowledge.

    python bench/crash.py --runs 50 [--seed 1] [--db postgresql://…] [--scale 0.2] --json

`--runs` counts kills; the killed process is started again at once. `--db` names a PostgreSQL
server on which a database of its own is made and dropped; without it a SQLite file is used.
Five people who report without pause would flood the one county officer at Telegram's pace of one
message a second, so this token may speak faster; what is judged is loss, not speed.
Judged by what the stand-in put on the phones and by the database at the end. Prints one JSON
object: {"runs", "submissions", "lost", "doubled", "stuck", …}; exit status 1 if any is not 0.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.support.actors import Answerer, Reporter
from bench.support.house import PARTS, House, open_house
from bench.support.judge import Verdict, Witness, drained, judge
from bench.support.phone import Phone
from cases.people import Role

SHORTEST, LONGEST = 0.05, 1.5
"""Seconds between two kills, counted from the moment when the next victim works."""
STARTING = 0.15
"""Share of kills that may hit a process before it has come up."""
AIMED = 0.6
"""Share of kills that fall within a moment of something a person did."""
MOMENT = 0.15
FASTER = {"TONGBAN_PACE_OVERALL": "300", "TONGBAN_PACE_CHAT": "30"}
"""What this token bears, in messages a second: more than Telegram's."""
UNTRAINED = 1
"""The sample county's last director may not visit yet."""
FAULTS = (
    {"kind": "drop"},
    {"kind": "drop_before"},
    {"kind": "502"},
    {"kind": "429", "seconds": 1},
    {"kind": "delay_after", "seconds": 1},
)


class Town:
    """Everyone at work, and the hand that kills."""

    def __init__(self, house: House, seed: int, *, faults: bool) -> None:
        self._house = house
        self._dice = random.Random(seed)
        self._faults = faults
        self._acted = asyncio.Event()
        self.witness = Witness(house)
        self.kills = 0
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
                await self._kill()
            enough.set()
            await asyncio.gather(*working)
            over.set()
            await asyncio.gather(*answering)
        finally:
            tasks = [watching, *answering, *working]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _kill(self) -> None:
        part = self._house.parts[self._dice.choice(list(self._house.parts))]
        if self._dice.random() > STARTING:
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
        await part.kill()
        self.kills += 1


async def crash(
    runs: int, seed: int, db: str = "", *, scale: float = 0.2, faults: bool = False
) -> tuple[dict[str, Any], Verdict]:
    """Run once; return the figures and the evidence. PostgreSQL gets two workers."""
    began = time.monotonic()
    parts = (*PARTS, "worker2") if db.startswith("postgresql") else PARTS
    async with open_house(db, scale=scale, strangers=1, parts=parts, **FASTER) as house:
        town = Town(house, seed, faults=faults)
        await town.live(runs)
        everyone = [one.diary for one in [*town.reporters, *town.answerers]]
        await drained(house)
        await town.witness.read()
        verdict = await judge(house, everyone, town.witness.shown)
        unstepped = sorted(town.witness.without_step)
        verdict.stuck += [f"alert {number} open, no next step" for number in unstepped]
        log = house.log.read_text(encoding="utf-8")
    shown = town.witness.shown
    figures = {
        "runs": town.kills,
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
        "audit_rows": verdict.audit_rows,
        "seed": seed,
        "database": "postgresql" if db.startswith("postgresql") else "sqlite",
        "seconds": round(time.monotonic() - began, 1),
    }
    if not verdict.clean:
        Path(f"crash-{figures['database']}-{seed}.log").write_text(log, encoding="utf-8")
    return figures, verdict


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=50, help="how many kills")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--db", default="", help="a PostgreSQL server; empty: SQLite")
    parser.add_argument("--scale", type=float, default=0.2, help="factor on the ladder's times")
    parser.add_argument("--faults", action="store_true", help="and the channel fails too")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    given = parser.parse_args()
    figures, verdict = asyncio.run(
        crash(given.runs, given.seed, given.db, scale=given.scale, faults=given.faults)
    )
    for name in ("lost", "doubled", "stuck"):
        for line in getattr(verdict, name):
            print(f"{name}: {line}", file=sys.stderr)
    print(
        json.dumps(figures) if given.json else "\n".join(f"{k}: {v}" for k, v in figures.items())
    )
    return 0 if verdict.clean else 1


if __name__ == "__main__":
    sys.exit(main())
