"""Every public method of the record that acts for somebody, in any order, by anybody.

The acts are read from `cases/db`: a method that takes a principal is played by itself, with
arguments drawn by their names; one whose arguments nobody can draw fails. What comes back is
searched for children who are not the asker's; what changes is looked up row by row.
"""

from __future__ import annotations

import asyncio
import dataclasses
import importlib
import inspect
import pkgutil
import shutil
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect as inspected
from sqlalchemy import select

import cases.db
from cases.access import Purpose
from cases.areas import within
from cases.casebook import NewCase, PoliceContact
from cases.children import Change
from cases.db import attachments, child_lists, children, rights
from cases.db.casebook import CaseBook
from cases.db.children import Children
from cases.db.drafts import Beginning, Drafts
from cases.db.invites import Invitation
from cases.db.people import People
from cases.db.reviews import Reviews
from cases.db.rows import (
    CaseRow,
    ChildGuardianRow,
    ChildRow,
    MatterRow,
    PersonRow,
    Row,
    SubmissionRow,
)
from cases.db.store import Store, open_engine
from cases.db.submissions import Submissions
from cases.db.trainings import Training
from cases.exports import ExportKind
from cases.exports import Wanted as WantedExport
from cases.headings import Sheet
from cases.matters import MatterKind, NewMatter
from cases.people import STAFF, SYSTEM, Person, Principal, Role, principal
from cases.policies import load_policies
from cases.submissions import Definition, Submission, Visit
from cases.worker_lines import WorkerLine
from cases.workflow import CloseReason, State
from kernel.clock import SystemClock
from kernel.errors import TongbanError
from kernel.ids import new_id

POLICIES = load_policies()
COUNTY, FAR, FAR_VILLAGE = "990101000000", "990202000000", "990202101201"
VILLAGE, OTHER_TOWN = "990101101201", "990101102201"
DAY = date(2026, 11, 23)
FOR_CALLERS = {
    "SubmissionLists.read": "reads for `Exports`, which asks; nothing else calls it",
    "Intake.check_workers": "reads a sheet of workers; no child is in it",
    "Intake.take_workers": "needs what `check_workers` checked; no child is in it",
    "Intake.take_areas": "writes the table of divisions; no child is in it",
    "Intake.take_moves": "needs what `check_moves` checked, and moves by `Moves.move`",
    "Imports.take_in": "needs what `preview` checked",
}
"""Acts that are not played, each with the reason."""


def acts():
    """Return every public method of the record that takes a principal."""
    found = {}
    for module in pkgutil.iter_modules(cases.db.__path__):
        loaded = importlib.import_module(f"cases.db.{module.name}")
        for kind in vars(loaded).values():
            if not inspect.isclass(kind) or kind.__module__ != loaded.__name__:
                continue
            if "unit" not in inspect.signature(kind.__init__).parameters:
                continue
            for name, method in vars(kind).items():
                if name.startswith("_") or not inspect.isfunction(method):
                    continue
                told = inspect.signature(method).parameters.values()
                if any("Principal" in str(one.annotation) for one in told):
                    found[f"{kind.__name__}.{name}"] = (kind, name)
    return found


