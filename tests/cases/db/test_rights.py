"""What guardians and the law may ask: see, end, and forget when the time is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from support.reports import report_of

from cases.access import Purpose
from cases.db.casebook import CaseBook
from cases.db.child_lists import ChildLists, Wanted
from cases.db.children import Children
from cases.db.conversations import Conversations
from cases.db.drafts import Beginning, Drafts
from cases.db.people import People
from cases.db.rights import Rights
from cases.db.rows import ChildRow
from cases.db.staff import Staff
from cases.db.submissions import Submissions
from cases.db.tasks import Tasks
from cases.errors import DeniedError, GuardError
from cases.people import Person, Role
from cases.submissions import Basis, Definition, Submission
from cases.vault import ForgottenError
from cases.workflow import CloseReason

DAY = date(2026, 11, 23)


async def own(unit, county):
    return (await Rights(unit).children_of(county.guardian))[0]


async def test_a_guardian_sees_what_is_kept_but_no_case(county):
    async with county.store.unit() as unit:
        child = await own(unit, county)
        case = report_of(child, severity="P1", situations=("A5",))
        await CaseBook(unit).open_case(county.director, case)
        data = await Rights(unit).own_data(county.guardian, child.id)
        assert data.fields["name"] == "陈立春"
        assert {entry.kind for entry in data.timeline} == {"added", "changed"}
        other = (await Children(unit).mine(county.next_director))[0]
        with pytest.raises(DeniedError):
            await Rights(unit).own_data(county.guardian, other.id)


async def test_a_child_leaves_the_ledger_with_a_reason_and_no_open_case(county, policies):
    async with county.store.unit() as unit:
        child = await own(unit, county)
        rights, book = Rights(unit), CaseBook(unit)
        case = report_of(child)
        opened = await book.open_case(county.director, case)
        with pytest.raises(GuardError):
            await rights.leave(county.supervisor, child.id, "moved")
        await book.close(county.supervisor, opened.case_id, CloseReason.RESOLVED)
        with pytest.raises(GuardError):
            await rights.leave(county.supervisor, child.id, "because")
        with pytest.raises(DeniedError):
            await rights.leave(county.director, child.id, "moved")
        await rights.leave(county.supervisor, child.id, "parents_back")
        tasks = await Tasks(unit, policies).today(county.director)
        assert child.id not in {task.child.id for task in tasks if task.child}


async def test_whom_a_report_names_learns_nothing_of_it_and_erases_none(county, clock):
    """Neither from what goes on without a word, nor from a count (both databases alike)."""
    involved = (county.supervisor.person_id, county.officer.person_id)
    async with county.store.unit() as unit:
        child, rights, book = await own(unit, county), Rights(unit), CaseBook(unit)
        case = report_of(child, draft_id="h", hidden_from=involved)
        await book.open_case(county.director, case)
        await rights.leave(county.supervisor, child.id, "grown")
        clock.pass_days(5 * 365 + 1)
        with pytest.raises(GuardError):
            await rights.forget(county.officer, child.id)
        fresh = Person(id="", role=Role.CHILD_DIRECTOR, area=county.village, name="夏至")
        comer = await People(unit).add(fresh, county.supervisor)
        staff = Staff(unit)
        over = await staff.hand_over(county.director.person_id, comer.id, county.supervisor)
        assert over.open_cases == 0


async def test_a_file_is_forgotten_when_its_time_is_over(county, clock):
    async with county.store.unit() as unit:
        child = await own(unit, county)
        begun = Beginning(form="f", version="1", child_id=child.id, session={})
        await Drafts(unit).begin(county.director, begun)
        dialogues, chat = Conversations(unit), county.director.chat
        spoken = await dialogues.lock("telegram", chat)
        await dialogues.save(replace(spoken, state={"world": {"who": "陈*春 8岁"}}))
        rights = Rights(unit)
        await rights.leave(county.supervisor, child.id, "grown")
        clock.pass_days(5 * 365 + 1)
        with pytest.raises(DeniedError):
            await rights.forget(county.supervisor, child.id)
        await rights.forget(county.officer, child.id)
        with pytest.raises(ForgottenError):
            await Children(unit).open(county.officer, child.id, Purpose.AUDIT)
        assert await Drafts(unit).open_of("telegram", chat) is None
        assert (await dialogues.lock("telegram", chat)).state == {}
        row = (
            await unit.connection.execute(
                select(ChildRow.id_index, ChildRow.twin_index).where(ChildRow.id == child.id)
            )
        ).one()
    assert tuple(row) == (None, None)


async def test_a_dialogue_that_lists_a_forgotten_child_is_emptied(county, clock):
    async with county.store.unit() as unit:
        child, other = await own(unit, county), "a-child-that-stays"
        dialogues = Conversations(unit)
        people = (county.director, county.supervisor)
        for one, named in zip(people, (child.id, other), strict=True):
            await People(unit).bind(one.person_id, "telegram", one.chat)
            spoken = await dialogues.lock("telegram", one.chat)
            offered = {"world": {"children": [[named, "陈*春 8岁"]]}}
            await dialogues.save(replace(spoken, state=offered))
        rights = Rights(unit)
        await rights.leave(county.supervisor, child.id, "grown")
        clock.pass_days(5 * 365 + 1)
        await rights.forget(county.officer, child.id)
        states = [(await dialogues.lock("telegram", one.chat)).state for one in people]
    assert states[0] == {}
    assert states[1]["world"]["children"][0][0] == other


async def test_a_child_taken_off_by_a_slip_is_put_back_and_an_erased_one_is_not(
    county, policies, clock
):
    async with county.store.unit() as unit:
        child, rights, policy = await own(unit, county), Rights(unit), policies.at("", DAY)
        with pytest.raises(GuardError):
            await rights.restore(county.supervisor, child.id, "slip", policy)
        await rights.leave(county.supervisor, child.id, "moved")
        gone = Wanted(left=True)
        for who in (county.supervisor, county.director):
            page = await ChildLists(unit).page(who, gone)
            assert [line.id for line in page.lines] == [child.id]
        assert (
            await Children(unit).open(county.officer, child.id, "audit")
        ).left_reason == "moved"
        with pytest.raises(DeniedError):
            await rights.restore(county.director, child.id, "slip", policy)
        with pytest.raises(GuardError):
            await rights.restore(county.supervisor, child.id, "because", policy)
        await rights.restore(county.supervisor, child.id, "slip", policy)
        assert not (await ChildLists(unit).page(county.supervisor, gone)).lines
        mine = {line.id: line for line in await Children(unit).mine(county.director)}
        assert mine[child.id].next_visit_on == DAY + policy.days("visit_first")
        told = [entry.kind for entry in await Children(unit).timeline(county.director, child.id)]
        assert told[:2] == ["restored", "left"]
        await rights.leave(county.supervisor, child.id, "moved")
        await rights.forget(county.officer, child.id)
        with pytest.raises(ForgottenError):
            await rights.restore(county.supervisor, child.id, "slip", policy)
        assert not (await ChildLists(unit).page(county.supervisor, gone)).lines


async def test_the_basis_of_each_record_is_told_but_of_a_hidden_report_to_nobody(county, policies):
    async with county.store.unit() as unit:
        child, book = await own(unit, county), Submissions(unit)
        hidden = report_of(child, draft_id="c", severity="P1", situations=("N1",))
        case = await CaseBook(unit).open_case(county.supervisor, hidden)
        filed = (("file_change", "statutory_duty"), ("file_change", "statutory_duty"))
        for number, (form, basis) in enumerate((*filed, ("help", "consent"), ("e", "emergency"))):
            submission = Submission(
                draft_id=f"d{number}",
                definition=Definition(form=form, version="1", source=b"<x/>"),
                values={},
                area=child.area,
                child_id=child.id,
                case_id=case.case_id if form == "e" else None,
                legal_basis=basis,
            )
            await book.submit(county.supervisor, submission, policies.at("", DAY))
        told = (Basis("consent", 1, DAY), Basis("statutory_duty", 2, DAY))
        assert (await Rights(unit).own_data(county.guardian, child.id)).bases == told
        assert tuple(await book.bases(county.director, child.id)) == told
        known = await book.bases(county.supervisor, child.id, "review")
        assert [one.name for one in known] == ["consent", "emergency", "statutory_duty"]
        with pytest.raises(DeniedError):
            await book.bases(county.next_director, child.id, "review")
