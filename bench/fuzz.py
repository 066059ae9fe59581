"""Malformed updates through the real webhook: no storm of 5xx, nothing unhandled, memory flat.

    python bench/fuzz.py --updates 100000 [--seed 1] [--db postgresql://…] --json

Prints {"updates", "statuses", "server_errors", "failed_turns", "poison", "rss_mb", …}.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import aiohttp
from sqlalchemy import func, select

from bench.support.house import House, open_house
from bench.support.malformed import malformed_updates
from bench.support.ports import free_port
from bot.wiring import open_store
from cases.db.rows import InboxRow

SECRET = "bench-secret"
POSTING = 16
FIRST = 700_000_000


def resident(number: int) -> float:
    """Return the memory of a process in MB."""
    pages = int(Path(f"/proc/{number}/statm").read_text().split()[1])
    return round(pages * 4096 / 1e6, 1)


async def left(house: House) -> tuple[int, int]:
    store = open_store(house.settings)
    try:
        async with store.reading() as unit:
            run = unit.connection.execute
            waiting = select(func.count()).where(InboxRow.done_at.is_(None))
            poison = select(func.count()).where(InboxRow.dead != "")
            return (await run(waiting)).scalar_one(), (await run(poison)).scalar_one()
    finally:
        await store.close()


async def fuzz(updates: int, seed: int, db: str = "") -> dict[str, Any]:
    port = free_port()
    address = f"http://127.0.0.1:{port}/telegram"
    hook = {
        "TONGBAN_RECEIVE": "webhook",
        "TONGBAN_WEBHOOK_URL": address,
        "TONGBAN_WEBHOOK_PORT": str(port),
        "TONGBAN_WEBHOOK_SECRET": SECRET,
    }
    statuses: Counter[int] = Counter()
    memory: list[float] = []
    began = time.monotonic()
    async with open_house(db, strangers=4, **hook) as house:
        people = list(house.roles)
        dice = random.Random(seed)
        bot = house.parts["bot"].number
        share = -(-updates // len(people))
        streams = [
            malformed_updates(dice, share, chat=one, first=FIRST + place * share)
            for place, one in enumerate(people)
        ]
        source = (update for group in zip(*streams, strict=True) for update in group)
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}

        async def post(http: aiohttp.ClientSession) -> None:
            for update in source:
                raw = update if isinstance(update, bytes) else json.dumps(update).encode()
                async with http.post(address, data=raw, headers=headers) as answer:
                    statuses[answer.status] += 1
                if sum(statuses.values()) % max(1, updates // 10) == 0:
                    memory.append(resident(bot))

        async with aiohttp.ClientSession() as http:
            await asyncio.gather(*(post(http) for _ in range(POSTING)))
        posted = time.monotonic() - began
        waiting, poison = await left(house)
        while waiting:
            await asyncio.sleep(1.0)
            waiting, poison = await left(house)
        log = house.log.read_text(encoding="utf-8")
        memory.append(resident(bot))
        same = house.parts["bot"].number == bot
    return {
        "updates": sum(statuses.values()),
        "statuses": dict(sorted(statuses.items())),
        "server_errors": sum(n for status, n in statuses.items() if status >= 500),
        "failed_turns": log.count("turn failed"),
        "poison": poison,
        "died": not same,
        "rss_mb": memory,
        "posted_s": round(posted, 1),
        "seconds": round(time.monotonic() - began, 1),
        "seed": seed,
        "database": "postgresql" if db.startswith("postgresql") else "sqlite",
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--updates", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--db", default="", help="a PostgreSQL server; empty: SQLite")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    given = parser.parse_args()
    figures = asyncio.run(fuzz(given.updates, given.seed, given.db))
    print(
        json.dumps(figures) if given.json else "\n".join(f"{k}: {v}" for k, v in figures.items())
    )
    return 1 if figures["server_errors"] or figures["poison"] or figures["died"] else 0


if __name__ == "__main__":
    sys.exit(main())
