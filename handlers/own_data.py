"""What a guardian may ask: the progress of applications, a call, and the own child's data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.areas import Level
from cases.db.areas import Areas
from cases.db.attachments import Attachments
from cases.db.matters import Matters
from cases.db.rights import Rights
from cases.matters import CALL_BACK, COPY, DELETION, MatterKind, NewMatter
from cases.papers import child_paper
from handlers import asking, child_card, matters, menu, telling
from handlers.fields import event_name, field_name, shown_value
from handlers.form_context import label
from handlers.printing import printing_of
from kernel.clock import local
from kernel.errors import MissingError
from kernel.phrases import say
from kernel.words import Button, Forget, Line, Paper, Send

if TYPE_CHECKING:
    from datetime import date

    from handlers.room import Room

RIGHTS = ("correct", DELETION, COPY)
_OPENINGS = 8
CALL = "callme"
"""Waits for what a call is about."""
_OFFERED, _PASSED = "sent", "passed"
"""Where the channel keeps what a family sent in place of words: offered, and to be passed on."""


async def show_asked(room: Room) -> None:
    """List what one asked for and how far it is, and offer to be called back."""
    found = await Matters(room.unit).asked_by(room.principal)
    extra = ((Button(say("call-back"), "callme:", durable=True),),)
    await matters.show_lines(room, say("own-asked", count=len(found)), found, extra)


def offer_file(room: Room, handle: str) -> None:
    """Offer to pass on what a family sent in place of words: a voice, a photo, a paper."""
    room.state[_OFFERED] = handle
    rows = (
        (Button(say("call-back-pass-on"), "callfile:", durable=True),),
        (Button(say("emergency-button"), "sos:", durable=True),),
    )
    room.replies.append(Send((Line(say("call-back-file")), Line(say("finder-danger"))), rows))


async def pass_on(room: Room, _argument: str) -> None:
    """Ask for a call about what was sent; only a number that is not known is asked for.

    Raises:
        MissingError: Nothing was sent that still waits.
    """
    if (handle := room.state.get(_OFFERED)) is None:
        raise MissingError
    room.state[_PASSED] = handle
    if room.principal.area and _known(room):
        await _call(room, room.principal.area, {})
    else:
        await _ask_where(room)


async def ask_call(room: Room, _argument: str) -> None:
    """Ask for a call; what was sent before and not passed on has no part in it."""
    room.state.pop(_PASSED, None)
    await _ask_where(room)


async def _ask_where(room: Room) -> None:
    """Ask what the call is about; of someone unknown, the township first."""
    if room.principal.area:
        await ask_call_at(room, room.principal.area)
        return
    townships = await Areas(room.unit).inside("", Level.TOWNSHIP, room.today)
    buttons = [Button(one.name, f"callat:{one.code}", durable=True) for one in townships]
    room.replies.append(Send((Line(say("call-back-where")),), menu.in_rows(buttons)))


async def ask_call_at(room: Room, area: str) -> None:
    """Ask what the call is about, and for a number where none is known."""
    if _PASSED in room.state:
        words = say("call-back-number")
    else:
        words = say("call-back-ask") if _known(room) else say("call-back-ask-phone")
    asking.ask(room, CALL, area, words)


def _known(room: Room) -> bool:
    """Say whether a telephone number of this person is known."""
    return room.person is not None and bool(room.person.phone)


async def typed_call(room: Room, area: str) -> None:
    """Keep the request and tell who is in charge; the words leave the chat."""
    await _call(room, area, {"text": telling.typed(room)})
    room.replies.append(Forget(room.turn.message))


async def sent_call(room: Room, handle: str) -> None:
    """Take a voice or photo that comes where words were waited for."""
    waiting = asking.taken(room)
    room.state[_PASSED] = handle
    if waiting is not None and _known(room):
        await _call(room, waiting.argument, {})
    elif waiting is not None:
        await ask_call_at(room, waiting.argument)


async def _call(room: Room, area: str, words: dict[str, str]) -> None:
    handle = room.state.get(_PASSED)
    content = await room.fetched(str(handle)) if handle is not None else None
    new = NewMatter(
        kind=MatterKind.HELP,
        area=area,
        topic=CALL_BACK,
        words=words,
        due_on=_answer_by(room, area),
    )
    line = await Matters(room.unit).open(room.principal, new)
    if content is not None:
        await Attachments(room.unit).add_to_matter(room.principal, line.id, content)
        del room.state[_PASSED]
        room.state.pop(_OFFERED, None)
    told = say("call-back-told", number=line.number)
    await telling.tell_managers(room, area, told, opens=f"m:{line.number}")
    room.say(say("call-back-done", number=line.number))


def _answer_by(room: Room, area: str) -> date:
    """Return the day by which a family is answered; until then it stands in 今天 of its office."""
    return room.today + room.services.policies.at(area, room.today).days("help_answer")


async def show(room: Room) -> None:
    """List the children someone is registered for."""
    found = await Rights(room.unit).children_of(room.principal)
    if not found:
        menu.show(room, say("own-none"))
        return
    buttons = [Button(label(room, one), f"mine:{one.id}", durable=True) for one in found]
    room.replies.append(Send((Line(say("own-head"), "strong"),), menu.in_rows(buttons)))


async def open_own(room: Room, child_id: str) -> None:
    """Show what is kept of one's own child and who opened it (PIPL 45), as the chat may."""
    own = await Rights(room.unit).own_data(room.principal, child_id)
    lines = [Line(say("own-card", who=label(room, own.line), file=own.line.file_no), "strong")]
    for name, value in own.fields.items():
        if value not in (None, "", [], {}, False):
            shown = shown_value(room, name, value)
            lines.append(Line(say("child-field", field=field_name(room, name), value=shown)))
    lines += child_card.basis_lines(room, own.bases)
    for event in own.timeline[:_OPENINGS]:
        what = event_name(room, event.kind)
        by = await telling.worker(room, event.by)
        lines.append(
            Line(say("child-event", date=f"{local(event.at):%m-%d}", what=what, by=by), "small")
        )
    lines.append(Line(say("own-whole"), "small"))
    rows = tuple(
        (Button(say(f"own-{right}"), f"right:{right}:{child_id}", durable=True),)
        for right in RIGHTS
    )
    rows = (*rows, (Button(say("own-consent"), f"cons:{child_id}", durable=True),))
    room.replies.append(Send(tuple(lines), rows))