ACTS = {name: act for name, act in acts().items() if name not in FOR_CALLERS}
KNOWN = {
    "scope": lambda w: w.pick(w.areas),
    "area": lambda w: w.pick(w.areas),
    "village": lambda w: w.pick((VILLAGE, OTHER_TOWN, FAR_VILLAGE)),
    "child_id": lambda w: w.pick(w.children).id,
    "keep_id": lambda w: w.pick(w.children).id,
    "drop_id": lambda w: w.pick(w.children).id,
    "one_id": lambda w: w.pick(w.children).id,
    "other_id": lambda w: w.pick(w.children).id,
    "person_id": lambda w: w.pick(w.people).id,
    "director_id": lambda w: w.pick(w.people).id,
    "leaver_id": lambda w: w.pick(w.people).id,
    "successor_id": lambda w: w.pick(w.people).id,
    "deputy_id": lambda w: w.pick(w.people).id,
    "director": lambda w: w.pick(w.persons),
    "case_id": lambda w: w.pick(w.cases),
    "matter_id": lambda w: w.pick(w.matters),
    "number": lambda w: w.pick(w.numbers),
    "attachment_id": lambda w: w.pick(w.attachments),
    "draft": lambda w: w.draft,
    "purpose": lambda _: Purpose.REVIEW,
    "policy": lambda _: POLICIES.at(COUNTY, DAY),
    "policies": lambda _: POLICIES,
    "since": lambda w: w.at(-30),
    "until": lambda w: w.at(30),
    "moment": lambda w: w.at(-30),
    "within": lambda _: timedelta(days=9),
    "first": lambda _: DAY.replace(day=1),
    "content": lambda _: b"%PDF-1.4 nothing",
    "form": lambda _: "visit_checkin",
    "text": lambda w: w.pick(w.children).name,
    "fields": lambda w: {"name": w.pick(w.children).name, "birth_date": "2018-02-15"},
    "change": lambda w: Change(child_id=w.pick(w.children).id, updates={"health": new_id()}),
    "version": lambda _: 0,
    "level": lambda w: w.pick(("red", "green")),
    "questions": lambda _: ("mood",),
    "Bulletins.draft.text": lambda _: "a",
    "CaseBook.open_case.new": lambda w: w.new_case(),
    "Matters.open.new": lambda w: w.new_matter(),
    "ChildLists.page.wanted": lambda _: child_lists.Wanted(),
    "Exports.ask.wanted": lambda w: WantedExport(w.pick(list(ExportKind)[:3])),
    "Exports.make.kind": lambda w: w.pick(list(ExportKind)[:3]),
    "Matters.listed.kind": lambda w: w.pick(MatterKind),
    "CaseBook.close.reason": lambda w: w.pick(CloseReason),
    "Rights.leave.reason": lambda _: "moved",
    "Rights.restore.reason": lambda _: "slip",
    "CaseBook.step.step": lambda w: w.pick(State),
    "Matters.step.step": lambda w: w.pick(("approved", "sent", "done", "closed")),
    "Figures.of_area.since": lambda _: DAY,
    "Figures.of_area.until": lambda _: DAY + timedelta(days=9),
    "Matters.waiting.until": lambda _: DAY + timedelta(days=9),
    "People.set_leave.until": lambda _: DAY + timedelta(days=9),
    "details": lambda _: {"verbatim": "a"},
    "words": lambda _: {"note": "a"},
    "severity": lambda _: "P1",
    "situations": lambda w: (w.pick(("A1", "N1")),),
    "persons": lambda w: (w.pick(w.people).id,),
    "contact": lambda w: PoliceContact(at=w.at(0), station="a"),
    "reason": lambda _: "none",
    "limit": lambda _: 50,
    "beginning": lambda w: Beginning(
        form="visit_checkin", version="1", session={}, child_id=w.pick(w.children).id
    ),
    "submission": lambda w: w.submission(),
    "sheet": lambda _: Sheet("s", [["姓名", "村"], ["甲", VILLAGE]]),
    "invitation": lambda w: Invitation(
        role=Role.GUARDIAN, area=w.pick(w.areas), person_id=w.pick(w.people).id
    ),
    "person": lambda w: Person(
        id=new_id(), role=w.pick(list(Role)), area=w.pick(w.areas), name="甲"
    ),
    "name": lambda _: "甲",
    "phone": lambda _: "",
    "training": lambda _: Training(held_on=DAY),
    "worker": lambda _: WorkerLine("甲", "19900000466", ""),
    "audience": lambda _: "everyone",
    "question": lambda _: "a",
    "question_id": lambda _: "none",
    "answer_id": lambda _: "none",
    "source": lambda _: "a",
    "topic": lambda _: "a",
    "vote": lambda _: "up",
    "right": lambda _: 1,
    "asked": lambda _: 1,
    "passed": lambda _: True,
}
"""How an argument is drawn, by its name."""


