from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.db import monotone
from cases.db.rows import ClockRow


async def clear(store) -> None:
    async with store.unit() as unit:
        await unit.connection.execute(ClockRow.__table__.delete())
        await unit.commit()


async def advance(store) -> float:
    async with store.unit() as unit:
        now = await monotone.advance(unit)
        await unit.commit()
    return now


async def test_a_reading_writes_nothing_and_needs_no_row(store, clock):
    async with store.reading() as unit:
        assert await monotone.read(unit) >= clock.moment.timestamp() - 1


async def test_after_a_jump_back_the_clock_goes_on(store, clock):
    before = await advance(store)
    clock.wait(-3600)
    jumped = await advance(store)
    assert jumped >= before
    clock.wait(600)
    assert 599 <= await advance(store) - jumped <= 601


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    steps=st.lists(
        st.tuples(st.floats(0.1, 20), st.sampled_from([0.0, 0.0, -90_000.0, -5.0, 90_000.0])),
        min_size=1,
        max_size=12,
    )
)
async def test_no_jump_delays_a_timer_by_more_than_a_tick(live_store, clock, steps):
    """True time passes in ticks; at some of them the machine's clock jumps."""
    live_store.clock = clock
    await clear(live_store)
    start, passed, ticks_of_jumps = await advance(live_store), 0.0, 0.0
    last = start
    for tick, jump in steps:
        passed += tick
        clock.moment += timedelta(seconds=tick + jump)
        now = await advance(live_store)
        assert now >= last
        last = now
        if jump < 0:
            ticks_of_jumps += tick
    assert last - start >= passed - ticks_of_jumps - len(steps) * monotone.JUMP_SECONDS - 0.1
