"""Taking in checked sheets of workers and of divisions: all of a sheet, or nothing of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from cases.access import require_manager
from cases.areas import Level
from cases.db.areas import Area, Areas
from cases.db.audit import Audit
from cases.db.people import APPROVED_FOR, People
from cases.db.rows import ChildRow, PersonRow, SubjectKeyRow
from cases.db.subjects import person_subject
from cases.people import Role
from cases.sheet_people import Checked, read_areas, read_workers
from cases.sheets import Problem
from kernel.clock import local_day
from kernel.errors import InputError
from kernel.ids import new_id
from kernel.phrases import say

if TYPE_CHECKING:
    from datetime import date

    from cases.db.store import Unit
    from cases.headings import Sheet
    from cases.people import Principal
    from cases.sheet_people import ImportedArea, ImportedWorker

_BATCH = 500
_PLACES = (Level.VILLAGE, Level.TOWNSHIP, Level.COUNTY)


class Intake:
    """Rosters and divisions from sheets, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def check_workers(
        self, by: Principal, sheet: Sheet, scope: str
    ) -> Checked[ImportedWorker]:
        """Check a roster against the divisions of an area and the people already on it.

        Raises:
            DeniedError: Who manages nobody there is not told who is on the roster.
        """
        require_manager(by, scope, Role.CHILD_DIRECTOR)
        day = local_day(self._unit.clock.now())
        places = await Areas(self._unit).places(scope, _PLACES, day)
        checked = read_workers(sheet, places, scope if scope in places.values() else "")
        known = {
            (person.area, person.role, person.name) for person in await self._roster(checked.good)
        }
        column, problems = checked.columns.get("name", "A"), []
        for worker in checked.good:
            key = (worker.area, worker.role, worker.name)
            if key in known:
                message = say("cases-import-worker-known")
                problems.append(Problem(f"{column}{worker.row}", message))
            known.add(key)
        return replace(checked, problems=(*checked.problems, *problems))

    async def take_workers(self, by: Principal, checked: Checked[ImportedWorker]) -> int:
        """Enter every row of a roster; children of a village without anyone get its director.

        Raises:
            InputError: The sheet has problems, or no row.
            DeniedError: Not in charge of one of the areas.
        """
        _refuse(checked)
        for area, role in {(worker.area, worker.role) for worker in checked.good}:
            require_manager(by, area, role)
        made = [(new_id(), worker) for worker in checked.good]
        for start in range(0, len(made), _BATCH):
            await self._write(made[start : start + _BATCH])
        directors = {w.area: i for i, w in made if w.role is Role.CHILD_DIRECTOR}
        for area, director_id in directors.items():
            await self._unit.connection.execute(
                update(ChildRow)
                .where(ChildRow.area == area, ChildRow.director_id.is_(None))
                .values(director_id=director_id)
            )
        Audit(self._unit).append(by.actor, "person.import", "people", count=len(made))
        return len(made)

    def check_areas(self, sheet: Sheet) -> Checked[ImportedArea]:
        """Check a table of divisions."""
        checked = read_areas(sheet)
        column, problems, seen = checked.columns["code"], [], dict[tuple[str, Any], int]()
        for area in checked.good:
            key = (area.code, area.valid_from)
            if key in seen:
                message = say("cases-import-code-twice", row=seen[key])
                problems.append(Problem(f"{column}{area.row}", message))
            seen[key] = area.row
        return replace(checked, problems=(*checked.problems, *problems))

    async def take_areas(self, by: Principal, checked: Checked[ImportedArea], since: date) -> int:
        """Write every division of a table; return how many are new or are called otherwise.

        Raises:
            InputError: The table has problems, or no row.
        """
        _refuse(checked)
        areas = Areas(self._unit)
        changed = 0
        for one in checked.good:
            changed += await areas.renew(
                Area(
                    code=one.code,
                    name=one.name,
                    valid_from=one.valid_from or since,
                    valid_to=one.valid_to,
                    duty_phone=one.duty_phone,
                )
            )
        Audit(self._unit).append(by.actor, "area.import", "areas", count=changed)
        return changed

    async def _roster(self, workers: tuple[ImportedWorker, ...]) -> list[Any]:
        areas = sorted({worker.area for worker in workers})
        query = select(PersonRow.id).where(PersonRow.area.in_(areas), PersonRow.active)
        ids = (await self._unit.connection.execute(query)).scalars().all() if areas else []
        people = People(self._unit)
        return [person for one in ids if (person := await people.get(one)) is not None]

    async def _write(self, made: list[tuple[str, ImportedWorker]]) -> None:
        vault, now = self._unit.vault, self._unit.clock.now()
        keys, rows = [], []
        for person_id, worker in made:
            subject = person_subject(person_id)
            wrapped = vault.new_key(subject)
            place, words = f"people:{person_id}", [worker.name, worker.phone]
            keys.append({"subject_id": subject, "wrapped": wrapped, "made_at": now})
            rows.append(
                {
                    "id": person_id,
                    "role": worker.role.value,
                    "area": worker.area,
                    "post": worker.post[:40],
                    "sealed": vault.seal(wrapped, subject, place, words),
                    "qualified_on": worker.trained_on,
                    "trained_on": worker.trained_on,
                    "active": True,
                    "language": "zh-CN",
                    "epoch": 1,
                    "approved_until": local_day(now) + APPROVED_FOR,
                    "since": now,
                }
            )
        await self._unit.connection.execute(insert(SubjectKeyRow), keys)
        await self._unit.connection.execute(insert(PersonRow), rows)


def _refuse(checked: Checked[Any]) -> None:
    if checked.problems or not checked.good:
        count = len(checked.problems)
        raise InputError(reply=say("cases-import-refused", count=count))
