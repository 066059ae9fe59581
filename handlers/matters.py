"""What runs along a child or an area until it is done: lists, the card, the next step.

Applications, referrals, conferences, requests, summaries and registers all go their way here;
which way that is stands in cases.matters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cases.access import Action, Purpose, Resource, decide, require
from cases.db.attachments import Attachments
from cases.db.audit import Audit
from cases.db.matters import Matters
from cases.db.people import People
from cases.db.rights import Rights
from cases.matters import BENEFITS, COPY, DATED, DELETION, RENEWAL, WAYS, MatterKind, NewMatter
from cases.people import MANAGERS, STAFF, Role
from forms.days import Side, find_day
from handlers import asking, files, menu, telling
from handlers.matter_words import fields, kind_name, state_name, topic_name, who_of
from kernel.clock import local
from kernel.errors import InputError, MissingError
from kernel.phrases import say
from kernel.words import Button, Edit, Forget, Line, Send, Toast

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from cases.matters import MatterCard, MatterLine
    from handlers.room import Room
    from kernel.phrases import Phrase

PAGE = 8
_CALLED = frozenset({MatterKind.HELP, MatterKind.REQUEST})
"""Kinds whose asker wants to be called, or may have to be."""
_PHONE = re.compile(r"\+?\d[\d -]{6,18}\d")
PRINTED = frozenset(
    {
        MatterKind.DELEGATION,
        MatterKind.REFERRAL,
        MatterKind.CONFERENCE,
        MatterKind.SUBSTITUTE,
        MatterKind.SUMMARY,
    }
)
"""Kinds that end as a paper somebody signs."""
_WHY = {MatterKind.CONFERENCE: Purpose.CONFERENCE, MatterKind.REQUEST: Purpose.CORRECTION}
"""For what purpose the file is opened from a matter; for others it is to help."""


async def show_lines(
    room: Room,
    head: Phrase,
    found: Sequence[MatterLine],
    extra: tuple[tuple[Button, ...], ...] = (),
) -> None:
    """List matters as buttons, the most that a phone shows at once, with further buttons below."""
    lines = [Line(head, "strong")]
    rows = []
    for one in found[:PAGE]:
        words = say(
            "matter-line",
            topic=topic_name(room, one.topic) or kind_name(room, one.kind),
            who=await who_of(room, one.child_id),
            state=state_name(room, one.kind, one.state),
            number=one.number,
        )
        rows.append((Button(words, f"m:{one.number}", durable=True),))
    if not found:
        lines.append(Line(say("matter-none")))
    if len(found) > PAGE:
        lines.append(Line(say("today-more", count=len(found) - PAGE), "small"))
    room.replies.append(Send(tuple(lines), (*rows, *extra)))


async def show_kind(
    room: Room, kind: MatterKind, extra: tuple[tuple[Button, ...], ...] = ()
) -> None:
    """List the open matters of a kind in one's area."""
    found = await Matters(room.unit).listed(room.principal, kind)
    head = say("matter-head", kind=kind_name(room, kind), count=len(found))
    await show_lines(room, head, found, extra)


async def show_referrals(room: Room) -> None:
    """List referrals, those that wait for approval first."""
    found = await Matters(room.unit).listed(room.principal, MatterKind.REFERRAL)
    found.sort(key=lambda one: one.state != "proposed")
    kind = kind_name(room, MatterKind.REFERRAL)
    await show_lines(room, say("matter-head", kind=kind, count=len(found)), found)


async def show_benefits(room: Room) -> None:
    """List the applications that are being helped along (附件2-8, 附件3-4)."""
    await show_kind(room, MatterKind.BENEFIT)


async def show_requests(room: Room) -> None:
    """List what guardians ask of their children's data."""
    await show_kind(room, MatterKind.REQUEST)


async def show_conferences(room: Room) -> None:
    """List case conferences (附件1-5); one is called from a child's card."""
    await show_kind(room, MatterKind.CONFERENCE)


async def show_helps(room: Room) -> None:
    """List who asked for help or to be called back."""
    await show_kind(room, MatterKind.HELP)


async def ask_conference(room: Room, child_id: str) -> None:
    """Ask when a conference about a child is held, and who comes."""
    asking.ask(room, "confer", child_id, say("conference-ask"))


