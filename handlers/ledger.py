"""What those in charge do with a file: join two of one child, reassign it, take it off the ledger.

Brothers and sisters of one household are tied here too, and guardians registered. Each decision is
one person's, on record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.access import Action, Purpose, Resource, decide, require
from cases.db.children import Children
from cases.db.guardians import Guardians
from cases.db.people import People
from cases.db.rights import BACK_REASONS, LEFT_REASONS, Rights
from cases.db.staff import Staff
from cases.db.twins import Twins
from cases.people import Role
from handlers import asking, menu, telling
from handlers.form_context import label
from kernel.errors import MissingError
from kernel.phrases import say
from kernel.words import Button, Edit, Forget, Line, Send

if TYPE_CHECKING:
    from cases.children import ChildLine
    from handlers.room import Room

_CHOICES = (
    ("change", "filechange", Action.CHILD_CHANGE),
    ("household", "hh", Action.CHILD_CHANGE),
    ("guardian", "gd", Action.GUARDIAN_TIE),
    ("twin", "tw", Action.CHILD_MERGE),
    ("reassign", "give", Action.CHILD_MERGE),
    ("move", "mv", Action.CHILD_MOVE),
    ("leave", "off", Action.CHILD_LEAVE),
)
"""What may be done with a file on the ledger: words, verb, and what it asks of who does it."""
_FOUND = 6
_NAME_LENGTH = 30
"""Characters up to which words are taken for a name (our default)."""


async def show(room: Room, child_id: str) -> None:
    """List what may be done with the file itself."""
    line = await Children(room.unit).line(room.principal, child_id)
    resource = Resource(area=line.area, owner=line.director_id)
    left = await Rights(room.unit).left(room.principal, child_id)
    choices = (("back", "on", Action.CHILD_LEAVE),) if left else _CHOICES
    buttons = [
        Button(say(f"ledger-{word}"), f"{verb}:{child_id}", durable=True)
        for word, verb, action in choices
        if decide(room.principal, action, resource).allowed
    ]
    lines = [Line(say("ledger-head", who=label(room, line), file=line.file_no), "strong")]
    home = await Twins(room.unit).household(room.principal, child_id)
    if home:
        names = "、".join(label(room, one) for one in home)
        lines.append(Line(say("household-with", names=names)))
    room.replies.append(Send(tuple(lines), menu.in_rows(buttons)))


# --- one child, two files -----------------------------------------------------------------


async def find_twins(room: Room, child_id: str) -> None:
    """Show files that may be of the same child; by name another one can be found."""
    file = await Children(room.unit).open(room.principal, child_id, Purpose.CORRECTION)
    twins = await Twins(room.unit).alike(room.principal, file.line.area, file.fields)
    found = [one.child for one in twins if one.child is not None and one.child.id != child_id]
    lines = [Line(say("twin-which", who=label(room, file.line), file=file.line.file_no), "strong")]
    if not found:
        lines.append(Line(say("twin-none")))
    room.replies.append(Send(tuple(lines), _pairs(room, child_id, found)))
    asking.ask(room, "twfind", child_id, say("twin-find"))


async def typed_twin(room: Room, child_id: str) -> None:
    """List the files a name fits, to be joined with this one."""
    found = await _named(room, child_id)
    lines = (Line(say("twin-none" if not found else "twin-found")),)
    room.replies.append(Send(lines, _pairs(room, child_id, found)))


async def _named(room: Room, child_id: str) -> list[ChildLine]:
    found = await Children(room.unit).find(room.principal, telling.typed(room), _FOUND)
    room.replies.append(Forget(room.turn.message))
    return [one for one in found if one.id != child_id]


def _pairs(
    room: Room, child_id: str, found: list[ChildLine], verb: str = "tw2"
) -> tuple[tuple[Button, ...], ...]:
    return tuple(
        (
            Button(
                say("ledger-other", who=label(room, one), file=one.file_no),
                f"{verb}:{child_id}:{one.id}",
                durable=True,
            ),
        )
        for one in found[:_FOUND]
    )


async def confirm_twin(room: Room, argument: str) -> None:
    """Show both files side by side, and ask once more which one stays."""
    one_id, _, other_id = argument.partition(":")
    book = Children(room.unit)
    pair = [await book.line(room.principal, child_id) for child_id in (one_id, other_id)]
    lines = [Line(say("twin-sure"), "strong")]
    for line in pair:
        village = await telling.place(room, line.area)
        last = str(line.last_visit_on or "—")
        who = label(room, line)
        lines.append(Line(say("twin-side", who=who, file=line.file_no, area=village, last=last)))
    rows = tuple(
        (Button(say("twin-keep", file=line.file_no), f"tw3:{line.id}:{drop.id}", durable=True),)
        for line, drop in (pair, pair[::-1])
    )
    room.replies.append(Send(tuple(lines), rows))


async def merge(room: Room, argument: str) -> None:
    """Join two files; both histories stay readable under the one that is kept."""
    keep_id, _, drop_id = argument.partition(":")
    await Twins(room.unit).merge(room.principal, keep_id, drop_id)
    line = await Children(room.unit).line(room.principal, keep_id)
    done = Line(say("twin-done", who=label(room, line), file=line.file_no), "strong")
    opened = f"why:{Purpose.CORRECTION.value}:{keep_id}"
    rows = ((Button(say("newchild-open"), opened, durable=True),),)
    room.replies.append(Edit((done,), rows, message=room.turn.message))


# --- one household ------------------------------------------------------------------------


async def ask_household(room: Room, child_id: str) -> None:
    """Ask who lives in the same home."""
    asking.ask(room, "hhfind", child_id, say("household-ask"))


async def typed_household(room: Room, child_id: str) -> None:
    """List the children a name fits, to be tied to this one's home."""
    found = await _named(room, child_id)
    lines = (Line(say("twin-none" if not found else "household-which")),)
    room.replies.append(Send(lines, _pairs(room, child_id, found, "hh2")))


