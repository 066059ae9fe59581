"""Who enters the roster (二-(三)), with a one-time code, and what is put right of it later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.access import Action, Resource, require
from cases.areas import Level, level_of
from cases.db.areas import Areas
from cases.db.invites import Invitation, Invites
from cases.db.people import People
from cases.db.staff import Staff
from cases.people import Person, Role
from cases.worker_lines import read_worker, split_place
from handlers import asking, menu, telling
from kernel.errors import InputError
from kernel.phrases import say
from kernel.words import Button, Forget, Line, Send

if TYPE_CHECKING:
    from cases.worker_lines import WorkerLine
    from handlers.room import Room
    from kernel.phrases import Words


async def choose_place(room: Room, area: str) -> None:
    """Choose where someone new will work: a township's supervisor, a village's director."""
    require(room.principal, Action.PEOPLE_MANAGE, Resource(area=area))
    level = level_of(area)
    if level is Level.VILLAGE:
        asking.ask(room, "hire", f"{Role.CHILD_DIRECTOR}:{area}", say("people-who"))
        return
    below = Level.VILLAGE if level is Level.TOWNSHIP else Level.TOWNSHIP
    inside = await Areas(room.unit).inside(area, below, room.today)
    buttons = [
        Button(await telling.place(room, one.code), f"hireat:{one.code}", durable=True)
        for one in inside
    ]
    rows = list(menu.in_rows(buttons))
    if level is Level.TOWNSHIP and room.principal.role is Role.COUNTY_OFFICER:
        rows.append((Button(say("people-supervisor-here"), f"hiresup:{area}", durable=True),))
    asking.wait(room, "hireat", area)
    room.replies.append(Send((Line(say("people-where")),), tuple(rows)))


async def typed_place(room: Room, area: str) -> None:
    """Take the place as it is typed, with whoever is to work there if they are named too.

    Raises:
        InputError: It is none of the places that were offered.
    """
    text = telling.typed(room)
    places = await Areas(room.unit).places(area, (Level.TOWNSHIP, Level.VILLAGE), room.today)
    place, rest = split_place(text, places)
    if not place:
        raise InputError(reply=say("people-where-again"))
    worker = read_worker(rest)
    if worker is None:
        await choose_place(room, place)
        return
    village = level_of(place) is Level.VILLAGE
    await _enter(room, Role.CHILD_DIRECTOR if village else Role.CHILD_SUPERVISOR, place, worker)


async def ask_supervisor(room: Room, area: str) -> None:
    """Ask who becomes the supervisor of a township."""
    asking.ask(room, "hire", f"{Role.CHILD_SUPERVISOR}:{area}", say("people-who"))


async def typed_person(room: Room, argument: str) -> None:
    """Enter someone on the real-name roster (二-(三)) and make their one-time code."""
    role, _, area = argument.partition(":")
    worker = read_worker(telling.typed(room))
    if worker is None:
        raise InputError(reply=say("people-who"))
    await _enter(room, Role(role), area, worker)


async def _enter(room: Room, role: Role, area: str, worker: WorkerLine) -> None:
    known = await Staff(room.unit).spoken_of(area, worker.name)
    there = [one for one in known if (one.name, one.area, one.role) == (worker.name, area, role)]
    if there:
        room.replies.append(Forget(room.turn.message))
        name = room.services.masker.worker_name(worker.name)
        button = Button(say("people-of", name=name), f"who:{there[0].id}", durable=True)
        room.replies.append(Send((Line(say("people-known")),), ((button,),)))
        return
    fresh = Person(id="", role=role, area=area, **worker._asdict())
    person = await People(room.unit).add(fresh, room.principal)
    room.replies.append(Forget(room.turn.message))
    if person.role is Role.CHILD_DIRECTOR:
        await Staff(room.unit).adopt(person, room.principal)
    await give_code(room, person, say("people-added"))


async def invite(room: Room, person_id: str) -> None:
    """Make a one-time code for someone on the roster; older codes are spoilt."""
    person = await People(room.unit).managed(person_id, room.principal)
    await Invites(room.unit).revoke_for(person_id)
    await give_code(room, person, say("people-invited"))


async def give_code(room: Room, person: Person, first: Words) -> None:
    """Make a one-time code for someone and show it under what was done."""
    code = await Invites(room.unit).make(
        Invitation(role=person.role, area=person.area, person_id=person.id), room.principal
    )
    lines = (Line(first, "strong"), Line(say("people-code")), Line(f"/start {code}"))
    room.replies.append(Send(lines))


async def ask_correction(room: Room, person_id: str) -> None:
    """Ask how someone's name, telephone and post are written."""
    person = await People(room.unit).managed(person_id, room.principal)
    name = room.services.masker.worker_name(person.name)
    asking.ask(room, "rfix", person_id, say("people-correct-ask", name=name))


async def typed_correction(room: Room, person_id: str) -> None:
    """Put right what stands on the roster of someone; the log notes that it was changed.

    Raises:
        InputError: There is no name with a telephone in it.
    """
    worker = read_worker(telling.typed(room))
    if worker is None:
        raise InputError(reply=say("people-who"))
    await Staff(room.unit).correct(person_id, worker, room.principal)
    room.replies.append(Forget(room.turn.message))
    name = room.services.masker.worker_name(worker.name)
    button = Button(say("people-of", name=name), f"who:{person_id}", durable=True)
    room.replies.append(Send((Line(say("people-corrected")),), ((button,),)))


VERBS = {
    "hireat": choose_place,
    "hiresup": ask_supervisor,
    "inv": invite,
    "rfix": ask_correction,
}
TYPED = {"hire": typed_person, "hireat": typed_place, "rfix": typed_correction}