def arguments(name):
    """Return how the arguments of an act are drawn, without who acts; None: nobody knows."""
    kind, method = ACTS[name]
    told = inspect.signature(getattr(kind, method)).parameters.values()
    return {
        one.name: KNOWN.get(f"{name}.{one.name}", KNOWN.get(one.name))
        for one in told
        if one.name != "self"
        and "Principal" not in str(one.annotation)
        and (one.default is one.empty or one.name in ("purpose", "limit"))
    }


def test_every_act_can_be_played():
    assert len(ACTS) > 100
    assert set(FOR_CALLERS) <= set(acts())
    unknown = {name for name in ACTS if None in arguments(name).values()}
    assert not unknown, {name: arguments(name) for name in unknown}


def filed(child, visit):
    kept = Definition(form="visit_checkin", version="1", source=b"<x/>")
    return Submission(
        draft_id=new_id(),
        definition=kept,
        values={"/data/a": child.name},
        area=child.area,
        child_id=child.id,
        visit=visit,
    )


class World:
    """What there is to act on, as it is now, and chance."""

    def __init__(self, unit, rng):
        self.unit, self.rng = unit, rng

    def pick(self, among):
        return self.rng.choice(list(among) or ["none"])

    def at(self, days):
        return self.unit.clock.now() + timedelta(days=days)

    def new_case(self):
        area = self.pick(self.areas)
        hidden = (self.pick(self.people).id,)
        return NewCase(
            draft_id=new_id(),
            severity="P1",
            situations=(self.pick(("A1", "N2")),),
            area=area,
            hidden_from=hidden,
        )

    def new_matter(self):
        kind, child = self.pick(MatterKind), self.pick(self.children)
        return NewMatter(kind=kind, area=child.area, child_id=child.id, topic="education")

    def submission(self):
        child = self.pick(self.children)
        return filed(child, self.pick((None, Visit(visited_on=DAY, child_seen=True))))

    async def look(self):
        run = self.unit.connection.execute
        vault = self.unit.vault
        from cases.db import child_seals as seals

        rows = (await run(seals.lines())).all()
        self.children = [one for one in (seals.child_line(vault, r) for r in rows) if one.name]
        self.people = (await run(select(PersonRow.id, PersonRow.role, PersonRow.area))).all()
        self.persons = [await People(self.unit).get(one.id) for one in self.people]
        self.cases = (await run(select(CaseRow.number))).scalars().all()
        self.matters = (await run(select(MatterRow.id))).scalars().all()
        numbers = (await run(select(SubmissionRow.number))).scalars().all()
        tickets = Row.metadata.tables["export_tickets"].c.number
        self.numbers = [*numbers, *(await run(select(tickets))).scalars(), *self.cases]
        self.attachments = (await run(select(attachments.AttachmentRow.id))).scalars().all()
        ties = select(ChildGuardianRow.child_id, ChildGuardianRow.person_id)
        self.ties = {tuple(one) for one in await run(ties)}
        self.areas = (VILLAGE, OTHER_TOWN, FAR_VILLAGE, COUNTY, FAR, "990101101000")


async def fill(unit):
    """Add another county with children and workers, visits, a secret report, a begun draft."""
    people, book = People(unit), Children(unit)
    policy = POLICIES.at(COUNTY, DAY)
    for number, (role, area) in enumerate(
        (
            (Role.CHILD_DIRECTOR, FAR_VILLAGE),
            (Role.CHILD_SUPERVISOR, "990202101000"),
            (Role.COUNTY_OFFICER, FAR),
            (Role.GUARDIAN, FAR_VILLAGE),
        )
    ):
        person = Person(id=new_id(), role=role, area=area, name=f"外县{number}", qualified_on=DAY)
        await people.add(person, SYSTEM)
    far = Principal(person_id="far", role=Role.COUNTY_OFFICER, area=FAR)
    for number in range(3):
        fields = {"name": f"外县孩子{number}", "birth_date": "2018-02-15"}
        await book.add(far, FAR_VILLAGE, fields, policy)


