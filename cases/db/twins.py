"""Whether a child has a file already, the joining of two files of one child, and households."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select, update

from cases.access import Action, Resource, decide, require
from cases.areas import Level, at_level, span, within
from cases.children import Status, column_values, read_birth
from cases.db import child_seals as seals
from cases.db.audit import Audit
from cases.db.dialects import insert_or
from cases.db.rows import (
    AttachmentRow,
    CaseRow,
    ChildGuardianRow,
    ChildRow,
    DraftRow,
    MatterRow,
    SubmissionRow,
    VisitRow,
)
from cases.db.timelines import Note, Timelines
from cases.db.walls import wide
from cases.errors import GuardError
from cases.id_numbers import read_id_number
from cases.policies import RISK_LEVELS
from kernel.errors import MissingError
from kernel.ids import new_id

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Row

    from cases.children import ChildLine, Fields
    from cases.db.store import Unit
    from cases.people import Principal
    from cases.vault import Vault

_COMPARED = 3_000
_NEAR_YEARS = 1


class Likeness(StrEnum):
    """Why two files may be of one child, the surest first."""

    SAME_ID = "same_id"
    SAME_NAME_AND_BIRTH = "same_name_and_birth"
    SAME_NAME_NEARBY = "same_name_nearby"


@dataclass(frozen=True, slots=True)
class Twin:
    """A file that may be of the same child; `child` only where the asker may see it.

    Args:
        area: Township of the file that may not be seen, so that one knows whom to ask.
    """

    likeness: Likeness
    area: str
    child: ChildLine | None = None


class Twins:
    """Duplicates, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def alike(self, principal: Principal, area: str, fields: Fields) -> list[Twin]:
        """Return files that may be of the same child as these fields ("同一个孩子？")."""
        require(principal, Action.CHILD_LIST, Resource(area=area))
        found = {row.id: (likeness, row) for likeness, row in await self._nearby(area, fields)}
        found |= {row.id: (likeness, row) for likeness, row in await self._indexed(fields)}
        order = list(Likeness)
        twins = sorted(found.values(), key=lambda pair: order.index(pair[0]))
        return [self._twin(principal, likeness, row) for likeness, row in twins]

    async def merge(self, principal: Principal, keep_id: str, drop_id: str) -> None:
        """Join two files of one child: the second's history stays readable under the first.

        Raises:
            DeniedError: Not in charge of both areas.
            GuardError: A file cannot be joined to itself, or was joined already.
        """
        keep, drop = await self._pair(keep_id, drop_id)
        for row in (keep, drop):
            require(principal, Action.CHILD_MERGE, seals.child_resource(row))
        if keep.id == drop.id or Status.MERGED.value in {keep.status, drop.status}:
            raise GuardError("merged")
        vault = self._unit.vault
        kept, dropped = _whole(vault, keep), _whole(vault, drop)
        filled = {name: value for name, value in dropped.items() if not kept.get(name) and value}
        fields = kept | filled | _graver(keep, drop)
        # later than both, so that a draft begun on either file finds what was joined since
        version = max(keep.version, drop.version) + 1
        await self._unit.connection.execute(
            update(ChildRow)
            .where(ChildRow.id == keep.id)
            .values(
                label=seals.seal_label(vault, keep.wrapped, keep.id, fields),
                sealed=seals.seal_fields(vault, keep.wrapped, keep.id, fields),
                version=version,
                changed_at=self._unit.clock.now(),
                household=keep.household or drop.household,
                **column_values(fields),
                **_visits(keep, drop),
                **_proposal(keep, drop),
                **seals.indexes(vault, fields, keep.area),
            )
        )
        async with wide(self._unit):  # also what is hidden from who joins them goes along
            await self._one_household(keep, drop)
            await self._move(keep.id, drop.id)
            await self._tie(keep.id, drop.id)
        note = Note(
            child_id=keep.id,
            kind="merged",
            by=principal.person_id,
            ref=drop.file_no,
            version=version,
            changes={
                name: (kept.get(name), value)
                for name, value in fields.items()
                if value != kept.get(name)
            },
        )
        await Timelines(self._unit).note(note)
        Audit(self._unit).append(
            principal.actor,
            "child.merge",
            f"child:{keep.id}",
            area=keep.area,
            dropped=f"child:{drop.id}",
        )

    async def join_household(self, principal: Principal, one_id: str, other_id: str) -> str:
        """Note that two children live in one household; return its id."""
        one, other = await self._pair(one_id, other_id)
        for row in (one, other):
            require(principal, Action.CHILD_CHANGE, seals.child_resource(row))
        household: str = one.household or other.household or new_id()
        joined = {one.household, other.household} - {None, household}
        await self._unit.connection.execute(
            update(ChildRow)
            .where(or_(ChildRow.id.in_({one.id, other.id}), ChildRow.household.in_(joined)))
            .values(household=household)
        )
        Audit(self._unit).append(
            principal.actor, "child.household", f"child:{one.id}", area=one.area
        )
        return household

    async def household(self, principal: Principal, child_id: str) -> list[ChildLine]:
        """Return the other children of a child's household whom the asker may see."""
        mine = select(ChildRow.household).where(ChildRow.id == child_id).scalar_subquery()
        query = seals.lines().where(ChildRow.household == mine, ChildRow.id != child_id)
        query = query.where(ChildRow.status == Status.ACTIVE.value).order_by(ChildRow.id)
        rows = (await self._unit.connection.execute(query)).all()
        listed = Action.CHILD_LIST
        seen = [r for r in rows if decide(principal, listed, seals.child_resource(r)).allowed]
        return [seals.child_line(self._unit.vault, row) for row in seen]

    async def _indexed(self, fields: Fields) -> list[tuple[Likeness, Row[Any]]]:
        tidy = dict(fields)
        if tidy.get("id_no"):
            tidy["id_no"] = read_id_number(str(tidy["id_no"])).number
        marks = seals.child_marks(self._unit.vault, tidy)
        found: list[tuple[Likeness, Row[Any]]] = []
        for likeness, column, known in (
            (Likeness.SAME_NAME_AND_BIRTH, ChildRow.twin_index, marks["twin_index"]),
            (Likeness.SAME_ID, ChildRow.id_index, marks["id_index"]),
        ):
            if known:
                query = seals.lines().where(column.in_(known))
                query = query.where(ChildRow.status != Status.MERGED.value)
                async with wide(self._unit):
                    rows = (await self._unit.connection.execute(query)).all()
                found += [(likeness, row) for row in rows]
        return found

    async def _nearby(self, area: str, fields: Fields) -> list[tuple[Likeness, Row[Any]]]:
        name, born = str(fields.get("name") or ""), read_birth(fields)
        if not name:
            return []
        low, high = span(at_level(area, Level.TOWNSHIP))
        query = (
            seals.lines()
            .where(ChildRow.area >= low, ChildRow.area < high)
            .where(ChildRow.status != Status.MERGED.value)
            .limit(_COMPARED)
        )
        vault = self._unit.vault
        if born is not None:
            years = range(born.year - _NEAR_YEARS, born.year + _NEAR_YEARS + 1)
            marks = seals.near_indexes(vault, area, name, years)
            # a file that has none yet (older than this index) is looked at itself
            query = query.where(ChildRow.near_index.in_(marks) | ChildRow.near_index.is_(None))
        async with wide(self._unit):
            rows = (await self._unit.connection.execute(query)).all()
        found = []
        for row in rows:
            other, other_born, _ = seals.open_label(vault, row)
            if other == name and _near(born, other_born):
                found.append((Likeness.SAME_NAME_NEARBY, row))
        return found

    async def _pair(self, one_id: str, other_id: str) -> tuple[Row[Any], Row[Any]]:
        query = seals.files().where(ChildRow.id.in_({one_id, other_id})).order_by(ChildRow.id)
        query = query.add_columns(
            ChildRow.household, ChildRow.risk_proposed, ChildRow.risk_proposal
        ).with_for_update(of=ChildRow)
        rows = {row.id: row for row in await self._unit.connection.execute(query)}
        if one_id not in rows or other_id not in rows:
            raise MissingError
        return rows[one_id], rows[other_id]

    async def _one_household(self, keep: Row[Any], drop: Row[Any]) -> None:
        if keep.household and drop.household:
            await self._unit.connection.execute(
                update(ChildRow)
                .where(ChildRow.household == drop.household)
                .values(household=keep.household)
            )

    async def _move(self, keep_id: str, drop_id: str) -> None:
        """Move what was kept with a child; whatever is sealed stays under the key it has."""
        await self._unit.connection.execute(
            update(ChildRow)
            .where(or_(ChildRow.id == drop_id, ChildRow.merged_into == drop_id))
            .values(
                status=Status.MERGED.value,
                merged_into=keep_id,
                risk_proposed="",
                risk_proposal="",
            )
        )
        for row in (VisitRow, SubmissionRow, CaseRow, MatterRow, AttachmentRow, DraftRow):
            await self._unit.connection.execute(
                update(row).where(row.child_id == drop_id).values(child_id=keep_id)
            )

    async def _tie(self, keep_id: str, drop_id: str) -> None:
        """Tie the guardians of the one to the other; the older tie keeps its history open."""
        query = select(ChildGuardianRow.__table__).where(ChildGuardianRow.child_id == drop_id)
        for tie in (await self._unit.connection.execute(query)).all():
            await self._unit.connection.execute(
                insert_or(self._unit, ChildGuardianRow)
                .values({**tie._asdict(), "child_id": keep_id})
                .on_conflict_do_nothing()
            )

    def _twin(self, principal: Principal, likeness: Likeness, row: Row[Any]) -> Twin:
        if within(row.area, principal.area):
            return Twin(likeness, row.area, seals.child_line(self._unit.vault, row))
        return Twin(likeness, at_level(row.area, Level.TOWNSHIP))


