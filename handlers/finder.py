"""What help may apply: situation, then procedure, then where to go on; it decides nobody's claim.

The procedures are knowledge's guides; what can be had is for the offices to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.people import Role
from handlers import menu
from kernel.errors import MissingError
from kernel.phrases import say
from kernel.words import Button, Line, Send
from knowledge import data
from knowledge.compose import guide_lines

FIRST = ("who", "where")
"""What of a procedure a family reads first, on a telephone; the papers and times come after."""

if TYPE_CHECKING:
    from handlers.room import Room
    from knowledge.answer import Answer


async def show(room: Room, _argument: str = "") -> None:
    """Ask what the child's situation is."""
    buttons = [
        Button(say(f"finder-is-{key}"), f"find:{key}", durable=True) for key in data.situations()
    ]
    lines = (Line(say("finder-which"), "strong"), Line(say("finder-danger"), "small"))
    room.replies.append(Send(lines, menu.in_rows(buttons, wide=1)))


async def find(room: Room, situation: str) -> None:
    """List what may apply in a situation; without one, ask for it.

    Raises:
        MissingError: There is no such situation.
    """
    if not situation:
        await show(room)
        return
    ids = data.situations().get(situation)
    if ids is None:
        raise MissingError
    rows = [(open_button(key),) for key in ids]
    lines = (Line(say("finder-may"), "strong"), Line(say("finder-no-promise"), "small"))
    back = Button(say("finder-again"), "find:", durable=True)
    room.replies.append(Send(lines, (*rows, (back,))))


async def show_guide(room: Room, key: str) -> None:
    """Show one procedure as a checklist, and where to go on.

    Raises:
        MissingError: There is no such procedure.
    """
    guide = data.guides().get(key)
    if guide is None:
        raise MissingError
    room.state["topic"] = guide.topic
    head, *rest = guide_lines(guide, room.speak)
    *steps, sources = rest
    lines = (Line(head, "strong"), *(Line(step) for step in steps), Line(sources, "small"))
    room.replies.append(Send(lines, _onward(room)))


def open_button(key: str) -> Button:
    """Return the button that opens a procedure."""
    return Button(data.guides()[key].title, f"guide:{key}", durable=True)


def steps(room: Room, answer: Answer) -> list[Line]:
    """Return the steps of an answer's procedure, or what to do first.

    A family needs them; a worker reads the duty, and goes on by a button.
    """
    if room.principal.role is not Role.GUARDIAN:
        return []
    if not answer.guide:
        then = [Line(say("answer-then"), "strong")] if answer.next_steps else []
        return [*then, *(Line(step) for step in answer.next_steps)]
    return first_steps(room, data.guides()[answer.guide])


def first_steps(room: Room, guide: data.Guide) -> list[Line]:
    """Return who may have a procedure and where to go; the button below opens the rest."""
    head, *_ = guide_lines(guide, room.speak)
    parts = (guide_lines(guide, room.speak, part)[1:-1] for part in FIRST)
    return [Line(head, "strong"), *(Line(line) for part in parts for line in part)]


def rows_after(answer: Answer) -> tuple[tuple[Button, ...], ...]:
    """Return what leads from an answer to its procedure, and to others."""
    if not answer.guide:
        return ()
    title = data.guides()[answer.guide].title
    steps = Button(say("finder-steps", title=title), f"guide:{answer.guide}", durable=True)
    return ((steps,), (Button(say("finder-more"), "find:", durable=True),))


def _onward(room: Room) -> tuple[tuple[Button, ...], ...]:
    """Return the next step: a guardian asks for help, a worker opens the child's file."""
    again = Button(say("finder-again"), "find:", durable=True)
    if room.principal.role is Role.GUARDIAN:
        return ((Button(say("forms-ask-help"), "askhelp:", durable=True),), (again,))
    children = Button(say("finder-children"), f"go:{menu.CHILDREN}", durable=True)
    return ((children,), (again,))


VERBS = {"find": find, "guide": show_guide}