def owned(who, child, ties):
    """Say whether a child is somebody's to see."""
    if who.role is Role.GUARDIAN:
        return (child.id, who.person_id) in ties
    return who.role in STAFF and within(child.area, who.area)


def words(value, found=None, depth=0):
    """Return every text in what an act returned."""
    found = set() if found is None else found
    if isinstance(value, str):
        found.add(value)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for one in dataclasses.fields(value):
            words(getattr(value, one.name), found, depth + 1)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            words(key, found)
            words(one, found)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for one in value:
            words(one, found)
    return found


OF_A_CHILD = [
    table
    for table in Row.metadata.sorted_tables
    if table.name == "children" or "child_id" in table.columns or "area" in table.columns
]
ANYWHERE = {"cases", "submissions", "drafts", "numbers", "audit", "unanswered", "answer_votes"}
"""Tables that somebody may write to wherever they are: an emergency, an own question, the log."""
OF_NO_CHILD = {"people", "invites", "bulletins", "office_answers", "areas", "export_tickets"}


async def rows(unit):
    """Return every row that is of a child, by table and key, with the area it is in."""
    found = {}
    places = dict((await unit.connection.execute(select(ChildRow.id, ChildRow.area))).all())
    for table in OF_A_CHILD:
        keys = [column.name for column in inspected(table).primary_key]
        for row in (await unit.connection.execute(select(table))).mappings():
            area = row["area"] if "area" in table.columns else places.get(row["child_id"])
            key = (table.name, *(row[name] for name in keys))
            found[key] = (area, row.get("child_id"), tuple(map(str, row.values())))
    return found


def crossed(who, before, after, ties):
    """Return the rows that somebody changed though they are of a child that is not theirs."""
    wrong = []
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old == new or key[0] in ANYWHERE | OF_NO_CHILD:
            continue
        for area, child, _ in filter(None, (old, new)):
            if area is None and child is None:  # hangs on a case or a matter, which is looked at
                continue
            tied = (child, who.person_id) in ties and key[0] in {"matters", "attachments"}
            inside = who.role in STAFF and area and within(area, who.area)
            own = key[0] == "matters" and old is None and child is None
            if not (tied or inside or own):
                wrong.append((key[0], "changed"))
    return wrong


async def perform(world, who, name):
    """Play an act; return the texts that came back and were not said by the asker."""
    kind, method = ACTS[name]
    told = inspect.signature(getattr(kind, method)).parameters
    given = {one: draw(world) for one, draw in arguments(name).items()}
    given |= {p.name: who for p in told.values() if "Principal" in str(p.annotation)}
    made = kind(world.unit, POLICIES) if "policies" in _made_of(kind) else kind(world.unit)
    told = {one for value in given.values() for one in words(value)}
    result = getattr(made, method)(**given)
    return words(await result if inspect.isawaitable(result) else result) - told


def _made_of(kind):
    return inspect.signature(kind.__init__).parameters


