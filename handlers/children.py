"""我的孩子: the lists, the search, and which children words speak of; no file is opened here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cases.children import KINDS
from cases.db.child_lists import ChildLists, Wanted
from cases.db.children import Children
from cases.db.trainings import TRAINED
from cases.people import STAFF, Role
from cases.policies import RISK_LEVELS
from handlers import menu, wishes
from handlers.form_context import label
from handlers.redacting import KNOWN
from kernel.phrases import say
from kernel.words import Button, Line, Send, plain

if TYPE_CHECKING:
    from cases.children import ChildLine
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


VERBS = {"kids": show_page, "kidfilter": show_filters}
