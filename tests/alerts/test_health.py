from __future__ import annotations

from alerts.ascent import Means
from alerts.desk import Desk
from alerts.drill import drill_report
from alerts.health import figures, problems
from alerts.timers import Timers
from cases.db import monotone
from cases.db.beats import Beats
from cases.db.letters import Letters


async def test_a_drill_reports_the_times_of_each_rung(store, town, desk, deliver, clock):
    view = await town.raises(desk, drill=True)
    clock.wait(2)
    await deliver()
    clock.wait(300)
    timers = Timers(store, desk)
    await timers.tick()
    clock.wait(301)
    await timers.tick()
    await town.does(lambda u: desk.acknowledge(u, view.alert_id, town.officer))
    async with store.reading() as unit:
        report = await drill_report(unit, view.alert_id)
    assert report.drill
    assert [(t.rung, t.role) for t in report.timings] == [
        (0, "child_supervisor"),
        (2, "county_officer"),
    ]
    first, second = report.timings
    assert first.told < 1
    assert 2 <= (first.sent or 0) < 3
    assert first.acked is None
    assert second.told > 600
    assert report.acked == second.acked


async def test_figures_name_nobody_and_say_when_no_worker_lives(store, town, desk, clock):
    await town.raises(desk)
    clock.wait(31)
    async with store.unit() as unit:
        assert set(await problems(unit)) == {"no worker is alive", "an emergency waits too long"}
        await Beats(unit).beat("w", "worker", await monotone.advance(unit))
        assert await problems(unit) == ["an emergency waits too long"]
        found = await figures(unit)
    assert found['tongban_alerts{state="open"}'] == 1
    assert found['tongban_outbox_waiting{lane="0"}'] == 1
    assert not any(person in f"{found}" for person in (town.supervisor, town.director, "9901"))


async def test_workers_that_are_gone_do_not_count(store, clock):
    async with store.unit() as unit:
        beats = Beats(unit)
        assert await beats.beat("a", "worker", 100.0) == 1
        assert await beats.beat("b", "worker", 101.0) == 2
        assert await beats.beat("b", "worker", 130.0) == 1


async def test_a_dead_message_can_be_sent_again(store, town, desk, clock):
    from alerts.receipts import End, Receipts
    from cases.db.outbox import Outbox, Want

    await town.raises(desk)
    async with store.unit() as unit:
        now = await monotone.advance(unit)
        want = Want(channels=frozenset({"telegram"}), lane=0)
        offers = await Outbox(unit).offers(want, now, lock=True)
        (row,) = await Outbox(unit).lease([offers[0].id], owner="x", until=now + 9)
        await Receipts(unit, now).write([End(row, "rejected")])
        letters = Letters(unit)
        (dead,) = await letters.dead()
        assert (dead.kind, dead.error) == ("alert", "rejected")
        assert await letters.send_again([dead.id], now) == 1
        assert await letters.dead() == []


async def test_the_second_channel_is_used_where_the_ladder_says_so(store, town, policies, rows):
    desk = Desk(policies, second="voice")
    assert desk.means == Means(policies, "voice")
    await town.raises(desk, severity="P0")
    assert {row.channel for row in await rows("alert")} == {"telegram"}
    timers = Timers(store, desk)
    store.clock.wait(181)
    await timers.tick()
    voice = [row for row in await rows("alert") if row.channel == "voice"]
    assert {row.chat for row in voice} == {town.supervisor, town.officer}
