"""A child moves to another village: who answers for it changes, what is open goes along."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from cases.access import Purpose
from cases.casebook import NewCase
from cases.db.casebook import CaseBook
from cases.db.children import Children
from cases.db.drafts import Beginning, Drafts
from cases.db.matters import Matters
from cases.db.moves import Moves
from cases.db.people import People
from cases.db.reviews import Reviews
from cases.db.rights import Rights
from cases.db.rows import CaseRow, ChildGuardianRow, ChildRow, VisitRow
from cases.db.staff import Staff
from cases.db.submissions import Submissions
from cases.db.twins import Likeness, Twins
from cases.errors import DeniedError, GuardError
from cases.matters import MatterKind, NewMatter
from cases.submissions import Definition, Submission, Visit
from cases.workflow import CloseReason

DAY = date(2026, 11, 23)


async def child_of(county):
    async with county.store.reading() as unit:
        return (await Rights(unit).children_of(county.guardian))[0]


async def visit(county, policies, child):
    form = Submission(
        draft_id="v1",
        definition=Definition(form="visit_checkin", version="1", source=b"<xform/>"),
        values={"/data/living": "grandparents"},
        area=child.area,
        child_id=child.id,
        visit=Visit(visited_on=DAY, child_seen=True),
    )
    async with county.store.unit() as unit:
        receipt = await Submissions(unit).submit(
            county.director, form, policies.at(child.area, DAY)
        )
        await unit.commit()
    return receipt.number


async def move(county, by, child, village):
    async with county.store.unit() as unit:
        moved = await Moves(unit).move(by, child.id, village)
        await unit.commit()
    return moved


async def case_of(county, child, draft, *, close=False):
    report = NewCase(
        draft_id=draft, severity="P2", situations=("A4",), area=child.area, child_id=child.id
    )
    async with county.store.unit() as unit:
        opened = await CaseBook(unit).open_case(county.supervisor, report)
        if close:
            reason = CloseReason.SAFE_AT_HOME
            await CaseBook(unit).close(county.supervisor, opened.case_id, reason)
        await unit.commit()
    return opened.number


async def test_the_next_director_answers_for_the_file_and_the_earlier_one_no_more(
    county, policies
):
    child = await child_of(county)
    number = await visit(county, policies, child)
    open_case = await case_of(county, child, "c1")
    past = await case_of(county, child, "c2", close=True)
    async with county.store.unit() as unit:
        begun = Beginning(form="visit", version="1", child_id=child.id, session={"at": 4})
        await Drafts(unit).begin(county.director, begun)
        help_asked = NewMatter(
            kind=MatterKind.BENEFIT, area=child.area, topic="other", child_id=child.id
        )
        asked = await Matters(unit).open(county.director, help_asked)
        await People(unit).bind(county.next_director.person_id, "telegram", "102")
        await unit.commit()
    moved = await move(county, county.supervisor, child, county.next_village)
    assert moved.earlier == county.director.person_id
    assert moved.director == county.next_director.person_id
    async with county.store.unit() as unit:
        book, new, old = Children(unit), county.next_director, county.director
        assert child.id in {line.id for line in await book.mine(new)}
        assert (await book.open(new, child.id)).line.area == county.next_village
        with pytest.raises(DeniedError):
            await book.open(old, child.id, Purpose.VISIT)
        told = await book.timeline(new, child.id)
        assert told[0].kind == "moved"
        assert {number, past, open_case} <= {entry.ref for entry in told}
        assert await Submissions(unit).answers(new, number, Purpose.VISIT)
        with pytest.raises(DeniedError):
            await Submissions(unit).answers(old, number, Purpose.VISIT)
        assert [d.session for d in await Drafts(unit).parked("telegram", "102")] == [{"at": 4}]
        for state in (Drafts(unit).parked, Drafts(unit).open_of):
            assert not await state("telegram", old.chat)
        assert (await Matters(unit).card(new, asked.number)).line.area == county.next_village
        assert [one.number for one in await CaseBook(unit).lines(new)] == [open_case]
        with pytest.raises(DeniedError):
            await CaseBook(unit).card(old, past)
        areas = select(CaseRow.number, CaseRow.area).where(CaseRow.child_id == child.id)
        rows = await unit.connection.execute(areas)
        assert dict(map(tuple, rows)) == {open_case: county.next_village, past: county.village}
        stayed = select(VisitRow.area).where(VisitRow.child_id == child.id)
        assert set((await unit.connection.execute(stayed)).scalars()) == {county.village}


async def test_a_visit_is_looked_at_and_asked_again_where_the_child_lives_now(county, policies):
    child = await child_of(county)
    number = await visit(county, policies, child)
    await move(county, county.officer, child, county.other_town_village)
    async with county.store.unit() as unit:
        moved = await Children(unit).line(county.officer, child.id)
        new = replace(
            county.untrained, person_id=moved.director_id, area=county.other_town_village
        )
        reviews = Reviews(unit)
        assert number not in {one.number for one in await reviews.waiting(county.supervisor)}
        assert number in {one.number for one in await reviews.waiting(county.other_supervisor)}
        with pytest.raises(DeniedError):
            await reviews.accept(county.supervisor, number)
        await reviews.give_back(county.other_supervisor, number, ["/data/living"])
        assert await reviews.returned_to(county.director) == []
        assert [one.number for one in await reviews.returned_to(new)] == [number]


async def test_only_who_is_in_charge_of_both_villages_moves_a_file(county):
    child = await child_of(county)
    elsewhere = county.other_town_village
    for who in (county.director, county.supervisor, county.other_supervisor, county.guardian):
        with pytest.raises(DeniedError):
            await move(county, who, child, elsewhere)
    for village in (county.village, county.township, "990101101999", "990102101201"):
        with pytest.raises((GuardError, DeniedError)):
            await move(county, county.officer, child, village)
    await move(county, county.officer, child, elsewhere)
    async with county.store.unit() as unit:
        file = await Children(unit).open(county.other_supervisor, child.id, Purpose.REVIEW)
        assert file.line.area == elsewhere
        with pytest.raises(DeniedError):
            await Children(unit).open(county.supervisor, child.id, Purpose.REVIEW)
        fields = {"name": file.fields["name"], "birth_date": file.fields["birth_date"]}
        born_later = fields | {"birth_date": f"{int(fields['birth_date'][:4]) + 1}-01-01"}
        twins = await Twins(unit).alike(county.other_supervisor, elsewhere, born_later)
        assert child.id in {one.child.id for one in twins if one.child}
        assert {one.likeness for one in twins} == {Likeness.SAME_NAME_NEARBY}


async def test_what_was_begun_waits_where_the_village_has_nobody_yet(county):
    child = await child_of(county)
    async with county.store.unit() as unit:
        begun = Beginning(form="visit", version="1", child_id=child.id, session={"at": 4})
        await Drafts(unit).begin(county.director, begun)
        await People(unit).leave_roster(county.next_director.person_id, county.supervisor)
        await unit.commit()
    moved = await move(county, county.supervisor, child, county.next_village)
    assert moved.director is None
    async with county.store.unit() as unit:
        assert not await Drafts(unit).open_of("telegram", county.director.chat)
        vacant = {one.area: one.children for one in await Staff(unit).vacancies(county.supervisor)}
        assert vacant[county.next_village] >= 1
        known = await People(unit).get(county.next_director.person_id)
        assert known is not None
        comer = await People(unit).add(
            type(known)(id="", role=known.role, area=county.next_village, name="新来"),
            county.supervisor,
        )
        await Staff(unit).adopt(comer, county.supervisor)
        await People(unit).bind(comer.id, "telegram", "777")
        waiting = await Drafts(unit).parked("telegram", "777")
        assert [one.session for one in waiting] == [{"at": 4}]


async def test_a_family_moves_along_and_a_left_child_does_not(county):
    child = await child_of(county)
    async with county.store.unit() as unit:
        ties = select(func.count()).where(
            ChildGuardianRow.person_id == county.guardian.person_id,
            ChildGuardianRow.child_id == ChildRow.id,
        )
        assert (await unit.connection.execute(ties)).scalar_one() == 1
    await move(county, county.supervisor, child, county.next_village)
    async with county.store.unit() as unit:
        family = await People(unit).get(county.guardian.person_id)
        assert family is not None
        assert family.area == county.next_village
        await Rights(unit).leave(county.supervisor, child.id, "moved")
        await unit.commit()
    with pytest.raises(GuardError):
        await move(county, county.supervisor, child, county.village)
