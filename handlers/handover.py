"""交接: a worker leaves; children, drafts, cases and alerts go to a successor, with a brief."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.db.briefs import briefs
from cases.db.child_lists import ChildLists, Wanted
from cases.db.people import People
from cases.db.staff import Staff
from handlers import matter_words, menu, roster, telling
from handlers.form_context import label
from kernel.phrases import called, say
from kernel.words import Button, Edit, Line, Send

if TYPE_CHECKING:
    from cases.db.briefs import Brief
    from handlers.room import Room

_PAGE = 10


async def choose(room: Room, leaver_id: str) -> None:
    """Ask who takes over."""
    masker = room.services.masker
    buttons = [
        Button(masker.worker_name(one.name), f"h2:{leaver_id}:{one.id}", durable=True)
        for one in await roster.peers(room, leaver_id)
    ]
    nobody = Button(say("hand-nobody"), f"h4:{leaver_id}", durable=True)
    rows = (*menu.in_rows(buttons), (nobody,))
    room.replies.append(Send((Line(say("hand-ask")),), rows))


async def confirm_leaving(room: Room, leaver_id: str) -> None:
    """Say what it means that nobody takes over yet, and ask once more."""
    leaver = await People(room.unit).managed(leaver_id, room.principal)
    count = await ChildLists(room.unit).count_of(room.principal, leaver.id)
    name = room.services.masker.worker_name(leaver.name)
    button = Button(say("hand-leave-sure"), f"h5:{leaver_id}", durable=True)
    lines = (Line(say("hand-leave", leaver=name, children=count)),)
    room.replies.append(Send(lines, ((button,),)))


async def leave(room: Room, leaver_id: str) -> None:
    """Take someone off the roster whom nobody follows yet; their alerts are looked at anew."""
    count = await Staff(room.unit).leave(leaver_id, room.principal)
    await room.services.alerts.gone(room.unit, leaver_id)
    done = Line(say("hand-left", children=count), "strong")
    room.replies.append(Edit((done,), message=room.turn.message))


async def confirm(room: Room, argument: str) -> None:
    """Say what will happen, and ask once more."""
    leaver_id, _, successor_id = argument.partition(":")
    leaver, successor = (
        await telling.worker(room, leaver_id),
        await telling.worker(room, successor_id),
    )
    button = Button(say("hand-sure"), f"h3:{argument}", durable=True)
    lines = (Line(say("hand-confirm", leaver=leaver, successor=successor)),)
    room.replies.append(Send(lines, ((button,),)))


async def hand_over(room: Room, argument: str) -> None:
    """Hand over, tell the successor, and show what went."""
    leaver_id, _, successor_id = argument.partition(":")
    went = await Staff(room.unit).hand_over(leaver_id, successor_id, room.principal)
    done = say(
        "hand-done",
        children=went.children,
        drafts=went.drafts,
        cases=went.open_cases,
        alerts=len(went.alerts),
    )
    room.replies.append(Edit((Line(done, "strong"),), message=room.turn.message))
    told = say("hand-told", children=went.children)
    await telling.tell(room, successor_id, told, opens="brief:0")
    if not await People(room.unit).addresses(successor_id):
        room.say(say("remind-unbound"))


async def brief(room: Room, start: str) -> None:
    """Show a brief of each child: risk, visits, what is open and to be followed up, its file."""
    first = int(start or 0)
    lists = ChildLists(room.unit)
    page = await lists.page(room.principal, Wanted(), start=first, limit=_PAGE)
    lines, rows = [Line(say("brief-head"), "strong")], []
    for one in await briefs(room.unit, room.principal, page.lines):
        child = one.child
        who = label(room, child)
        risk = room.speak(say(f"value-risk_level-{child.risk_level}"))
        last, due = str(child.last_visit_on or "—"), str(child.next_visit_on or "—")
        lines.append(Line(say("brief-line", who=who, risk=risk, last=last, due=due)))
        if more := _under_way(room, one):
            lines.append(Line("；".join(more), "small"))
        rows.append(Button(who, f"child:{child.id}", durable=True))
    buttons = list(menu.in_rows(rows))
    if page.more:
        following = Button(say("form-page-after"), f"brief:{first + _PAGE}", durable=True)
        buttons.append((following,))
    room.replies.append(Send(tuple(lines), tuple(buttons)))


def _under_way(room: Room, one: Brief) -> list[str]:
    """Say in short what is open, until when care is delegated, what the last visit asks for."""
    words = [say("brief-case", number=case.number) for case in one.cases]
    for matter in one.matters:
        kind, state = matter_words.kind_name(room, matter.kind), matter.state
        reached = matter_words.state_name(room, matter.kind, state)
        words.append(say("brief-matter", kind=kind, number=matter.number, state=reached))
    if one.delegated_until is not None:
        words.append(say("brief-delegation", date=one.delegated_until.isoformat()))
    rules = "、".join(filter(None, (_rule(room, rule) for rule in one.rules)))
    if rules:
        words.append(say("brief-follow-up", what=rules))
    return [room.speak(one) for one in words]


def _rule(room: Room, rule: str) -> str:
    """Return what a rule found; nothing for a rule of the programme's own forms."""
    return called(f"risk-{rule}", room.speak)


VERBS = {
    "ho": choose,
    "h2": confirm,
    "h3": hand_over,
    "h4": confirm_leaving,
    "h5": leave,
    "brief": brief,
}
