"""A drill that nobody ended ends by itself after a day, as if whoever began it had ended it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from alerts.drill import begin_drill
from alerts.overdue_drills import OverdueDrills
from cases.db.alerting import Alerts
from cases.db.casebook import CaseBook
from cases.db.rows import AuditRow, CaseRow
from cases.people import Principal, Role
from cases.workflow import CloseReason
from handlers.speech import speak
from kernel.phrases import Phrase

COUNTY, TOWNSHIP = "990101000000", "990101101000"

DAY = 86_400.0


@pytest.fixture
async def drill(store, town, desk):
    """A drill that the officer began in a chat."""
    officer = Principal(
        person_id=town.officer,
        role=Role.COUNTY_OFFICER,
        area=COUNTY,
        channel="telegram",
        chat="301",
    )
    return await town.does(lambda u: begin_drill(u, desk, officer, "drill:1", "P1", TOWNSHIP))


async def case_of(store, view):
    async with store.reading() as unit:
        query = select(CaseRow.__table__).where(CaseRow.id == view.case_id)
        return (await unit.connection.execute(query)).one()


async def test_it_runs_for_a_day(store, town, desk, drill, clock):
    clock.wait(DAY - 60)
    assert await OverdueDrills(store, desk).look() == 0
    assert (await case_of(store, drill)).closed_at is None


async def test_then_its_copies_its_case_and_the_log_say_that_it_is_over(
    store, town, desk, drill, clock, rows, deliver
):
    await deliver()
    clock.wait(DAY + 60)
    assert await OverdueDrills(store, desk).look() == 1
    case = await case_of(store, drill)
    assert (case.state, case.close_reason, case.closed_by) == ("closed", "drill", "system")
    async with store.reading() as unit:
        alert = await Alerts(unit).get(drill.alert_id)
        logged = select(AuditRow.action).where(AuditRow.object == f"case:{case.number}")
        acts = list((await unit.connection.execute(logged)).scalars())
    assert (alert.state, alert.due) == ("done", None)
    assert acts == ["case.open", "case.close"]
    copies = [row for row in await rows() if row.kind in {"alert", "status"}]
    assert copies
    assert {row.state for row in copies} == {"ready"}, "every copy is edited"


async def test_whoever_began_it_is_told_the_times_once(store, town, desk, drill, clock, rows):
    clock.wait(600)
    await town.does(lambda u: desk.acknowledge(u, drill.alert_id, town.supervisor))
    clock.wait(DAY)
    assert await OverdueDrills(store, desk).look() == 1
    assert await OverdueDrills(store, desk).look() == 0
    (notice,) = await rows("notice")
    packed = store.vault.open_mail(f"outbox:{notice.key}", notice.sealed)
    said = [speak(Phrase(*line)) for line in packed["lines"]]
    assert notice.chat == "301"
    assert said[0] == f"【演练】{drill.number}"
    assert "有人确认，共 600 秒。" in said
    assert said[-1].startswith("一直没有人点“结束演练”")


async def test_a_real_report_stays_open(store, town, desk, clock):
    view = await town.raises(desk)
    clock.wait(60 * DAY)
    assert await OverdueDrills(store, desk).look() == 0
    assert (await case_of(store, view)).closed_at is None


async def test_one_whose_case_somebody_closed_ends_too(store, town, desk, drill, clock):
    async with store.unit() as unit:
        officer = Principal(person_id=town.officer, role=Role.COUNTY_OFFICER, area=COUNTY)
        await CaseBook(unit).close(officer, drill.case_id, CloseReason.FALSE_ALARM)
        await unit.commit()
    clock.wait(DAY + 60)
    assert await OverdueDrills(store, desk).look() == 1
    assert (await case_of(store, drill)).close_reason == "false_alarm"


async def test_one_that_fails_keeps_no_other(store, town, desk, drill, clock, monkeypatch):
    second = await town.raises(desk, drill=True)
    finish = desk.finish

    async def stumble(unit, alert_id):
        if alert_id == drill.alert_id:
            raise RuntimeError
        return await finish(unit, alert_id)

    monkeypatch.setattr(desk, "finish", stumble)
    clock.wait(2 * DAY)
    assert await OverdueDrills(store, desk).look() == 1
    assert (await case_of(store, second)).state == "closed"
    assert (await case_of(store, drill)).state != "closed"
