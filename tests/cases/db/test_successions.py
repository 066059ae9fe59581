"""Codes of divisions change every year: what is open follows, history keeps the code it had."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cases.access import Purpose
from cases.casebook import NewCase
from cases.children import Change
from cases.db.areas import Area, Areas
from cases.db.audit import Audit
from cases.db.casebook import CaseBook
from cases.db.children import Children
from cases.db.indicators import Figures
from cases.db.intake import Intake
from cases.db.matters import Matters
from cases.db.moves import Moves
from cases.db.people import People
from cases.db.reviews import Reviews
from cases.db.rows import AuditRow, CaseRow, ChildRow, MatterRow, VisitRow
from cases.db.staff import Staff
from cases.db.submissions import Submissions
from cases.db.successions import Successions, follow_codes
from cases.db.tasks import Tasks
from cases.errors import DeniedError, GuardError
from cases.headings import Sheet
from cases.matters import MatterKind, NewMatter
from cases.people import SYSTEM, Person, Principal, Role, principal
from cases.submissions import Definition, Submission, Visit
from cases.tasks import TaskKind
from cases.workflow import CloseReason
from kernel.errors import InputError

DAY = date(2026, 11, 23)
HEAD = ("区划代码", "名称", "停用日期", "改为")
NEW = "990101101301"
"""What 柳湾村 becomes inside its township, and below what it becomes in the next one."""
AWAY = "990101102301"


async def table(county, *rows, day=DAY):
    sheet = Sheet("s", (HEAD, *rows))
    async with county.store.unit() as unit:
        intake = Intake(unit)
        checked = await intake.check_areas(sheet, day)
        count = await intake.take_areas(SYSTEM, checked, day)
        followed = await Successions(unit).follow()
        await unit.commit()
    return count, followed


async def history(county, policies):
    """File a visit, close a report and leave another open, with an application under way."""
    async with county.store.unit() as unit:
        child = (await Children(unit).mine(county.director))[0]
        form = Submission(
            draft_id="v1",
            definition=Definition(form="visit_checkin", version="1", source=b"<xform/>"),
            values={"/data/living": "grandparents"},
            area=child.area,
            child_id=child.id,
            visit=Visit(visited_on=DAY, child_seen=True),
        )
        policy = policies.at(child.area, DAY)
        receipt = await Submissions(unit).submit(county.director, form, policy)
        book = CaseBook(unit)
        numbers = []
        for draft in ("c1", "c2"):
            report = NewCase(
                draft_id=draft, severity="P2", situations=("A4",), area=county.village
            )
            opened = await book.open_case(county.supervisor, report)
            numbers.append(opened.number)
        await book.close(county.supervisor, numbers[0], CloseReason.SAFE_AT_HOME)
        centre = NewMatter(kind=MatterKind.CENTRE, area=county.village, words={"text": "家"})
        matter = await Matters(unit).open(county.director, centre)
        await unit.commit()
    return child, receipt.number, numbers, matter.number


async def now(county, who):
    async with county.store.reading() as unit:
        return principal(await People(unit).get(who.person_id), "telegram", "1")


@pytest.mark.parametrize("code", [NEW, AWAY])
async def test_what_is_open_goes_to_the_new_code_and_history_keeps_the_old(county, policies, code):
    child, visit, (past, present), centre = await history(county, policies)
    rows = [(code, "柳湾新村", "", ""), (county.village, "柳湾村", "2026-11-23", code)]
    count, followed = await table(county, *rows)
    assert (count, followed.children, followed.people) == (2, 7, 2)
    assert (await table(county, *rows))[0] == 0  # the same table again changes nothing
    me = await now(county, county.director)
    assert me.area == code
    boss = county.supervisor if code == NEW else county.other_supervisor
    async with county.store.unit() as unit:
        assert len(await Children(unit).mine(me)) == 7
        assert (await Children(unit).open(me, child.id)).line.area == code
        assert (await Children(unit).timeline(me, child.id))[0].kind == "moved"
        assert await Submissions(unit).answers(boss, visit, Purpose.REVIEW)
        assert visit in {one.number for one in await Reviews(unit).waiting(boss)}
        await Reviews(unit).accept(boss, visit)
        assert (await CaseBook(unit).card(boss, past)).line.area == county.village
        known = {one.number for one in await CaseBook(unit).lines(boss, only_open=False)}
        assert known == {past, present}
        listed = await Matters(unit).listed(me, MatterKind.CENTRE)
        assert [one.number for one in listed] == [centre]
        figures = await Figures(unit).of_area(boss, DAY, DAY)
        assert (figures.visits, figures.closed) == (None, None)  # some, too few to be told
        for column, kept in (
            (VisitRow.area, {county.village}),
            (CaseRow.area, {county.village, code}),
            (MatterRow.area, {code}),
            (ChildRow.area, {code, county.next_village}),
        ):
            town = column.startswith(county.village[:11]) | (column == code)
            found = await unit.connection.execute(select(column).where(town))
            assert set(found.scalars()) == kept
        logged = select(AuditRow.object, AuditRow.detail).where(AuditRow.action == "child.move")
        rows = (await unit.connection.execute(logged)).all()
        assert len(rows) == 7
        assert {str(row.detail) for row in rows} == {str({"was": county.village})}
        assert (await Audit(unit).verify()).ok
        if code == AWAY:
            with pytest.raises(DeniedError):
                await Children(unit).open(county.supervisor, child.id, Purpose.REVIEW)


async def test_a_change_of_tomorrow_is_followed_on_its_day_by_the_worker(county, clock):
    rows = [(NEW, "柳湾新村", "", ""), (county.village, "柳湾村", "2026-11-24", NEW)]
    assert (await table(county, *rows))[1].children == 0
    assert (await follow_codes(county.store)).children == 0
    clock.pass_days(1)
    assert (await follow_codes(county.store)).children == 7
    assert (await follow_codes(county.store)).children == 0


async def test_a_code_changed_twice_is_found_under_what_it_is_now(county, policies, clock):
    _, visit, (past, _), _ = await history(county, policies)
    await table(county, (NEW, "甲村", "", ""), (county.village, "柳湾村", "2026-11-23", NEW))
    clock.pass_days(30)
    later = DAY + timedelta(days=30)
    rows = [(AWAY, "乙村", "", ""), (NEW, "甲村", later.isoformat(), AWAY)]
    assert (await table(county, *rows, day=later))[1].children == 7
    async with county.store.unit() as unit:
        boss = county.other_supervisor
        assert (await CaseBook(unit).card(boss, past)).line.area == county.village
        assert await Submissions(unit).answers(boss, visit, Purpose.REVIEW)


async def test_two_villages_that_become_one_keep_both_directors(county):
    rows = [
        (NEW, "柳松村", "", ""),
        (county.village, "柳湾村", "2026-11-23", NEW),
        (county.next_village, "松岭村", "2026-11-23", NEW),
    ]
    assert (await table(county, *rows))[1].children == 13
    for who, count in ((county.director, 7), (county.next_director, 6)):
        me = await now(county, who)
        assert me.area == NEW
        async with county.store.reading() as unit:
            assert len(await Children(unit).mine(me)) == count


async def test_nobody_guesses_who_goes_where_when_a_village_is_split(county, policies):
    east, west = NEW, "990101101302"
    await table(
        county,
        (east, "柳湾东村", "", ""),
        (west, "柳湾西村", "", ""),
        (county.village, "柳湾村", "2026-11-23", f"{east}、{west}"),
    )
    async with county.store.unit() as unit:
        book = Successions(unit)
        waiting = await book.stranded(county.officer)
        assert len(waiting) == 7
        assert {one.choices for one in waiting} == {(east, west)}
        assert {one.child.area for one in waiting} == {county.village}
        assert await book.stranded(county.other_supervisor) == []
        for who in (county.director, county.guardian):
            with pytest.raises(DeniedError):
                await book.stranded(who)
        tasks = await Tasks(unit, policies).today(county.officer)
        assert TaskKind.AREA_ENDED in {task.kind for task in tasks}
        assert await Areas(unit).name(county.village, DAY) == "柳湾村"
        (person,) = await book.unplaced(county.officer)
        assert person.choices == (east, west)
        for who, village in ((county.next_director, east), (county.other_supervisor, east)):
            with pytest.raises(DeniedError):
                await book.place(who, person.person.id, village)
        with pytest.raises(GuardError):
            await book.place(county.officer, person.person.id, county.next_village)
        await book.place(county.officer, person.person.id, east)
        assert await book.unplaced(county.officer) == []
        await unit.commit()
    numbers = [one.child.file_no for one in waiting]
    sheet = Sheet("s", (("档案号", "现在的村"), *((one, "柳湾东村") for one in numbers[:6])))
    async with county.store.unit() as unit:
        intake = Intake(unit)
        assert await intake.take_moves(SYSTEM, await intake.check_moves(sheet, "")) == 6
        assert await intake.take_moves(SYSTEM, await intake.check_moves(sheet, "")) == 0
        left = await Successions(unit).stranded(county.officer)
        assert [one.child.file_no for one in left] == numbers[6:]
        await unit.commit()
    me = await now(county, county.director)
    async with county.store.reading() as unit:
        mine = await Children(unit).mine(me)
    assert {one.area for one in mine if one.file_no in numbers[:6]} == {east}
    assert len(mine) == 7  # the last one is still this director's until it is assigned


async def split(unit, village, *codes):
    """End the code of a village, which becomes others."""
    known = await Areas(unit).get(village, DAY)
    await Areas(unit).put([replace(known, valid_to=DAY)])
    for code in codes:
        await Areas(unit).put([Area(code=code, name=code, valid_from=DAY)])
        await Successions(unit).note(village, code, DAY)


async def test_until_a_child_is_assigned_it_is_open_to_its_own_director_alone(county, policies):
    east, west = NEW, "990101101302"
    async with county.store.unit() as unit:
        await split(unit, county.village, east, west)
        await Successions(unit).place(county.officer, county.director.person_id, east)
        await unit.commit()
    me = await now(county, county.director)
    fresh = Principal(person_id="new", role=Role.CHILD_DIRECTOR, area=east, qualified=True)
    async with county.store.unit() as unit:
        children = Children(unit)
        mine = await children.mine(me)
        assert {one.area for one in mine} == {county.village}
        first, second = mine[:2]
        assert [one.id for one in await children.find(me, first.file_no)] == [first.id]
        assert (await children.open(me, first.id)).line.name
        await children.apply(me, Change(child_id=first.id, updates={"school_name": "柳湾小学"}))
        assert await children.find(fresh, first.file_no) == []
        with pytest.raises(DeniedError):
            await children.open(fresh, first.id, Purpose.VISIT)
        await Moves(unit).move(county.officer, second.id, west)
        with pytest.raises(DeniedError):  # it has another village now
            await children.open(me, second.id, Purpose.VISIT)
        due = await Tasks(unit, policies).today(me)
        assert second.id not in {one.child.id for one in due if one.child}
        await unit.commit()
    async with county.store.unit() as unit:
        comer = Person(id="", role=Role.CHILD_DIRECTOR, area=east, name="夏至")
        added = await People(unit).add(comer, county.officer)
        over = await Staff(unit).hand_over(me.person_id, added.id, county.officer)
        assert over.children == len(mine) - 1
        next_one = principal(await People(unit).get(added.id))
        assert (await Children(unit).open(next_one, first.id, Purpose.VISIT)).line.id == first.id
        await unit.commit()


async def test_who_is_in_charge_of_a_new_township_assigns_the_children_that_may_come_there(
    county, policies
):
    """石溪镇 is split: 柳湾村 goes to two villages, one of them in the next township."""
    here, there = NEW, AWAY
    async with county.store.unit() as unit:
        await split(unit, county.village, here, there)
        later = DAY + timedelta(days=9)  # what is to come opens nothing yet
        await Successions(unit).note(county.next_village, "990101102302", later)
        await Successions(unit).note(county.next_village, "990101101303", later)
        await unit.commit()
    boss, stranger = county.other_supervisor, replace(county.other_supervisor, area="990101103000")
    async with county.store.unit() as unit:
        book, children = Successions(unit), Children(unit)
        waiting = await book.stranded(boss)
        assert len(waiting) == 7
        assert {one.child.area for one in waiting} == {county.village}
        assert len(await book.stranded(county.supervisor)) == 7
        assert await book.stranded(stranger) == []
        first, second = (one.child for one in waiting[:2])
        kinds = {task.kind for task in await Tasks(unit, policies).today(boss)}
        assert TaskKind.AREA_ENDED in kinds
        with pytest.raises(DeniedError):  # a line is seen, no file
            await children.open(boss, first.id, Purpose.HANDOVER)
        for who, village in ((boss, here), (stranger, there)):
            with pytest.raises(DeniedError):
                await Moves(unit).move(who, first.id, village)
        with pytest.raises(GuardError):  # into none that its own village did not become
            await Moves(unit).move(boss, first.id, county.other_town_village)
        near = (await children.mine(county.next_director))[0]
        with pytest.raises(DeniedError):
            await Moves(unit).move(boss, near.id, "990101102302")
        assert (await Moves(unit).move(boss, first.id, there)).area == there
        assert (await Moves(unit).move(county.supervisor, second.id, here)).area == here
        assert (await children.open(boss, first.id, Purpose.HANDOVER)).line.area == there
        assert [one.child.id for one in await book.stranded(boss)] == [
            one.child.id for one in waiting[2:]
        ]
        with pytest.raises(DeniedError):  # it has its village now
            await Moves(unit).move(boss, second.id, there)
        assert (await Audit(unit).verify()).ok


async def test_a_table_of_moves_with_a_strange_number_or_village_is_refused(county):
    sheet = Sheet("s", (("档案号", "现在的村"), ("C-9999", "松岭村"), ("C-0001", "别村")))
    async with county.store.unit() as unit:
        checked = await Intake(unit).check_moves(sheet, "")
        assert [one.cell for one in checked.problems] == ["B3", "A2"]
        with pytest.raises(InputError):
            await Intake(unit).take_moves(SYSTEM, checked)


@pytest.mark.parametrize("code", ["990101101999", "990101109000", "990101101201"])
async def test_a_code_that_becomes_an_unknown_one_or_itself_is_refused(county, code):
    sheet = Sheet("s", (HEAD, (county.village, "柳湾村", "2026-11-23", code)))
    async with county.store.unit() as unit:
        await Areas(unit).put([Area(code="990101109000", name="新镇", valid_from=DAY)])
        checked = await Intake(unit).check_areas(sheet, DAY)
        assert [one.cell for one in checked.problems] == ["D2"]
