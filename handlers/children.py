"""我的孩子: the list, the search, one child's file with its timeline, and the way to a visit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cases.access import Action, Purpose, Resource, decide, require
from cases.child_fields import CODED, SECTIONS, aid_states, carer_age, is_empty, value_of
from cases.children import KINDS
from cases.db.attachments import Attachments
from cases.db.child_lists import ChildLists, Wanted
from cases.db.children import Children
from cases.db.reviews import Reviews
from cases.db.submissions import Submissions
from cases.db.timelines import MATTER_STATE, VILLAGES
from cases.db.trainings import TRAINED
from cases.papers import basis_words, child_paper
from cases.people import STAFF, Role
from cases.policies import RISK_LEVELS
from handlers import form_dialogue, menu, paperwork, telling, wishes
from handlers.fields import event_name, field_name, shown_value, word_of
from handlers.form_context import gaps_line, label
from handlers.printing import printing_of
from handlers.redacting import KNOWN
from kernel.clock import local
from kernel.phrases import say
from kernel.words import Button, Edit, Line, Paper, Send, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cases.children import ChildFile, ChildLine, Fields, TimelineEntry
    from cases.submissions import Basis
    from handlers.room import Room
    from handlers.wishes import Doing
    from kernel.phrases import Phrase

LISTED = 20
SPOKEN_OF = 4
"""Children offered when several names stand in what was typed (our default)."""
_SURNAME_AND_ONE = 2
"""Characters of a name whose given part is a single one: too little to find it by."""
_NAME = re.compile(r"[一-鿿·]{2,4}")
"""What may be a name and nothing else; a question is longer."""
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
_SIMPLE = {
    "over": Wanted(overdue=True),
    "never": Wanted(never=True),
    "focus": Wanted(focus=True),
    "grown": Wanted(grown=True),
    "left": Wanted(left=True),
}
"""Filters that need nothing more to be known."""
_VALUES = {"kind": "kind", "risk": "risk_level"}
"""How the words of a filter's value are keyed."""
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
    await show_page(room, "all:0")


async def show_page(room: Room, argument: str) -> None:
    """Show a page of a list: which children, and from which one on."""
    chosen, _, start = argument.partition(":")
    lists, first = ChildLists(room.unit), int(start or 0)
    page = await lists.page(room.principal, _wanted(room, chosen), start=first, limit=LISTED)
    extra = []
    if first:
        before = f"kids:{chosen}:{max(0, first - LISTED)}"
        extra.append(Button(say("form-page-before"), before, durable=True))
    extra.append(Button(say("children-filter"), "kidfilter:", durable=True))
    if page.more:
        after = f"kids:{chosen}:{first + LISTED}"
        extra.append(Button(say("form-page-after"), after, durable=True))
    if not page.lines and chosen != "all":
        menu.show(room, say("children-none-such", which=room.speak(_name_of(chosen))))
        return
    shown = f"{len(page.lines)}+" if first or page.more else str(len(page.lines))
    head = say("children-head-of", count=shown, which=room.speak(_name_of(chosen)))
    _list(room, list(page.lines), (tuple(extra),), head)


def _name_of(chosen: str) -> Phrase:
    """Name a list as its button does."""
    what, _, value = chosen.partition(".")
    if what == "all":
        return say("children-all")
    return say(f"children-{what}" if not value else f"value-{_VALUES[what]}-{value}")


def _wanted(room: Room, chosen: str) -> Wanted:
    what, _, value = chosen.partition(".")
    match what:
        case "kind":
            return Wanted(kind=value)
        case "risk":
            return Wanted(risk=value)
        case "stale":
            policy = room.services.policies.at(room.principal.area, room.today)
            return Wanted(unchanged_since=room.now - policy.days("file_stale"))
        case _:
            return _SIMPLE.get(what, Wanted())


