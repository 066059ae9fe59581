"""服务机构 and 儿童之家: registers of who can help (一, 三, 附件2-5); no child is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.matters import SERVICES, MatterKind, NewMatter
from cases.people import MANAGERS
from handlers import asking, matters, menu, telling
from kernel.phrases import say
from kernel.words import Button, Line, Send

if TYPE_CHECKING:
    from handlers.room import Room


async def show(room: Room) -> None:
    """List institutions and organisations of one's area."""
    extra: tuple[tuple[Button, ...], ...] = ()
    if room.principal.role in MANAGERS:
        extra = ((Button(say("service-new"), "svcnew:", durable=True),),)
    await matters.show_kind(room, MatterKind.ORGANISATION, extra)


async def choose(room: Room, _argument: str) -> None:
    """Ask what kind of institution is entered."""
    buttons = [Button(say(f"topic-{one}"), f"svc:{one}", durable=True) for one in SERVICES]
    room.replies.append(Send((Line(say("service-which")),), menu.in_rows(buttons)))


async def ask(room: Room, topic: str) -> None:
    """Ask for name, telephone and what it does."""
    asking.ask(room, "svc", topic, say("service-ask"))


async def typed(room: Room, topic: str) -> None:
    """Enter an institution."""
    await _enter(room, MatterKind.ORGANISATION, topic if topic in SERVICES else "ngo")


async def show_centres(room: Room) -> None:
    """List children's centres (附件2-5, 附件3-6)."""
    extra = ((Button(say("centre-new"), "ctrnew:", durable=True),),)
    await matters.show_kind(room, MatterKind.CENTRE, extra)


async def ask_centre(room: Room, _argument: str) -> None:
    """Ask for a centre's name, place and hours."""
    asking.ask(room, "ctr", "", say("centre-ask"))


async def typed_centre(room: Room, _argument: str) -> None:
    """Enter a children's centre."""
    await _enter(room, MatterKind.CENTRE, "")


async def _enter(room: Room, kind: MatterKind, topic: str) -> None:
    words = {"text": telling.typed(room)}
    new = NewMatter(kind=kind, area=room.principal.area, topic=topic, words=words)
    await matters.open_typed(room, new)


VERBS = {"svcnew": choose, "svc": ask, "ctrnew": ask_centre}
TYPED = {"svc": typed, "ctr": typed_centre}