async def join_household(room: Room, argument: str) -> None:
    """Note that two children live in one home."""
    one_id, _, other_id = argument.partition(":")
    await Twins(room.unit).join_household(room.principal, one_id, other_id)
    room.replies.append(Edit((Line(say("household-done")),), message=room.turn.message))
    await show(room, one_id)


# --- guardians ----------------------------------------------------------------------------


async def ask_guardian(room: Room, child_id: str) -> None:
    """Show who is registered for the child, and ask who comes to it."""
    book, masker = Guardians(room.unit), room.services.masker
    line = await Children(room.unit).line(room.principal, child_id)
    resource = Resource(area=line.area, owner=line.director_id)
    unties = decide(room.principal, Action.GUARDIAN_UNTIE, resource).allowed
    lines = [Line(say("guardian-head", who=label(room, line), file=line.file_no), "strong")]
    rows = []
    for one in await book.of(room.principal, child_id):
        name = masker.person_name(one.name)
        bound = await People(room.unit).bound(one.id)
        lines.append(Line(say("guardian-bound" if bound else "guardian-unbound", name=name)))
        if not bound:
            words = say("guardian-again", name=name)
            rows.append((Button(words, f"gdnew:{child_id}:{one.id}", durable=True),))
        if unties:
            words = say("guardian-untie", name=name)
            rows.append((Button(words, f"gdoff:{child_id}:{one.id}", durable=True),))
    for one in await book.at_home(room.principal, child_id):
        words = say("guardian-share", name=masker.person_name(one.name))
        rows.append((Button(words, f"gdtie:{child_id}:{one.id}", durable=True),))
    room.replies.append(Send(tuple(lines), tuple(rows)))
    asking.ask(room, "gdname", child_id, say("guardian-ask"))


async def typed_guardian(room: Room, child_id: str) -> None:
    """Register a guardian by name, and show the code that is handed over."""
    name = telling.typed(room)
    room.replies.append(Forget(room.turn.message))
    if not 1 < len(name) <= _NAME_LENGTH or any(sign.isdigit() or sign.isspace() for sign in name):
        asking.ask(room, "gdname", child_id, say("guardian-ask"))
        return
    _hand_over(room, await Guardians(room.unit).register(room.principal, child_id, name))


async def invite_guardian(room: Room, argument: str) -> None:
    """Make a new code for a guardian who never used theirs."""
    child_id, _, person_id = argument.partition(":")
    _hand_over(room, await Guardians(room.unit).invite(room.principal, child_id, person_id))


def _hand_over(room: Room, code: str) -> None:
    lines = (
        Line(say("guardian-added"), "strong"),
        Line(say("guardian-code")),
        Line(f"/start {code}"),
    )
    room.replies.append(Send(lines))


async def share_guardian(room: Room, argument: str) -> None:
    """Tie a guardian of a brother or sister to this child as well."""
    child_id, _, person_id = argument.partition(":")
    await Guardians(room.unit).share(room.principal, child_id, person_id)
    room.replies.append(Edit((Line(say("guardian-shared")),), message=room.turn.message))


