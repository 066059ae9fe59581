"""No sequence of actions, by anyone, reads or changes a child outside one's area and role."""

from __future__ import annotations

import asyncio
import shutil
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from cases.access import Purpose
from cases.areas import within
from cases.casebook import NewCase
from cases.children import Change
from cases.db.attachments import Attachments
from cases.db.casebook import CaseBook
from cases.db.children import Children
from cases.db.exports import Exports
from cases.db.matters import Matters
from cases.db.people import People
from cases.db.reviews import Reviews
from cases.db.rights import Rights
from cases.db.rows import CaseRow, ChildGuardianRow, ChildRow
from cases.db.staff import Staff
from cases.db.store import Store, open_engine
from cases.db.twins import Twins
from cases.exports import ExportKind, Wanted
from cases.matters import MatterKind, NewMatter
from cases.people import MANAGERS, Principal, Role, principal
from cases.policies import load_policies
from kernel.clock import SystemClock
from kernel.errors import TongbanError

COUNTY = "990101000000"
POLICY = load_policies().at(COUNTY, date(2026, 11, 23))
READ, CHANGE = "read", "change"


async def open_file(unit, who, child):
    await Children(unit).open(who, child.id, Purpose.REVIEW)
    return READ


async def read_timeline(unit, who, child):
    await Children(unit).timeline(who, child.id, Purpose.REVIEW)
    return READ


async def read_line(unit, who, child):
    await Children(unit).line(who, child.id)
    return READ


async def list_files(unit, who, child):
    await Attachments(unit).of_child(who, child.id, Purpose.REVIEW)
    return READ


async def list_matters(unit, who, child):
    await Matters(unit).of_child(who, child.id)
    return READ


async def search(unit, who, child):
    found = await Children(unit).find(who, child.file_no)
    return READ if found else ""


async def change_file(unit, who, child):
    change = Change(child_id=child.id, updates={"health": "ill", "school_name": who.actor})
    return CHANGE if await Children(unit).apply(who, change) else ""


async def refer(unit, who, child):
    new = NewMatter(kind=MatterKind.REFERRAL, area=who.area, child_id=child.id, topic="education")
    await Matters(unit).open(who, new)
    return CHANGE


async def set_risk(unit, who, child):
    await Reviews(unit).decide_risk(who, child.id, "red", POLICY)
    return CHANGE


async def take_off(unit, who, child):
    await Rights(unit).leave(who, child.id, "moved")
    return CHANGE


async def forget(unit, who, child):
    await Rights(unit).forget(who, child.id)
    return CHANGE


async def join(unit, who, child):
    await Twins(unit).join_household(who, child.id, child.id)
    return CHANGE


async def assign(unit, who, child):
    await Staff(unit).assign(child.id, child.director_id or "", who)
    return CHANGE


async def ask_export(unit, who, child):
    ticket = await Exports(unit).ask(who, Wanted(ExportKind.CHILDREN), child.area)
    export = await Exports(unit).fetch(who, ticket.number)
    return READ if any(row[0] == child.file_no for row in export.rows) else ""


async def help_of_others(unit, who, child):
    new = NewMatter(kind=MatterKind.HELP, area=child.area, topic="call_back", words={"a": "b"})
    asker = Principal(channel="telegram", chat="someone else")
    matter = await Matters(unit).open(asker, new)
    await Matters(unit).card(who, matter.id, Purpose.ASSISTANCE)
    return READ


async def own_data(unit, who, child):
    await Rights(unit).own_data(who, child.id)
    return READ


async def merge(unit, who, child):
    other = (await unit.connection.execute(select(ChildRow.id).limit(1))).scalar_one()
    await Twins(unit).merge(who, child.id, other)
    return CHANGE


ACTS = (
    ask_export,
    help_of_others,
    own_data,
    merge,
    open_file,
    read_timeline,
    read_line,
    list_files,
    list_matters,
    search,
    change_file,
    refer,
    set_risk,
    take_off,
    forget,
    join,
    assign,
)
MANAGERS_ONLY = {take_off, forget, assign, ask_export, merge}
sequences = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from(ACTS), st.integers(0, 23)),
    min_size=5,
    max_size=25,
)


async def everyone(unit):
    roster = await People(unit).roster(COUNTY)
    people = [principal(p, "telegram", str(n)) for n, p in enumerate(roster)]
    strangers = [
        Principal(channel="telegram", chat="x"),
        Principal(person_id="ghost", role=Role.COUNTY_OFFICER, area=""),
        Principal(person_id="ghost", role=Role.CHILD_SUPERVISOR, area="980101101000"),
    ]
    return people + strangers


async def play(path, vault, sequence):
    store = Store(open_engine(f"sqlite:///{path}"), vault, SystemClock())
    broken = []
    async with store.unit() as unit:
        people = await everyone(unit)
        query = select(ChildRow.id, ChildRow.area, ChildRow.file_no, ChildRow.director_id)
        children = (await unit.connection.execute(query.order_by(ChildRow.file_no))).all()
        ties = select(ChildGuardianRow.child_id, ChildGuardianRow.person_id)
        guardians = {tuple(row) for row in await unit.connection.execute(ties)}
        for number, act, child_number in sequence:
            who, child = people[number % len(people)], children[child_number]
            try:
                async with unit.attempt():
                    done = await act(unit, who, child)
            except TongbanError:
                continue
            if done and not allowed(act, done, who, child, guardians):
                broken.append((who.role, act.__name__, child.area))
            if act is merge:  # two files of one child: whoever was tied to either is tied to it
                guardians |= {tuple(row) for row in await unit.connection.execute(ties)}
    await store.close()
    return broken


def allowed(act, done, who, child, guardians):
    if who.role is Role.GUARDIAN:
        return done == READ and (child.id, who.person_id) in guardians
    if act in MANAGERS_ONLY and who.role not in MANAGERS:
        return False
    if done == CHANGE and who.role is Role.CHILD_DIRECTOR and not who.qualified:
        return False
    return within(child.area, who.area)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sequence=sequences)
def test_no_sequence_of_acts_crosses_area_or_role(sqlite_county, tmp_path, vault, sequence):
    path = tmp_path / "played.db"
    shutil.copy(sqlite_county, path)
    assert asyncio.run(play(path, vault, sequence)) == []


@pytest.mark.parametrize("situation", ["N1", "N2", "N3"])
async def test_no_village_account_but_the_reporter_ever_sees_a_restricted_case(county, situation):
    async with county.store.unit() as unit:
        book = CaseBook(unit)
        case = NewCase(draft_id="d", severity="P1", situations=(situation,), area=county.village)
        await book.open_case(county.next_director, case)
        seen = set()
        for who in await everyone(unit):
            lines = await book.lines(who)
            try:
                async with unit.attempt():
                    await book.card(who, "A-20261123-001")
            except TongbanError:
                assert lines == []
                continue
            seen.add((who.role, who.person_id == county.next_director.person_id))
        assert (await unit.connection.execute(select(CaseRow.restricted))).scalar_one()
    assert {(role, mine) for role, mine in seen if role not in MANAGERS} == {
        (Role.CHILD_DIRECTOR, True)
    }
