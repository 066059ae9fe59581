"""Cases: opened once, moved by rule, hidden from whom they must be hidden."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from cases.access import Purpose
from cases.casebook import NewCase, PoliceContact
from cases.db.casebook import CaseBook
from cases.db.children import Children
from cases.db.rights import Rights
from cases.db.submissions import Submissions
from cases.errors import DeniedError, GuardError
from cases.people import Principal
from cases.submissions import Definition, Submission
from cases.workflow import CloseReason, Outcome, State
from kernel.errors import MissingError

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
LONG = timedelta(days=1)
STORY = {"what": "独自在家三天", "place": "柳湾村二组"}


def new(county, draft="d1", **values):
    values = {"severity": "P1", "situations": ("A1",), "area": county.village} | values
    return NewCase(draft_id=draft, details=STORY, **values)


async def raise_case(county, who=None, **values):
    async with county.store.unit() as unit:
        opened = await CaseBook(unit).open_case(who or county.director, new(county, **values))
        await unit.commit()
    return opened


async def act(county, name, *args):
    async with county.store.unit() as unit:
        result = await getattr(CaseBook(unit), name)(*args)
        await unit.commit()
    return result


async def test_a_report_becomes_one_case_however_often_it_is_sent(county):
    first = await raise_case(county)
    again = await raise_case(county)
    assert first.number == "A-20261123-001"
    assert (again.number, again.is_new) == (first.number, False)


async def test_ones_own_late_reports_are_found_among_many_of_others(county):
    stranger = Principal(channel="telegram", chat="31337")
    mine = await raise_case(county, draft="mine")
    theirs = await raise_case(county, stranger, draft="theirs")
    for number in range(30):
        await raise_case(county, county.untrained, draft=f"other {number}")
    for who, case in ((county.director, mine), (stranger, theirs)):
        found = await act(county, "own_around", who, AT, LONG)
        assert [line.number for line in found] == [case.number]
        assert await act(county, "own_around", who, AT.replace(year=2100), LONG) == []


async def test_a_report_of_tomorrow_is_not_one_of_just_now(county):
    """Raised while the clock was a day ahead; it has been set back since."""
    await raise_case(county)
    yesterday = AT - timedelta(days=2)
    assert await act(county, "own_around", county.director, yesterday, LONG) == []


async def test_a_report_hidden_from_its_own_reporter_is_not_found_among_theirs(county):
    me = county.director
    await raise_case(county, hidden_from=(me.person_id,))
    assert await act(county, "own_around", me, AT, LONG) == []


async def test_an_untrained_director_and_a_stranger_can_raise_an_emergency(county):
    assert (await raise_case(county, county.untrained, draft="a")).is_new
    stranger = Principal(channel="telegram", chat="31337")
    opened = await raise_case(county, stranger, draft="b")
    card = await act(county, "card", stranger, opened.number)
    assert card.details == STORY


async def test_the_whole_way_from_alarm_to_close(county):
    case = await raise_case(county)
    me, boss = county.director, county.supervisor
    assert await act(county, "acknowledge", boss, case.case_id) is State.ACKED_SUPERVISOR
    with pytest.raises(GuardError) as refused:
        await act(county, "close", boss, case.case_id, CloseReason.RESOLVED)
    assert refused.value.reply.key == "cases-guard-police"
    called = PoliceContact(at=AT, station="110", officer="甲警官")
    assert await act(county, "police", me, case.case_id, called) is State.ACKED_SUPERVISOR
    card = await act(county, "card", boss, case.number)
    assert card.line.police_contacted_at == AT
    assert card.line.needs_receipt
    receipt = PoliceContact(
        at=AT, station="石溪派出所", receipt_no="示公受〔2026〕1号", outcome=Outcome.ACCEPTED
    )
    assert await act(county, "police", me, case.case_id, receipt) is State.POLICE_ACCEPTED
    assert await act(county, "step", boss, case.case_id, State.SAFETY_CONFIRMED, "已到家")
    await act(county, "add_details", me, case.case_id, {"injury": "无"})
    with pytest.raises(DeniedError):
        await act(county, "close", me, case.case_id, CloseReason.RESOLVED)
    await act(county, "close", boss, case.case_id, CloseReason.RESOLVED, "母亲已返乡")
    card = await act(county, "card", me, case.case_id)
    assert card.line.state is State.CLOSED
    assert card.close_reason is CloseReason.RESOLVED
    assert card.police == replace(receipt, officer="甲警官")  # what was said before stays
    assert card.details == {**STORY, "injury": "无"}
    assert [event.kind for event in card.events] == [
        "opened",
        "acknowledged",
        "police",
        "police",
        "step",
        "details",
        "closed",
    ]
    assert card.events[-1].note == {"note": "母亲已返乡"}
    for secret in ("独自", "示公受", "母亲"):
        assert secret not in repr(card)
    with pytest.raises(GuardError):
        await act(county, "close", boss, case.case_id, CloseReason.RESOLVED)


async def test_a_restricted_case_is_hidden_in_the_village_but_not_from_its_reporter(county):
    async with county.store.reading() as unit:
        child = (await Children(unit).mine(county.director))[0]
    case = await raise_case(county, county.guardian, situations=("N2",), child_id=child.id)
    with pytest.raises(DeniedError) as refused:
        await act(county, "card", county.director, case.number)
    assert refused.value.why == "restricted"
    assert await act(county, "lines", county.director) == []
    assert await act(county, "card", county.guardian, case.number)
    assert await act(county, "card", county.supervisor, case.number)
    async with county.store.reading() as unit:
        entries = await Children(unit).timeline(county.director, child.id)
    assert all(entry.kind != "case" for entry in entries)


async def test_the_form_of_a_restricted_case_tells_the_village_nothing_either(county, policies):
    """Who of the village reported it reads the answers; the director of the child does not."""
    async with county.store.reading() as unit:
        child = (await Children(unit).mine(county.director))[0]
    case = await raise_case(county, county.next_director, situations=("N2",), child_id=child.id)
    form = Submission(
        draft_id="d1",
        definition=Definition(form="emergency_report", version="1", source=b"<xform/>"),
        values={"/data/suspect": "same household"},
        area=child.area,
        child_id=child.id,
        case_id=case.case_id,
        legal_basis="emergency",
    )
    async with county.store.unit() as unit:
        policy = policies.at(child.area, date(2026, 11, 23))
        receipt = await Submissions(unit).submit(county.next_director, form, policy)
        await Children(unit).tie_guardian(county.director, child.id, county.guardian.person_id)
        await unit.commit()
    async with county.store.unit() as unit:
        forms = Submissions(unit)
        with pytest.raises(DeniedError) as refused:
            await forms.answers(county.director, receipt.number, Purpose.VISIT)
        assert refused.value.why == "restricted"
        with pytest.raises(DeniedError):
            await forms.answers(county.guardian, receipt.number, Purpose.GUARDIAN)
        assert await forms.last_of(county.director, "emergency_report", child.id) is None
        for who in (county.next_director, county.supervisor):
            assert await forms.answers(who, receipt.number) == dict(form.values)
        told = await Children(unit).timeline(county.director, child.id)
        assert receipt.number not in {entry.ref for entry in told}
        own = await Rights(unit).own_data(county.guardian, child.id)
        assert receipt.number not in {entry.ref for entry in own.timeline}
        known = await Children(unit).timeline(county.supervisor, child.id, Purpose.REVIEW)
        assert receipt.number in {entry.ref for entry in known}


async def test_a_case_that_later_turns_out_restricted_is_hidden_from_then_on(county):
    case = await raise_case(county, county.guardian)
    assert await act(county, "card", county.director, case.number)
    await act(county, "regrade", county.guardian, case.case_id, "P0", ("N1",))
    with pytest.raises(DeniedError):
        await act(county, "card", county.director, case.number)


async def test_whoever_is_named_as_involved_sees_nothing_of_it(county):
    case = await raise_case(county, hidden_from=(county.supervisor.person_id,))
    with pytest.raises(DeniedError):
        await act(county, "card", county.supervisor, case.number)
    with pytest.raises(DeniedError):
        await act(county, "acknowledge", county.supervisor, case.case_id)
    assert await act(county, "lines", county.supervisor) == []
    assert len(await act(county, "lines", county.officer)) == 1


async def test_another_town_and_another_village_see_nothing(county):
    case = await raise_case(county)
    for who in (county.other_supervisor, county.next_director):
        with pytest.raises(DeniedError):
            await act(county, "card", who, case.number)
        assert await act(county, "lines", who) == []


async def test_a_number_that_does_not_exist_is_said_to_be_missing(county):
    with pytest.raises(MissingError):
        await act(county, "card", county.officer, "A-19990101-001")


async def test_numbers_are_unique_when_many_report_at_once(county):
    opened = await asyncio.gather(
        *(raise_case(county, draft=f"d{number}") for number in range(12))
    )
    numbers = sorted(case.number for case in opened)
    assert numbers == [f"A-20261123-{number:03d}" for number in range(1, 13)]
