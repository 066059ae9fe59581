"""Names and duty telephones of divisions, with their years; who may see them is not asked here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, or_, select

from cases.areas import Level, at_level, level_of, span
from cases.db.dialects import insert_or
from cases.db.prepared import Prepared
from cases.db.rows import AreaChangeRow, AreaRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute

    from cases.db.store import Unit


@dataclass(frozen=True, slots=True)
class Area:
    """A division as it was named from a day on."""

    code: str
    name: str
    valid_from: date
    valid_to: date | None = None
    duty_phone: str = ""


class Areas:
    """The table of divisions."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def put(self, areas: Sequence[Area]) -> None:
        """Write divisions; the same code and day again replaces the name."""
        for area in areas:
            values = {
                "name": area.name,
                "valid_to": area.valid_to,
                "duty_phone": area.duty_phone,
            }
            await self._unit.connection.execute(
                insert_or(self._unit, AreaRow)
                .values(code=area.code, valid_from=area.valid_from, **values)
                .on_conflict_do_update(index_elements=["code", "valid_from"], set_=values)
            )

    async def get(self, code: str, day: date) -> Area | None:
        """Return the division a code named on a day."""
        query = (
            select(AreaRow.__table__)
            .where(AreaRow.code == code, AreaRow.valid_from <= day)
            .where(or_(AreaRow.valid_to.is_(None), AreaRow.valid_to > day))
            .order_by(AreaRow.valid_from.desc())
            .limit(1)
        )
        row = (await self._unit.connection.execute(query)).first()
        return Area(**row._asdict()) if row else None

    async def name(self, code: str, day: date) -> str:
        """Return a division's name on a day, the last it had if it ended; its code without any."""
        area = await self._known(code, day)
        return area.name if area else code

    async def _known(self, code: str, day: date) -> Area | None:
        """Return what a code named on a day, or last before it."""
        query = (
            select(AreaRow.__table__)
            .where(AreaRow.code == code, AreaRow.valid_from <= day)
            .order_by(AreaRow.valid_from.desc())
            .limit(1)
        )
        row = (await self._unit.connection.execute(query)).first()
        return Area(**row._asdict()) if row else None

    async def path(self, code: str, day: date) -> str:
        """Return the names from the county down: `云桥县石溪镇柳湾村`."""
        names = []
        for level in (Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE):
            if level > level_of(code):
                break
            area = await self._known(at_level(code, level), day)
            names.append(area.name if area else "")
        return "".join(names) or code

    async def inside(self, scope: str, level: Level, day: date) -> list[Area]:
        """Return the divisions of one level inside another, by code."""
        low, high = span(scope)
        query = (
            select(AreaRow.__table__)
            .where(AreaRow.code >= low, AreaRow.code < high, AreaRow.valid_from <= day)
            .where(or_(AreaRow.valid_to.is_(None), AreaRow.valid_to > day))
            .order_by(AreaRow.code, AreaRow.valid_from)
        )
        rows = (await self._unit.connection.execute(query)).all()
        latest = {row.code: Area(**row._asdict()) for row in rows}
        return [area for area in latest.values() if level_of(area.code) is level]

    async def places(self, scope: str, levels: tuple[Level, ...], day: date) -> dict[str, str]:
        """Return codes by what people write: the code, the name, or the name after its town's.

        A name that several divisions bear is left out: it says too little.
        """
        towns = {one.code: one.name for one in await self.inside(scope, Level.TOWNSHIP, day)}
        names: dict[str, set[str]] = {}
        for level in levels:
            for area in await self.inside(scope, level, day):
                town = towns.get(at_level(area.code, Level.TOWNSHIP), "")
                for name in {area.code, area.name, town + area.name}:
                    names.setdefault(name, set()).add(area.code)
        return {name: codes.pop() for name, codes in names.items() if len(codes) == 1}

    async def became(self, codes: Iterable[str], day: date) -> dict[str, tuple[str, ...]]:
        """Return which codes are others by a day, and which: more than one where it was split."""
        return await self._changes(AreaChangeRow.code.in_(set(codes)), day)

    async def to_become(self, scope: str, day: date) -> dict[str, tuple[str, ...]]:
        """Return the codes whose children wait and may come to an area, with all they became."""
        low, high = span(scope)
        here = select(AreaChangeRow.code).where(
            AreaChangeRow.successor >= low,
            AreaChangeRow.successor < high,
            AreaChangeRow.applied_on.is_(None),
        )
        return await self._changes(AreaChangeRow.code.in_(here), day)

    async def _changes(self, which: ColumnElement[bool], day: date) -> dict[str, tuple[str, ...]]:
        query = (
            select(AreaChangeRow.code, AreaChangeRow.successor)
            .where(which, AreaChangeRow.day <= day)
            .order_by(AreaChangeRow.code, AreaChangeRow.successor)
        )
        found: dict[str, tuple[str, ...]] = {}
        for row in await self._unit.connection.execute(query):
            found[row.code] = (*found.get(row.code, ()), row.successor)
        return found

    async def renew(self, area: Area) -> bool:
        """Write a division as it is from a day on; what it was called before stays on record.

        Returns:
            Whether anything is new.
        """
        known = await self.get(area.code, area.valid_from)
        if known == area:
            return False
        if known is not None and known.valid_from != area.valid_from:
            same = (known.name, known.duty_phone) == (area.name, area.duty_phone)
            if same and area.valid_to is None:
                return False
            await self.put([replace(known, valid_to=area.valid_from)])
        await self.put([area])
        return True

    async def duty_phone(self, code: str, day: date) -> str:
        """Return the nearest duty telephone: the division's own, or of one above."""
        for level in (Level.VILLAGE, Level.TOWNSHIP, Level.COUNTY, Level.CITY):
            area = await self.get(at_level(code, level), day)
            if area and area.duty_phone:
                return area.duty_phone
        return ""


def inside(column: InstrumentedAttribute[str], scope: str) -> ColumnElement[bool]:
    """Choose the rows of a division, with those of codes that became one of its own since."""
    low, high = span(scope)
    became = select(AreaChangeRow.code).where(
        AreaChangeRow.applied_on.is_not(None),
        AreaChangeRow.successor >= low,
        AreaChangeRow.successor < high,
    )
    return and_(column >= low, column < high) | column.in_(became)


_NOW = Prepared(
    select(AreaChangeRow.successor).where(
        AreaChangeRow.code == bindparam("code"), AreaChangeRow.applied_on.is_not(None)
    )
)


async def code_now(unit: Unit, code: str) -> str:
    """Return the code that a code became; what was never changed is itself."""
    row = await _NOW.first(unit, {"code": code})
    return str(row.successor) if row else code
