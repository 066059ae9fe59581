"""Puts the demo county of demo/county.toml into a database; a second run changes nothing."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cases.areas import Level, at_level
from cases.children import Change
from cases.db.areas import Area, Areas
from cases.db.children import Children
from cases.db.invites import Invitation, Invites
from cases.db.people import People
from cases.id_numbers import check_digit
from cases.people import SYSTEM, Person, Principal, Role, principal, role_of
from kernel.clock import local_day

if TYPE_CHECKING:
    from cases.db.store import Store, Unit
    from cases.policies import Policies

_COUNTY = Path(__file__).with_name("demo") / "county.toml"
_QUALIFIED_DAYS_AGO = 200
_INVITE = timedelta(days=30)
_Sheet = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DemoPhone:
    """A phone of the demo: whose it is, and the code that binds it (empty: bound already)."""

    person_id: str
    role: Role
    area: str
    name: str
    invite: str


async def seed_demo(store: Store, policies: Policies) -> list[DemoPhone]:
    """Write the demo county once and return its four phones."""
    sheet = tomllib.loads(_COUNTY.read_text("utf-8"))
    async with store.unit() as unit:
        if not await Areas(unit).get(sheet["areas"][0]["code"], local_day(unit.clock.now())):
            await _Seeding(unit, policies, sheet).run()
        phones = await _phones(unit, sheet)
        await unit.commit()
    return phones


class _Seeding:
    def __init__(self, unit: Unit, policies: Policies, sheet: _Sheet) -> None:
        self._unit = unit
        self._policies = policies
        self._sheet = sheet
        self._day = local_day(unit.clock.now())

    async def run(self) -> None:
        since = self._sheet["valid_from"]
        areas = [Area(valid_from=since, **area) for area in self._sheet["areas"]]
        await Areas(self._unit).put(areas)
        keys = {worker["key"]: await self._worker(worker) for worker in self._sheet["workers"]}
        for row in self._sheet["deputies"]:
            await People(self._unit).add_deputy(keys[row["person"]], keys[row["deputy"]], SYSTEM)
        county = await People(self._unit).get(keys["county-1"])
        officer = principal(county)
        for number, child in enumerate(self._sheet["children"], 1):
            await self._child(officer, child, number)

    async def _worker(self, row: _Sheet) -> str:
        trained = self._day - timedelta(days=_QUALIFIED_DAYS_AGO)
        qualified = trained if row.get("qualified", True) else None
        person = Person(
            id="",
            role=role_of(row["role"]),
            area=row["area"],
            name=row["name"],
            phone=row["phone"],
            post=row["post"],
            qualified_on=qualified,
            trained_on=qualified,
        )
        return (await People(self._unit).add(person, SYSTEM)).id

    async def _child(self, officer: Principal, row: _Sheet, number: int) -> None:
        children = Children(self._unit)
        born = _birthday(self._day, row["age"], number)
        policy = self._policies.at(row["area"], self._day)
        line = await children.add(officer, row["area"], _fields(row, born, number), policy)
        if "last" in row:
            seen_on = self._day - timedelta(days=row["last"])
            await children.visited(line.id, seen_on, seen=True, next_on=self._day)
        await children.plan_visit(line.id, self._day + timedelta(days=row["due"]))
        risk = Change(child_id=line.id, updates={"risk_level": row["risk"]})
        await children.apply(officer, risk)
        if guardian := row.get("guardian"):
            person = Person(
                id="",
                role=Role.GUARDIAN,
                area=row["area"],
                name=guardian["name"],
                phone=guardian["phone"],
            )
            added = await People(self._unit).add(person, SYSTEM)
            await children.tie_guardian(officer, line.id, added.id, guardian["relation"])


async def _phones(unit: Unit, sheet: _Sheet) -> list[DemoPhone]:
    people = People(unit)
    county = at_level(sheet["areas"][0]["code"], Level.COUNTY)
    everyone = await people.roster(county)
    by_name = {person.name: person for person in everyone}
    workers = {row["key"]: row["name"] for row in sheet["workers"]}
    parents = {
        row["name"]: row["guardian"]["name"] for row in sheet["children"] if "guardian" in row
    }
    phones = []
    for row in sheet["phones"]:
        name = workers[row["worker"]] if "worker" in row else parents[row["guardian"]]
        person = by_name[name]
        invite = ""
        if not await people.addresses(person.id):
            invitation = Invitation(
                role=person.role, area=person.area, person_id=person.id, valid_for=_INVITE
            )
            invite = await Invites(unit).make(invitation, SYSTEM)
        phones.append(DemoPhone(person.id, person.role, person.area, person.name, invite))
    return phones


def _birthday(day: date, age: int, number: int) -> date:
    return (day - timedelta(days=round(age * 365.25) + 20 + number * 7)).replace(day=number)


def _fields(row: _Sheet, born: date, number: int) -> _Sheet:
    no_hukou = "no_hukou" in row["kinds"]
    fields = {
        "name": row["name"],
        "sex": row["sex"],
        "ethnicity": "汉族",
        "birth_date": born.isoformat(),
        "child_types": row["kinds"],
        "hukou_registered": "no" if no_hukou else "yes",
        "lives_with": row["lives_with"],
        "actual_caregiver": row["carer"],
        "health": "disabled" if "disability" in row["kinds"] else "healthy",
    }
    if not no_hukou:
        body = f"{row['area'][:6]}{born:%Y%m%d}{number:02d}{1 if row['sex'] == 'male' else 2}"
        fields["id_no"] = body + check_digit(body)
    if "guardian" in row:
        fields["parents"] = [row["guardian"]]
    return fields
