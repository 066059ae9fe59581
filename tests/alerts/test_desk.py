from __future__ import annotations

from datetime import date

import pytest

from alerts.desk import Desk
from alerts.timers import Timers
from cases.db.alerting import Alerts
from cases.db.people import People
from cases.people import SYSTEM, Role
from kernel.errors import InputError, NotYoursError


async def test_a_report_and_its_pushes_are_one_transaction(store, town, desk, rows):
    async with store.unit() as unit:
        await desk.raise_alert(unit, await town.case(unit))
    assert await rows() == []
    view = await town.raises(desk)
    assert [(r.person_id, r.state) for r in view.recipients] == [(town.supervisor, "queued")]
    assert view.stage == "notifying"
    kinds = [(row.kind, row.chat, row.lane) for row in await rows()]
    assert kinds == [("status", "101", 1), ("alert", "201", 0)]


async def test_raising_a_case_again_changes_nothing(store, town, desk, rows):
    async with store.unit() as unit:
        new = await town.case(unit)
        first = await desk.raise_alert(unit, new)
        again = await desk.raise_alert(unit, new)
        await unit.commit()
    assert first.alert_id == again.alert_id
    assert len(await rows()) == 2


async def test_nothing_in_the_outbox_names_anybody(town, desk, rows):
    await town.raises(desk)
    for row in await rows():
        assert "冯" not in f"{row.args}{row.key}"


async def test_a_reporting_supervisor_is_not_told_of_their_own_report(town, desk):
    view = await town.raises(desk, reporter_id=town.supervisor, chat="201")
    assert [r.person_id for r in view.recipients] == [town.officer]


async def test_with_nobody_bound_the_reporter_gets_telephones_at_once(store, town, desk, rows):
    view = await town.raises(desk, area="880101101201")
    assert view.recipients == ()
    assert [row.kind for row in await rows()] == ["status", "loud"]
    async with store.reading() as unit:
        alert = await Alerts(unit).get(view.alert_id)
    assert alert is not None
    assert alert.due is not None


async def test_the_first_to_acknowledge_has_it_and_all_copies_say_so(town, desk, rows, deliver):
    view = await town.raises(desk, situations=("A1",))
    assert {r.person_id for r in view.recipients} == {town.supervisor, town.officer}
    await deliver()
    alert_id = view.alert_id
    took = await town.does(lambda u: desk.acknowledge(u, alert_id, town.officer, "on_site"))
    assert (took.first, took.mine) == (True, True)
    late = await town.does(lambda u: desk.acknowledge(u, alert_id, town.supervisor))
    assert (late.first, late.mine) == (False, False)
    assert (late.view.acked_by, late.view.acked_name) == (town.officer, "褚中和")
    rows = await rows()
    assert {row.state for row in rows} == {"ready"}
    assert all(row.message for row in rows), "every copy will be edited, none sent anew"


async def test_acknowledging_cancels_what_has_not_left(town, desk, rows):
    view = await town.raises(desk)
    await town.does(lambda u: desk.acknowledge(u, view.alert_id, town.supervisor))
    assert [row.state for row in await rows("alert")] == ["cancelled"]
    assert [row.state for row in await rows("status")] == ["ready"]


async def test_pressing_twice_is_once_and_the_plan_may_come_later(town, desk):
    view = await town.raises(desk)
    one = await town.does(lambda u: desk.acknowledge(u, view.alert_id, town.supervisor))
    two = await town.does(lambda u: desk.acknowledge(u, view.alert_id, town.supervisor, "phone"))
    assert (one.first, two.first, two.mine) == (True, False, True)
    assert one.view.acked_at == two.view.acked_at
    assert two.view.plan == "phone"


async def test_a_stranger_the_reporter_and_an_excluded_person_can_not_acknowledge(town, desk):
    stranger = await town.add(Role.CHILD_SUPERVISOR, "990101102000", "202")
    view = await town.raises(desk, exclude=(town.supervisor,))
    for person in (stranger, town.director, town.supervisor, "nobody"):
        with pytest.raises(NotYoursError):
            await town.does(lambda u, p=person: desk.acknowledge(u, view.alert_id, p))


async def test_nobody_of_a_role_the_report_names_can_acknowledge(town, desk):
    view = await town.raises(desk, exclude=("role:child_supervisor",))
    assert {r.person_id for r in view.recipients} == {town.officer}
    for act in (desk.acknowledge, desk.transfer):
        with pytest.raises(NotYoursError):
            await town.does(lambda u, do=act: do(u, view.alert_id, town.supervisor))


