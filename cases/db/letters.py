"""The outbox seen from above: how much waits, what is dead, and sending it once more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from cases.areas import span
from cases.db.rows import OutboxRow, PersonRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cases.db.store import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that will not be sent any more, and the kind of error."""

    id: int
    kind: str
    ref: str
    person_id: str | None
    error: str
    attempts: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class LaneFigures:
    """How much of a lane waits, and the age of the oldest in seconds."""

    lane: int
    waiting: int
    oldest: float


class Letters:
    """The whole outbox."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def dead(
        self, *, since: datetime | None = None, area: str = "", limit: int = 50
    ) -> list[DeadLetter]:
        """Return dead messages, the newest first; of an area, those to people who work there."""
        columns = [getattr(OutboxRow, name) for name in DeadLetter.__slots__]
        statement = select(*columns).where(OutboxRow.state == "dead")
        if since is not None:
            statement = statement.where(OutboxRow.made_at >= since)
        if area:
            low, high = span(area)
            there = select(PersonRow.id).where(PersonRow.area >= low, PersonRow.area < high)
            statement = statement.where(OutboxRow.person_id.in_(there))
        rows = await self._unit.connection.execute(
            statement.order_by(OutboxRow.id.desc()).limit(limit)
        )
        return [DeadLetter(**row._mapping) for row in rows]  # noqa: SLF001 SQLAlchemy's public name

    async def send_again(self, ids: Sequence[int], now: float) -> int:
        """Put dead messages back; a notice that was emptied can not be. Return how many."""
        statement = (
            update(OutboxRow)
            .where(OutboxRow.id.in_(ids), OutboxRow.state == "dead")
            .where((OutboxRow.kind != "notice") | OutboxRow.sealed.is_not(None))
            .values(state="ready", not_before=now, attempts=0, error="")
            .returning(OutboxRow.id)
        )
        return len((await self._unit.connection.execute(statement)).all())

    async def lanes(self, now: datetime) -> list[LaneFigures]:
        """Return what waits in each lane."""
        statement = (
            select(OutboxRow.lane, func.count(), func.min(OutboxRow.made_at))
            .where(OutboxRow.state.in_(("ready", "leased")))
            .group_by(OutboxRow.lane)
            .order_by(OutboxRow.lane)
        )
        rows = (await self._unit.connection.execute(statement)).all()
        return [LaneFigures(lane, n, (now - oldest).total_seconds()) for lane, n, oldest in rows]

    async def unsure(self) -> int:
        """Return how many waiting messages may have arrived once already."""
        statement = select(func.count()).where(
            OutboxRow.unsure > 0, OutboxRow.state.in_(("ready", "leased"))
        )
        return int((await self._unit.connection.execute(statement)).scalar_one())
