"""The roster: who is responsible where, and how chats are bound to people and cut off."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cases.db.invites import MAX_TRIES, Invitation, Invites
from cases.db.people import Address, People
from cases.db.responders import Responders
from cases.db.rows import InviteRow
from cases.errors import DeniedError
from cases.people import SYSTEM, Role, principal, role_of

DAY = date(2026, 11, 23)


async def invite(county, by=None, **values):
    values = {"role": Role.CHILD_DIRECTOR, "area": county.village} | values
    async with county.store.unit() as unit:
        code = await Invites(unit).make(Invitation(**values), by or county.supervisor)
        await unit.commit()
    return code


async def bind(county, code, chat="555"):
    async with county.store.unit() as unit:
        bound = await Invites(unit).bind(code, "telegram", chat)
        await unit.commit()
    return bound


async def who(county, chat="555"):
    async with county.store.reading() as unit:
        return await People(unit).by_chat("telegram", chat)


def test_roles_are_understood_by_their_short_names():
    assert role_of("supervisor") is Role.CHILD_SUPERVISOR
    assert role_of(" Child_Director ") is Role.CHILD_DIRECTOR


async def test_the_nearest_worker_is_responsible_and_whoever_is_on_leave_is_not(county):
    async with county.store.unit() as unit:
        people = People(unit)
        found = await people.workers(Role.CHILD_SUPERVISOR, county.village, DAY)
        assert [p.id for p in found] == [county.supervisor.person_id]
        officers = await people.workers(Role.COUNTY_OFFICER, county.village, DAY)
        assert len(officers) == 2
        await people.set_leave(county.supervisor.person_id, DAY, county.officer)
        assert not await people.workers(Role.CHILD_SUPERVISOR, county.village, DAY)
        back = DAY + timedelta(days=1)
        assert await people.workers(Role.CHILD_SUPERVISOR, county.village, back)


async def test_a_code_binds_one_chat_to_one_worker_once(county):
    code = await invite(county, person_id=county.director.person_id)
    bound = await bind(county, code)
    assert bound.person.id == county.director.person_id
    assert bound.reply.key == "cases-invite-done"
    assert (await who(county)).name == "周东方"
    assert (await bind(county, code, "556")).why == "used"
    other = await invite(county, person_id=county.next_director.person_id)
    assert (await bind(county, other)).why == "bound"


async def test_a_new_phone_replaces_the_old_one(county):
    await bind(county, await invite(county, person_id=county.director.person_id), "555")
    await bind(county, await invite(county, person_id=county.director.person_id), "777")
    assert await who(county, "555") is None
    async with county.store.reading() as unit:
        addresses = await People(unit).addresses(county.director.person_id)
    assert addresses == [Address("telegram", "777")]


async def test_five_wrong_codes_lock_a_chat_for_an_hour(county, clock):
    code = await invite(county, person_id=county.director.person_id)
    for _ in range(MAX_TRIES):
        assert (await bind(county, "wrong")).why == "wrong"
    assert (await bind(county, code)).why == "tries"
    clock.pass_days(2 / 24)
    assert (await bind(county, code)).person


async def test_an_old_or_revoked_code_opens_nothing(county, clock):
    code = await invite(county, person_id=county.director.person_id)
    clock.pass_days(1.1)
    assert (await bind(county, code)).why == "expired"
    code = await invite(county, person_id=county.director.person_id)
    async with county.store.unit() as unit:
        await Invites(unit).revoke_for(county.director.person_id)
        await unit.commit()
    assert (await bind(county, code)).why == "expired"


async def test_only_a_hash_of_the_code_is_kept(county):
    code = await invite(county, name="新来者", phone="19900009999")
    async with county.store.reading() as unit:
        rows = (await unit.connection.execute(InviteRow.__table__.select())).all()
    assert all(code not in str(row) for row in rows)


async def test_nobody_is_invited_across_the_border_or_above_oneself(county):
    for values in (
        {"area": county.other_town_village},
        {"role": Role.COUNTY_OFFICER},
        {"person_id": county.officer.person_id},
    ):
        with pytest.raises(DeniedError):
            await invite(county, **values)
    with pytest.raises(DeniedError):
        await invite(county, by=county.director)


async def test_a_lost_phone_is_unbound_in_one_step(county):
    code = await invite(county, person_id=county.director.person_id)
    await bind(county, code)
    async with county.store.unit() as unit:
        with pytest.raises(DeniedError):
            await People(unit).revoke(county.director.person_id, county.other_supervisor)
        assert await People(unit).revoke(county.director.person_id, county.supervisor) == 1
        await unit.commit()
    assert await who(county) is None
    assert principal(None, "telegram", "555").role is Role.GUARDIAN


async def test_a_chat_that_refuses_us_is_no_address_until_it_speaks_again(county):
    await bind(county, await invite(county, person_id=county.director.person_id))
    async with county.store.unit() as unit:
        people = People(unit)
        await people.mark_unreachable("telegram", "555")
        assert not await people.addresses(county.director.person_id)
        await people.mark_reachable("telegram", "555")
        assert await people.addresses(county.director.person_id)


async def test_the_console_may_invite_anyone(county):
    code = await invite(county, by=SYSTEM, role=Role.COUNTY_OFFICER, area=county.code)
    person = (await bind(county, code)).person
    assert person.role is Role.COUNTY_OFFICER
    assert person.qualified_on is None


async def test_a_ladder_that_names_only_telephones_finds_nobody_and_does_not_fail(county):
    async with county.store.reading() as unit:
        assert await Responders(unit).around(county.village, []) == {}
        assert await Responders(unit).around("", []) == {}
        everyone = await Responders(unit).around(county.village, [Role.CHILD_SUPERVISOR.value])
    assert county.supervisor.person_id in everyone