@pytest.mark.parametrize("role_only", [False, True], ids=["the person", "the role"])
async def test_when_the_only_one_told_is_named_the_reporter_gets_telephones_at_once(
    store, desk, settle_in, policies, rows, deliver, role_only
):
    town = await settle_in(store)
    for person in (town.officer, town.city):
        await town.does(lambda u, p=person: People(u).set_leave(p, date(2099, 1, 1), SYSTEM))
    view = await town.raises(desk)
    await deliver()
    mark = "role:child_supervisor" if role_only else town.supervisor
    await town.does(lambda u: desk.shut_out(u, view.alert_id, [mark]))
    await Timers(store, desk).tick()
    assert [row.chat for row in await rows("loud")] == ["101"]
    assert [row.chat for row in await rows("alert") if row.args["again"]] == []


async def test_an_unknown_plan_is_refused(town, desk):
    view = await town.raises(desk)
    with pytest.raises(InputError):
        await town.does(lambda u: desk.acknowledge(u, view.alert_id, town.supervisor, "sleep"))


async def test_opening_is_seen_and_never_falls_back(town, desk, deliver):
    view = await town.raises(desk)
    opened = await town.does(lambda u: desk.opened(u, view.alert_id, town.supervisor))
    assert opened.stage == "opened"
    await deliver()
    seen = await town.does(lambda u: desk.status(u, view.alert_id))
    assert seen.recipients[0].state == "opened"


async def test_closing_the_case_ends_the_alert_once(town, desk, store, deliver):
    view = await town.raises(desk)
    await deliver()
    done = await town.does(lambda u: desk.finish(u, view.alert_id))
    again = await town.does(lambda u: desk.finish(u, view.alert_id))
    assert done.stage == again.stage == "done"
    async with store.reading() as unit:
        assert await Alerts(unit).next_due() is None


async def test_handing_on_keeps_it_open_until_the_other_takes_it(town, desk, rows):
    view = await town.raises(desk)
    await town.does(lambda u: desk.acknowledge(u, view.alert_id, town.supervisor))
    handed = await town.does(
        lambda u: desk.transfer(u, view.alert_id, town.supervisor, town.officer)
    )
    assert handed.acked_by is None
    assert {r.person_id for r in handed.recipients} == {town.supervisor, town.officer}
    assert "301" in {row.chat for row in await rows("alert") if row.state == "ready"}
    took = await town.does(lambda u: desk.acknowledge(u, view.alert_id, town.officer))
    assert took.first


@pytest.mark.parametrize("taken", [True, False])
async def test_handing_on_without_a_name_tells_the_level_above_at_once(
    store, town, desk, rows, deliver, taken
):
    view = await town.raises(desk)
    await deliver()
    if taken:
        await town.does(lambda u: desk.acknowledge(u, view.alert_id, town.supervisor))
    await town.does(lambda u: desk.transfer(u, view.alert_id, town.supervisor))
    await Timers(store, desk).tick()
    assert [row.chat for row in await rows("alert")] == ["201", "301"]
    took = await town.does(lambda u: desk.acknowledge(u, view.alert_id, town.officer))
    assert took.first


async def test_nobody_hands_on_what_is_over(town, desk, rows):
    view = await town.raises(desk)
    await town.does(lambda u: desk.finish(u, view.alert_id))
    after = await town.does(lambda u: desk.transfer(u, view.alert_id, town.supervisor))
    assert after.stage == "done"


async def test_confirmed_safety_ends_the_follow_up(town, desk, store):
    view = await town.raises(desk)
    await town.does(lambda u: desk.acknowledge(u, view.alert_id, town.supervisor))
    assert (await town.does(lambda u: desk.progress(u, view.alert_id))).stage == "following"
    safe = await town.does(lambda u: desk.progress(u, view.alert_id, safe=True))
    assert safe.stage == "safe"
    async with store.reading() as unit:
        assert await Alerts(unit).next_due() is None


async def test_a_report_without_a_ladder_is_still_looked_at(town, desk):
    view = await town.raises(desk, severity="P4")
    assert view.recipients


async def test_two_units_of_one_desk_share_nothing(policies):
    assert Desk(policies).means.policies is policies
