"""政策通知 (附件1-8, 附件2-6): an office writes, many are told, the office sees who has opened it.

The push names no policy and no person; the words open in the chat, and opening is what counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.notices import Notice, owe_many
from cases.db.bulletins import AUDIENCES, DUE, Bulletins
from cases.db.trainings import Trainings
from handlers import asking, menu, telling
from kernel.clock import local
from kernel.phrases import say
from kernel.words import Button, Edit, Forget, Line, Send

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cases.db.bulletins import Bulletin
    from handlers.room import Room

PAGE = 8


async def show(room: Room) -> None:
    """List the bulletins of one's area with how many have opened each."""
    found = await Bulletins(room.unit).listed(room.principal)
    rows = [
        (Button(say("bulletin-line", **_counts(one)), f"bul:{one.number}", durable=True),)
        for one in found[:PAGE]
    ]
    new = (Button(say("bulletin-new"), "bulnew:", durable=True),)
    head = say("bulletin-head", count=len(found))
    room.replies.append(Send((Line(head, "strong"),), (*rows, new)))


def _counts(one: Bulletin) -> dict[str, str | int]:
    state = "sent" if one.sent_at else "draft"
    return {
        "number": one.number,
        "state": state,
        "opened": one.opened,
        "readers": one.readers,
    }


async def choose(room: Room, _argument: str) -> None:
    """Ask whom it is for."""
    buttons = [
        Button(say(f"bulletin-to-{one}"), f"bulto:{one}", durable=True) for one in AUDIENCES
    ]
    room.replies.append(Send((Line(say("bulletin-whom"), "strong"),), menu.in_rows(buttons)))


async def ask(room: Room, audience: str) -> None:
    """Ask for the words."""
    asking.ask(room, "bultext", audience, say("bulletin-ask"))


async def typed(room: Room, audience: str) -> None:
    """Show what was written before anybody is told."""
    made = await Bulletins(room.unit).draft(room.principal, audience, telling.typed(room))
    room.replies.append(Forget(room.turn.message))
    await _show_own(room, made)


async def card(room: Room, number: str) -> None:
    """Show one to whoever is in charge."""
    await _show_own(room, await Bulletins(room.unit).own(room.principal, number))


async def _show_own(room: Room, one: Bulletin, *, message: str = "") -> None:
    lines = [
        Line(say("bulletin-line", **_counts(one)), "strong"),
        Line(say("bulletin-for", audience=one.audience, area=await telling.place(room, one.area))),
        Line(one.text, "quote"),
    ]
    rows: list[tuple[Button, ...]] = []
    if one.sent_at is None:
        lines.append(Line(say("bulletin-check"), "small"))
        send = Button(say("bulletin-send"), f"bulsend:{one.number}", durable=True)
        anew = Button(say("bulletin-anew"), f"bulto:{one.audience}", durable=True)
        rows.append((send, anew))
    elif one.opened < one.readers:
        rows.append((Button(say("bulletin-remind"), f"bulremind:{one.number}", durable=True),))
    if one.sent_at and one.audience == DUE:
        rows.append((Button(say("course-after"), f"course:{one.number}", durable=True),))
    shown = tuple(lines), tuple(rows)
    room.replies.append(Edit(*shown, message=message) if message else Send(*shown))


async def send(room: Room, number: str) -> None:
    """Owe it to everybody it is for, behind everything urgent."""
    one = await Bulletins(room.unit).own(room.principal, number)
    only = await _due(room) if one.audience == DUE else None
    people = await Bulletins(room.unit).send(room.principal, number, only)
    await _owe(room, number, people, f"bulletin:{number}")
    one = await Bulletins(room.unit).own(room.principal, number)
    await _show_own(room, one, message=room.turn.message)


async def _due(room: Room) -> set[str]:
    policy = room.services.policies.at(room.principal.area, room.today)
    return {one.id for one in await Trainings(room.unit).due(room.principal, policy)}


async def remind(room: Room, number: str) -> None:
    """Owe it once more, at most once a day, to those who have not opened it."""
    people = await Bulletins(room.unit).unread(room.principal, number)
    await _owe(room, number, people, f"bulletin:{number}:{room.today.isoformat()}")
    room.say(say("bulletin-reminded", count=len(people)))


async def _owe(room: Room, number: str, people: Sequence[str], key: str) -> None:
    words = say("bulletin-told", number=number)
    buttons = ((say("alerts-open"), f"bulopen:{number}"),)
    await owe_many(room.unit, people, Notice(lines=(words,), buttons=buttons, key=key))


async def opened(room: Room, number: str) -> None:
    """Show a reader the words; that it was opened is noted."""
    one = await Bulletins(room.unit).open(room.principal, number)
    sender = await telling.worker(room, one.made_by)
    when = f"{local(one.sent_at or one.made_at):%Y-%m-%d}"
    lines = (
        Line(say("bulletin-title", number=one.number), "strong"),
        Line(one.text, "quote"),
        Line(say("bulletin-from", by=sender, date=when), "small"),
    )
    room.replies.append(Send(lines))


VERBS = {
    "bul": card,
    "bulnew": choose,
    "bulto": ask,
    "bulsend": send,
    "bulremind": remind,
    "bulopen": opened,
}
TYPED = {"bultext": typed}
