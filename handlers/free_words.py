"""Words typed while no form is open: a cry, a wish, a name, news, or a question."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from cases.areas import Level
from cases.db.areas import Areas
from cases.db.matters import LETTERS
from cases.people import STAFF, Role
from cases.sheets import find_place
from handlers import casework, children, emergency, limits, matters, menu, policy, roster, wishes
from handlers.verbs import calm, grant
from kernel.phrases import say
from kernel.words import Forget

if TYPE_CHECKING:
    from cases.children import ChildLine
    from cases.people import Person
    from handlers.room import Room
    from knowledge.danger import Danger

_OVER_PLACES = frozenset({Role.CHILD_SUPERVISOR, Role.COUNTY_OFFICER})
_RECORD = re.compile(rf"[A{''.join(LETTERS.values())}]-\d{{8}}-\d{{3,}}")
"""The number of a report (A) or of a matter (`cases.db.matters`)."""
_NUMBER = re.compile(r"[^\dA-Za-z]{0,8}\d[\d\s-]{6,}[xX]?")
"""A telephone or ID number and hardly a word, which could be answered by nothing."""


async def take(room: Room, text: str) -> None:
    """Do or answer what was typed; an alert that waits is not forgotten over it."""
    if room.principal.role in STAFF and text.startswith(("找", "搜")):
        await children.search(room, text[1:].strip())
        return
    in_danger = emergency.answered_whether(room, text)
    if in_danger is not None:
        await (emergency.begin(room) if in_danger else calm(room, ""))
        return
    waiting = await casework.unanswered(room)
    danger = room.services.judge(text)
    if danger.level != "certain":
        if waiting and wishes.receipts(text):
            await casework.answer_alert(room, waiting[0])
            if others := waiting[1:]:
                casework.remind(room, others)
            return
        if await casework.typed_plan(room, wishes.plan_of(text)):
            return
    await _said(room, text, danger)
    if waiting:
        casework.remind(room, waiting)


async def _said(room: Room, text: str, danger: Danger) -> None:
    """Do or answer what was said; `danger` is what its words alone say."""
    heard = wishes.heard(room.principal.role, text)
    listed = wishes.listing(text) if room.principal.role in STAFF else ""
    if heard is not None and heard.whole:
        await grant(room, heard.wish)
    elif listed:
        await children.show_page(room, f"{listed}:0")
    elif danger.outright:
        await emergency.begin(room, told=text)
    elif not await _bare(room, text):
        danger = await _granted_or_answered(room, text, heard, danger)
        if danger.level == "unsure":
            emergency.ask_whether(room)


async def _bare(room: Room, text: str) -> bool:
    """Take what is a name, a number or a sign and nothing else; nobody asks anything by it."""
    bare = text.strip()
    if not any(map(str.isalnum, bare)):
        menu.show(room, say("menu-wordless"))
    elif _NUMBER.fullmatch(bare):
        room.replies.append(Forget(room.turn.message))
        menu.show(room, say("menu-number-only"))
    elif room.principal.role in STAFF and _RECORD.fullmatch(bare.upper()):
        number = bare.upper()
        await (casework.open_case if number[0] == "A" else matters.open_card)(room, number)
    elif await _is_place(room, bare):
        wishes.offer(room, wishes.OF_PLACES)
    else:
        return menu.courtesy(room, text) or await children.named(room, text)
    return True


async def _is_place(room: Room, bare: str) -> bool:
    """Say whether words are a place that this person is in charge of."""
    if room.principal.role not in _OVER_PLACES or not wishes.PLACE.fullmatch(bare):
        return False
    levels = (Level.TOWNSHIP, Level.VILLAGE)
    places = await Areas(room.unit).places(room.principal.area, levels, room.today)
    return bool(find_place(bare, places))


async def _granted_or_answered(
    room: Room, text: str, heard: wishes.Heard | None, danger: Danger
) -> Danger:
    """Do what was wished for where that is clear, else answer it as a question."""
    clear = heard is not None and heard.clear and not wishes.asks(text)
    if heard is not None and clear and danger.level == "none":
        await grant(room, heard.wish)
        return danger
    spoken_of = await children.spoken_of(room, text)
    workers = [] if spoken_of else await roster.spoken_of(room, text)
    if (spoken_of or workers) and not wishes.asks(text):
        return await _told(room, text, spoken_of, workers)
    if limits.may_ask(room):
        about = wishes.About(child=bool(spoken_of), worker=bool(workers))
        wished = partial(wishes.meant, room.principal.role, heard=heard, about=about)
        danger = await policy.ask(room, text, wished=wished)
        if workers and danger.level != "certain":
            roster.offer(room, workers)
    elif danger.level == "certain":
        await emergency.begin(room, told=text)
    if spoken_of and danger.level != "certain":
        children.offer(room, spoken_of, text)
    return danger


async def _told(
    room: Room, text: str, spoken_of: list[ChildLine], workers: list[Person]
) -> Danger:
    """Take what a worker tells of a child or a colleague for news: it rings, or has its place."""
    danger = await room.sensed(text)
    if danger.level == "certain":
        await emergency.begin(room, told=text)
    elif spoken_of:
        children.offer(room, spoken_of, text)
    else:
        roster.offer(room, workers)
    return danger
