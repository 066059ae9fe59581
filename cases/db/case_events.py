"""The steps of a case, kept for good; their notes are sealed. Who may take a step is not asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from cases.casebook import CaseEvent
from cases.db.prepared import add
from cases.db.rows import CaseEventRow
from kernel.ids import new_id

if TYPE_CHECKING:
    from sqlalchemy import Row

    from cases.db.store import Unit


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A step to be kept."""

    kind: str
    state: str
    by: str | None
    note: dict[str, Any] = field(default_factory=dict, repr=False)


async def add_event(unit: Unit, case: Row[Any], step: NewEvent) -> None:
    """Keep a step of a case."""
    event_id, sealed = new_id(), None
    if step.note:
        place = f"case_events:{event_id}"
        sealed = unit.vault.seal(case.wrapped, case.subject_id, place, step.note)
    values = {
        "id": event_id,
        "case_id": case.id,
        "at": unit.clock.now(),
        "by": step.by,
        "kind": step.kind,
        "state": step.state,
        "sealed": sealed,
    }
    await add(unit, CaseEventRow, [values])


async def case_events(unit: Unit, case: Row[Any]) -> tuple[CaseEvent, ...]:
    """Return the steps of a case in their order."""
    query = (
        select(CaseEventRow.__table__)
        .where(CaseEventRow.case_id == case.id)
        .order_by(CaseEventRow.at, CaseEventRow.id)
    )
    rows = await unit.connection.execute(query)
    return tuple(_event(unit, case, row) for row in rows)


def _event(unit: Unit, case: Row[Any], row: Row[Any]) -> CaseEvent:
    note: dict[str, Any] = {}
    if row.sealed is not None:
        place = f"case_events:{row.id}"
        note = unit.vault.open(case.wrapped, case.subject_id, place, row.sealed)
    return CaseEvent(at=row.at, by=row.by, kind=row.kind, state=row.state, note=note)
