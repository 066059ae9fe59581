"""我的孩子: the list, the search, one child's file with its timeline, and the way to a visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.access import Action, Purpose, Resource, require
from cases.db.children import Children
from cases.db.people import People
from cases.people import Role
from handlers import form_dialogue, menu, paperwork
from handlers.fields import CODED, field_name, shown_value
from handlers.form_context import label
from kernel.clock import local
from kernel.phrases import say
from kernel.words import Button, Line, Send

if TYPE_CHECKING:
    from cases.children import ChildFile, ChildLine, TimelineEntry
    from handlers.room import Room

LISTED = 20
EVENTS = 6
_SHOWN = (
    "lives_with",
    "caregiver_capacity",
    "delegation_state",
    "last_parent_contact",
    "school_status",
    "health",
)


async def show(room: Room) -> None:
    """List the children someone is responsible for."""
    _list(room, await Children(room.unit).mine(room.principal, limit=LISTED))


async def search(room: Room, text: str) -> None:
    """List the children whose name, pinyin or file number fits."""
    _list(room, await Children(room.unit).find(room.principal, text, LISTED))


def _list(room: Room, children: list[ChildLine]) -> None:
    if not children:
        menu.show(room, say("children-none"))
        return
    buttons = [Button(label(room, c), f"child:{c.id}", durable=True) for c in children]
    rows = tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))
    lines = (
        Line(say("children-head", count=len(children)), "strong"),
        Line(say("children-search"), "small"),
    )
    room.replies.append(Send(lines, rows))


async def open_child(room: Room, child_id: str) -> None:
    """Open one file; the opening stands in the log."""
    book = Children(room.unit)
    file = await book.open(room.principal, child_id, Purpose.REVIEW)
    events = await book.timeline(room.principal, child_id, Purpose.REVIEW, EVENTS)
    lines = [*_head(room, file), *_facts(room, file)]
    if events:
        lines.append(Line(say("child-timeline")))
        for event in events:
            lines += await _event(room, event)
    rows: list[tuple[Button, ...]] = [
        (Button(say("child-emergency"), f"soschild:{child_id}", durable=True),)
    ]
    if room.principal.role in {Role.CHILD_DIRECTOR, Role.CHILD_SUPERVISOR}:
        rows.insert(0, (Button(say("child-visit"), f"visit:{child_id}", durable=True),))
        rows[1:1] = paperwork.child_rows(room, child_id)
    room.replies.append(Send(tuple(lines), tuple(rows)))


def _head(room: Room, file: ChildFile) -> list[Line]:
    line = file.line
    lines = [Line(say("child-head", who=label(room, line), file=line.file_no), "strong")]
    if line.kinds:
        kinds = "、".join(shown_value_of_kind(room, kind) for kind in line.kinds)
        lines.append(Line(say("child-kinds", kinds=kinds)))
    level = room.speak(say(f"value-risk_level-{line.risk_level}"))
    lines.append(Line(say("child-risk", level=level)))
    if line.last_visit_on is None:
        lines.append(Line(say("child-never")))
    else:
        following = line.next_visit_on.isoformat() if line.next_visit_on else "—"
        lines.append(Line(say("child-last", last=line.last_visit_on.isoformat(), next=following)))
    return lines


def shown_value_of_kind(room: Room, kind: str) -> str:
    """Return the word for a kind of child."""
    return room.speak(say(f"value-kind-{kind}"))


def _facts(room: Room, file: ChildFile) -> list[Line]:
    lines = [
        Line(
            say(
                "child-field",
                field=field_name(room, name),
                value=shown_value(room, name, file.fields[name]),
            )
        )
        for name in _SHOWN
        if name in CODED and file.fields.get(name)
    ]
    if file.gaps:
        names = "、".join(field_name(room, name) for name in file.gaps)
        lines.append(Line(say("child-gaps", fields=names), "small"))
    return lines


async def _event(room: Room, event: TimelineEntry) -> list[Line]:
    person = await People(room.unit).get(event.by) if event.by else None
    by = room.services.masker.worker_name(person.name) if person else "—"
    what = room.speak(say(f"event-{event.kind}"))
    what = f"{what} {event.ref}".strip()
    lines = [Line(say("child-event", date=f"{local(event.at):%m-%d}", what=what, by=by))]
    for name, (before, after) in event.changes.items():
        lines.append(
            Line(
                say(
                    "child-change",
                    field=field_name(room, name),
                    before=shown_value(room, name, before),
                    after=shown_value(room, name, after),
                ),
                "small",
            )
        )
    return lines


async def begin_visit(room: Room, child_id: str) -> None:
    """Begin a visit check-in, or go on with the one that waits for this child.

    Raises:
        DeniedError: Not one's child, or the first training is still missing (二-(二)).
    """
    line = await Children(room.unit).line(room.principal, child_id)
    require(room.principal, Action.VISIT_FILE, Resource(area=line.area, owner=line.director_id))
    form_dialogue.show(room, await form_dialogue.start(room, "visit_checkin", child_id=child_id))


VERBS = {"child": open_child, "visit": begin_visit}
