"""搬家: a file goes to another village of the county; its next director is told.

A supervisor moves files inside the own township; for another township the county is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.access import Action, Resource, require
from cases.areas import Level, at_level, level_of, within
from cases.db.areas import Areas
from cases.db.children import Children
from cases.db.moves import Moves
from cases.db.people import People
from cases.db.successions import Successions
from cases.db.twins import Twins
from cases.people import Role
from handlers import menu, telling
from handlers.form_context import label
from kernel.phrases import say
from kernel.words import Button, Edit, Line, Send

if TYPE_CHECKING:
    from cases.children import ChildLine
    from cases.db.moves import Moved
    from cases.db.successions import Unplaced
    from handlers.room import Room


_SHOWN, _CHOICES = 6, 5
"""Children listed at once, and villages offered for each (our default)."""


async def ask(room: Room, child_id: str) -> None:
    """Ask to which village a child has moved: of the own township, or first to which township."""
    line = await _movable(room, child_id)
    if level_of(room.principal.area) is Level.TOWNSHIP:
        await _villages(room, line, room.principal.area)
        return
    towns = await Areas(room.unit).inside(room.principal.area, Level.TOWNSHIP, room.today)
    buttons = [Button(one.name, f"mvt:{child_id}:{one.code}", durable=True) for one in towns]
    words = Line(say("move-which-town", who=label(room, line)))
    room.replies.append(Send((words,), menu.in_rows(buttons)))


async def ask_village(room: Room, argument: str) -> None:
    """Ask to which village of a township."""
    child_id, _, town = argument.partition(":")
    await _villages(room, await _movable(room, child_id), town)


async def _villages(room: Room, line: ChildLine, town: str) -> None:
    found = await Areas(room.unit).inside(town, Level.VILLAGE, room.today)
    buttons = [
        Button(one.name, f"mv2:{line.id}:{one.code}", durable=True)
        for one in found
        if one.code != line.area
    ]
    rows = list(menu.in_rows(buttons))
    if room.principal.role is Role.CHILD_SUPERVISOR:
        rows.append((Button(say("move-other-town"), f"mvask:{line.id}", durable=True),))
    words = Line(say("move-which-village", who=label(room, line)))
    room.replies.append(Send((words, Line(say("move-out"), "small")), tuple(rows)))


async def _movable(room: Room, child_id: str) -> ChildLine:
    line = await Children(room.unit).line(room.principal, child_id)
    require(room.principal, Action.CHILD_MOVE, Resource(area=line.area, owner=line.director_id))
    return line


async def propose(room: Room, child_id: str) -> None:
    """Ask the county to move a file to another township."""
    line = await _movable(room, child_id)
    county = at_level(line.area, Level.COUNTY)
    reached = False
    for officer in await People(room.unit).workers(Role.COUNTY_OFFICER, county, room.today):
        told = say("move-proposed", file=line.file_no)
        reached |= await telling.tell(room, officer.id, told, opens=f"mv:{child_id}")
    done = say("move-asked" if reached else "move-nobody")
    room.replies.append(Edit((Line(done),), message=room.turn.message))


async def confirm(room: Room, argument: str) -> None:
    """Say what will happen, and ask once more."""
    child_id, _, village = argument.partition(":")
    line = await _movable(room, child_id)
    old, new = await telling.place(room, line.area), await telling.place(room, village)
    who = label(room, line)
    words = say("move-confirm", who=who, old=old, new=new)
    button = Button(say("move-sure", who=who, new=new), f"mv3:{argument}", durable=True)
    room.replies.append(Send((Line(words),), ((button,),)))


async def move(room: Room, argument: str) -> None:
    """Move a file, tell both directors, and offer the children of the same home."""
    child_id, _, village = argument.partition(":")
    moved = await carry_out(room, child_id, village)
    line = await Children(room.unit).line(room.principal, child_id)
    home = await Twins(room.unit).household(room.principal, child_id)
    rows = tuple(
        (Button(say("move-too", who=label(room, one)), f"mv2:{one.id}:{village}", durable=True),)
        for one in home
        if one.area != village
    )
    key = "move-done" if moved.director else "move-done-nobody"
    new = await telling.place(room, village)
    done = Line(say(key, who=label(room, line), new=new), "strong")
    room.replies.append(Edit((done,), rows, message=room.turn.message))


async def carry_out(room: Room, child_id: str, village: str) -> Moved:
    """Move a file and tell those whom it concerns."""
    moved = await Moves(room.unit).move(room.principal, child_id, village)
    came = say("move-came", file=moved.file_no)
    if moved.director:
        await telling.tell(room, moved.director, came, opens=f"child:{child_id}")
    else:
        await telling.tell_managers(room, village, came, opens=f"child:{child_id}")
    if moved.earlier != moved.director:
        await telling.tell(room, moved.earlier, say("move-went", file=moved.file_no))
    return moved


# --- a code that was split ----------------------------------------------------------------


async def show_waiting(room: Room, _argument: str = "") -> None:
    """List the children whose village's code has ended, with the villages each may belong to."""
    lines, rows = await _waiting(room)
    room.replies.append(Send(lines, rows))


