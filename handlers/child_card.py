"""A child's card: the file with its timeline and papers, its level of risk, the way to a visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.access import Action, Purpose, Resource, decide, require
from cases.child_fields import CODED, SECTIONS, aid_states, carer_age, is_empty, value_of
from cases.db.attachments import Attachments
from cases.db.children import Children
from cases.db.reviews import Reviews
from cases.db.submissions import Submissions
from cases.db.timelines import MATTER_STATE, VILLAGES
from cases.papers import basis_words, child_paper
from cases.people import Role
from cases.policies import RISK_LEVELS
from handlers import form_dialogue, menu, paperwork, telling
from handlers.fields import event_name, field_name, shown_value, word_of
from handlers.form_context import gaps_line, label
from handlers.printing import printing_of
from kernel.clock import local
from kernel.phrases import say
from kernel.words import Button, Edit, Line, Paper, Send

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cases.children import ChildFile, ChildLine, Fields, TimelineEntry
    from cases.submissions import Basis
    from handlers.room import Room

EVENTS = 6
TIMELINE = 15
REASONS = (
    Purpose.REVIEW,
    Purpose.VISIT,
    Purpose.ASSISTANCE,
    Purpose.EMERGENCY,
    Purpose.CORRECTION,
    Purpose.HANDOVER,
    Purpose.CONFERENCE,
)
"""Why someone who is not responsible for a child may open the file."""
_SHOWN = (
    "lives_with",
    "caregiver_capacity",
    "delegation_state",
    "last_parent_contact",
    "school_status",
    "health",
)


async def open_child(room: Room, child_id: str) -> None:
    """Open one file; whoever is not responsible for the child says why first."""
    line = await Children(room.unit).line(room.principal, child_id)
    resource = Resource(area=line.area, owner=line.director_id)
    if require(room.principal, Action.CHILD_READ, resource, Purpose.REVIEW).needs_reason:
        _ask_why(room, line)
        return
    await _show(room, child_id, Purpose.REVIEW)


def _ask_why(room: Room, line: ChildLine) -> None:
    buttons = [
        Button(say(f"why-{purpose.value}"), f"why:{purpose.value}:{line.id}", durable=True)
        for purpose in REASONS
    ]
    lines = (
        Line(label(room, line), "strong"),
        Line(say("cases-reason-needed")),
        Line(say("why-logged"), "small"),
    )
    room.replies.append(Send(lines, menu.in_rows(buttons)))


async def open_because(room: Room, argument: str) -> None:
    """Open a file for the reason that was chosen; reason and opening stand in the log."""
    purpose, _, child_id = argument.partition(":")
    await _show(room, child_id, Purpose(purpose))


async def _show(room: Room, child_id: str, purpose: Purpose) -> None:
    book = Children(room.unit)
    file = await book.open(room.principal, child_id, purpose)
    events = await book.timeline(room.principal, child_id, purpose, EVENTS)
    lines = [*_head(room, file), *_facts(room, file)]
    lines += basis_lines(
        room, await Submissions(room.unit).bases(room.principal, child_id, purpose)
    )
    if events:
        lines.append(Line(say("child-timeline")))
        for event in events:
            lines += await _event(room, event)
    rows: list[tuple[Button, ...]] = [
        (
            Button(say("child-matters"), f"mc:{child_id}", durable=True),
            Button(say("child-events"), f"tl:0:{purpose.value}:{child_id}", durable=True),
            Button(say("child-risk-decide"), f"risk:{child_id}", durable=True),
        ),
        (
            Button(say("child-whole"), f"whole:{purpose.value}:{child_id}", durable=True),
            Button(say("child-paper"), f"paper:{purpose.value}:{child_id}", durable=True),
            Button(say("child-ledger"), f"ledger:{child_id}", durable=True),
        ),
        (Button(say("child-emergency"), f"soschild:{child_id}", durable=True),),
    ]
    if room.principal.role in {Role.CHILD_DIRECTOR, Role.CHILD_SUPERVISOR}:
        rows.insert(0, (Button(say("child-visit"), f"visit:{child_id}", durable=True),))
        rows[1:1] = paperwork.child_rows(room, child_id)
    if file.gaps and decide(room.principal, Action.CHILD_CHANGE, _resource(file)).allowed:
        rows.append((Button(say("child-fill-gaps"), f"filechange:{child_id}", durable=True),))
    if kept := await Attachments(room.unit).of_child(room.principal, child_id, purpose):
        opens = f"files:{purpose.value}:{child_id}"
        rows.append((Button(say("files-open", count=len(kept)), opens, durable=True),))
    room.replies.append(Send(tuple(lines), tuple(rows)))


def basis_lines(room: Room, bases: Sequence[Basis]) -> list[Line]:
    """Say on which legal basis the records of a child were made (PIPL 13)."""
    told = (basis_words(one, room.speak) for one in bases)
    return [Line(say("basis-line", basis=name, records=words), "small") for name, words in told]


def _resource(file: ChildFile) -> Resource:
    return Resource(area=file.line.area, owner=file.line.director_id)


async def show_whole(room: Room, argument: str) -> None:
    """Show all that stands in a file, section by section, as the chat may; and what is missing."""
    purpose, _, child_id = argument.partition(":")
    file = await Children(room.unit).open(room.principal, child_id, purpose)
    lines = [Line(say("child-head", who=label(room, file.line), file=file.line.file_no), "strong")]
    whole, gaps = file.whole, file.gaps
    for section, names in SECTIONS.items():
        lines.append(Line(say("child-section", section=room.speak(say(f"section-{section}")))))
        lines += [_field(room, whole, name) for name in names if _stands(whole, name)]
        if missing := [field_name(room, name) for name in names if name in gaps]:
            lines.append(Line(say("child-gaps", fields="、".join(missing)), "small"))
        if section == "aid":
            lines += [_aid(room, aid, state) for aid, state in aid_states(whole)]
    rows: tuple[tuple[Button, ...], ...] = ()
    if decide(room.principal, Action.CHILD_CHANGE, _resource(file)).allowed:
        rows = ((Button(say("ledger-change"), f"filechange:{child_id}", durable=True),),)
    room.replies.append(Send(tuple(lines), rows))


def _stands(fields: Fields, name: str) -> bool:
    return not is_empty(value_of(fields, name))


def _field(room: Room, fields: Fields, name: str) -> Line:
    value = value_of(fields, name)
    words = word_of(room.speak, name, str(value)) if name == "caregiver_relation" else ""
    shown = words or shown_value(room, name, value)
    age = None if room.services.masker.hides else carer_age(fields, room.today)
    if name == "caregiver_birth_year" and age is not None:
        shown = room.speak(say("child-carer-age", age=age))
    return Line(say("child-field", field=field_name(room, name), value=shown))


def _aid(room: Room, aid: str, state: str) -> Line:
    covered = word_of(room.speak, "aid_state", state)
    return Line(
        say("child-aid", aid=word_of(room.speak, "aid_received", aid), state=covered), "small"
    )


async def show_events(room: Room, argument: str) -> None:
    """Show a page of a child's timeline."""
    page, purpose, child_id = argument.split(":")
    first = int(page) * TIMELINE
    book = Children(room.unit)
    found = await book.timeline(room.principal, child_id, purpose, first + TIMELINE + 1)
    lines = [Line(say("child-timeline"), "strong")]
    for event in found[first : first + TIMELINE]:
        lines += await _event(room, event)
    rows: tuple[tuple[Button, ...], ...] = ()
    if len(found) > first + TIMELINE:
        following = f"tl:{int(page) + 1}:{purpose}:{child_id}"
        rows = ((Button(say("form-page-after"), following, durable=True),),)
    room.replies.append(Send(tuple(lines), rows))


