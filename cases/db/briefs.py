"""What whoever takes children over must know of each at once: open work, dates, the last visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from cases.db.casebook import CaseBook
from cases.db.matters import SIGNED, Matters
from cases.db.rows import VisitRow
from cases.matters import MatterKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from cases.casebook import CaseLine
    from cases.children import ChildLine
    from cases.db.store import Unit
    from cases.matters import MatterLine
    from cases.people import Principal

_TOLD = frozenset(
    {
        MatterKind.REFERRAL,
        MatterKind.BENEFIT,
        MatterKind.CONFERENCE,
        MatterKind.BOOKING,
        MatterKind.REQUEST,
    }
)
"""Kinds of matter that somebody must go on with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """One child in short.

    Args:
        cases: Reports that are not closed, as far as the reader may know of them.
        matters: Referrals, applications and requests under way.
        delegated_until: Last day of the delegation of care that holds, if there is one.
        rules: Rules of the form that the last visit fired: what it asks to follow up.
    """

    child: ChildLine
    cases: tuple[CaseLine, ...] = ()
    matters: tuple[MatterLine, ...] = ()
    delegated_until: date | None = None
    rules: tuple[str, ...] = ()


async def briefs(unit: Unit, principal: Principal, children: Sequence[ChildLine]) -> list[Brief]:
    """Return a brief of each child; access as for its card, and nothing of the file is opened."""
    cases = await CaseBook(unit).lines(principal)
    rules = await _last_rules(unit, [child.id for child in children])
    found = []
    for child in children:
        matters = await Matters(unit).of_child(principal, child.id)
        ends = [
            one.due_on
            for one in matters
            if one.kind is MatterKind.DELEGATION and one.state in SIGNED and one.due_on
        ]
        brief = Brief(
            child=child,
            cases=tuple(one for one in cases if one.child_id == child.id),
            matters=tuple(one for one in matters if one.is_open and one.kind in _TOLD),
            delegated_until=max(ends, default=None),
            rules=rules.get(child.id, ()),
        )
        found.append(brief)
    return found


async def _last_rules(unit: Unit, children: Sequence[str]) -> dict[str, tuple[str, ...]]:
    latest = (
        select(VisitRow.child_id, func.max(VisitRow.id).label("visit"))
        .where(VisitRow.child_id.in_(children))
        .group_by(VisitRow.child_id)
        .subquery()
    )
    query = select(VisitRow.child_id, VisitRow.triggers).join(
        latest, latest.c.visit == VisitRow.id
    )
    rows = await unit.connection.execute(query)
    return {row.child_id: tuple(row.triggers) for row in rows}