async def confirm_untie(room: Room, argument: str) -> None:
    """Say what it means that someone is this child's guardian no more, and ask once more."""
    child_id, _, person_id = argument.partition(":")
    line = await Children(room.unit).line(room.principal, child_id)
    known = await Guardians(room.unit).of(room.principal, child_id)
    name = next((one.name for one in known if one.id == person_id), None)
    if name is None:
        raise MissingError
    masked = room.services.masker.person_name(name)
    button = Button(say("guardian-untie-sure"), f"gdoff2:{argument}", durable=True)
    lines = (Line(say("guardian-untie-ask", name=masked, who=label(room, line))),)
    room.replies.append(Send(lines, ((button,),)))


async def untie(room: Room, argument: str) -> None:
    """Undo that someone is a child's guardian."""
    child_id, _, person_id = argument.partition(":")
    await Guardians(room.unit).untie(room.principal, child_id, person_id)
    room.replies.append(Edit((Line(say("guardian-untied")),), message=room.turn.message))


# --- whose child it is --------------------------------------------------------------------


async def ask_director(room: Room, child_id: str) -> None:
    """Ask which director of the village becomes responsible."""
    line = await Children(room.unit).line(room.principal, child_id)
    require(room.principal, Action.CHILD_MERGE, Resource(area=line.area))
    found = await People(room.unit).workers(Role.CHILD_DIRECTOR, line.area, room.today)
    buttons = [
        Button(
            room.services.masker.worker_name(one.name), f"give2:{child_id}:{one.id}", durable=True
        )
        for one in found
        if one.id != line.director_id
    ]
    lines = (Line(say("reassign-ask" if buttons else "reassign-none")),)
    room.replies.append(Send(lines, menu.in_rows(buttons)))


async def reassign(room: Room, argument: str) -> None:
    """Make another director responsible, and tell them."""
    child_id, _, director_id = argument.partition(":")
    await Staff(room.unit).assign(child_id, director_id, room.principal)
    await telling.tell(room, director_id, say("hand-told", children=1), opens="brief:0")
    room.replies.append(Edit((Line(say("reassign-done")),), message=room.turn.message))


# --- off the ledger -----------------------------------------------------------------------


async def ask_leaving(room: Room, child_id: str) -> None:
    """Ask why a child leaves the ledger (减员)."""
    line = await Children(room.unit).line(room.principal, child_id)
    buttons = [
        Button(say(f"left-{reason}"), f"off2:{reason}:{child_id}", durable=True)
        for reason in LEFT_REASONS
    ]
    lines = (Line(say("left-ask", who=label(room, line))), Line(say("left-kept"), "small"))
    room.replies.append(Send(lines, menu.in_rows(buttons)))


async def leave(room: Room, argument: str) -> None:
    """Take a child off the ledger; the file is kept until its time is over."""
    reason, _, child_id = argument.partition(":")
    if reason not in LEFT_REASONS:
        raise MissingError
    await Rights(room.unit).leave(room.principal, child_id, reason)
    back = ((Button(say("ledger-back"), f"on:{child_id}", durable=True),),)
    room.replies.append(Edit((Line(say("left-done")),), back, message=room.turn.message))


async def ask_back(room: Room, child_id: str) -> None:
    """Ask why a child who left is put back on the ledger."""
    line = await Children(room.unit).line(room.principal, child_id)
    buttons = [
        Button(say(f"back-{reason}"), f"on2:{reason}:{child_id}", durable=True)
        for reason in BACK_REASONS
    ]
    room.replies.append(
        Send((Line(say("back-ask", who=label(room, line))),), menu.in_rows(buttons))
    )


async def put_back(room: Room, argument: str) -> None:
    """Put a child back on the ledger, and tell the director."""
    reason, _, child_id = argument.partition(":")
    line = await Children(room.unit).line(room.principal, child_id)
    policy = room.services.policies.at(line.area, room.today)
    await Rights(room.unit).restore(room.principal, child_id, reason, policy)
    if line.director_id:
        told = say("back-told", file=line.file_no)
        await telling.tell(room, line.director_id, told, opens=f"child:{child_id}")
    room.replies.append(Edit((Line(say("back-done")),), message=room.turn.message))


VERBS = {
    "ledger": show,
    "tw": find_twins,
    "tw2": confirm_twin,
    "tw3": merge,
    "hh": ask_household,
    "hh2": join_household,
    "gd": ask_guardian,
    "gdnew": invite_guardian,
    "gdtie": share_guardian,
    "gdoff": confirm_untie,
    "gdoff2": untie,
    "give": ask_director,
    "give2": reassign,
    "off": ask_leaving,
    "off2": leave,
    "on": ask_back,
    "on2": put_back,
}
TYPED = {"twfind": typed_twin, "hhfind": typed_household, "gdname": typed_guardian}
