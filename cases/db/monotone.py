"""The clock of timers and leases: one row of the database that never runs backwards.

A worker's own clock may be wrong, and any clock may be set back; measured on a plain clock, a
jump of one hour made a ten-minute timer fire after seventy. A jump forward lets timers fire
early, which for alerts is the safe side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Float, bindparam, case, func, select, update

from cases.db.dialects import insert_or
from cases.db.prepared import Prepared
from cases.db.rows import ClockRow
from kernel.clock import SystemClock

if TYPE_CHECKING:
    from cases.db.store import Unit

JUMP_SECONDS = 1.0
"""A step back of more than this is a jump, less is two workers meeting (our default)."""
_ROW = 1


async def read(unit: Unit) -> float:
    """Return the present second of the clock; nothing is written."""
    wall = await _wall(unit)
    row = await _READ.first(unit, {})
    return wall if row is None else max(row.seen, wall + row.skew)


async def advance(unit: Unit) -> float:
    """Return the present second and keep it, so that no later one is smaller."""
    wall = await _wall(unit)
    row = await _ADVANCE.first(unit, {"wall": wall})
    if row is None:
        await _begin(unit, wall)
        return wall
    return float(row.seen)


async def _begin(unit: Unit, wall: float) -> None:
    values = {"id": _ROW, "seen": wall, "skew": 0.0}
    fresh = insert_or(unit, ClockRow).values(values).on_conflict_do_nothing()
    await unit.connection.execute(fresh)


async def _wall(unit: Unit) -> float:
    """Return the server's own time where there is a server; a clock that was set is believed."""
    if unit.dialect == "postgresql" and isinstance(unit.clock, SystemClock):
        return float((await _SERVER.first(unit, {})).at)
    return unit.clock.now().timestamp()


_WALL = bindparam("wall", type_=Float)
_THERE = _WALL + ClockRow.skew
_SERVER = Prepared(select(func.extract("epoch", func.clock_timestamp()).label("at")))
_READ = Prepared(select(ClockRow.seen, ClockRow.skew))
_ADVANCE = Prepared(
    update(ClockRow)
    .where(ClockRow.id == _ROW)
    .values(
        seen=case((ClockRow.seen < _THERE, _THERE), else_=ClockRow.seen),
        skew=case(
            (ClockRow.seen - JUMP_SECONDS > _THERE, ClockRow.seen - _WALL), else_=ClockRow.skew
        ),
    )
    .returning(ClockRow.seen)
)
