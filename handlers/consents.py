"""同意书: what a family agrees to beyond what the law orders anyway, and takes back as easily."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.db.children import Children
from cases.db.matters import Matters
from cases.db.rights import Rights
from cases.matters import CONSENTS, OWN_CONSENT_FROM, MatterKind, NewMatter
from cases.people import Role
from handlers import matter_words, matters, menu, telling
from kernel.errors import MissingError
from kernel.phrases import say
from kernel.words import Button, Line, Send

if TYPE_CHECKING:
    from cases.children import ChildLine
    from cases.matters import MatterLine
    from handlers.room import Room

_GIVERS = ("father", "mother", "carer", "child")
_WAYS = ("paper", "spoken", "phone")


async def show(room: Room, child_id: str) -> None:
    """List what was agreed to for a child, and offer what may be asked for."""
    given = await Matters(room.unit).consents(room.principal, child_id)
    topics = {one.topic for one in given}
    rows = [(_topic(room, "given", one.topic, f"m:{one.number}"),) for one in given]
    word = "may" if room.principal.role is Role.GUARDIAN else "ask"
    rows += [
        (_topic(room, word, one, f"cg:{child_id}:{one}"),) for one in CONSENTS if one not in topics
    ]
    who = await matter_words.who_of(room, child_id)
    lines = (
        Line(say("consent-head", who=who, count=len(given)), "strong"),
        Line(say("consent-only-beyond")),
    )
    room.replies.append(Send(lines, tuple(rows)))


def _topic(room: Room, word: str, topic: str, value: str) -> Button:
    name = matter_words.topic_name(room, topic)
    return Button(say(f"consent-{word}", topic=name), value, durable=True)


async def give(room: Room, argument: str) -> None:
    """Say what is agreed to, then ask: a family itself; a worker, who agreed and how.

    Raises:
        MissingError: A button of something that is not asked for.
    """
    child_id, topic, *said = argument.split(":")
    line = await _line(room, child_id)
    family = room.principal.role is Role.GUARDIAN
    if topic not in CONSENTS:
        raise MissingError
    if family and said == ["yes"]:
        await _open(room, line, topic, ("self", "chat"))
    elif not family and len(said) == len(("giver", "way")):
        await _open(room, line, topic, (said[0], said[1]))
    else:
        _ask(room, line, topic, said)


def _ask(room: Room, line: ChildLine, topic: str, said: list[str]) -> None:
    here = f"cg:{line.id}:{topic}"
    told = Line(say(f"consent-told-{topic}"), "quote")
    if room.principal.role is Role.GUARDIAN:
        rows = ((Button(say("consent-yes"), f"{here}:yes", durable=True),),)
        room.replies.append(Send((told, Line(say("consent-free"))), rows))
        return
    if said:
        words = [(f"value-way-{one}", f"{here}:{said[0]}:{one}") for one in _WAYS]
        lines: tuple[Line, ...] = (Line(say("consent-how"), "strong"),)
    else:
        words = [(f"value-giver-{one}", f"{here}:{one}") for one in _givers(room, line)]
        lines = (Line(say("consent-read-out"), "strong"), told, Line(say("consent-free")))
        lines = (*lines, Line(say("consent-who"), "strong"))
    buttons = [Button(say(word), value, durable=True) for word, value in words]
    room.replies.append(Send(lines, menu.in_rows(buttons)))


def _givers(room: Room, line: ChildLine) -> tuple[str, ...]:
    age = line.age(room.today)
    return _GIVERS if age is None or age >= OWN_CONSENT_FROM else _GIVERS[:-1]


async def _open(room: Room, line: ChildLine, topic: str, how: tuple[str, str]) -> None:
    """Keep who agreed to what, in which words it was told; once, however often it is pressed."""
    family = room.principal.role is Role.GUARDIAN
    if not family and (how[0] not in _givers(room, line) or how[1] not in _WAYS):
        raise MissingError
    book = Matters(room.unit)
    known = [one for one in await book.consents(room.principal, line.id) if one.topic == topic]
    if not known:
        told = room.speak(say(f"consent-told-{topic}"))
        words = {"giver": how[0], "way": how[1], "told": told}
        new = NewMatter(
            kind=MatterKind.CONSENT, area="", child_id=line.id, topic=topic, words=words
        )
        known = [await book.open(room.principal, new)]
        await _tell(room, line, known[0], "consent-came")
    await matters.show(room, known[0].number)


async def withdraw(room: Room, number: str) -> None:
    """Take a consent back; what was done before stays right (PIPL 15).

    Raises:
        DeniedError: Neither the child's family nor in charge of it.
    """
    one = await Matters(room.unit).step(room.principal, number, "withdrawn")
    if one.child_id is None:
        raise MissingError
    await _tell(room, await _line(room, one.child_id), one, "consent-gone")
    await matters.show(room, number, message=room.turn.message)


async def _tell(room: Room, line: ChildLine, one: MatterLine, word: str) -> None:
    """Tell whoever answers for the child what a family did, or who wrote it down."""
    told = say(word, number=one.number, topic=matter_words.topic_name(room, one.topic))
    opens = f"m:{one.number}"
    if not await telling.tell(room, line.director_id, told, opens=opens):
        await telling.tell(room, one.opened_by, told, opens=opens)


async def _line(room: Room, child_id: str) -> ChildLine:
    if room.principal.role is not Role.GUARDIAN:
        return await Children(room.unit).line(room.principal, child_id)
    mine = await Rights(room.unit).children_of(room.principal)
    line = next((one for one in mine if one.id == child_id), None)
    if line is None:
        raise MissingError
    return line


VERBS = {"cons": show, "cg": give, "cw": withdraw}
