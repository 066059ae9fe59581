"""Papers of what runs along a child: delegation record, referral, conference, employer's letter.

What the chat masks is masked here too, to be filled in by pen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.matters import MatterKind
from cases.papers import Printing, letter_paper, matter_paper
from handlers import matter_words, matters, telling
from kernel.errors import MissingError
from kernel.phrases import say
from kernel.words import Paper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cases.children import ChildFile
    from cases.matters import MatterCard
    from handlers.room import Room
    from kernel.phrases import Speak

    Rows = Sequence[tuple[str, str]]

_IDENTITY = ("birth_date", "id_no")
"""What says on a paper which child is meant."""


async def print_matter(room: Room, number: str) -> None:
    """Send the paper of a matter.

    Raises:
        MissingError: Its kind has no paper.
    """
    card = await matters.opened(room, number)
    kind = card.line.kind
    if kind not in matters.PRINTED:
        raise MissingError
    who = await matter_words.who_of(room, card.line.child_id)
    child = [(room.speak(say("paper-matter-child")), who)]
    village = await telling.place(room, card.line.area)
    rows = _rows(room.speak, card, child, village, await matter_words.fields(room, card))
    content = matter_paper(kind, rows, printing_of(room))
    room.replies.append(Paper(f"{number}.docx", content, say("matter-paper-sent", number=number)))


def clear_rows(
    speak: Speak, card: MatterCard, child: ChildFile | None, village: str
) -> list[tuple[str, str]]:
    """Return what a paper made at the office says, with nothing masked."""
    who = []
    if child is not None:
        who = [(speak(say("paper-matter-child")), child.line.name)]
        who += [
            (speak(say(f"field-{name}")), str(child.fields.get(name) or "")) for name in _IDENTITY
        ]
    return _rows(speak, card, who, village, matter_words.clear_fields(speak, card))


def _rows(
    speak: Speak, card: MatterCard, child: Rows, village: str, fields: Rows
) -> list[tuple[str, str]]:
    rows = [
        (speak(say("paper-matter-no")), card.line.number),
        *child,
        (speak(say("paper-village")), village),
    ]
    if card.line.kind is MatterKind.REFERRAL:
        office = matter_words.topic_words(speak, card.line.topic)
        rows.append((speak(say("paper-matter-office")), office))
    rows += fields
    if card.line.due_on is not None:
        rows.append((speak(say("paper-matter-due")), card.line.due_on.isoformat()))
    return rows


async def print_letter(room: Room, number: str) -> None:
    """Send a letter that asks a parent's employer to let them look after their child (三-(三)).

    Raises:
        MissingError: It is no delegation of care.
    """
    card = await matters.opened(room, number)
    if card.line.kind is not MatterKind.DELEGATION:
        raise MissingError
    place = await telling.place(room, card.line.area)
    content = letter_paper(place, printing_of(room))
    room.replies.append(Paper(f"{number}-letter.docx", content, say("letter-paper-sent")))


def printing_of(room: Room) -> Printing:
    """Return who prints: the person of this turn, with what the chat masks masked."""
    maker = telling.named(room, room.person) if room.person else "—"
    masker = room.services.masker
    return Printing(maker=maker, day=room.today, speak=room.speak, masker=masker)


VERBS = {"mprint": print_matter, "mletter": print_letter}
