"""Background tasks: none outlives the nursery, whatever it does with being cancelled."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from kernel import nursery
from kernel.nursery import Nursery


async def test_a_task_that_swallowed_its_cancellation_is_cancelled_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(nursery, "AGAIN_SECONDS", 0.05)
    swallowed: list[str] = []

    async def goes_on() -> None:
        for _ in range(2):
            try:
                await asyncio.sleep(99)
            except asyncio.CancelledError:
                swallowed.append("once")
        await asyncio.sleep(99)

    async with asyncio.timeout(5):
        async with Nursery() as tasks:
            started = tasks.start(goes_on(), name="stubborn")
            await asyncio.sleep(0)
    assert started.cancelled()
    assert swallowed == ["once", "once"]


async def test_what_a_task_starts_while_it_ends_does_not_stay_either() -> None:
    later: list[asyncio.Task[None]] = []

    async def leaves_something(tasks: Nursery) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(99)
        later.append(tasks.start(asyncio.sleep(99), name="later"))

    async with asyncio.timeout(5):
        async with Nursery() as tasks:
            tasks.start(leaves_something(tasks), name="first")
            await asyncio.sleep(0)
    assert later[0].cancelled()


async def test_a_failure_is_logged_by_kind_and_ends_nobody_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fails() -> None:
        raise ValueError("what a person wrote")

    async with Nursery() as tasks:
        tasks.start(fails(), name="bad")
        other = tasks.start(asyncio.sleep(99), name="good")
        await asyncio.sleep(0.01)
        assert not other.done()
    assert "background task bad ended with ValueError" in caplog.text
    assert "what a person wrote" not in caplog.text
