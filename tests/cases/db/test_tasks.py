"""今天: what is due, most urgent first, derived and never stored."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from alerts.policy import load_policies as load_ladders
from cases.casebook import NewCase, PoliceContact
from cases.children import ChildLine
from cases.db.casebook import CaseBook
from cases.db.drafts import Beginning, Drafts
from cases.db.matters import Matters
from cases.db.submissions import Submissions
from cases.db.tasks import Tasks, VillageFigures
from cases.matters import MatterKind, NewMatter
from cases.policies import load_policies
from cases.submissions import Definition, Submission, Visit
from cases.tasks import TaskKind, visit_task
from cases.workflow import State

DAY = date(2026, 11, 23)


async def today(county, policies, who):
    async with county.store.reading() as unit:
        return await Tasks(unit, policies).today(who)


async def test_overdue_visits_come_before_due_ones_with_their_latest_day(county, policies):
    tasks = await today(county, policies, county.director)
    assert [(task.kind, task.child.name, task.late_days) for task in tasks] == [
        (TaskKind.VISIT_OVERDUE, "陈立春", 3),
        (TaskKind.VISIT_NEVER, "陈谷雨", 0),
        (TaskKind.VISIT_DUE, "李雨水", 0),
        (TaskKind.VISIT_DUE, "王惊蛰", 0),
    ]
    assert tasks[0].due_on == DAY - timedelta(days=3)


async def test_filing_the_visit_resolves_the_task(county, policies):
    child = (await today(county, policies, county.director))[0].child
    async with county.store.unit() as unit:
        await Submissions(unit).submit(
            county.director,
            Submission(
                draft_id="d",
                definition=Definition(form="visit_checkin", version="1", source=b""),
                values={},
                area=child.area,
                child_id=child.id,
                visit=Visit(visited_on=DAY, child_seen=True),
            ),
            policies.at(child.area, DAY),
        )
        await unit.commit()
    names = {task.child.name for task in await today(county, policies, county.director)}
    assert "陈立春" not in names


async def test_a_case_asks_for_the_police_then_for_the_receipt_then_for_contact(county, policies):
    async def first_kind():
        return (await today(county, policies, county.director))[0].kind

    async with county.store.unit() as unit:
        case = await CaseBook(unit).open_case(
            county.director,
            NewCase(draft_id="d", severity="P1", situations=("A1",), area=county.village),
        )
        await unit.commit()
    assert await first_kind() is TaskKind.CASE_POLICE
    for receipt, kind in (("", TaskKind.CASE_RECEIPT), ("1号", TaskKind.CASE_CONTACT)):
        contact = PoliceContact(at=datetime(2026, 11, 23, tzinfo=UTC), receipt_no=receipt)
        async with county.store.unit() as unit:
            await CaseBook(unit).police(county.director, case.case_id, contact)
            await unit.commit()
        assert await first_kind() is kind


async def test_a_case_is_to_be_followed_so_many_days_after_the_last_work_on_it(
    county, policies, clock
):
    async with county.store.unit() as unit:
        new = NewCase(draft_id="d", severity="P3", situations=("A1",), area=county.village)
        case = await CaseBook(unit).open_case(county.director, new)
        await unit.commit()

    async def follow():
        tasks = await today(county, policies, county.supervisor)
        return next(t for t in tasks if t.kind is TaskKind.CASE_CONTACT)

    clock.pass_days(3)
    assert (await follow()).late_days == 3
    async with county.store.unit() as unit:
        await CaseBook(unit).step(county.supervisor, case.case_id, State.ASSESSMENT, "已上门")
        await unit.commit()
    task = await follow()
    assert (task.due_on, task.late_days) == (DAY + timedelta(days=4), 0)
    assert not load_ladders().reminds(task, DAY + timedelta(days=3))
    assert load_ladders().reminds(task, DAY + timedelta(days=4))
    clock.pass_days(2)
    assert (await follow()).late_days == 1


async def test_a_parked_draft_waits_at_the_end_of_the_list(county, policies):
    async with county.store.unit() as unit:
        drafts = Drafts(unit)
        await drafts.begin(
            county.director, Beginning(form="visit_checkin", version="1", session={})
        )
        await drafts.park("telegram", county.director.chat)
        await unit.commit()
    assert (await today(county, policies, county.director))[-1].kind is TaskKind.DRAFT_WAITING


async def test_the_supervisor_sees_figures_of_every_village_of_the_town(county, policies):
    async with county.store.reading() as unit:
        figures = await Tasks(unit, policies).overview(county.supervisor)
    assert figures == [
        VillageFigures(county.village, 7, 1, 1, 0),
        VillageFigures(county.next_village, 6, 2, 1, 0),
    ]


async def test_a_guardian_has_no_tasks(county, policies):
    assert await today(county, policies, county.guardian) == []


@pytest.mark.parametrize(
    ("level", "days", "shown"), [("red", 3, 0), ("red", 2, 1), ("blue", 7, 1)]
)
def test_a_visit_stands_in_today_so_many_days_ahead_as_its_level_asks(level, days, shown):
    child = ChildLine(
        id="c",
        file_no="C-1",
        name="",
        born=None,
        area="990101101201",
        risk_level=level,
        last_visit_on=DAY - timedelta(days=4),
        next_visit_on=DAY + timedelta(days=days),
    )
    policy = load_policies().at(child.area, DAY)
    assert (visit_task(child, DAY, policy) is not None) == bool(shown)


async def visited(county, policies, day):
    child = (await today(county, policies, county.director))[0].child
    async with county.store.unit() as unit:
        await Submissions(unit).submit(
            county.director,
            Submission(
                draft_id=f"visit:{day}",
                definition=Definition(form="visit_checkin", version="1", source=b""),
                values={},
                area=child.area,
                child_id=child.id,
                visit=Visit(visited_on=day, child_seen=True),
            ),
            policies.at(child.area, day),
        )
        await unit.commit()


async def summaries(county, policies, who):
    return [
        (task.number, task.due_on, task.late_days)
        for task in await today(county, policies, who)
        if task.kind is TaskKind.SUMMARY_DUE
    ]


async def test_last_months_summary_is_asked_for_until_it_is_sent(county, policies, clock):
    await visited(county, policies, DAY)
    assert await summaries(county, policies, county.director) == []
    clock.moment = datetime(2026, 12, 2, 1, 0, tzinfo=UTC)
    due = [("2026-11", date(2026, 12, 10), 0)]
    assert await summaries(county, policies, county.director) == due
    assert await summaries(county, policies, county.supervisor) == []
    async with county.store.unit() as unit:
        new = NewMatter(
            kind=MatterKind.SUMMARY, area=county.village, topic="2026-11", words={"text": "…"}
        )
        await Matters(unit).open(county.director, new)
        await unit.commit()
    assert await summaries(county, policies, county.director) == []


async def test_no_summary_is_asked_for_late_in_a_month_or_of_one_without_visits(
    county, policies, clock
):
    clock.moment = datetime(2026, 12, 2, 1, 0, tzinfo=UTC)
    assert await summaries(county, policies, county.director) == []
    await visited(county, policies, DAY)
    assert await summaries(county, policies, county.next_director) == []
    clock.moment = datetime(2026, 12, 10, 1, 0, tzinfo=UTC)
    assert len(await summaries(county, policies, county.director)) == 1
    clock.moment = datetime(2026, 12, 11, 1, 0, tzinfo=UTC)
    assert await summaries(county, policies, county.director) == []