async def send_copy(room: Room, number: str) -> None:
    """Send the copy of what is kept that was granted (PIPL 45); what the chat masks is masked.

    Raises:
        MissingError: No copy was granted by this number.
        DeniedError: Not the guardian of this child, or no more.
    """
    line = (await matters.opened(room, number)).line
    if not matters.copy_granted(line) or line.child_id is None:
        raise MissingError
    own = await Rights(room.unit).own_data(room.principal, line.child_id)
    village = await telling.place(room, own.line.area)
    printing = printing_of(room)
    content = child_paper(own.file, own.timeline, village, printing, own.bases)
    room.replies.append(Paper(f"{own.line.file_no}.docx", content, say("own-copy-sent")))


async def ask_right(room: Room, argument: str) -> None:
    """Ask what is to be corrected, deleted or copied."""
    right = argument.partition(":")[0]
    asking.ask(room, "right", argument, say("own-ask", right=right))


async def typed_right(room: Room, argument: str) -> None:
    """Keep the request; whoever is in charge answers it, a refusal with its reason in writing."""
    right, _, child_id = argument.partition(":")
    mine = await Rights(room.unit).children_of(room.principal)
    line = next((one for one in mine if one.id == child_id), None)
    if line is None or right not in RIGHTS:
        raise MissingError
    new = NewMatter(
        kind=MatterKind.REQUEST,
        area=line.area,
        child_id=child_id,
        topic=right,
        words={"text": telling.typed(room)},
        due_on=_answer_by(room, line.area),
    )
    opened = await Matters(room.unit).open(room.principal, new)
    room.replies.append(Forget(room.turn.message))
    told = say("own-told", number=opened.number)
    await telling.tell_managers(room, line.area, told, opens=f"m:{opened.number}")
    room.say(say("own-asked-done", number=opened.number))


VERBS = {
    "callme": ask_call,
    "callat": ask_call_at,
    "callfile": pass_on,
    "mine": open_own,
    "mycopy": send_copy,
    "right": ask_right,
}
TYPED = {CALL: typed_call, "right": typed_right}
