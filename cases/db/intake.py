"""Taking in checked sheets of workers, divisions and moves: all of a sheet, or nothing of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from cases.access import require_manager
from cases.areas import Level, level_of
from cases.db.areas import Area, Areas
from cases.db.audit import Audit
from cases.db.moves import Moves
from cases.db.people import APPROVED_FOR, People
from cases.db.people_seals import sealed
from cases.db.rows import ChildRow, PersonRow, SubjectKeyRow
from cases.db.subjects import person_subject
from cases.db.successions import Successions
from cases.people import Role
from cases.sheet_cells import Problem
from cases.sheet_people import Checked, read_areas, read_moves, read_workers
from kernel.clock import local_day
from kernel.errors import InputError
from kernel.ids import new_id
from kernel.phrases import say

if TYPE_CHECKING:
    from datetime import date

    from cases.db.store import Unit
    from cases.headings import Sheet
    from cases.people import Principal
    from cases.sheet_people import ImportedArea, ImportedMove, ImportedWorker

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

    async def check_areas(self, sheet: Sheet, since: date) -> Checked[ImportedArea]:
        """Check a table of divisions; what one becomes must be known, or stand in the table."""
        checked = read_areas(sheet)
        column, problems, seen = checked.columns["code"], [], dict[tuple[Any, ...], int]()
        for area in checked.good:
            key = (area.code, area.valid_from, area.successors)
            if key in seen:
                message = say("cases-import-code-twice", row=seen[key])
                problems.append(Problem(f"{column}{area.row}", message))
            seen[key] = area.row
        new = {area.code for area in checked.good if not area.successors}
        for area in checked.good:
            if not await self._successors_known(area, new, since):
                cell = f"{checked.columns['successors']}{area.row}"
                problems.append(Problem(cell, say("cases-import-successor")))
        return replace(checked, problems=(*checked.problems, *problems))

    async def _successors_known(self, area: ImportedArea, new: set[str], since: date) -> bool:
        day = max(since, area.valid_to or since)
        for code in area.successors:
            if code == area.code or level_of(code) is not level_of(area.code):
                return False
            if code not in new and await Areas(self._unit).get(code, day) is None:
                return False
        return True

    async def take_areas(self, by: Principal, checked: Checked[ImportedArea], since: date) -> int:
        """Write every division of a table; return how many are new or are called otherwise.

        Raises:
            InputError: The table has problems, or no row.
        """
        _refuse(checked)
        areas = Areas(self._unit)
        changed = 0
        for one in sorted(checked.good, key=lambda area: bool(area.successors)):
            if one.successors:
                changed += await self._end(one, one.valid_to or one.valid_from or since)
                continue
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

    async def _end(self, one: ImportedArea, day: date) -> int:
        """End a division on the day it becomes others."""
        areas = Areas(self._unit)
        known = await areas.get(one.code, day - timedelta(days=1)) or await areas.get(
            one.code, day
        )
        if known is not None:
            await areas.put([replace(known, valid_to=day)])
        book = Successions(self._unit)
        return int(any([await book.note(one.code, code, day) for code in one.successors]))

    async def check_moves(self, sheet: Sheet, scope: str) -> Checked[ImportedMove]:
        """Check a table of children who belong to another village now."""
        day = local_day(self._unit.clock.now())
        checked = read_moves(sheet, await Areas(self._unit).places(scope, (Level.VILLAGE,), day))
        known = await self._files(checked)
        column = checked.columns["file_no"]
        strange = tuple(
            Problem(f"{column}{one.row}", say("cases-import-file"))
            for one in checked.good
            if one.file_no not in known
        )
        return replace(checked, problems=(*checked.problems, *strange))

    async def take_moves(self, by: Principal, checked: Checked[ImportedMove]) -> int:
        """Give every child of a table to its village; return how many went.

        Raises:
            InputError: The table has problems, or no row.
            DeniedError, GuardError: As for one of them (`Moves.move`).
        """
        _refuse(checked)
        known, moves, went = await self._files(checked), Moves(self._unit), 0
        for one in checked.good:
            child_id, area = known[one.file_no]
            if area != one.area:
                await moves.move(by, child_id, one.area)
                went += 1
        return went

    async def _files(self, checked: Checked[ImportedMove]) -> dict[str, tuple[str, str]]:
        numbers, found = [one.file_no for one in checked.good], dict[str, tuple[str, str]]()
        for start in range(0, len(numbers), _BATCH):
            query = select(ChildRow.file_no, ChildRow.id, ChildRow.area).where(
                ChildRow.file_no.in_(numbers[start : start + _BATCH])
            )
            for row in await self._unit.connection.execute(query):
                found[row.file_no] = (row.id, row.area)
        return found

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
            keys.append({"subject_id": subject, "wrapped": wrapped, "made_at": now})
            rows.append(
                {
                    "id": person_id,
                    "role": worker.role.value,
                    "area": worker.area,
                    "post": worker.post,
                    **sealed(vault, wrapped, person_id, worker),
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
