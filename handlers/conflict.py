"""Who of us a report names as involved: passed over, shut out of the case; it sends nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.areas import Level, at_level
from cases.db.casebook import CaseBook
from cases.db.people import People
from cases.people import Role
from handlers.raising import SKIPPED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cases.casebook import CaseCard
    from handlers.room import Room

_WHO = {
    "child_director": (Role.CHILD_DIRECTOR, Level.VILLAGE),
    "village_committee": (Role.CHILD_DIRECTOR, Level.VILLAGE),
    "child_supervisor": (Role.CHILD_SUPERVISOR, Level.TOWNSHIP),
}
"""Whom the words of the report mean; a director is of the village committee (二-(一))."""


async def shut_out(room: Room, case_id: str, values: Mapping[str, str]) -> None:
    """Hide a case from whoever its answers name, and have the alert pass them over.

    The alert leaves after three answers, before anybody is named; what they were told until then
    was a number.
    """
    roles = [role for role in values.get("skip_roles", "").split() if role in _WHO]
    if not roles:
        return
    book = CaseBook(room.unit)
    persons = await _persons(room, await book.card(room.principal, case_id), roles)
    await book.shut_out(room.principal, case_id, persons)
    alert = await room.services.alerts.of_case(room.unit, case_id)
    if alert is not None:
        marks = (*persons, *sorted({SKIPPED[role] for role in roles}))
        await room.services.alerts.shut_out(room.unit, alert.alert_id, marks)


async def _persons(room: Room, card: CaseCard, roles: list[str]) -> tuple[str, ...]:
    people, found = People(room.unit), set()
    for role, level in {_WHO[role] for role in roles}:
        found |= {one.id for one in await people.roster(at_level(card.line.area, level), role)}
        if role is Role.CHILD_DIRECTOR and card.child and card.child.director_id:
            found.add(card.child.director_id)
    return tuple(sorted(found - {card.line.reporter_id}))