async def send_paper(room: Room, argument: str) -> None:
    """Send a child's file as a document; what the chat masks is masked there too."""
    purpose, _, child_id = argument.partition(":")
    book = Children(room.unit)
    file = await book.open(room.principal, child_id, purpose)
    events = await book.timeline(room.principal, child_id, purpose)
    village = await telling.place(room, file.line.area)
    bases = await Submissions(room.unit).bases(room.principal, child_id, purpose)
    content = child_paper(file, events, village, printing_of(room), bases)
    number = file.line.file_no
    room.replies.append(Paper(f"{number}.docx", content, say("child-paper-sent", number=number)))


async def ask_risk(room: Room, child_id: str) -> None:
    """Show the level that the form's rule proposes; a named person decides."""
    line = await Children(room.unit).line(room.principal, child_id)
    now = room.speak(say(f"value-risk_level-{line.risk_level}"))
    lines = [Line(say("risk-ask", who=label(room, line), level=now), "strong")]
    for child, level, rule in await Reviews(room.unit).proposed(room.principal):
        if child.id == child_id:
            proposed = room.speak(say(f"value-risk_level-{level}"))
            why = room.speak(say(f"risk-{rule or 'rule_none'}"))
            lines.append(Line(say("risk-proposed", level=proposed, why=why)))
    buttons = [
        Button(say(f"value-risk_level-{level}"), f"setrisk:{level}:{child_id}", durable=True)
        for level in RISK_LEVELS
        if level != "unassessed"
    ]
    opened = Button(say("open-file"), f"why:{Purpose.REVIEW.value}:{child_id}", durable=True)
    room.replies.append(Send(tuple(lines), (tuple(buttons), (opened,))))


async def decide_risk(room: Room, argument: str) -> None:
    """Set the level: this person's decision (《个人信息保护法》第二十四条)."""
    level, _, child_id = argument.partition(":")
    policy = room.services.policies.at(room.principal.area, room.today)
    await Reviews(room.unit).decide_risk(room.principal, child_id, level, policy)
    words = room.speak(say(f"value-risk_level-{level}"))
    room.replies.append(Edit((Line(say("risk-done", level=words)),), message=room.turn.message))


def _head(room: Room, file: ChildFile) -> list[Line]:
    line = file.line
    lines = [Line(say("child-head", who=label(room, line), file=line.file_no), "strong")]
    if file.left_on is not None:
        reason = room.speak(say(f"left-{file.left_reason}"))
        lines.append(
            Line(say("child-left", day=file.left_on.isoformat(), reason=reason), "strong")
        )
    elif line.grown(room.today):
        lines.append(Line(say("child-grown", age=line.age(room.today) or 0), "strong"))
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
        lines.append(Line(say("child-gaps", fields=gaps_line(room, file)), "small"))
    return lines


async def _event(room: Room, event: TimelineEntry) -> list[Line]:
    by = await telling.worker(room, event.by)
    _, state = event.changes.get(MATTER_STATE, (None, ""))
    reached = room.speak(say(f"mstate-{event.kind}-{state}")) if state else ""
    what = " ".join(filter(None, (event_name(room, event.kind), event.ref, reached)))
    lines = [Line(say("child-event", date=f"{local(event.at):%m-%d}", what=what, by=by))]
    for name, (before, after) in event.changes.items():
        if name == MATTER_STATE:
            continue
        if name == VILLAGES:
            lines.append(Line(say("child-moved", old=before, new=after), "small"))
            continue
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


VERBS = {
    "child": open_child,
    "why": open_because,
    "whole": show_whole,
    "tl": show_events,
    "paper": send_paper,
    "risk": ask_risk,
    "setrisk": decide_risk,
    "visit": begin_visit,
}
