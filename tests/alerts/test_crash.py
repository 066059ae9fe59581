"""Workers killed at random moments while alerts flow; judged by what the phones show."""

from __future__ import annotations

import asyncio
import random
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cases.db.rows import OutboxRow
from cases.db.store import Store, open_engine
from cases.vault import Vault
from kernel.clock import SystemClock
from kernel.nursery import Nursery

pytestmark = pytest.mark.crash

SCRIPT = Path(__file__).parent / "worker_script.py"
ROOT = SCRIPT.parents[2]
KILLS = 8
REPORTS = 30
FAULTS = [
    {"kind": "drop", "chat": 201},
    {"kind": "502"},
    {"kind": "429", "seconds": 1, "chat": 201},
    {"kind": "drop_before"},
    {"kind": "delay_after", "seconds": 1},
]


async def start(url: str, base: str, name: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, str(SCRIPT), url, base, name, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}
    )


async def kill_now_and_then(dice: random.Random, url: str, base: str, done: asyncio.Event) -> None:
    """Run two workers and kill one of them again and again until all is delivered."""
    workers = [await start(url, base, f"w{n}") for n in range(2)]
    try:
        for kill in range(KILLS):
            await asyncio.sleep(dice.uniform(0.6, 2.0))
            victim = dice.randrange(len(workers))
            workers[victim].kill()
            await workers[victim].wait()
            workers[victim] = await start(url, base, f"k{kill}")
        await done.wait()
    finally:
        for worker in workers:
            if worker.returncode is None:
                worker.kill()
            await worker.wait()


@pytest.mark.parametrize("seed", [2034])
async def test_no_alert_is_lost_or_repeated_as_new(
    url, vault: Vault, desk, phones, until, seed: int, settle_in
):
    dice = random.Random(seed)
    store = Store(open_engine(url), vault, SystemClock())
    town = await settle_in(store)
    done = asyncio.Event()
    raised = []
    async with Nursery() as nursery:
        killing = nursery.start(kill_now_and_then(dice, url, phones.base, done), name="kills")
        for _ in range(REPORTS):
            await asyncio.sleep(dice.uniform(0.05, 0.6))
            if dice.random() < 0.3:
                await phones.order(method="sendMessage", times=1, **dice.choice(FAULTS))
            raised.append(await town.raises(desk, situations=("A1",)))

        async def drained() -> bool:
            async with store.reading() as unit:
                waits = OutboxRow.state.in_(("ready", "leased"))
                query = select(func.count()).where(waits)
                return (await unit.connection.execute(query)).scalar() == 0

        done.set()
        await killing
        final = await start(url, phones.base, "last")
        await until(drained, seconds=90)
        final.kill()
        await final.wait()
    await store.close()
    numbers = {view.number for view in raised}
    for chat in (201, 301):
        texts = [text for text in await phones.shown(chat) if "待处理" in text]
        new = Counter(text.split()[2] for text in texts if text.startswith("P1"))
        labelled = Counter(text.split()[4] for text in texts if text.startswith("再次提醒"))
        assert set(new) | set(labelled) == numbers, "nothing is lost"
        assert max(new.values()) == 1, "nothing is shown twice as new"
