"""慰问 and 约服务: what is brought to a family, what is booked for a child; it grants nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.db.matters import Matters
from cases.matters import OUTSIDE, SERVICES, MatterKind, NewMatter
from forms.days import Side, find_day
from handlers import asking, matter_words, matters, telling
from kernel.errors import InputError
from kernel.phrases import say
from kernel.words import Button, Line, Send

if TYPE_CHECKING:
    from datetime import date

    from handlers.room import Room


async def ask_comfort(room: Room, child_id: str) -> None:
    """Ask when somebody goes to see the family, who, and with what (附件2-8)."""
    asking.ask(room, "comfort", child_id, say("comfort-ask"))


async def typed_comfort(room: Room, child_id: str) -> None:
    """Plan a visit of comfort: the day, then who goes and what is brought.

    Raises:
        InputError: No day was found.
    """
    text = telling.typed(room)
    day = _day_in(room, text)
    if day is None:
        raise InputError(reply=say("comfort-day"))
    await _open(room, MatterKind.COMFORT, child_id, "", {"text": text}, day)


async def choose_service(room: Room, child_id: str) -> None:
    """Offer which kind of service is booked for a child (一-(三))."""
    which = say("booking-which", who=await matter_words.who_of(room, child_id))
    matters.offer_topics(room, f"bk:{child_id}", SERVICES, which, say("booking-no-promise"))


async def ask_booking(room: Room, argument: str) -> None:
    """Ask for the day and what is needed."""
    asking.ask(room, "booking", argument, say("booking-ask"))


async def typed_booking(room: Room, argument: str) -> None:
    """Book: a day is kept where one was named, and the consent by which others are told."""
    child_id, _, topic = argument.partition(":")
    words = {"text": telling.typed(room)}
    if topic in OUTSIDE:
        given = await Matters(room.unit).consents(room.principal, child_id)
        if number := next((one.number for one in given if one.topic == "charity"), ""):
            words["consent_no"] = number
        else:
            _consent_first(room, child_id)
    day = _day_in(room, words["text"])
    await _open(room, MatterKind.BOOKING, child_id, topic, words, day)


def _consent_first(room: Room, child_id: str) -> None:
    button = Button(say("consent-new"), f"cons:{child_id}", durable=True)
    room.replies.append(Send((Line(say("booking-consent-first")),), ((button,),)))


def _day_in(room: Room, text: str) -> date | None:
    return find_day(text, room.today, Side.AHEAD)[0]


async def _open(
    room: Room,
    kind: MatterKind,
    child_id: str,
    topic: str,
    words: dict[str, str],
    day: date | None,
) -> None:
    new = NewMatter(kind=kind, area="", child_id=child_id, topic=topic, due_on=day, words=words)
    await matters.open_typed(room, new)


VERBS = {"comf": ask_comfort, "book": choose_service, "bk": ask_booking}
TYPED = {"comfort": typed_comfort, "booking": typed_booking}
