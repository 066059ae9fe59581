from __future__ import annotations

from datetime import date, timedelta

import pytest

from alerts.auditor import Auditor
from alerts.timers import Timers
from cases.db import monotone
from cases.db.alerting import Alerts
from cases.db.casebook import CaseBook
from cases.db.people import People
from cases.people import SYSTEM, Principal, Role
from cases.workflow import State


@pytest.fixture
def timers(store, desk) -> Timers:
    return Timers(store, desk)


async def recipients(store, alert_id: str) -> dict[str, str]:
    async with store.reading() as unit:
        return {r.person_id: r.state for r in await Alerts(unit).recipients([alert_id])}


async def test_nobody_acknowledges_and_the_county_is_told(
    store, town, desk, timers, clock, rows, deliver
):
    view = await town.raises(desk)
    await deliver()
    assert await timers.tick() == 0
    clock.wait(301)
    assert await timers.tick() == 1
    clock.wait(301)
    assert await timers.tick() == 1
    assert set(await recipients(store, view.alert_id)) == {town.supervisor, town.officer}
    reminders = [r for r in await rows("alert") if r.args["again"]]
    assert [r.chat for r in reminders] == ["201"]


async def test_at_the_ladders_end_the_reporter_is_told_loudly_again_and_again(
    store, town, desk, timers, clock, rows, deliver
):
    view = await town.raises(desk)
    for _ in range(8):
        await deliver()
        clock.wait(601)
        await timers.tick()
    assert set(await recipients(store, view.alert_id)) == {
        town.supervisor,
        town.officer,
        town.city,
    }
    loud = await rows("loud")
    assert len(loud) >= 2


async def test_an_acknowledged_alert_does_not_climb(store, town, desk, timers, clock):
    view = await town.raises(desk)
    await town.does(lambda u: desk.acknowledge(u, view.alert_id, town.supervisor))
    clock.wait(1000)
    assert await timers.tick() == 0
    assert set(await recipients(store, view.alert_id)) == {town.supervisor}


async def test_an_acknowledgement_without_action_is_taken_back(
    town, desk, timers, clock, rows, deliver
):
    view = await town.raises(desk)
    await deliver()
    await town.does(lambda u: desk.acknowledge(u, view.alert_id, town.supervisor))
    await deliver()
    clock.wait(1801)
    await timers.tick()
    await timers.tick()
    seen = await town.does(lambda u: desk.status(u, view.alert_id))
    assert (seen.acked_by, seen.round) == (None, 1)
    assert any(r.args["again"] and not r.message for r in await rows("alert"))


async def test_what_is_taken_back_is_taken_back_on_every_copy(
    town, desk, timers, clock, rows, deliver
):
    view = await town.raises(desk)
    await deliver()
    clock.wait(301)
    await timers.tick()
    await deliver()
    copies = {row.id for row in await rows("alert") if row.message}
    assert len(copies) == 2
    await town.does(lambda u: desk.acknowledge(u, view.alert_id, town.supervisor))
    await deliver()
    await town.does(lambda u: desk.transfer(u, view.alert_id, town.supervisor))
    assert copies == {
        row.id for row in await rows("alert") if row.state == "ready" and row.message
    }


async def following(town, desk, timers, clock) -> str:
    """Have the supervisor take a report on and work on it, until it is followed daily."""
    view = await town.raises(desk)
    await town.does(lambda u: desk.acknowledge(u, view.alert_id, town.supervisor))
    me = Principal(person_id=town.supervisor, role=Role.CHILD_SUPERVISOR, area="990101101000")
    await town.does(lambda u: CaseBook(u).step(me, view.case_id, State.ASSESSMENT))
    clock.wait(1801)
    await timers.tick()
    return str(view.alert_id)


async def test_work_on_the_case_keeps_an_acknowledgement_and_is_followed_daily(
    town, desk, timers, clock, rows
):
    alert_id = await following(town, desk, timers, clock)
    seen = await town.does(lambda u: desk.status(u, alert_id))
    assert seen.stage == "following"
    for _ in range(3):
        clock.wait(86_401)
        await timers.tick()
    follow = await rows("follow")
    assert sorted(r.chat for r in follow) == ["101", "101", "101", "201", "201", "201"]


@pytest.mark.parametrize("how", ["blocked the bot", "on leave", "left"])
async def test_what_was_in_hand_of_somebody_who_is_gone_climbs_again(
    store, town, desk, timers, clock, rows, how
):
    alert_id = await following(town, desk, timers, clock)
    async with store.unit() as unit:
        people = People(unit)
        match how:
            case "blocked the bot":
                await people.mark_unreachable("telegram", "201")
            case "on leave":
                await people.set_leave(town.supervisor, date(2099, 1, 1), SYSTEM)
            case _:
                await people.leave_roster(town.supervisor, SYSTEM)
        await unit.commit()
    clock.wait(86_401)
    await timers.tick()
    await timers.tick()
    seen = await town.does(lambda u: desk.status(u, alert_id))
    assert (seen.stage, seen.acked_by) != ("following", town.supervisor)
    assert "301" in {row.chat for row in await rows("alert")}


