"""Many workers with open visits, for long, at a steady rate: delay, memory and open files.

    python bench/soak.py --people 20000 --rate 100 --seconds 60 [--db URL] --json
    python bench/soak.py --people 200 --rate 60 --seconds 1800 --json

Bot and worker run as they are deployed (webhook); this process is the load and a raw Bot API that
answers at once. First everybody opens a visit; then so many answers a second are given by people
drawn at random, each after what their own phone shows. Memory (MB) and open files of both
processes are read ten times. Prints one JSON object: {"people", "turns", "p50_ms", "p99_ms",
"bot_mb", "bot_files", "worker_mb", "worker_files", "opened_per_s", …}.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import aiohttp

from bench.support.ports import free_port
from bench.support.service import served
from bench.turns import (
    ROOT,
    SECRET,
    TOKEN,
    Person,
    World,
    begin_visit,
    next_act,
    prepare,
    until_listening,
)

FIRST = 1_000_000
AT_ONCE = 40
"""Dialogues that are opened side by side before the clock starts."""
READINGS = 10
PATIENCE = 30.0
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


class Process:
    """One part of the product, as deployed."""

    def __init__(self, part: str, env: dict[str, str]) -> None:
        command = [sys.executable, "-m", "bot", "run", part]
        self._running = subprocess.Popen(command, env=env, cwd=ROOT, stderr=subprocess.DEVNULL)
        self.megabytes: list[float] = []
        self.files: list[int] = []

    def read(self) -> None:
        """Note how much memory and how many files it holds now."""
        proc = Path("/proc") / str(self._running.pid)
        pages = int((proc / "statm").read_text().split()[1])
        self.megabytes.append(round(pages * 4096 / 1e6, 1))
        self.files.append(len(list((proc / "fd").iterdir())))

    def end(self) -> None:
        self._running.send_signal(signal.SIGTERM)
        self._running.wait(60)


class Load:
    """Everybody's next answer, and how long each took."""

    def __init__(self, world: World, people: list[Person], http: Any) -> None:
        self._world, self._people, self._http = world, people, http
        self._idle = list(people)
        self._dice = random.Random(1)
        self.took: list[float] = []
        self.unanswered = 0

    async def open_all(self) -> float:
        """Open a visit for everybody; return how many a second."""
        began = time.monotonic()
        waiting = iter(self._people)

        async def opener() -> None:
            for person in waiting:
                await begin_visit(self._world, person, self._http)

        await asyncio.gather(*(opener() for _ in range(AT_ONCE)))
        return len(self._people) / (time.monotonic() - began)

    async def answers(self, rate: float, seconds: float, read: Any) -> None:
        """Give answers evenly; somebody who still waits for a reply is not drawn."""
        began = time.monotonic()
        running: set[asyncio.Task[None]] = set()
        total = round(rate * seconds)
        for turn in range(total):
            await asyncio.sleep(max(0.0, began + turn / rate - time.monotonic()))
            if turn % max(1, total // READINGS) == 0:
                read()
            if self._idle:
                task = asyncio.create_task(self._answer(self._draw()))
                running.add(task)
                task.add_done_callback(running.discard)
        await asyncio.gather(*running)
        read()

    def _draw(self) -> Person:
        place = self._dice.randrange(len(self._idle))
        self._idle[place], self._idle[-1] = self._idle[-1], self._idle[place]
        return self._idle.pop()

    async def _answer(self, person: Person) -> None:
        update, submits = next_act(self._world, person)
        person.changed.clear()
        began = time.perf_counter()
        async with self._http.post(self._world.url(), json=update, headers=HEADERS) as answer:
            assert answer.status == 200, answer.status
        try:
            await asyncio.wait_for(person.changed.wait(), 0.5 if submits else PATIENCE)
            self.took.append((time.perf_counter() - began) * 1000)
        except TimeoutError:
            self.unanswered += not submits
        if submits:
            await begin_visit(self._world, person, self._http)
        self._idle.append(person)


async def soak(given: argparse.Namespace) -> dict[str, Any]:
    from bot.keys import make_keys
    from bot.settings import read_settings

    world = World()
    runner, api = await world.serve()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as kept:
        settings = read_settings(data=Path(folder), database_url=given.db or None)
        make_keys(settings.keys)
        people = [Person(chat=FIRST + n) for n in range(given.people)]
        await prepare(settings, people)
        world.people = {person.chat: person for person in people}
        service = kept.enter_context(served(given.db))
        port = free_port()
        world.ports = [port]
        env = {
            **os.environ,
            "TONGBAN_DATA": folder,
            "TONGBAN_DATABASE_URL": service,
            "TONGBAN_BOT_TOKEN": TOKEN,
            "TONGBAN_API_BASE": api,
            "TONGBAN_RECEIVE": "webhook",
            "TONGBAN_WEBHOOK_URL": world.url(),
            "TONGBAN_WEBHOOK_SECRET": SECRET,
            "TONGBAN_WEBHOOK_PORT": str(port),
            "TONGBAN_MONITOR_PORT": "0",
            "TONGBAN_LOG_LEVEL": "WARNING",
        }
        bot, worker = Process("bot", env), Process("worker", env)

        def read() -> None:
            bot.read()
            worker.read()

        try:
            await until_listening(port)
            connector = aiohttp.TCPConnector(limit=0)
            async with aiohttp.ClientSession(connector=connector) as http:
                load = Load(world, people, http)
                opened = await load.open_all()
                await load.answers(given.rate, given.seconds, read)
        finally:
            bot.end()
            worker.end()
    await runner.cleanup()
    took = sorted(load.took)
    return {
        "people": given.people,
        "rate_per_s": given.rate,
        "seconds": given.seconds,
        "turns": len(took),
        "unanswered": load.unanswered,
        "p50_ms": round(statistics.median(took), 1),
        "p99_ms": round(took[int(len(took) * 0.99)], 1),
        "opened_per_s": round(opened, 1),
        "bot_mb": bot.megabytes,
        "bot_files": bot.files,
        "worker_mb": worker.megabytes,
        "worker_files": worker.files,
        "database": "postgresql" if given.db else "sqlite",
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--rate", type=float, default=60.0, help="answers a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--db", default="", help="a PostgreSQL URL of an empty database")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    given = parser.parse_args()
    figures = asyncio.run(soak(given))
    print(
        json.dumps(figures) if given.json else "\n".join(f"{k}: {v}" for k, v in figures.items())
    )
    return 1 if figures["unanswered"] else 0


if __name__ == "__main__":
    sys.exit(main())
