"""The files: who sees which, what changes are kept, and how two writers meet."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from cases.access import Purpose
from cases.children import Change
from cases.db.child_lists import ChildLists, Wanted
from cases.db.children import Children
from cases.db.rights import Rights
from cases.db.rows import AuditRow
from cases.db.subjects import Subjects, child_subject
from cases.errors import ConflictError, DeniedError, ReasonNeededError
from cases.vault import ForgottenError
from kernel.errors import InputError

TODAY = date(2026, 11, 23)


async def first(county, who=None):
    async with county.store.reading() as unit:
        return (await Children(unit).mine(who or county.director))[0]


async def apply(county, child, who=None, **change):
    async with county.store.unit() as unit:
        changed = await Children(unit).apply(
            who or county.director, Change(child_id=child.id, **change)
        )
        await unit.commit()
    return changed


async def open_file(county, child, who=None, purpose=Purpose.VISIT):
    async with county.store.unit() as unit:
        file = await Children(unit).open(who or county.director, child.id, purpose)
        await unit.commit()
    return file


async def test_an_opened_file_shows_its_fields_and_its_gaps_and_stands_in_the_log(county):
    child = await first(county)
    file = await open_file(county, child)
    assert file.fields["name"] == "陈立春"
    assert file.line.age(date(2026, 11, 23)) == 8
    assert {"current_address", "school_status", "guardianship_quality"} <= set(file.gaps)
    assert not {"name", "id_no", "actual_caregiver", "disability_types"} & set(file.gaps)
    assert "陈立春" not in repr(file)
    async with county.store.reading() as unit:
        query = select(AuditRow.actor, AuditRow.detail).where(
            AuditRow.action == "child.read", AuditRow.object == f"child:{child.id}"
        )
        rows = (await unit.connection.execute(query)).all()
    assert rows == [(county.director.person_id, {"purpose": "visit"})]


async def test_no_file_opens_where_the_opening_cannot_be_logged(county):
    child = await first(county)
    async with county.store.reading() as unit:
        with pytest.raises(RuntimeError, match="keeps no log"):
            await Children(unit).open(county.director, child.id, Purpose.VISIT)


async def test_another_village_and_another_town_stay_closed(county):
    child = await first(county)
    for who in (county.next_director, county.other_supervisor):
        with pytest.raises(DeniedError):
            await open_file(county, child, who)


async def test_the_supervisor_must_say_what_for(county):
    child = await first(county)
    with pytest.raises(ReasonNeededError):
        await open_file(county, child, county.supervisor, Purpose.NONE)
    assert await open_file(county, child, county.supervisor, Purpose.REVIEW)


async def test_a_guardian_opens_the_own_child_and_no_other(county):
    lines = {}
    async with county.store.reading() as unit:
        lines = {line.name: line for line in await Children(unit).mine(county.director)}
    assert await open_file(county, lines["陈立春"], county.guardian, Purpose.GUARDIAN)
    with pytest.raises(DeniedError):
        await open_file(county, lines["李雨水"], county.guardian, Purpose.GUARDIAN)


async def test_a_change_keeps_what_stood_there_before(county):
    child = await first(county)
    changed = await apply(
        county, child, updates={"school_status": "primary", "health": "healthy"}, source="V-1"
    )
    assert changed == ("school_status",)
    async with county.store.reading() as unit:
        entries = await Children(unit).timeline(county.director, child.id)
    assert entries[0].kind == "changed"
    assert entries[0].ref == "V-1"
    assert entries[0].changes == {"school_status": (None, "primary")}


async def test_saying_again_what_the_file_says_changes_nothing(county):
    child = await first(county)
    assert await apply(county, child, updates={"health": "healthy"}) == ()
    assert (await open_file(county, child)).version == 2


async def test_two_writers_of_different_fields_are_joined_and_of_one_field_refused(county):
    child = await first(county)
    seen = (await open_file(county, child)).version
    await apply(county, child, updates={"health": "ill"}, expected_version=seen)
    assert await apply(county, child, updates={"school_status": "primary"}, expected_version=seen)
    with pytest.raises(ConflictError) as refused:
        await apply(county, child, updates={"health": "chronic"}, expected_version=seen)
    assert refused.value.fields == ("health",)
    assert (await open_file(county, child)).fields["health"] == "ill"


async def test_an_untrained_director_changes_nothing(county):
    child = await first(county, county.untrained)
    with pytest.raises(DeniedError) as refused:
        await apply(county, child, county.untrained, updates={"health": "ill"})
    assert refused.value.why == "unqualified"


@pytest.mark.parametrize(
    ("updates", "key"),
    [
        ({"birth_date": "去年"}, "cases-birth-date"),
        ({"risk_level": "pink"}, "cases-risk-level"),
        ({"id_no": "123"}, "cases-id-length"),
    ],
)
async def test_what_would_spoil_the_file_is_refused_with_one_sentence(county, updates, key):
    child = await first(county)
    with pytest.raises(InputError) as refused:
        await apply(county, child, updates=updates)
    assert refused.value.reply.key == key


async def test_a_new_child_gets_a_number_a_director_and_a_first_visit(county, policies):
    day = date(2026, 11, 23)
    async with county.store.unit() as unit:
        line = await Children(unit).add(
            county.supervisor,
            county.village,
            {"name": "新小来", "child_types": "left_behind poverty"},
            policies.at(county.village, day),
        )
        await unit.commit()
    assert line.file_no == "C-0025"
    assert line.director_id == county.director.person_id
    assert line.next_visit_on == date(2026, 11, 30)
    assert line.kinds == ("left_behind", "poverty")
    assert line.age(day) is None


@pytest.mark.parametrize("typed", ["陈立春", "立春", "chenlichun", "ChenLi", "clc", "#C-0001"])
async def test_a_child_is_found_by_name_pinyin_initials_or_number(county, typed):
    async with county.store.reading() as unit:
        found = await Children(unit).find(county.director, typed)
    assert [line.name for line in found] == ["陈立春"]


async def test_a_search_never_leaves_the_own_area(county):
    async with county.store.reading() as unit:
        children = Children(unit)
        assert not await children.find(county.next_director, "陈立春")
        assert await children.find(county.officer, "陈立春")
        assert len(await children.mine(county.officer)) == 24
        assert len(await children.mine(county.supervisor)) == 13


async def test_a_forgotten_child_cannot_be_read_again(county):
    child = await first(county)
    async with county.store.unit() as unit:
        await Subjects(unit).forget(child_subject(child.id))
        await unit.commit()
    with pytest.raises(ForgottenError):
        await open_file(county, child)
    async with county.store.reading() as unit:
        assert "陈立春" not in {line.name for line in await Children(unit).mine(county.director)}
        count = await unit.connection.execute(select(func.count(AuditRow.seq)))
        assert count.scalar_one() > 0


async def test_who_is_of_age_and_still_on_the_ledger_is_found_in_ones_own_area(county, policies):
    born = {"a": "2008-11-22", "b": "2008-11-23", "c": "2008-11-24", "d": ""}  # today: 2026-11-23
    async with county.store.unit() as unit:
        children, policy = Children(unit), policies.at(county.village, TODAY)
        before = await ChildLists(unit).grown(county.supervisor)
        for name, day in born.items():
            fields = {"name": f"甲{name}"} | ({"birth_date": day} if day else {})
            await children.add(county.director, county.village, fields, policy)
        found = await ChildLists(unit).page(county.supervisor, Wanted(grown=True), limit=50)
        names = {line.name for line in found.lines}
        assert {"甲a", "甲b"} <= names
        assert not {"甲c", "甲d"} & names
        assert await ChildLists(unit).grown(county.supervisor) == before + 2
        assert await ChildLists(unit).grown(county.other_supervisor) == 0
        page = await ChildLists(unit).page(county.director, Wanted(grown=True), limit=1)
        assert (len(page.lines), page.more) == (1, True)
        await Rights(unit).leave(county.supervisor, page.lines[0].id, "grown")
        assert await ChildLists(unit).grown(county.supervisor) == before + 1


async def test_what_was_changed_after_a_moment_is_known_but_for_one_submission(county, clock):
    child = await first(county)
    before = clock.now()
    await apply(county, child, updates={"current_address": "柳湾村五组"}, source="S-1")
    async with county.store.reading() as unit:
        book = Children(unit)
        after = clock.now()
        assert await book.changed_after(county.director, child.id, before) == {"current_address"}
        assert not await book.changed_after(county.director, child.id, before, but="S-1")
        assert not await book.changed_after(county.director, child.id, after)
