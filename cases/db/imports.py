"""Taking in a checked sheet of children: all of it in one transaction, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from cases.access import Action, Resource, require
from cases.areas import Level
from cases.children import Status, column_values
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
    from collections.abc import Mapping

    from cases.db.store import Unit
    from cases.headings import Sheet
    from cases.people import Principal
    from cases.policies import Policies
    from cases.sheets import ImportedChild
    from kernel.phrases import Phrase

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
        """Find rows that are of a child who stands in the sheet or in the record already.

        The same ID number, or the same name and day of birth where one of the two has no number
        that would tell them apart.
        """
        problems: list[Problem] = []
        numbers: dict[bytes, ImportedChild] = {}
        births: dict[bytes, ImportedChild] = {}
        for child in preview.children:
            marks = seals.child_marks(self._unit.vault, child.fields)
            for key, seen, told in (
                ("id_index", numbers, "cases-import-twice"),
                ("twin_index", births, "cases-import-same"),
            ):
                first = next((seen[one] for one in marks[key] if one in seen), None)
                if first is None:
                    seen.update(dict.fromkeys(marks[key], child))
                elif seen is numbers or not (_has_number(first) and _has_number(child)):
                    message = say(told, row=first.row)
                    problems.append(_pointed_out(preview, child, message, by_name=seen is births))
        async with wide(self._unit):
            problems += await self._known(preview, numbers, births)
        return problems

    async def _known(
        self,
        preview: Preview,
        numbers: Mapping[bytes, ImportedChild],
        births: Mapping[bytes, ImportedChild],
    ) -> list[Problem]:
        problems: list[Problem] = []
        for column, seen in ((ChildRow.id_index, numbers), (ChildRow.twin_index, births)):
            marks = list(seen)
            for start in range(0, len(marks), _BATCH):
                query = select(column.label("mark"), ChildRow.id_index).where(
                    column.in_(marks[start : start + _BATCH]),
                    ChildRow.status != Status.MERGED.value,
                )
                for there in (await self._unit.connection.execute(query)).all():
                    child = seen[bytes(there.mark)]
                    if seen is numbers:
                        problems.append(_pointed_out(preview, child, say("cases-import-known")))
                    elif there.id_index is None or not _has_number(child):
                        message = say("cases-import-alike")
                        problems.append(_pointed_out(preview, child, message, by_name=True))
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


def _has_number(child: ImportedChild) -> bool:
    return bool(child.fields.get("id_no"))


def _pointed_out(
    preview: Preview, child: ImportedChild, message: Phrase, *, by_name: bool = False
) -> Problem:
    column = preview.columns["name"] if by_name else preview.columns.get("id_no", "A")
    return Problem(f"{column}{child.row}", message)
