"""Tells a colleague or a guardian that something waits; the push says nothing of a child."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.notices import Notice, notify, notify_chat
from cases.areas import within
from cases.db.areas import Areas
from cases.db.child_lists import ChildLists
from cases.db.people import People
from cases.db.rights import Rights
from cases.people import STAFF, Role
from kernel.phrases import say
from kernel.words import Text

if TYPE_CHECKING:
    from cases.people import Person
    from handlers.room import Room
    from kernel.phrases import Words

_NAMES_KNOWN = 200
"""Files whose names are masked in a note that is read, more than a village has (our default)."""


async def tell(room: Room, person_id: str | None, *lines: Words, opens: str = "") -> bool:
    """Owe someone a message; say whether they can be reached. Nobody is told of their own act."""
    if person_id is None or person_id == room.principal.person_id:
        return False
    buttons = ((say("alerts-open"), opens),) if opens else ()
    return await notify(room.unit, person_id, Notice(lines=lines, buttons=buttons)) > 0


async def tell_chat(room: Room, address: str, *lines: Words) -> None:
    """Owe a message to a chat that nobody is registered for: `channel:chat`."""
    channel, _, chat = address.partition(":")
    if chat and (channel, chat) != (room.turn.channel, room.turn.chat):
        await notify_chat(room.unit, (channel, chat), Notice(lines=lines))


async def managers(room: Room, area: str) -> list[Person]:
    """Return who is in charge of an area today: the township's supervisors, else the county."""
    for role in (Role.CHILD_SUPERVISOR, Role.COUNTY_OFFICER):
        found = await People(room.unit).workers(role, area, room.today)
        if found:
            return found
    return []


async def tell_managers(room: Room, area: str, *lines: Words, opens: str = "") -> None:
    """Owe a message to whoever is in charge of an area."""
    for person in await managers(room, area):
        await tell(room, person.id, *lines, opens=opens)


async def worker(room: Room, person_id: str | None) -> str:
    """Name who acted, as the chat's mode allows: a guardian is masked, a worker is not."""
    person = await People(room.unit).get(person_id) if person_id else None
    return "—" if person is None else named(room, person)


def named(room: Room, person: Person) -> str:
    """Name somebody as the chat allows: colleagues must know who acted, a family is masked."""
    masker = room.services.masker
    return (masker.worker_name if person.role in STAFF else masker.person_name)(person.name)


def typed(room: Room) -> str:
    """Return the words of this turn."""
    said = room.turn.said
    return said.text.strip() if isinstance(said, Text) else ""


async def place(room: Room, area: str) -> str:
    """Name a division as the chat's mode allows."""
    if not area:
        return "—"
    return room.services.masker.area_name(await Areas(room.unit).name(area, room.today), area)


async def note(room: Room, text: str, *, area: str = "") -> str:
    """Show what someone wrote to be read, with the names of children and families masked.

    Args:
        room: The turn.
        text: What was written.
        area: Where it is about; names of this village or township are known, else of one's own.
    """
    if room.principal.role in STAFF:
        near = area if within(area, room.principal.area) else room.principal.area
        names = await ChildLists(room.unit).names(room.principal, near, _NAMES_KNOWN)
        names += [one.name for one in await People(room.unit).roster(near, Role.GUARDIAN)]
    else:
        names = [line.name for line in await Rights(room.unit).children_of(room.principal)]
        names += [room.person.name] if room.person else []
    return room.speak(room.services.masker.note(text, names))