async def typed_conference(room: Room, child_id: str) -> None:
    """Call a conference: the day, then who comes."""
    text = telling.typed(room)
    day, _ = find_day(text, room.today, Side.AHEAD)
    if day is None:
        raise InputError(reply=say("conference-day"))
    new = NewMatter(
        kind=MatterKind.CONFERENCE,
        area="",
        child_id=child_id,
        due_on=day,
        words={"members": text},
    )
    await open_typed(room, new)


async def open_typed(room: Room, new: NewMatter) -> None:
    """Open a matter from words that were typed; they leave the chat, its card is shown."""
    line = await Matters(room.unit).open(room.principal, new)
    room.replies.append(Forget(room.turn.message))
    await show(room, line.number)


async def of_child(room: Room, child_id: str) -> None:
    """List everything that runs along a child."""
    found = await Matters(room.unit).of_child(room.principal, child_id)
    who = await who_of(room, child_id)
    extra = [
        Button(say("benefit-new"), f"ben:{child_id}", durable=True),
        Button(say("booking-new"), f"book:{child_id}", durable=True),
        Button(say("comfort-new"), f"comf:{child_id}", durable=True),
        Button(say("consent-new"), f"cons:{child_id}", durable=True),
    ]
    if room.principal.role in MANAGERS:
        extra.append(Button(say("conference-new"), f"conf:{child_id}", durable=True))
    if room.principal.role in WAYS[MatterKind.SUBSTITUTE].openers:
        extra.append(Button(say("substitute-new"), f"substitute:{child_id}", durable=True))
    head = say("matter-of-child", who=who, count=len(found))
    await show_lines(room, head, found, menu.in_rows(extra))


async def choose_benefit(room: Room, child_id: str) -> None:
    """Offer what may be applied for; nothing here promises that it is granted."""
    which = say("benefit-which", who=await who_of(room, child_id))
    offer_topics(room, f"bn:{child_id}", BENEFITS, which, say("benefit-no-promise"))


def offer_topics(
    room: Room, verb: str, topics: Sequence[str], which: Phrase, no_promise: Phrase
) -> None:
    """Ask which topic it is about, and say that nothing is promised; `verb` gets the topic."""
    buttons = [Button(say(f"topic-{one}"), f"{verb}:{one}", durable=True) for one in topics]
    room.replies.append(Send((Line(which, "strong"), Line(no_promise)), menu.in_rows(buttons)))


async def open_benefit(room: Room, argument: str) -> None:
    """Begin to help with an application."""
    child_id, _, topic = argument.partition(":")
    new = NewMatter(kind=MatterKind.BENEFIT, area="", child_id=child_id, topic=topic)
    line = await Matters(room.unit).open(room.principal, new)
    await show(room, line.number)


async def open_card(room: Room, number: str) -> None:
    """Open a matter; the opening stands in the log."""
    await show(room, number)


async def show(room: Room, number: str, *, message: str = "") -> None:
    """Show a matter with the steps that may follow; in place where a button was pressed."""
    card = await opened(room, number)
    purpose = _purpose(room)
    kept = await Attachments(room.unit).of_matter(room.principal, card.line.number, purpose)
    lines, rows = await _lines(room, card), (*files.open_rows(kept), *_rows(room, card))
    room.replies.append(
        Edit(lines, rows, message=message) if message else Send(lines, rows),
    )


async def opened(room: Room, number: str) -> MatterCard:
    """Open a matter for what this person does with it; the opening stands in the log."""
    return await Matters(room.unit).card(room.principal, number, _purpose(room))


def _purpose(room: Room) -> Purpose:
    return Purpose.ASSISTANCE if room.principal.role in STAFF else Purpose.GUARDIAN


