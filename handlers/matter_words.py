"""How a matter is named and read back, in a chat or on a paper; it opens and changes none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.db.rights import Rights
from cases.masking import Mode
from cases.matters import MatterKind
from cases.people import STAFF
from handlers import telling
from handlers.fields import word_of
from handlers.form_context import label, who_is
from kernel.phrases import called, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cases.matters import MatterCard, MatterLine
    from handlers.room import Room
    from kernel.phrases import Speak

_PERSONS = frozenset({"delegate_name", "guardian_name", "guardians", "caller", "contact"})

_PHONES = frozenset(
    {
        "phone",
        "delegate_phone",
        "guardian_phones",
        "guardian_phone",
        "caller_phone",
        "institution_phone",
    }
)


def kind_name(room: Room, kind: MatterKind) -> str:
    """Return what a kind of matter is called."""
    return room.speak(say(f"matter-kind-{kind.value}"))


def topic_name(room: Room, topic: str) -> str:
    """Return what a topic is called; a month or a number stands for itself."""
    return topic_words(room.speak, topic)


def topic_words(speak: Speak, topic: str) -> str:
    """Return what a topic is called, in whose words it is said."""
    return called(f"topic-{topic}", speak, topic)


def state_name(room: Room, kind: MatterKind, state: str) -> str:
    """Return what a state is called."""
    return room.speak(say(f"mstate-{kind.value}-{state}"))


async def who_of(room: Room, child_id: str | None) -> str:
    """Name a matter's child: to staff as lists do, to a guardian only their own."""
    if not child_id or room.principal.role in STAFF:
        return await who_is(room, child_id)
    mine = await Rights(room.unit).children_of(room.principal)
    return next((label(room, line) for line in mine if line.id == child_id), "")


async def fields(room: Room, card: MatterCard) -> list[tuple[str, str]]:
    """Return what a matter says, as names and words that the chat's mode allows."""
    return [
        (word, await _shown(room, card.line, name, value))
        for word, name, value in _said(room.speak, card)
    ]


def clear_fields(speak: Speak, card: MatterCard) -> list[tuple[str, str]]:
    """Return what a matter says, as names and words, with nothing masked: for the office only."""
    found = []
    for word, name, value in _said(speak, card):
        parts = _parts(value)
        coded = None if name in _PERSONS | _PHONES else _coded(speak, name, parts)
        found.append((word, "；".join(parts) if coded is None else coded))
    return found


def _said(speak: Speak, card: MatterCard) -> Iterator[tuple[str, str, object]]:
    """Go through what a matter says; what has no name is only of use to the record."""
    for name, value in card.words.items():
        word = called(f"word-{name}", speak)
        if word and value not in (None, "", [], False):
            yield word, name, value


def _parts(value: object) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list | tuple) else [str(value)]


async def _shown(room: Room, one: MatterLine, name: str, value: object) -> str:
    masker = room.services.masker
    parts = _parts(value)
    if name in _PERSONS:
        return "、".join(masker.person_name(part) for part in parts)
    if name in _PHONES:
        return "、".join(masker.phone(part) for part in parts)
    if (coded := _coded(room.speak, name, parts)) is not None:
        return coded
    if one.kind is MatterKind.ORGANISATION and masker.mode is not Mode.CODED:
        return "；".join(parts)  # an institution's telephone is there to be called
    return "；".join([await telling.note(room, part, area=one.area) for part in parts])


def _coded(speak: Speak, name: str, parts: list[str]) -> str | None:
    """Return the names of chosen words, or nothing where something else was written."""
    found = [word_of(speak, name, word) for part in parts for word in part.split()]
    return "、".join(word for word in found if word) if found and all(found) else None
