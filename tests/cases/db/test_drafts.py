"""Drafts: one open per chat, others wait unharmed, and nobody resumes another's."""

from __future__ import annotations

import pytest

from cases.db.children import Children
from cases.db.drafts import Beginning, Drafts, expire_drafts
from cases.db.people import People
from cases.policies import load_policies
from kernel.errors import MissingError

SESSION = {"answers": {"/data/living": "grandparents"}, "at": 3, "words": "孩子说想妈妈"}


async def begin(county, who=None, **values):
    values = {"form": "visit_checkin", "version": "1", "session": SESSION} | values
    async with county.store.unit() as unit:
        draft = await Drafts(unit).begin(who or county.director, Beginning(**values))
        await unit.commit()
    return draft


async def test_a_draft_comes_back_as_it_was_left(county):
    async with county.store.reading() as unit:
        child = (await Children(unit).mine(county.director))[0]
    draft = await begin(county, child_id=child.id)
    async with county.store.unit() as unit:
        await Drafts(unit).save(draft, {**SESSION, "at": 4})
        await unit.commit()
    async with county.store.reading() as unit:
        again = await Drafts(unit).open_of("telegram", county.director.chat)
    assert again.session == {**SESSION, "at": 4}
    assert again.child_id == child.id
    assert again.subject == f"child:{child.id}"
    assert "想妈妈" not in repr(again)


async def test_beginning_another_parks_the_first_and_resuming_swaps_them(county):
    visit = await begin(county)
    emergency = await begin(county, form="emergency_report", session={"at": 0})
    async with county.store.unit() as unit:
        drafts = Drafts(unit)
        chat = ("telegram", county.director.chat)
        assert (await drafts.open_of(*chat)).id == emergency.id
        assert [d.id for d in await drafts.parked(*chat)] == [visit.id]
        resumed = await drafts.resume(*chat, visit.id)
        assert resumed.session == SESSION
        assert resumed.state == "open"
        assert [d.id for d in await drafts.parked(*chat)] == [emergency.id]


async def test_what_was_begun_on_a_lost_phone_waits_on_the_new_one(county):
    visit = await begin(county)
    other = await begin(county, county.next_director)
    async with county.store.unit() as unit:
        await People(unit).revoke(county.director.person_id, county.supervisor)
        await People(unit).bind(county.director.person_id, "telegram", "555")
        await unit.commit()
    async with county.store.unit() as unit:
        drafts = Drafts(unit)
        assert [d.id for d in await drafts.parked("telegram", "555")] == [visit.id]
        assert await drafts.open_of("telegram", county.director.chat) is None
        kept = await drafts.open_of("telegram", county.next_director.chat)
        assert kept is not None
        assert kept.id == other.id
        resumed = await drafts.resume("telegram", "555", visit.id)
        assert resumed.session == SESSION


async def test_nobody_resumes_a_draft_of_another_chat(county):
    visit = await begin(county)
    await begin(county, form="other")
    async with county.store.unit() as unit:
        with pytest.raises(MissingError):
            await Drafts(unit).resume("telegram", county.next_director.chat, visit.id)


async def test_what_was_dropped_or_handed_in_is_gone_from_the_list(county):
    first = await begin(county)
    second = await begin(county)
    async with county.store.unit() as unit:
        drafts = Drafts(unit)
        await drafts.submitted(second)
        await drafts.drop(first)
        assert await drafts.open_of("telegram", county.director.chat) is None
        assert await drafts.parked("telegram", county.director.chat) == []


async def test_an_unknown_person_has_drafts_too(county):
    from cases.people import Principal

    stranger = Principal(channel="telegram", chat="31337")
    draft = await begin(county, stranger, form="emergency_report")
    assert draft.subject == "chat:telegram:31337"
    async with county.store.reading() as unit:
        assert (await Drafts(unit).open_of("telegram", "31337")).session == SESSION


async def test_a_draft_nobody_touched_expires_unless_sending_was_tried(county, clock):
    first = await begin(county)
    second = await begin(county)
    async with county.store.unit() as unit:
        await Drafts(unit).tried(second)
        await unit.commit()
    clock.pass_days(59)
    assert await expire_drafts(county.store, load_policies()) == 0
    clock.pass_days(2)
    assert await expire_drafts(county.store, load_policies()) == 1
    async with county.store.reading() as unit:
        here = await Drafts(unit).open_of("telegram", county.director.chat)
        parked = await Drafts(unit).parked("telegram", county.director.chat)
    assert here.id == second.id
    assert first.id not in {draft.id for draft in parked}


async def test_what_another_had_begun_in_a_chat_waits_for_their_own(county):
    draft = await begin(county)
    chat, owner = county.director.chat, county.director.person_id
    async with county.store.unit() as unit:
        people, drafts = People(unit), Drafts(unit)
        await people.bind(county.supervisor.person_id, "telegram", chat)
        assert await drafts.open_of("telegram", chat) is None
        assert await drafts.parked("telegram", chat) == []
        await people.bind(owner, "telegram", "777")
        assert [one.id for one in await drafts.parked("telegram", "777")] == [draft.id]
