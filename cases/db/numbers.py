"""Numbers that people read out: `A-20261123-007`; unique under concurrency on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Integer, text

from cases.db.prepared import Prepared
from kernel.clock import local_day

if TYPE_CHECKING:
    from cases.db.store import Unit

_NEXT = Prepared(
    text(
        "INSERT INTO numbers (series, last) VALUES (:series, 1) "
        "ON CONFLICT (series) DO UPDATE SET last = numbers.last + 1 RETURNING last"
    ).columns(last=Integer)
)
_RESERVE = text(
    "INSERT INTO numbers (series, last) VALUES (:series, :count) "
    "ON CONFLICT (series) DO UPDATE SET last = numbers.last + :count RETURNING last"
)


async def day_number(unit: Unit, letter: str) -> str:
    """Return the next number of a letter on the present Beijing day: `A-20261123-007`."""
    series = f"{letter}-{local_day(unit.clock.now()):%Y%m%d}"
    row = await _NEXT.first(unit, {"series": series})
    return f"{series}-{row.last:03d}"


async def file_number(unit: Unit) -> str:
    """Return the next number of a child's file: `C-0012`."""
    return (await file_numbers(unit, 1))[0]


async def file_numbers(unit: Unit, count: int) -> list[str]:
    """Return `count` file numbers taken at once (imports)."""
    row = await unit.connection.execute(_RESERVE, {"series": "C", "count": count})
    last: int = row.scalar_one()
    return [f"C-{number:04d}" for number in range(last - count + 1, last + 1)]