async def test_work_on_a_report_that_nobody_follows_daily_leaves_the_auditor_in_peace(
    store, town, desk, timers, clock
):
    signs: list[int] = []

    async def alive() -> None:
        signs.append(1)

    view = await town.raises(desk, severity="P2")
    await town.does(lambda u: desk.acknowledge(u, view.alert_id, town.supervisor))
    me = Principal(person_id=town.supervisor, role=Role.CHILD_SUPERVISOR, area="990101101000")
    await town.does(lambda u: CaseBook(u).step(me, view.case_id, State.ASSESSMENT))
    clock.pass_days(3.1)
    assert await timers.tick() == 1
    for _ in range(3):
        assert (await Auditor(store, alive).look()).well
        assert await timers.tick() == 0
    assert len(signs) == 3
    seen = await town.does(lambda u: desk.status(u, view.alert_id))
    assert seen.stage == "following"


async def test_a_timer_set_in_another_state_does_nothing(store, town, desk):
    view = await town.raises(desk)
    async with store.unit() as unit:
        alerts = Alerts(unit)
        stale = await alerts.get(view.alert_id)
        assert stale is not None
        assert await alerts.move(stale, due=5.0)
        assert not await alerts.move(stale, due=6.0)


async def test_the_quiet_hours_hold_back_routine_only(store, town, desk, clock, rows):
    clock.moment = clock.moment.replace(hour=15)  # 23:00 in Beijing
    await town.raises(desk, severity="P3")
    await town.raises(desk, severity="P1")
    pushes = await rows("alert")
    async with store.reading() as unit:
        now = await monotone.read(unit)
    assert [row.not_before > now for row in pushes] == [True, False]
    held = clock.moment + timedelta(seconds=pushes[0].not_before - now)
    assert (held.hour, held.minute) == (23, 30)  # 07:30 in Beijing


async def test_the_auditor_mends_an_alert_without_a_next_step(store, town, desk, timers, clock):
    view = await town.raises(desk)
    auditor = Auditor(store)
    assert (await auditor.look()).well
    async with store.unit() as unit:
        alert = await Alerts(unit).get(view.alert_id)
        assert alert is not None
        await Alerts(unit).move(alert, due=None)
        await unit.commit()
    found = await auditor.look()
    assert found.mended == (view.number,)
    assert await timers.tick() == 1
    assert (await auditor.look()).well


async def test_the_auditor_sees_late_timers_and_cases_without_an_alert(store, town, desk, clock):
    await town.raises(desk)
    await town.does(town.case)
    clock.wait(2000)
    found = await Auditor(store).look()
    assert len(found.late) == 1
    assert len(found.forgotten) == 1


async def test_a_sign_of_life_goes_out_only_while_all_is_well(store, town, desk, clock):
    signs: list[int] = []

    async def alive() -> None:
        signs.append(1)

    auditor = Auditor(store, alive)
    await auditor.look()
    await town.does(town.case)
    await auditor.look()
    assert signs == [1]


async def test_a_report_open_for_months_still_tells_its_reporter_the_end(
    store, town, desk, timers, clock, rows, deliver
):
    view = await town.raises(desk, severity="P2")
    over = await town.raises(desk, severity="P2")
    await deliver()
    await town.does(lambda u: desk.acknowledge(u, view.alert_id, town.supervisor))
    await town.does(lambda u: desk.finish(u, over.alert_id))
    await deliver()
    clock.pass_days(100)
    await Auditor(store).look()
    assert {row.ref for row in await rows("status")} == {view.alert_id}
    await town.does(lambda u: desk.finish(u, view.alert_id))
    assert [row.state for row in await rows("status")] == ["ready"]


async def test_every_copy_is_closed_once_and_a_plan_edits_the_newest_of_each_phone(
    town, desk, timers, clock, rows, deliver
):
    view = await town.raises(desk)
    for _ in range(8):
        await deliver()
        clock.wait(601)
        await timers.tick()
    await deliver()
    copies = await rows("alert")
    assert len(copies) > len({row.chat for row in copies})
    await town.does(lambda u: desk.acknowledge(u, view.alert_id, town.officer))
    assert {row.state for row in await rows("alert")} == {"ready"}
    await deliver()
    await town.does(lambda u: desk.acknowledge(u, view.alert_id, town.officer, "phone"))
    changed = [row for row in await rows("alert") if row.state == "ready"]
    assert {row.chat for row in changed} == {row.chat for row in copies}
    assert len(changed) == len({row.chat for row in changed})
