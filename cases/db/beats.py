"""Signs of life of workers, on the database's own clock; it judges nobody dead but by time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select

from cases.db.dialects import insert_or
from cases.db.rows import BeatRow

if TYPE_CHECKING:
    from cases.db.store import Unit

ALIVE_SECONDS = 20.0
"""Who gave no sign for so long is gone: four beats of 5 s, our default."""
_FORGET_SECONDS = 40 * 86_400.0


class Beats:
    """The signs of life of one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def beat(
        self, name: str, kind: str, now: float, detail: dict[str, Any] | None = None
    ) -> int:
        """Give a sign of life; return how many of this kind are alive, oneself included."""
        values = {"kind": kind, "seen": now, "detail": detail or {}}
        await self._unit.connection.execute(
            insert_or(self._unit, BeatRow)
            .values(name=name, **values)
            .on_conflict_do_update(index_elements=["name"], set_=values)
        )
        await self._unit.connection.execute(
            delete(BeatRow).where(BeatRow.seen < now - _FORGET_SECONDS)
        )
        statement = select(func.count()).where(
            BeatRow.kind == kind, BeatRow.seen > now - ALIVE_SECONDS
        )
        return int((await self._unit.connection.execute(statement)).scalar_one())

    async def details(self, kind: str) -> dict[str, str]:
        """Return what each of a kind last noted under `key`."""
        statement = select(BeatRow.name, BeatRow.detail).where(BeatRow.kind == kind)
        rows = await self._unit.connection.execute(statement)
        return {row.name: str(row.detail.get("key", "")) for row in rows}

    async def last(self, kind: str) -> float | None:
        """Return when anyone of a kind was last alive."""
        statement = select(func.max(BeatRow.seen)).where(BeatRow.kind == kind)
        found = (await self._unit.connection.execute(statement)).scalar()
        return None if found is None else float(found)