async def _lines(room: Room, card: MatterCard) -> tuple[Line, ...]:
    one = card.line
    kind = kind_name(room, one.kind)
    lines = [Line(say("matter-card", kind=kind, number=one.number), "strong")]
    if one.topic:
        lines.append(Line(say("matter-topic", topic=topic_name(room, one.topic))))
    if who := await who_of(room, one.child_id):
        lines.append(Line(say("case-child", who=who)))
    lines.append(Line(say("case-where", area=await telling.place(room, one.area))))
    state = state_name(room, one.kind, one.state)
    lines.append(Line(say("case-state", state=state), "strong"))
    if one.due_on is not None:
        lines.append(Line(say("matter-due", date=one.due_on.isoformat())))
    lines += [
        Line(say("child-field", field=word, value=shown))
        for word, shown in await fields(room, card)
    ]
    for step in card.steps:
        lines.append(
            Line(
                say(
                    "matter-step",
                    date=f"{local(step.at):%m-%d %H:%M}",
                    state=state_name(room, one.kind, step.state),
                    by=await telling.worker(room, step.by),
                ),
                "small",
            )
        )
        if step.note:
            lines.append(Line(await telling.note(room, step.note, area=one.area), "quote"))
    return tuple(lines)


def _rows(room: Room, card: MatterCard) -> tuple[tuple[Button, ...], ...]:
    one = card.line
    beside = _beside(room, one)
    if one.kind is MatterKind.CONSENT and one.is_open:
        return (*beside, (Button(say("consent-withdraw"), f"cw:{one.number}", durable=True),))
    if not decide(room.principal, Action.MATTER_STEP, Resource(area=one.area)).allowed:
        return tuple(beside)
    if one.kind in _CALLED:
        beside.append((Button(say("matter-phone"), f"mphone:{one.number}", durable=True),))
    return (*menu.in_rows(_steps(room, one)), *beside)


def _beside(room: Room, one: MatterLine) -> list[tuple[Button, ...]]:
    """Return the ways to what belongs to a matter: the child's file, its papers, the copy."""
    role = room.principal.role
    rows: list[tuple[Button, ...]] = []
    if one.child_id and role in STAFF:
        opened = f"why:{_WHY.get(one.kind, Purpose.ASSISTANCE).value}:{one.child_id}"
        rows.append((Button(say("open-file"), opened, durable=True),))
    if one.kind in PRINTED and role in STAFF:
        rows.append(_papers(room, one))
    if copy_granted(one) and role is Role.GUARDIAN:
        rows.append((Button(say("own-copy-fetch"), f"mycopy:{one.number}", durable=True),))
    return rows


def _steps(room: Room, one: MatterLine) -> list[Button]:
    """Return the steps that this person may take now."""
    way = WAYS[one.kind]
    after = way.steps.get(one.state, frozenset())
    if room.principal.role not in MANAGERS:
        after -= way.managed
    return [
        Button(
            say("matter-to", state=state_name(room, one.kind, state)),
            f"ms:{one.number}:{state}",
            durable=True,
        )
        for state in _in_order(one.kind)
        if state in after
    ]


def _papers(room: Room, one: MatterLine) -> tuple[Button, ...]:
    if one.kind is MatterKind.SUMMARY and room.principal.role is Role.CHILD_DIRECTOR:
        return summary_buttons(one.number)
    record = Button(say("matter-print"), f"mprint:{one.number}", durable=True)
    if one.kind is not MatterKind.DELEGATION:
        return (record,)
    return record, Button(say("matter-letter"), f"mletter:{one.number}", durable=True)


def summary_buttons(number: str) -> tuple[Button, ...]:
    """Return what takes a summary to the village committee, who has no account (附件3-1)."""
    return (
        Button(say("summary-print"), f"mprint:{number}", durable=True),
        Button(say("summary-given"), f"sumgiven:{number}", durable=True),
    )


def _in_order(kind: MatterKind) -> list[str]:
    way = WAYS[kind]
    return [*way.steps, *sorted(way.ends)]


async def step(room: Room, argument: str) -> None:
    """Take a step, or ask first for the words that must be in writing."""
    number, _, state = argument.partition(":")
    line = (await opened(room, number)).line
    if state in WAYS[line.kind].written:
        words = say("matter-note", state=state_name(room, line.kind, state), kind=line.kind.value)
        asking.ask(room, "mnote", argument, words)
        return
    if _erases(line, state):
        _ask_to_erase(room, line)
        return
    if (line.state, state) == RENEWAL:
        asking.ask(room, "mrenew", argument, say("matter-renew"))
        return
    await _take(room, number, state)
    await show(room, number, message=room.turn.message)


def _erases(line: MatterLine, state: str) -> bool:
    """Say whether a step grants that the child's data is deleted."""
    asked = (line.kind, line.topic) == (MatterKind.REQUEST, DELETION)
    return asked and state == "granted" and line.child_id is not None