async def prepare(unit):
    """Fill a unit; return who acts."""
    await fill(unit)
    roster = [*await People(unit).roster(COUNTY), *await People(unit).roster(FAR)]
    actors = [principal(one, "telegram", str(n), DAY) for n, one in enumerate(roster)]
    actors.append(Principal(channel="telegram", chat="x"))
    reporter = next(a for a in actors if a.role is Role.CHILD_DIRECTOR and a.area != VILLAGE)
    secret = NewCase(draft_id="secret", severity="P1", situations=("N1",), area=VILLAGE)
    opened = await CaseBook(unit).open_case(reporter, secret)
    draft = await Drafts(unit).begin(reporter, Beginning(form="round", version="1", session={}))
    policy = POLICIES.at(COUNTY, DAY)
    for who in actors:
        if who.role is Role.CHILD_DIRECTOR and who.qualified:
            for child in (await Children(unit).mine(who))[:1]:
                visit = Visit(visited_on=DAY, child_seen=True)
                await Submissions(unit).submit(who, filed(child, visit), policy)
                await Reviews(unit).propose_risk(child.id, "red", "rule_mood")
    first = [next(a for a in actors if a.role is role) for role in Role]
    first += [actors[-1], next(a for a in actors if a.area == FAR)]
    return [*first, *actors], draft, opened.number, reporter


async def play(path, vault, sequence):
    store = Store(open_engine(f"sqlite:///{path}"), vault, SystemClock())
    wrong = []
    async with store.unit() as unit:
        actors, draft, secret, reporter = await prepare(unit)
        for place, name, chance in sequence:
            who, world = actors[place % len(actors)], World(unit, Random(chance))
            await world.look()
            world.draft = draft
            before, ties, children = await rows(unit), world.ties, world.children
            try:
                async with unit.attempt():
                    said = await perform(world, who, name)
            except (TongbanError, ValueError):
                continue
            await world.look()
            ties = ties | world.ties
            mine = {c.id: c for c in (*children, *world.children) if owned(who, c, ties)}
            # a namesake of one's own child is no other's name told
            said -= {child.name for child in mine.values()}
            wrong += [
                (name, who.role.value, "read")
                for child in children
                if child.id not in mine and said & {child.id, child.name, child.file_no}
            ]
            village = who.role in {Role.CHILD_DIRECTOR, Role.GUARDIAN}
            if secret in said and village and who != reporter:
                wrong.append((name, who.role.value, "secret"))
            found = crossed(who, before, await rows(unit), ties)
            wrong += [(name, who.role.value, *one) for one in found]
    await store.close()
    return wrong


steps = st.tuples(st.integers(0, 40), st.sampled_from(sorted(ACTS)), st.integers(0, 2**16))


SOME = range(6)
"""Places of one of each role, of the stranger, and of the other county's officer."""


# without shrinking: a failing sequence took minutes to be made shorter
@settings(
    max_examples=25,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(sequence=st.lists(steps, min_size=10, max_size=30))
def test_no_sequence_of_acts_crosses_area_or_role(sqlite_county, tmp_path, vault, sequence):
    path = tmp_path / "played.db"
    shutil.copy(sqlite_county, path)
    assert asyncio.run(play(path, vault, sequence)) == []


def test_each_act_by_each_role(sqlite_county, tmp_path, vault):
    """Every act once or more by everybody, so that none is left to chance."""
    path = tmp_path / "played.db"
    shutil.copy(sqlite_county, path)
    sequence = [(place, name, hash_of(name, place)) for place in SOME for name in sorted(ACTS)]
    wrong = sorted(set(asyncio.run(play(path, vault, sequence))))
    assert not wrong, "\n".join(map(str, wrong))


def test_an_act_that_forgot_to_ask_would_be_seen(sqlite_county, tmp_path, vault, monkeypatch):
    path = tmp_path / "played.db"
    shutil.copy(sqlite_county, path)
    for module in (children, rights):
        monkeypatch.setattr(module, "require", lambda *_: None)
    names = ("Children.open", "Children.apply", "Children.timeline", "Rights.leave")
    sequence = [(5, name, chance) for name in names for chance in range(3)]
    wrong = asyncio.run(play(path, vault, sequence))
    assert {(name, what) for name, _, *_, what in wrong} >= {
        ("Children.open", "read"),
        ("Children.apply", "changed"),
        ("Rights.leave", "changed"),
    }


def hash_of(*parts):
    return Random(str(parts)).randrange(2**16)