def _near(one: Any, other: Any) -> bool:  # noqa: ANN401 dates or None
    return one is None or other is None or abs(one.year - other.year) <= _NEAR_YEARS


def _whole(vault: Vault, row: Row[Any]) -> Fields:
    shown = {
        "child_types": list(row.kinds),
        "risk_level": row.risk_level,
        "focus_flag": row.focus,
    }
    return seals.open_fields(vault, row) | shown


def _graver(keep: Row[Any], drop: Row[Any]) -> Fields:
    """Return what two files of one child say together: whatever asks for more care holds."""
    return {
        "child_types": [*keep.kinds, *(kind for kind in drop.kinds if kind not in keep.kinds)],
        "risk_level": min(keep.risk_level, drop.risk_level, key=RISK_LEVELS.index),
        "focus_flag": keep.focus or drop.focus,
    }


def _visits(keep: Row[Any], drop: Row[Any]) -> dict[str, date | None]:
    """Return the last visit of both, and the sooner day that the later or the graver sets."""
    seen = [row for row in (keep, drop) if row.last_visit_on is not None]
    later = max(seen, key=lambda row: row.last_visit_on, default=keep)
    graver = min((later, keep, drop), key=lambda row: RISK_LEVELS.index(row.risk_level))
    due = [row.next_visit_on for row in (later, graver) if row.next_visit_on is not None]
    return {"last_visit_on": later.last_visit_on, "next_visit_on": min(due, default=None)}


def _proposal(keep: Row[Any], drop: Row[Any]) -> dict[str, str]:
    """Return the level of risk that waits for a decision: the gravest, if graver than both."""
    rank = RISK_LEVELS.index
    now = min(rank(keep.risk_level), rank(drop.risk_level))
    waiting = [row for row in (keep, drop) if row.risk_proposed and rank(row.risk_proposed) < now]
    if not waiting:
        return {"risk_proposed": "", "risk_proposal": ""}
    row = min(waiting, key=lambda row: rank(row.risk_proposed))
    return {"risk_proposed": row.risk_proposed, "risk_proposal": row.risk_proposal}