async def show_filters(room: Room, _argument: str) -> None:
    """Offer which children to list: overdue, a level of risk, a kind, files long untouched."""
    buttons = [
        Button(say(f"children-{name}"), f"kids:{name}:0", durable=True)
        for name in ("over", "never", "focus", "stale", "grown", "left")
    ]
    for level in RISK_LEVELS:
        words = say(f"value-risk_level-{level}")
        buttons.append(Button(words, f"kids:risk.{level}:0", durable=True))
    buttons += [
        Button(say(f"value-kind-{kind}"), f"kids:kind.{kind}:0", durable=True) for kind in KINDS
    ]
    room.replies.append(Send((Line(say("children-filter-which")),), menu.in_rows(buttons, 3)))


async def search(room: Room, text: str) -> None:
    """List the children whose name, pinyin or file number fits."""
    found = await Children(room.unit).find(room.principal, text, LISTED)
    if not found and await Children(room.unit).mine(room.principal, limit=1):
        room.say(say("children-not-found"))
        return
    _list(room, found)


async def named(room: Room, text: str) -> bool:
    """List the children a bare name means: a worker who types one wants the file."""
    if room.principal.role not in STAFF or not _NAME.fullmatch(text.strip()):
        return False
    found = await Children(room.unit).find(room.principal, text.strip(), LISTED)
    if found:
        _list(room, found)
    return bool(found)


async def spoken_of(room: Room, text: str, *, given: bool = False) -> list[ChildLine]:
    """Return the children whose names stand in what a worker typed, the first few.

    Args:
        room: The turn.
        text: As typed.
        given: Whether given names (two characters at least) will do where no whole name stands.
    """
    if room.principal.role not in STAFF:
        return []
    known = await Children(room.unit).mine(room.principal, limit=KNOWN)
    named = [child for child in known if child.name in text]
    if given and not named:
        long = [child for child in known if len(child.name) > _SURNAME_AND_ONE]
        named = [child for child in long if child.name[1:] in text]
    return named[:SPOKEN_OF]


def offer(room: Room, found: list[ChildLine], text: str) -> None:
    """Offer the files of children that were spoken of, and what may be meant to be done.

    Nothing of what was typed is kept.
    """
    buttons = [Button(label(room, c), f"child:{c.id}", durable=True) for c in found]
    for one in wishes.doings(text, room.principal.role):
        buttons += [
            Button(_doing(room, one, c), f"{one.verb}:{c.id}", durable=True) for c in found
        ]
    lines = (Line(say("children-spoken-of")), Line(say("children-not-kept"), "small"))
    room.replies.append(Send(lines, menu.in_rows(buttons, len(found))))


def _doing(room: Room, doing: Doing, child: ChildLine) -> Phrase:
    return say("child-doing", what=room.speak(say(doing.label)), who=label(room, child))


def show_none(room: Room) -> None:
    """Say that nobody is registered yet, and what comes first."""
    role, begin = room.principal.role, say("children-none-first")
    button = Button(say("forms-new-child"), "newchild:", durable=True)
    if role in TRAINED and not room.principal.qualified:
        begin = say("children-none-training")
        button = Button(say("forms-quiz"), "quiz:", durable=True)
    lines = plain(say("children-none"), begin)
    rows = ((button,),) if role is not Role.COUNTY_OFFICER else ()
    room.replies.append(Send(lines, rows))


def _list(
    room: Room,
    children: list[ChildLine],
    extra: tuple[tuple[Button, ...], ...] = (),
    head: Phrase | None = None,
) -> None:
    if not children:
        show_none(room)
        return
    buttons = [Button(label(room, c), f"child:{c.id}", durable=True) for c in children]
    rows = tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))
    lines = (
        Line(head or say("children-head", count=len(children)), "strong"),
        Line(say("children-search"), "small"),
    )
    room.replies.append(Send(lines, (*rows, *extra)))


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
    "kids": show_page,
    "kidfilter": show_filters,
    "whole": show_whole,
    "tl": show_events,
    "paper": send_paper,
    "risk": ask_risk,
    "setrisk": decide_risk,
    "visit": begin_visit,
}