async def _waiting(room: Room) -> tuple[tuple[Line, ...], tuple[tuple[Button, ...], ...]]:
    book = Successions(room.unit)
    found, workers = await book.stranded(room.principal), await book.unplaced(room.principal)
    if not found and not workers:
        return (Line(say("assign-none")),), ()
    lines, rows = await _workers(room, workers)
    if found:
        lines.append(Line(say("assign-head", count=len(found)), "strong"))
    for number, one in enumerate(found[:_SHOWN], 1):
        who, old = label(room, one.child), await telling.place(room, one.child.area)
        file = one.child.file_no
        lines.append(Line(say("assign-line", number=number, who=who, file=file, old=old)))
        buttons = [
            Button(
                say("assign-to", number=number, who=who, place=await telling.place(room, code)),
                f"assign2:{one.child.id}:{code}",
                durable=True,
            )
            for code in [c for c in one.choices if within(c, room.principal.area)][:_CHOICES]
        ]
        if within(one.child.area, room.principal.area):
            other = say("assign-other", number=number, who=who)
            buttons.append(Button(other, f"mv:{one.child.id}", durable=True))
        rows += menu.in_rows(buttons)
    return tuple(lines), tuple(rows)


async def _workers(
    room: Room, workers: list[Unplaced]
) -> tuple[list[Line], list[tuple[Button, ...]]]:
    """List the workers first: children go to the director that their village has."""
    lines, rows = [], list[tuple[Button, ...]]()
    for one in workers[:_SHOWN]:
        name = room.services.masker.worker_name(one.person.name)
        old = await telling.place(room, one.person.area)
        lines.append(Line(say("assign-worker", name=name, old=old)))
        buttons = [
            Button(
                say("assign-worker-to", name=name, place=await telling.place(room, code)),
                f"station:{one.person.id}:{code}",
                durable=True,
            )
            for code in one.choices[:_CHOICES]
        ]
        rows += menu.in_rows(buttons)
    return lines, rows


async def station(room: Room, argument: str) -> None:
    """Give a worker of a village that was split to one of what it became, and show who waits."""
    person_id, _, area = argument.partition(":")
    await Successions(room.unit).place(room.principal, person_id, area)
    told = say("assign-told", place=await telling.place(room, area))
    await telling.tell(room, person_id, told)
    await _show_again(room)


async def _show_again(room: Room) -> None:
    lines, rows = await _waiting(room)
    room.replies.append(Edit(lines, rows, message=room.turn.message))


async def assign(room: Room, argument: str) -> None:
    """Give a child of a village that was split to one of what it became, and show who waits."""
    child_id, _, village = argument.partition(":")
    await carry_out(room, child_id, village)
    await _show_again(room)


VERBS = {
    "assign": show_waiting,
    "assign2": assign,
    "station": station,
    "mv": ask,
    "mvt": ask_village,
    "mvask": propose,
    "mv2": confirm,
    "mv3": move,
}
