"""Words without the people in them: names the record knows go first, then what looks like one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.db.children import Children
from cases.db.rights import Rights
from cases.people import STAFF
from knowledge.redact import is_clean, redact

if TYPE_CHECKING:
    from handlers.room import Room

KNOWN = 200
"""Children whose names are looked for: more than a village has (our default)."""


async def redacted(room: Room, text: str) -> str:
    """Return words that may be kept as a question, or sent to a model."""
    return redact(text, await _names(room))


async def names_somebody(room: Room, text: str) -> bool:
    """Say whether words meant for everybody hold a number of a person or a child's name."""
    return not is_clean(text) or any(name in text for name in await _names(room))


async def _names(room: Room) -> list[str]:
    who = room.principal
    if who.person_id is None or room.person is None:
        return []
    if who.role in STAFF:
        children = await Children(room.unit).mine(who, limit=KNOWN)
    else:
        children = await Rights(room.unit).children_of(who)
    return [room.person.name, *(child.name for child in children)]
