"""Taking in a checked sheet of children: all of it in one transaction, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from cases.access import Action, Resource, require
from cases.areas import Level
from cases.children import column_values
from cases.db import child_seals as seals
from cases.db.areas import Areas
from cases.db.audit import Audit
from cases.db.numbers import file_numbers
from cases.db.people import People
from cases.db.rows import ChildEventRow, ChildRow, SubjectKeyRow
from cases.db.subjects import child_subject
from cases.db.walls import wide
from cases.people import SYSTEM, Role
from cases.sheet_cells import Problem
from cases.sheets import Preview, read_children
from kernel.clock import local_day
from kernel.errors import InputError
from kernel.ids import new_id
from kernel.phrases import say

if TYPE_CHECKING:
    from cases.db.store import Unit
    from cases.headings import Sheet
    from cases.people import Principal
    from cases.policies import Policies
    from cases.sheets import ImportedChild

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Imported:
    """What was taken in: file numbers in the order of the sheet."""

    first: str
    last: str
    count: int


class Imports:
    """Sheets of children, seen from one unit of work."""

    def __init__(self, unit: Unit, policies: Policies) -> None:
        self._unit = unit
        self._policies = policies

    async def preview(self, principal: Principal, sheet: Sheet, scope: str) -> Preview:
        """Check a sheet against the villages of an area, and against the files there are."""
        self._require(principal, scope)
        day = local_day(self._unit.clock.now())
        villages = await Areas(self._unit).places(scope, (Level.VILLAGE,), day)
        only = scope if scope in villages.values() else ""
        preview = read_children(sheet, villages, only, day)
        twins = await self._twins(preview)
        return Preview(
            preview.columns,
            preview.unknown_columns,
            preview.children,
            tuple(sorted((*preview.problems, *twins), key=lambda one: one.place)),
        )

    async def take_in(self, principal: Principal, preview: Preview, scope: str) -> Imported:
        """Write every row of a preview.

        Raises:
            InputError: The preview has problems, or no row.
            DeniedError: Not in charge of the area.
        """
        self._require(principal, scope)
        if preview.problems or not preview.children:
            count = len(preview.problems)
            raise InputError(reply=say("cases-import-refused", count=count))
        directors = await self._directors(preview)
        numbers = await file_numbers(self._unit, len(preview.children))
        made = list(zip(numbers, preview.children, strict=True))
        for start in range(0, len(made), _BATCH):
            await self._write(principal, made[start : start + _BATCH], directors)
        Audit(self._unit).append(
            principal.actor,
            "child.import",
            f"area:{scope}",
            area=scope,
            count=len(made),
            first=numbers[0],
            last=numbers[-1],
        )
        return Imported(numbers[0], numbers[-1], len(made))

    def _require(self, principal: Principal, scope: str) -> None:
        if principal != SYSTEM:
            require(principal, Action.CHILD_ADD, Resource(area=scope))

    async def _twins(self, preview: Preview) -> list[Problem]:
        """Find ID numbers that stand twice in the sheet or in the record already."""
        vault = self._unit.vault
        column = preview.columns.get("id_no", "A")
        problems, seen = [], dict[bytes, int]()
        for child in preview.children:
            known = seals.child_marks(vault, child.fields)["id_index"]
            if known and known[0] in seen:
                message = say("cases-import-twice", row=seen[known[0]])
                problems.append(Problem(f"{column}{child.row}", message))
            else:
                seen |= dict.fromkeys(known, child.row)
        marks = list(seen)
        async with wide(self._unit):
            for start in range(0, len(marks), _BATCH):
                query = select(ChildRow.id_index).where(
                    ChildRow.id_index.in_(marks[start : start + _BATCH])
                )
                for there in (await self._unit.connection.execute(query)).scalars():
                    cell = f"{column}{seen[bytes(there or b'')]}"
                    problems.append(Problem(cell, say("cases-import-known")))
        return problems

    async def _directors(self, preview: Preview) -> dict[str, str | None]:
        day = local_day(self._unit.clock.now())
        people = People(self._unit)
        found: dict[str, str | None] = {}
        for area in {child.area for child in preview.children}:
            workers = await people.workers(Role.CHILD_DIRECTOR, area, day)
            found[area] = workers[0].id if workers else None
        return found

    async def _write(
        self,
        principal: Principal,
        made: list[tuple[str, ImportedChild]],
        directors: dict[str, str | None],
    ) -> None:
        now, keys, rows, events = self._unit.clock.now(), [], [], []
        for number, child in made:
            child_id = new_id()
            wrapped = self._unit.vault.new_key(child_subject(child_id))
            keys.append(
                {"subject_id": child_subject(child_id), "wrapped": wrapped, "made_at": now}
            )
            rows.append(self._row(child_id, wrapped, number, child, directors[child.area]))
            events.append(
                {
                    "id": new_id(),
                    "child_id": child_id,
                    "at": now,
                    "by": principal.person_id,
                    "kind": "added",
                    "ref": "import",
                }
            )
        for table, values in ((SubjectKeyRow, keys), (ChildRow, rows), (ChildEventRow, events)):
            await self._unit.connection.execute(insert(table), values)

    def _row(
        self,
        child_id: str,
        wrapped: bytes,
        number: str,
        child: ImportedChild,
        director_id: str | None,
    ) -> dict[str, Any]:
        vault, now = self._unit.vault, self._unit.clock.now()
        policy = self._policies.at(child.area, local_day(now))
        return {
            "id": child_id,
            "file_no": number,
            "area": child.area,
            "director_id": director_id,
            "status": "active",
            "next_visit_on": local_day(now) + policy.days("visit_first"),
            "label": seals.seal_label(vault, wrapped, child_id, child.fields),
            "sealed": seals.seal_fields(vault, wrapped, child_id, child.fields),
            "version": 1,
            "made_at": now,
            "changed_at": now,
            **seals.indexes(vault, child.fields, child.area),
            **column_values(child.fields, defaults=True),
        }
