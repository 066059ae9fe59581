"""Who has not answered many alerts gets one reminder of all, and each new alert by itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alerts.contents import Dressing, load_contents
from alerts.messages import roundup
from alerts.receipts import End, Receipts
from alerts.timers import Timers
from cases.db import monotone
from cases.db.alerting import Alert, Alerts
from cases.db.outbox import Outbox, Want
from handlers.speech import speak

FIRST_WAIT = 301  # seconds: P1's first rung, which reminds of nothing, has ended


def one(number):
    return Alert(
        id=str(number),
        number=f"A-{number}",
        case_id=str(number),
        severity="P1",
        situations=(),
        area="990101101201",
        state="open",
        rung=0,
        round=0,
        due=None,
        fence=0,
        policy={},
        exclude=(),
        reporter_id=None,
        channel="",
        chat="",
        drill=False,
        made_at=datetime(2026, 11, 23, tzinfo=UTC),
    )


@pytest.fixture
def timers(store, desk) -> Timers:
    return Timers(store, desk)


async def shown(store, kind: str) -> list[list[str]]:
    """Return the lines of what waits in the outbox, as they would leave now."""
    async with store.unit() as unit:
        now = await monotone.advance(unit)
        want = Want(channels=frozenset({"telegram"}), lane=9)
        offers = await Outbox(unit).offers(want, now + 1, lock=True)
        rows = await Outbox(unit).lease([o.id for o in offers], owner="look", until=now + 10)
        contents = await load_contents(unit, rows, Dressing(present=None))
    found = [contents[row.id] for row in rows if row.kind == kind]
    return [[speak(line.text) for line in one.reply.lines] for one in found if one]


async def test_five_unanswered_are_one_reminder(store, town, desk, timers, clock, rows, deliver):
    views = [await town.raises(desk) for _ in range(5)]
    await deliver()
    clock.wait(FIRST_WAIT)
    await timers.tick()
    assert [(row.chat, row.lane) for row in await rows("roundup")] == [("201", 0)]
    assert not [row for row in await rows("alert") if row.args["again"]]
    ((head, *lines),) = await shown(store, "roundup")
    assert head == "再次提醒：您有 5 份报告还没有人确认"
    assert [line.split("，")[0] for line in lines[:5]] == [f"P1 {one.number}" for one in views]


async def test_four_are_reminded_of_one_by_one(town, desk, timers, clock, rows, deliver):
    for _ in range(4):
        await town.raises(desk)
    await deliver()
    clock.wait(FIRST_WAIT)
    await timers.tick()
    assert len([row for row in await rows("alert") if row.args["again"]]) == 4
    assert not await rows("roundup")


async def test_a_new_alert_comes_by_itself_however_many_wait(
    town, desk, timers, clock, rows, deliver
):
    for _ in range(20):
        await town.raises(desk)
    await deliver()
    clock.wait(FIRST_WAIT)
    await timers.tick()
    new = await town.raises(desk)
    (push,) = [row for row in await rows("alert") if row.ref == new.alert_id]
    assert (push.args["again"], push.lane) == (False, 0)


async def test_the_longest_waiting_of_the_gravest_stand_first_and_drills_last(
    store, town, desk, timers, clock, deliver
):
    drill = await town.raises(desk, drill=True, severity="P0")
    mild = await town.raises(desk, severity="P2")
    grave = [await town.raises(desk) for _ in range(8)]
    await deliver()
    clock.wait(FIRST_WAIT)
    await timers.tick()
    ((head, *lines, more, _how),) = await shown(store, "roundup")
    assert "10 份" in head
    assert [line.split("，")[0] for line in lines] == [f"P1 {one.number}" for one in grave]
    assert more == "另外还有 2 份，都在“待处理”里。"
    assert not any(one.number in line for one in (drill, mild) for line in lines)


async def test_it_comes_once_in_its_minutes_for_all_severities(
    town, desk, timers, clock, rows, deliver
):
    for _ in range(6):
        await town.raises(desk)
        await deliver()
        clock.wait(20)
    for _ in range(40):
        clock.wait(30)
        await timers.tick()
        await deliver()
    spells = {row.key.split(":")[2] for row in await rows("roundup") if row.chat == "201"}
    sent = [row for row in await rows("roundup") if row.chat == "201"]
    assert len(sent) == len(spells) <= 5


async def test_at_the_ladders_end_the_worker_who_reported_reads_which_telephones_to_call(
    store, town, desk, timers, clock, deliver
):
    view = await town.raises(desk, reporter_id=town.director)
    for _ in range(7):
        await deliver()
        clock.wait(601)
        await timers.tick()
    ((again, head, call, *_rest),) = await shown(store, "loud")
    assert (again, head) == ("再次提醒", f"报告 {view.number} 到现在还没有人确认！")
    assert "110" in call


async def test_the_worker_who_reported_is_asked_every_day_how_the_child_is(
    store, town, desk, timers, clock, deliver
):
    view = await town.raises(desk, reporter_id=town.director)
    await town.does(lambda u: desk.acknowledge(u, view.alert_id, town.supervisor))
    await town.does(lambda u: desk.progress(u, view.alert_id))
    for _ in range(3):
        await deliver()
        clock.wait(86_401)
        await timers.tick()
        assert len(await shown(store, "follow")) == 2
        clock.wait(20)


async def test_what_was_answered_meanwhile_is_not_reminded_of(
    store, town, desk, timers, clock, deliver
):
    views = [await town.raises(desk) for _ in range(5)]
    await deliver()
    clock.wait(FIRST_WAIT)
    await timers.tick()
    for view in views[1:]:
        await town.does(
            lambda u, one=view: desk.acknowledge(u, one.alert_id, town.officer, "on_site")
        )
    ((head, line, _how),) = await shown(store, "roundup")
    assert "1 份" in head
    assert views[0].number in line
    await town.does(lambda u: desk.acknowledge(u, views[0].alert_id, town.officer))
    assert await shown(store, "roundup") == []


async def test_nothing_is_said_of_what_somebody_was_shut_out_from(
    store, town, desk, timers, clock, deliver
):
    views = [await town.raises(desk) for _ in range(6)]
    await deliver()
    await town.does(lambda u: desk.shut_out(u, views[2].alert_id, [town.supervisor]))
    clock.wait(FIRST_WAIT)
    await timers.tick()
    found = await shown(store, "roundup")
    assert found
    assert not any(views[2].number in line for lines in found for line in lines)
    waiting = await town.does(lambda u: desk.unanswered_by(u, town.supervisor))
    assert views[2].alert_id not in waiting
    assert len(waiting) == 5


async def test_a_reminder_that_has_not_left_is_not_owed_twice(
    town, desk, timers, clock, rows, deliver
):
    view = await town.raises(desk)
    await deliver()
    for _ in range(9):  # nothing leaves: the channel is down
        clock.wait(601)
        await timers.tick()
    owed = [row for row in await rows("alert") if row.state == "ready" and row.chat == "201"]
    assert len(owed) == 1
    assert len([row for row in await rows("loud") if row.ref == view.alert_id]) == 1


async def test_who_blocked_the_bot_holds_up_none_of_them(
    store, town, desk, timers, clock, rows, deliver
):
    views = [await town.raises(desk) for _ in range(5)]
    await deliver()
    clock.wait(FIRST_WAIT)
    await timers.tick()
    async with store.unit() as unit:
        now = await monotone.advance(unit)
        want = Want(channels=frozenset({"telegram"}), lane=0)
        offers = await Outbox(unit).offers(want, now + 1, lock=True)
        leased = await Outbox(unit).lease([o.id for o in offers], owner="t", until=now + 10)
        ends = [End(row, "unreachable") for row in leased if row.kind == "roundup"]
        await Receipts(unit, now).write(ends)
        await unit.commit()
    assert await timers.tick() == 5
    async with store.reading() as unit:
        told = await Alerts(unit).recipients([one.alert_id for one in views])
    states = {one.person_id: one.state for one in told}
    assert states[town.supervisor] == "unreachable"
    assert states[town.officer] == "queued"


def test_a_message_or_a_call_says_how_many_and_no_more():
    lines, buttons = roundup([one(n) for n in range(6)], brief=True)
    assert [speak(line.text) for line in lines] == ["再次提醒：您有 6 份报告还没有人确认"]
    assert buttons == ()
