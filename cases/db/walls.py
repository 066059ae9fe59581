"""The second wall on PostgreSQL: tells row-level security who acts in this transaction.

The policies stand in migration 0006. They bind every database role but the owner: migrations run
as the owner, the service as a role that `grant_service` prepared. SQLite has no such wall.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy import text

from cases.areas import span
from cases.db.prepared import Prepared
from cases.people import MANAGERS, Role

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cases.db.store import Unit
    from cases.people import Principal

_SET = Prepared(
    text(
        "SELECT set_config('tongban.low', :low, true), set_config('tongban.high', :high, true), "
        "set_config('tongban.person', :person, true), set_config('tongban.chat', :chat, true), "
        "set_config('tongban.village', :village, true), "
        "set_config('tongban.formerly', :formerly, true)"
    )
)
_EVERYTHING = {"low": "", "high": ":", "person": "", "chat": "", "village": "no", "formerly": ""}


async def enclose(unit: Unit, principal: Principal) -> None:
    """Show this transaction only the rows that someone may see."""
    by_area = principal.area and principal.role is not Role.GUARDIAN  # a family: by its ties only
    low, high = span(principal.area) if by_area else ("", "")
    await _set(
        unit,
        {
            "low": low,
            "high": high,
            "person": principal.person_id or "",
            "chat": f"{principal.channel}:{principal.chat}" if principal.chat else "",
            "village": "no" if principal.role in MANAGERS else "yes",
            "formerly": principal.formerly,
        },
    )


async def open_wide(unit: Unit) -> None:
    """Show this transaction every row (worker, console, and looking for the person of a chat)."""
    await _set(unit, _EVERYTHING)


@asynccontextmanager
async def wide(unit: Unit) -> AsyncIterator[None]:
    """Look beyond the wall for a moment (a child's second file in another county)."""
    before = unit.wall
    if before is not None:
        await _set(unit, _EVERYTHING)
    try:
        yield
    finally:
        if before is not None:
            await _set(unit, before)


async def _set(unit: Unit, wall: dict[str, str]) -> None:
    unit.wall = wall
    if unit.dialect == "postgresql":
        await _SET.later(unit, [wall])
