"""The demo county: what a first look finds in it."""

from __future__ import annotations

from sqlalchemy import func, select

from cases.db.children import Children
from cases.db.people import People
from cases.db.rows import ChildRow
from cases.people import Role
from cases.seed import seed_demo


async def test_the_demo_county_has_every_kind_of_child_and_worker(county):
    async with county.store.reading() as unit:
        rows = (await unit.connection.execute(select(ChildRow.kinds, ChildRow.area))).all()
        people = await People(unit).roster(county.code)
    kinds = {kind for row in rows for kind in row.kinds}
    assert len(rows) >= 24
    assert len({row.area for row in rows}) == 4
    assert len(kinds) == 11
    directors = [p for p in people if p.role is Role.CHILD_DIRECTOR]
    assert len(directors) == 4
    assert [p.qualified_on for p in directors].count(None) == 1


async def test_seeding_twice_writes_nothing_new_and_gives_fresh_invites(county, policies):
    first = await seed_demo(county.store, policies)
    async with county.store.reading() as unit:
        count = (await unit.connection.execute(select(func.count(ChildRow.id)))).scalar()
    assert count == 24
    assert [p.role for p in first] == [
        Role.CHILD_DIRECTOR,
        Role.CHILD_SUPERVISOR,
        Role.COUNTY_OFFICER,
        Role.GUARDIAN,
    ]
    assert all(phone.invite for phone in first)


async def test_a_director_sees_the_own_children_soonest_visit_first(county):
    async with county.store.reading() as unit:
        lines = await Children(unit).mine(county.director)
    assert len(lines) == 7
    assert {line.area for line in lines} == {county.village}
    assert lines[0].name == "陈立春"
    assert "陈立春" not in repr(lines)
