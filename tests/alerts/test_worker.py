"""The worker's loop: nothing else that it does keeps an emergency waiting."""

from __future__ import annotations

import asyncio


async def test_a_chore_without_end_keeps_neither_push_nor_ladder_waiting(
    station, live_town, phones, until
):
    begun = asyncio.Event()

    async def digests() -> None:
        begun.set()
        await asyncio.Event().wait()

    async with station.working(chores=[(1.0, digests)]):
        await asyncio.wait_for(begun.wait(), 5)
        await phones.block(201)
        await live_town.raises(station.desk)
        await until(lambda: phones.shown(301))


async def test_a_chore_that_fails_is_tried_again_and_harms_nothing(
    station, live_town, phones, until
):
    tries: list[int] = []

    async def broken() -> None:
        tries.append(1)
        raise ZeroDivisionError

    async with station.working(chores=[(0.1, broken)]):
        await live_town.raises(station.desk)
        await until(lambda: phones.shown(201))

        async def again() -> bool:
            return len(tries) > 1

        await until(again)
