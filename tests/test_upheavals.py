"""What bench/crash.py strikes with, a few blows each: no report is lost, doubled or stuck."""

from __future__ import annotations

import pytest

from bench.crash import crash
from bench.support import cluster

pytestmark = pytest.mark.crash
BLOWS = 3


async def test_a_postgresql_that_is_restarted_under_load_loses_nothing() -> None:
    try:
        cluster.programs()
    except cluster.NoServerError as missing:
        pytest.skip(str(missing))
    figures, verdict = await crash(BLOWS, seed=7, blow="database")
    assert verdict.clean, verdict
    assert (figures["runs"], figures["tasks_failed"]) == (BLOWS, 0)
    assert figures["submissions"] > BLOWS


async def test_a_clock_that_jumps_a_day_forward_and_back_loses_nothing() -> None:
    figures, verdict = await crash(BLOWS + 1, seed=1, blow="clock")
    assert verdict.clean, verdict
    assert (figures["runs"], figures["tasks_failed"]) == (BLOWS + 1, 0)
    assert figures["submissions"] > BLOWS
