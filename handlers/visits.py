"""Visits looked at by the township: accepted, or given back with only some questions to ask again.

The re-opened form holds every answer that was not marked, so the director is asked only the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cases.access import Purpose
from cases.db.children import Children
from cases.db.reviews import Reviews
from cases.db.submissions import Submissions
from forms import engine
from handlers import asking, form_dialogue, menu, telling
from handlers.form_context import LAST_DATE, wanted_last, who_is
from kernel.clock import local
from kernel.errors import MissingError, TongbanError
from kernel.phrases import say
from kernel.words import Button, Edit, Forget, Line, Send

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from cases.submissions import VisitLine
    from forms.engine import Context, Session, Step
    from forms.form import Form
    from handlers.room import Room

FORM = "visit_checkin"
_DAY = "/data/visit_date"
_LISTED = 10
_LABEL = 40
_KEY = "review"


async def show_waiting(room: Room) -> None:
    """List the visits that nobody has looked at, the gravest first."""
    found = await Reviews(room.unit).waiting(room.principal)
    if not found:
        menu.show(room, say("visits-none"))
        return
    rows = []
    for one in found[:_LISTED]:
        words = say(
            "visits-line",
            severity=one.severity,
            date=f"{one.visited_on:%m-%d}",
            who=await who_is(room, one.child_id),
        )
        rows.append((Button(words, f"rv:{one.number}", durable=True),))
    room.replies.append(Send((Line(say("visits-head", count=len(found)), "strong"),), tuple(rows)))


async def open_visit(room: Room, number: str) -> None:
    """Show a visit with its answers as the chat may show them; the opening stands in the log."""
    visit = await _waiting(room, number)
    old = await Submissions(room.unit).answers(room.principal, number, Purpose.REVIEW)
    form = room.services.form(FORM)
    context = engine.Context(now=local(room.now), params=old)
    session = rebuilt(form, engine.begin(form, context), old, context)
    items = engine.review(form, session, context)
    room.state[_KEY] = {
        "number": number,
        "items": [[item.ref, item.label] for item in items],
        "picked": [],
    }
    head = say("visits-card", number=number, who=await who_is(room, visit.child_id))
    lines = [Line(head, "strong")]
    by = await telling.worker(room, visit.person_id)
    when = visit.visited_on.isoformat()
    lines.append(Line(say("visits-by", by=by, date=when, severity=visit.severity)))
    lines += [
        Line(say("form-review-line", number=i, label=item.label, answer=item.shown))
        for i, item in enumerate(items, 1)
    ]
    rows = (
        (Button(say("visits-accept"), f"va:{number}", durable=True),),
        (Button(say("visits-give-back"), f"vb:{number}", durable=True),),
        (Button(say("open-file"), f"why:{Purpose.REVIEW.value}:{visit.child_id}", durable=True),),
    )
    room.replies.append(Send(tuple(lines), rows))


async def _waiting(room: Room, number: str) -> VisitLine:
    for one in await Reviews(room.unit).waiting(room.principal):
        if one.number == number:
            return one
    raise MissingError(reply=say("visits-settled"))


async def accept(room: Room, number: str) -> None:
    """Accept a visit."""
    await _waiting(room, number)
    await Reviews(room.unit).accept(room.principal, number)
    room.replies.append(
        Edit((Line(say("visits-accepted", number=number)),), message=room.turn.message)
    )


async def mark(room: Room, number: str) -> None:
    """Offer the questions, to mark those that are asked again."""
    kept = _kept(room, number)
    room.replies.append(Send((Line(say("visits-mark"), "strong"),), _marks(number, kept)))


async def toggle(room: Room, argument: str) -> None:
    """Mark a question, or take the mark off."""
    number, _, place = argument.rpartition(":")
    kept = _kept(room, number)
    picked = [int(one) for one in kept["picked"]]
    here = int(place)
    kept["picked"] = [one for one in picked if one != here] if here in picked else [*picked, here]
    lines = (Line(say("visits-mark"), "strong"),)
    room.replies.append(Edit(lines, _marks(number, kept), message=room.turn.message))


def _kept(room: Room, number: str) -> dict[str, Any]:
    kept: dict[str, Any] = room.state.get(_KEY) or {}
    if kept.get("number") != number:
        raise MissingError(reply=say("visits-open-again"))
    return kept


def _marks(number: str, kept: Mapping[str, Any]) -> tuple[tuple[Button, ...], ...]:
    rows = [
        (
            Button(
                ("✓ " if place in kept["picked"] else "") + text[:_LABEL],
                f"vt:{number}:{place}",
                durable=True,
            ),
        )
        for place, (_, text) in enumerate(kept["items"])
    ]
    return (*rows, (Button(say("visits-marked"), f"vc:{number}", durable=True),))


async def ask_note(room: Room, number: str) -> None:
    """Ask for a word to the director, which may be left out."""
    if not _kept(room, number)["picked"]:
        raise MissingError(reply=say("visits-mark-one"))
    asking.ask(room, "vnote", number, say("visits-note"))
    button = Button(say("visits-no-note"), f"vd:{number}", durable=True)
    room.replies.append(Send((Line(say("visits-note-skip"), "small"),), ((button,),)))


async def give_back(room: Room, number: str) -> None:
    """Give a visit back without a word."""
    await _give_back(room, number, "")


async def typed_note(room: Room, number: str) -> None:
    """Give a visit back with a word to the director; it leaves the chat."""
    await _give_back(room, number, telling.typed(room))
    room.replies.append(Forget(room.turn.message))


async def _give_back(room: Room, number: str, note: str) -> None:
    visit, kept = await _waiting(room, number), _kept(room, number)
    refs = [str(kept["items"][int(str(place))][0]) for place in kept["picked"]]
    await Reviews(room.unit).give_back(room.principal, number, refs, note)
    room.state.pop(_KEY, None)
    told = say("visits-told", number=number, count=len(refs))
    await telling.tell(room, visit.person_id, told, opens=f"again:{number}")
    room.say(say("visits-given-back", number=number, count=len(refs)))


async def ask_again(room: Room, number: str) -> None:
    """Open the form of a visit that came back; only the marked questions are asked."""
    back = await Reviews(room.unit).returned_to(room.principal)
    visit = next((one for one in back if one.number == number), None)
    if visit is None:
        raise MissingError(reply=say("visits-settled"))
    if note := await _note(room, visit):
        room.replies.append(Send((Line(say("visits-note-head")), Line(note, "quote"))))
    old = await Submissions(room.unit).answers(room.principal, number, Purpose.VISIT)
    old = {_DAY: visit.visited_on.isoformat()} | old
    given = _as_it_was(room.services.form(FORM), old)
    at = await form_dialogue.begin(room, FORM, child_id=visit.child_id, params=given)
    session = rebuilt(at.form, at.session, old, at.context, visit.ask_again)
    at = await form_dialogue.keep(room, at.at(session))
    room.say(say("visits-only-these", count=len(visit.ask_again)))
    form_dialogue.show(room, at)


def _as_it_was(form: Form, old: Mapping[str, str]) -> dict[str, str]:
    """Return what the form was told of the visit before, and not of the one that came back."""
    named = {ref.rsplit("/", 1)[-1]: value for ref, value in old.items()}
    return {name: named.get(name, "") for name in (*wanted_last(form), LAST_DATE)}


async def _note(room: Room, visit: VisitLine) -> str:
    events = await Children(room.unit).timeline(room.principal, visit.child_id, Purpose.VISIT)
    for event in events:
        if (event.kind, event.ref) == ("returned", visit.number) and "note" in event.changes:
            return await telling.note(room, str(event.changes["note"][1]), area=visit.area)
    return ""


def rebuilt(
    form: Form,
    session: Session,
    old: Mapping[str, str],
    context: Context,
    marked: Collection[str] = (),
) -> Session:
    """Answer a fresh session as an old one was answered, but for the marked questions."""
    left = {ref: value for ref, value in old.items() if value and ref not in marked}
    moved = True
    while moved:
        moved = False
        for ref in list(left):
            step = _given(form, session, ref, left[ref], context)
            if step is not None:
                session, moved = step.session, True
                del left[ref]
    return engine.to_review(form, session, context).session


def _given(form: Form, session: Session, ref: str, value: str, context: Context) -> Step | None:
    """Answer a question if it is there now; what is calculated or hidden is none."""
    try:
        here = engine.goto(form, session, ref, context).session
        return engine.answer(form, here, value, context)
    except TongbanError:
        return None


VERBS = {
    "rv": open_visit,
    "va": accept,
    "vb": mark,
    "vt": toggle,
    "vc": ask_note,
    "vd": give_back,
    "again": ask_again,
}
TYPED = {"vnote": typed_note}
