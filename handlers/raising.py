"""From what a form found to a case and its alert, in one transaction; it asks nobody anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from alerts.raising import Raise
from cases.casebook import NewCase, Opened
from cases.db.casebook import CaseBook
from cases.db.children import Children

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.room import Room

SKIPPED = {
    "child_director": "role:child_director",
    "child_supervisor": "role:child_supervisor",
    "village_committee": "role:child_director",
}
"""Whom the alert skips when the report names one of us (conflict of interest)."""
SITUATIONS_OF_RULES = {
    "rule_alone": "A1",
    "rule_no_care": "A1",
    "rule_runaway": "A2",
    "rule_caregiver": "A3",
    "rule_injury": "A5",
    "rule_abuse": "A5",
    "rule_needs": "N4",
    "rule_self_harm": "N5",
}
"""Situation of the report that each rule of the visit and the screening stands for."""


_WHERE_AND_WHAT = ("place", "seen_last", "location", "area")
"""Of the first answers, what tells two reports of one kind apart where the child is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a form found: `values` are its answers by field name."""

    draft_id: str
    severity: str
    situations: tuple[str, ...]
    child_id: str | None
    area: str
    values: Mapping[str, str] = field(repr=False)


async def raise_case(room: Room, finding: Finding) -> Opened:
    """Open a case and send its alert on its way; the same draft again does nothing new."""
    area = finding.area
    if finding.child_id:
        area = (await Children(room.unit).line(room.principal, finding.child_id)).area
    if (same := await _same(room, finding, area)) is not None:
        return same
    opened = await CaseBook(room.unit).open_case(
        room.principal,
        NewCase(
            draft_id=finding.draft_id,
            severity=finding.severity,
            situations=finding.situations,
            area=area,
            child_id=finding.child_id,
            details=dict(finding.values),
        ),
    )
    if opened.is_new:
        skipped = finding.values.get("skip_roles", "").split()
        await room.services.alerts.raise_alert(
            room.unit,
            Raise(
                case_id=opened.case_id,
                number=opened.number,
                severity=finding.severity,
                situations=finding.situations,
                area=area,
                exclude=tuple(sorted({SKIPPED[role] for role in skipped if role in SKIPPED})),
                reporter_id=room.principal.person_id,
                channel=room.turn.channel,
                chat=room.turn.chat,
            ),
        )
    return opened


async def _same(room: Room, finding: Finding, area: str) -> Opened | None:
    """Return the report that this person made just now of the very same thing, if there is one.

    An emergency is never refused; the same one twice is one case and one alert.
    """
    book = CaseBook(room.unit)
    within = timedelta(seconds=room.services.identical_seconds)
    for line in await book.own_around(room.principal, room.now, within):
        is_same = (
            not line.drill
            and (line.severity, line.situations) == (finding.severity, finding.situations)
            and (line.child_id, line.area) == (finding.child_id, area)
        )
        if is_same and await _says_the_same(book, room, line.id, finding):
            return Opened(line.id, line.number, is_new=False)
    return None


async def _says_the_same(book: CaseBook, room: Room, case_id: str, finding: Finding) -> bool:
    details = (await book.card(room.principal, case_id)).details
    return all(
        str(details.get(name) or "") == finding.values.get(name, "") for name in _WHERE_AND_WHAT
    )
