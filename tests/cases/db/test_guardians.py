"""Guardians are registered by who answers for the child, and the log says who did it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from cases.db.children import Children
from cases.db.drafts import Beginning, Drafts
from cases.db.guardians import Guardians
from cases.db.invites import Invitation, Invites
from cases.db.people import People
from cases.db.rights import Rights
from cases.db.rows import AuditRow
from cases.errors import DeniedError
from cases.people import Role, principal
from kernel.errors import MissingError


async def childless(unit, county):
    """Return a child of the director for whom no guardian is registered."""
    for line in await Children(unit).mine(county.director):
        if not await Guardians(unit).of(county.director, line.id):
            return line
    raise AssertionError


async def logged(unit, action):
    query = select(AuditRow.actor, AuditRow.object, AuditRow.detail)
    return list(
        await unit.connection.execute(
            query.where(AuditRow.action == action).order_by(AuditRow.seq)
        )
    )


@pytest.mark.parametrize("who", ["director", "supervisor", "officer"])
async def test_who_answers_for_a_child_registers_its_guardian(county, who):
    me = getattr(county, who)
    async with county.store.unit() as unit:
        child = await childless(unit, county)
        before = len(await logged(unit, "guardian.tie"))
        code = await Guardians(unit).register(me, child.id, "梁秋")
        bound = await Invites(unit).bind(code, "telegram", "777")
        assert bound.person is not None
        assert (bound.person.role, bound.person.area) == (Role.GUARDIAN, county.village)
        family = principal(bound.person, "telegram", "777")
        assert [one.id for one in await Rights(unit).children_of(family)] == [child.id]
        await unit.commit()
    async with county.store.unit() as unit:
        ties = await logged(unit, "guardian.tie")
    assert len(ties) == before + 1
    assert (ties[-1].actor, ties[-1].object) == (me.actor, f"child:{child.id}")
    assert bound.person.id in str(ties[-1].detail)


@pytest.mark.parametrize("who", ["next_director", "untrained", "other_supervisor", "guardian"])
async def test_nobody_else_does(county, who):
    me = getattr(county, who)
    async with county.store.unit() as unit:
        child = await childless(unit, county)
        with pytest.raises(DeniedError):
            await Guardians(unit).register(me, child.id, "梁秋")
        with pytest.raises(DeniedError):
            await Children(unit).tie_guardian(me, child.id, county.guardian.person_id)


async def test_a_director_needs_the_first_training_and_the_own_child(county):
    async with county.store.unit() as unit:
        child = await childless(unit, county)
        for me in (
            replace(county.director, qualified=False),
            replace(county.director, person_id=county.next_director.person_id),
        ):
            with pytest.raises(DeniedError):
                await Guardians(unit).register(me, child.id, "梁秋")


async def test_no_worker_and_no_unknown_person_becomes_a_guardian(county):
    async with county.store.unit() as unit:
        child = await childless(unit, county)
        for person_id in (county.director.person_id, "nobody"):
            with pytest.raises(MissingError):
                await Children(unit).tie_guardian(county.supervisor, child.id, person_id)


async def test_a_director_makes_no_code_for_another_familys_guardian(county):
    async with county.store.unit() as unit:
        child = await childless(unit, county)
        resource = await Children(unit).resource(child.id)
        with pytest.raises(MissingError):
            await Guardians(unit).invite(county.director, child.id, county.guardian.person_id)
        with pytest.raises(MissingError):
            await Guardians(unit).share(county.director, child.id, county.guardian.person_id)
        for fresh in (
            Invitation(
                role=Role.GUARDIAN,
                area=county.village,
                person_id=county.guardian.person_id,
                child=resource,
            ),
            Invitation(role=Role.GUARDIAN, area=county.village, name="梁秋", child=resource),
        ):
            with pytest.raises(DeniedError):
                await Invites(unit).make(fresh, county.director)


async def test_only_who_manages_people_moves_a_connected_guardian(county):
    async with county.store.unit() as unit:
        child = await childless(unit, county)
        book = Guardians(unit)
        code = await book.register(county.director, child.id, "梁秋")
        person = (await book.of(county.director, child.id))[0]
        again = await book.invite(county.director, child.id, person.id)
        assert (await Invites(unit).bind(code, "telegram", "777")).why == "expired"
        assert (await Invites(unit).bind(again, "telegram", "777")).person is not None
        assert await People(unit).bound(person.id)
        with pytest.raises(DeniedError):
            await book.invite(county.director, child.id, person.id)
        await book.invite(county.supervisor, child.id, person.id)


async def test_a_guardian_tied_by_mistake_sees_nothing_from_then_on(county):
    async with county.store.unit() as unit:
        book, rights = Guardians(unit), Rights(unit)
        child = (await rights.children_of(county.guardian))[0]
        wrong = county.guardian.person_id
        begun = Beginning(form="help", version="1", child_id=child.id, session={})
        await Drafts(unit).begin(county.guardian, begun)
        for who in (county.director, county.other_supervisor, county.guardian):
            with pytest.raises(DeniedError):
                await book.untie(who, child.id, wrong)
        await book.untie(county.supervisor, child.id, wrong)
        with pytest.raises(MissingError):
            await book.untie(county.supervisor, child.id, wrong)
        assert child.id not in {one.id for one in await rights.children_of(county.guardian)}
        with pytest.raises(DeniedError):
            await rights.own_data(county.guardian, child.id)
        assert await Drafts(unit).open_of("telegram", county.guardian.chat) is None
        assert await book.of(county.director, child.id) == []
        await unit.commit()
    async with county.store.unit() as unit:
        row = (await logged(unit, "guardian.untie"))[-1]
    assert (row.actor, row.object) == (county.supervisor.actor, f"child:{child.id}")


async def test_the_code_of_a_guardian_untied_before_it_was_used_opens_nothing(county):
    async with county.store.unit() as unit:
        child, book = await childless(unit, county), Guardians(unit)
        code = await book.register(county.director, child.id, "梁秋")
        person = (await book.of(county.director, child.id))[0]
        await book.untie(county.officer, child.id, person.id)
        assert (await Invites(unit).bind(code, "telegram", "777")).person is None