def copy_granted(line: MatterLine) -> bool:
    """Say whether a guardian may fetch a copy of what is kept of the child."""
    asked = (line.kind, line.topic) == (MatterKind.REQUEST, COPY)
    return asked and line.state == "granted" and line.child_id is not None


def _ask_to_erase(room: Room, line: MatterLine) -> None:
    """Say what granting a deletion does before it is done; only the county does it."""
    resource = Resource(area=line.area)
    if not decide(room.principal, Action.CHILD_FORGET, resource).allowed:
        room.say(say("matter-erase-county"))
        return
    button = Button(say("matter-erase-yes"), f"merase:{line.number}", durable=True)
    room.replies.append(Send((Line(say("matter-erase-sure"), "strong"),), ((button,),)))


async def erase(room: Room, number: str) -> None:
    """Grant a deletion and do it: file, visits and closed reports can never be read again.

    Raises:
        DeniedError, GuardError: Not the county; a report about the child is still open.
    """
    line = (await opened(room, number)).line
    if not _erases(line, "granted") or line.child_id is None:
        raise MissingError
    rights = Rights(room.unit)
    require(room.principal, Action.CHILD_FORGET, Resource(area=line.area))
    await _take(room, number, "granted")
    await rights.leave(room.principal, line.child_id, "other")
    await rights.forget(room.principal, line.child_id)
    room.say(say("matter-erased"))


async def typed_note(room: Room, argument: str) -> None:
    """Take a step with the words that were typed; they leave the chat."""
    text = telling.typed(room)
    number, _, state = argument.partition(":")
    due = find_day(text[:20], room.today, Side.AHEAD)[0] if state in DATED else None
    await _take(room, number, state, text, due)
    room.replies.append(Forget(room.turn.message))
    await show(room, number)


async def typed_renewal(room: Room, argument: str) -> None:
    """Let a matter that was signed anew run to the day that was typed.

    Raises:
        InputError: No day was found that is still to come.
    """
    number, _, state = argument.partition(":")
    day, _ = find_day(telling.typed(room), room.today, Side.AHEAD)
    if day is None or day <= room.today:
        raise InputError(reply=say("matter-renew-day"))
    await _take(room, number, state, due=day)
    await Matters(room.unit).amend(room.principal, number, {"end_date": day.isoformat()})
    await show(room, number)


async def _take(
    room: Room, number: str, state: str, note: str = "", due: date | None = None
) -> None:
    line = await Matters(room.unit).step(room.principal, number, state, note, due)
    told = say(
        "matter-moved",
        kind=kind_name(room, line.kind),
        number=line.number,
        state=state_name(room, line.kind, line.state),
    )
    if line.opened_by is None:
        await telling.tell_chat(room, line.chat, told)
    if copy_granted(line):
        fetch = say("own-copy-ready")
        await telling.tell(room, line.opened_by, told, fetch, opens=f"mycopy:{line.number}")
        return
    await telling.tell(room, line.opened_by, told, opens=f"m:{line.number}")


async def show_phone(room: Room, number: str) -> None:
    """Show the telephone of whoever asked, in a pop-up that does not stay in the chat.

    Raises:
        DeniedError: Only who works on it may call.
    """
    card = await opened(room, number)
    require(room.principal, Action.MATTER_STEP, Resource(area=card.line.area))
    phone = str(card.words.get("phone") or "") or _number_in(str(card.words.get("text") or ""))
    if not phone and card.line.opened_by:
        person = await People(room.unit).get(card.line.opened_by)
        phone = person.phone if person else ""
    Audit(room.unit).append(
        room.principal.actor, "matter.phone", f"matter:{number}", area=card.line.area
    )
    words = say("help-phone", phone=phone) if phone else say("help-no-phone")
    room.replies.append(Toast(words, alert=True))


def _number_in(text: str) -> str:
    found = _PHONE.search(text)
    return found[0].strip() if found else ""


VERBS = {
    "mphone": show_phone,
    "m": open_card,
    "ms": step,
    "mc": of_child,
    "ben": choose_benefit,
    "bn": open_benefit,
    "conf": ask_conference,
    "merase": erase,
}
TYPED = {"mnote": typed_note, "confer": typed_conference, "mrenew": typed_renewal}
