"""How long the everyday looks at the record take with many children.

Makes a country of invented children (one director per 24 of them, five visits each), then times
今天, 我的孩子, the child card, the township overview and the duplicate look-up through the same
repositories that the bot uses; on PostgreSQL as the service, behind row-level security. `--url`
names an empty database that may be filled and thrown away; without it a SQLite file in a
temporary folder is used.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, text

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.support.service import served
from cases.areas import Level, at_level
from cases.db import child_seals, migrate
from cases.db.children import Children
from cases.db.imports import Imports
from cases.db.rows import AreaRow, ChildRow, PersonRow, Row, SubjectKeyRow
from cases.db.store import Store, Unit, open_engine
from cases.db.subjects import child_subject, person_subject
from cases.db.tasks import Tasks
from cases.db.twins import Twins
from cases.db.walls import enclose, open_wide
from cases.id_numbers import check_digit
from cases.people import SYSTEM, Principal, Role
from cases.policies import Policies, load_policies
from cases.vault import Vault
from cases.workbooks import read_workbook, write_xlsx
from kernel.clock import SystemClock
from kernel.ids import new_id

PER_VILLAGE, VILLAGES, TOWNS = 24, 14, 15
VISITS = 5
BATCH = 240 * PER_VILLAGE
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN = "春夏秋冬东南西北山川河海林木花草"
LEVELS = ("red", "yellow", "blue", "green", "unassessed")
TODAY = datetime.now(UTC).date()
Rows = dict[type[Row], list[dict[str, object]]]
Sample = tuple[str, str, str, str, str]
Look = Callable[[Unit, Sample], Awaitable[None]]


def village_code(number: int) -> str:
    county, rest = divmod(number, VILLAGES * TOWNS)
    town, village = divmod(rest, VILLAGES)
    return f"99{county // 90 + 1:02d}{county % 90 + 1:02d}{town + 101:03d}{village + 201:03d}"


class Country:
    """Invented villages, directors and children, batch by batch."""

    def __init__(self, vault: Vault, children: int, seed: int) -> None:
        self.vault = vault
        self.villages = -(-children // PER_VILLAGE)
        self.chance = random.Random(seed)
        self.samples: list[Sample] = []

    def batches(self) -> Iterator[Rows]:
        step = BATCH // PER_VILLAGE
        for start in range(0, self.villages, step):
            yield self.batch(range(start, min(start + step, self.villages)))

    def batch(self, numbers: range) -> Rows:
        rows: Rows = {SubjectKeyRow: [], PersonRow: [], ChildRow: [], AreaRow: []}
        for number in numbers:
            area, director = village_code(number), self.person(rows, village_code(number))
            rows[AreaRow].append(
                {
                    "code": area,
                    "valid_from": date(2026, 1, 1),
                    "name": f"村{number}",
                    "duty_phone": "",
                }
            )
            for place in range(PER_VILLAGE):
                self.child(rows, area, director, number * PER_VILLAGE + place)
        return rows

    def key(self, rows: Rows, subject: str) -> bytes:
        wrapped = self.vault.new_key(subject)
        made = {"subject_id": subject, "wrapped": wrapped, "made_at": datetime.now(UTC)}
        rows[SubjectKeyRow].append(made)
        return wrapped

    def person(self, rows: Rows, area: str) -> str:
        person_id = new_id()
        subject = person_subject(person_id)
        wrapped = self.key(rows, subject)
        sealed = self.vault.seal(wrapped, subject, f"people:{person_id}", ["样例", ""])
        rows[PersonRow].append(
            {
                "id": person_id,
                "role": "child_director",
                "area": area,
                "post": "",
                "sealed": sealed,
                "qualified_on": TODAY,
                "trained_on": TODAY,
                "active": True,
                "language": "zh-CN",
                "epoch": 1,
                "since": datetime.now(UTC),
            }
        )
        return person_id

    def child(self, rows: Rows, area: str, director: str, number: int) -> None:
        child_id, dice = new_id(), self.chance
        name = dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN)
        born = TODAY - timedelta(days=dice.randrange(200, 6_000))
        fields = {
            "name": name,
            "birth_date": born.isoformat(),
            "sex": dice.choice(("male", "female")),
            "current_address": "某村某组某号" * 3,
            "actual_caregiver": {"name": "某某", "relation": "grandmother", "phone": "1990000"},
            "school_status": "primary",
            "id_no": f"{area[:6]}{born:%Y%m%d}{number % 10_000:04d}",
        }
        wrapped = self.key(rows, child_subject(child_id))
        last = TODAY - timedelta(days=dice.randrange(100))
        rows[ChildRow].append(
            {
                "id": child_id,
                "file_no": f"C-{number:07d}",
                "area": area,
                "director_id": director,
                "kinds": ["left_behind"],
                "risk_level": dice.choice(LEVELS),
                "focus": False,
                "status": "active",
                "last_visit_on": last if dice.random() > 0.1 else None,
                "next_visit_on": TODAY + timedelta(days=dice.randrange(-20, 160)),
                "label": child_seals.seal_label(self.vault, wrapped, child_id, fields),
                "sealed": child_seals.seal_fields(self.vault, wrapped, child_id, fields),
                "version": 1,
                "made_at": datetime.now(UTC),
                "changed_at": datetime.now(UTC),
                **child_seals.indexes(self.vault, fields, area),
            }
        )
        if dice.random() < 2_000 / (self.villages * PER_VILLAGE):
            self.samples.append((child_id, area, director, name, born.isoformat()))


VISIT_SQL = (
    """INSERT INTO submissions (id, draft_id, number, form, version, child_id, person_id, area,
       at, subject_id, sealed, legal_basis)
       SELECT substr(c.id, 2, 18) || n.n, substr(c.id, 2, 18) || n.n,
       'V-' || substr(c.id, 1, 18) || n.n, 'visit_checkin', '1', c.id, c.director_id, c.area,
       c.made_at, 'child:' || c.id, c.label, 'statutory_duty'
       FROM children c CROSS JOIN (VALUES (1), (2), (3), (4), (5)) n(n)""",
    """INSERT INTO visits (id, submission_id, child_id, person_id, area, visited_on, mode,
       child_seen, severity, triggers)
       SELECT s.id, s.id, s.child_id, s.person_id, s.area, :day, 'home', true, 'P4', '[]'
       FROM submissions s""",
    """INSERT INTO child_events (id, child_id, at, by, kind, ref)
       SELECT s.id, s.child_id, s.at, s.person_id, 'visit', s.number FROM submissions s""",
)


def for_sqlite(statement: str) -> str:
    values = "(VALUES (1), (2), (3), (4), (5)) n(n)"
    union = "(SELECT 1 n UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5) n"
    return statement.replace(values, union)


async def fill(store: Store, country: Country) -> dict[str, float]:
    began = time.perf_counter()
    for rows in country.batches():
        async with store.unit() as unit:
            for row, values in rows.items():
                await unit.connection.execute(insert(row), values)
            await unit.commit()
    children = time.perf_counter()
    async with store.unit() as unit:
        if unit.dialect == "postgresql":
            await unit.connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in VISIT_SQL:
            wanted = statement if unit.dialect == "postgresql" else for_sqlite(statement)
            day = {"day": TODAY} if ":day" in statement else {}
            await unit.connection.execute(text(wanted), day)
        await unit.commit()
    visits = time.perf_counter()
    async with store.unit() as unit:
        await unit.connection.execute(text("ANALYZE"))
        await unit.commit()
    return {"children_s": round(children - began, 1), "visits_s": round(visits - children, 1)}


def looks(policies: Policies) -> dict[str, Look]:
    def director(sample: Sample) -> Principal:
        return Principal(
            person_id=sample[2],
            role=Role.CHILD_DIRECTOR,
            area=sample[1],
            channel="telegram",
            chat="1",
            qualified=True,
        )

    def supervisor(sample: Sample) -> Principal:
        return Principal(
            person_id="s", role=Role.CHILD_SUPERVISOR, area=at_level(sample[1], Level.TOWNSHIP)
        )

    async def today(unit: Unit, sample: Sample) -> None:
        await enclose(unit, director(sample))
        await Tasks(unit, policies).today(director(sample))

    async def mine(unit: Unit, sample: Sample) -> None:
        await enclose(unit, director(sample))
        await Children(unit).mine(director(sample))

    async def card(unit: Unit, sample: Sample) -> None:
        await enclose(unit, director(sample))
        children = Children(unit)
        await children.open(director(sample), sample[0], "visit")
        await children.timeline(director(sample), sample[0])
        await unit.commit()

    async def overview(unit: Unit, sample: Sample) -> None:
        await enclose(unit, supervisor(sample))
        await Tasks(unit, policies).overview(supervisor(sample))

    async def duplicates(unit: Unit, sample: Sample) -> None:
        await enclose(unit, director(sample))
        fields = {"name": sample[3], "birth_date": sample[4]}
        await Twins(unit).alike(director(sample), sample[1], fields)

    return {
        "today": today,
        "mine": mine,
        "card": card,
        "overview": overview,
        "duplicates": duplicates,
    }


async def measure(store: Store, samples: list[Sample], rounds: int) -> dict[str, dict[str, float]]:
    figures = {}
    for name, look in looks(load_policies()).items():
        times = []
        for turn in range(rounds + 10):
            sample = samples[turn % len(samples)]
            began = time.perf_counter()
            async with store.unit() as unit:
                await look(unit, sample)
            times.append((time.perf_counter() - began) * 1_000)
        times = sorted(times[10:])
        figures[name] = {
            "p50_ms": round(statistics.median(times), 2),
            "p95_ms": round(times[int(len(times) * 0.95)], 2),
        }
    return figures


def workbook(rows: int, seed: int) -> bytes:
    dice = random.Random(seed)
    values = []
    for number in range(rows):
        born = TODAY - timedelta(days=dice.randrange(200, 6_000))
        body = f"{village_code(0)[:6]}{born:%Y%m%d}{number % 1000:03d}"
        name = dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN)
        village = f"村{number % (VILLAGES * TOWNS) % 4}"
        values.append((name, f"{born}", body + check_digit(body), village, "留守儿童", "1990000"))
    return write_xlsx("台账", values, ("姓名", "出生日期", "身份证号", "村", "类别", "电话"))


async def take_in(store: Store, rows: int, seed: int) -> dict[str, float]:
    content = workbook(rows, seed)
    began = time.perf_counter()
    sheet = read_workbook(content, "children.xlsx")[0]
    policies, county = load_policies(), at_level(village_code(0), Level.COUNTY)
    async with store.unit() as unit:
        await open_wide(unit)
        imports = Imports(unit, policies)
        preview = await imports.preview(SYSTEM, sheet, county)
        good = replace(preview, problems=())
        checked = time.perf_counter()
        done = await imports.take_in(SYSTEM, good, county)
        await unit.commit()
    ended = time.perf_counter()
    return {
        "rows": done.count,
        "read_and_check_s": round(checked - began, 2),
        "write_s": round(ended - checked, 2),
        "total_s": round(ended - began, 2),
    }


async def run(arguments: argparse.Namespace) -> dict[str, object]:
    vault = Vault({1: random.Random(1).randbytes(32)}, random.Random(2).randbytes(32))
    migrate.upgrade(arguments.url)
    store = Store(open_engine(arguments.url), vault, SystemClock())
    country = Country(vault, arguments.children, arguments.seed)
    filled = await fill(store, country)
    country.chance.shuffle(country.samples)
    await store.close()
    with served(arguments.url) as service:
        store = Store(open_engine(service), vault, SystemClock())
        looked = await measure(store, country.samples, arguments.rounds)
        imported = await take_in(store, arguments.import_rows, arguments.seed)
        await store.close()
    return {
        "database": "sqlite" if arguments.url.startswith("sqlite") else "postgresql",
        "children": country.villages * PER_VILLAGE,
        "visits": country.villages * PER_VILLAGE * VISITS,
        "filled": filled,
        "looks": looked,
        "import": imported,
        "worst_p95_ms": max(figure["p95_ms"] for figure in looked.values()),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--children", type=int, default=10_000)
    parser.add_argument("--url", "--db", dest="url", default="", help="empty database")
    parser.add_argument("--import-rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        arguments.url = arguments.url or f"sqlite:///{Path(folder) / 'cases.db'}"
        result = asyncio.run(run(arguments))
    print(json.dumps(result, indent=None if arguments.json else 2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
