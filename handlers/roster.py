"""人员: who works here, training, leave and deputies, a lost phone, a reminder."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from cases.access import Action, Resource, decide, require
from cases.areas import Level
from cases.db.areas import Areas
from cases.db.digests import Digests
from cases.db.invites import Invites
from cases.db.people import People
from cases.db.staff import Staff
from cases.db.trainings import Training, Trainings
from cases.people import STAFF, Person, Role
from forms.days import Side, find_day
from handlers import asking, hiring, menu, telling
from kernel.errors import InputError, MissingError
from kernel.phrases import say
from kernel.words import Button, Edit, Line, Send, plain

if TYPE_CHECKING:
    from handlers.room import Room
    from kernel.phrases import Words

_PAGE, _LISTED = 10, 30
_POSTS = {"督导": Role.CHILD_SUPERVISOR, "主任": Role.CHILD_DIRECTOR}
_POST_LENGTH = 20
"""Characters up to which a place and a post are all that words are about (our default)."""
SPOKEN_OF = 4
"""Workers offered when several names stand in what was typed (our default)."""
LEAVES = (3, 7, 30)
"""Days of leave that are one tap away (our default)."""


async def show(room: Room) -> None:
    """List who works in one's area."""
    await show_page(room, "0")


async def show_page(room: Room, start: str) -> None:
    """Show a page of the roster."""
    require(room.principal, Action.PEOPLE_MANAGE, Resource(area=room.principal.area))
    found = [p for p in await People(room.unit).roster(room.principal.area) if p.role in STAFF]
    found = [person for person in found if person.id != room.principal.person_id]
    first = int(start)
    rows = await _rows_of(room, found[first : first + _PAGE])
    if len(found) > first + _PAGE:
        rows.append((Button(say("form-page-after"), f"people:{first + _PAGE}", durable=True),))
    rows.append(
        (
            Button(say("people-add"), f"hireat:{room.principal.area}", durable=True),
            Button(say("people-overdue"), "workers:", durable=True),
            Button(say("people-due"), "untrained:", durable=True),
        )
    )
    room.replies.append(Send((Line(say("people-head", count=len(found)), "strong"),), tuple(rows)))


async def show_untrained(room: Room, _argument: str = "") -> None:
    """List the workers whose yearly training is due, or who never passed one (附 二-(二))."""
    require(room.principal, Action.PEOPLE_MANAGE, Resource(area=room.principal.area))
    policy = room.services.policies.at(room.principal.area, room.today)
    found = await Trainings(room.unit).due(room.principal, policy)
    head = say("people-untrained", count=len(found)) if found else say("people-all-trained")
    rows = await _rows_of(room, found[:_LISTED])
    room.replies.append(Send((Line(head, "strong"),), tuple(rows)))


async def _rows_of(room: Room, found: list[Person]) -> list[tuple[Button, ...]]:
    rows: list[tuple[Button, ...]] = []
    for person in found:
        where = await telling.place(room, person.area)
        role = room.speak(say(f"role-{person.role.value}"))
        name = room.services.masker.worker_name(person.name)
        words = say("people-line", name=name, role=role, area=where)
        rows.append((Button(words, f"who:{person.id}", durable=True),))
    return rows


async def spoken_of(room: Room, text: str) -> list[Person]:
    """Return the workers whose names stand in what their superior typed, the first few."""
    resource = Resource(area=room.principal.area)
    if not decide(room.principal, Action.PEOPLE_MANAGE, resource).allowed:
        return []
    found = await Staff(room.unit).spoken_of(room.principal.area, text)
    found = found or await _in_post(room, text)
    return [one for one in found if one.id != room.principal.person_id][:SPOKEN_OF]


async def _in_post(room: Room, text: str) -> list[Person]:
    """Return who holds a post that was spoken of by its place: 柳湾村主任电话."""
    role = next((role for word, role in _POSTS.items() if word in text), None)
    if role is None or len(text) > _POST_LENGTH:
        return []
    levels = (Level.TOWNSHIP, Level.VILLAGE)
    places = await Areas(room.unit).places(room.principal.area, levels, room.today)
    here = sorted({code for name, code in places.items() if name in text})
    people = People(room.unit)
    return [p for code in here for p in await people.roster(code, role) if p.area == code]


def offer(room: Room, found: list[Person]) -> None:
    """Offer the cards of workers that were spoken of."""
    masker = room.services.masker
    buttons = [
        Button(say("people-of", name=masker.worker_name(one.name)), f"who:{one.id}", durable=True)
        for one in found
    ]
    room.replies.append(Send(plain(say("people-spoken-of")), menu.in_rows(buttons)))


async def open_person(room: Room, person_id: str) -> None:
    """Show a worker's card with what may be done."""
    person = await People(room.unit).managed(person_id, room.principal)
    masker = room.services.masker
    role = room.speak(say(f"role-{person.role.value}"))
    head = say("people-card", name=masker.worker_name(person.name), role=role, post=person.post)
    bound = bool(await People(room.unit).addresses(person.id))
    lines = [
        Line(head, "strong"),
        Line(say("case-where", area=await telling.place(room, person.area))),
        Line(say("people-phone", phone=masker.phone(person.phone) or "—")),
        Line(say("people-bound" if bound else "people-unbound")),
        Line(say("people-trained", date=_day(person.trained_on))),
    ]
    test = await Trainings(room.unit).last_test(person.id, room.principal)
    if test is not None:
        day = _day(test.held_on)
        lines.append(Line(say("people-tested", date=day, right=test.right, asked=test.asked)))
    if person.on_leave_until and not person.on_duty(room.today):
        lines.append(Line(say("people-away", date=_day(person.on_leave_until))))
    room.replies.append(Send(tuple(lines), _rows(person.id)))


def _day(day: object) -> str:
    return str(day) if day else "—"


def _rows(person_id: str) -> tuple[tuple[Button, ...], ...]:
    buttons = [
        Button(say(f"people-{word}"), f"{verb}:{person_id}", durable=True)
        for word, verb in (
            ("invite", "inv"),
            ("correct", "rfix"),
            ("train", "tr"),
            ("remind", "nudge"),
            ("leave", "lv"),
            ("deputy", "dep"),
            ("lost", "lost"),
            ("hand-over", "ho"),
            ("renew", "renew"),
        )
    ]
    return menu.in_rows(buttons)


async def ask_training(room: Room, person_id: str) -> None:
    """Ask how a training went (二-(二)): today's, unless another day is typed."""
    await People(room.unit).managed(person_id, room.principal)
    asking.wait(room, "trday", person_id)
    _ask_outcome(room, person_id, room.today, say("train-ask"), say("train-other-day"))


async def typed_training(room: Room, person_id: str) -> None:
    """Ask how the training of the typed day went.

    Raises:
        InputError: No day was found, or one that is still to come.
    """
    day, _ = find_day(telling.typed(room), room.today, Side.BEHIND)
    if day is None or day > room.today:
        raise InputError(reply=say("train-other-day"))
    _ask_outcome(room, person_id, day, say("train-ask-day", date=str(day)))


def _ask_outcome(room: Room, person_id: str, day: date, *asked: Words) -> None:
    rows = tuple(
        (Button(say(f"train-{word}"), f"trained:{word}:{person_id}:{day}", durable=True),)
        for word in ("passed", "failed")
    )
    room.replies.append(Send(plain(*asked), rows))


async def train(room: Room, argument: str) -> None:
    """Note a training; the first one passed opens the field work."""
    word, person_id, *days = argument.split(":")
    passed = word == "passed"
    # a button of an older version names no day
    held_on = date.fromisoformat(days[0]) if days else room.today
    training = Training(held_on=held_on, passed=passed)
    await Trainings(room.unit).train(person_id, training, room.principal)
    done = say("train-done-passed" if passed else "train-done-failed")
    room.replies.append(Edit((Line(done),), message=room.turn.message))
    if passed:
        await telling.tell(room, person_id, say("train-told"))


async def remind(room: Room, person_id: str) -> None:
    """Remind a worker with one tap; the push holds counts only."""
    await People(room.unit).managed(person_id, room.principal)
    figures = await Digests(room.unit, room.services.policies).workers(room.principal)
    mine = next((one for one in figures if one.person.id == person_id), None)
    told = say("remind-plain")
    if mine is not None:
        told = say("remind-told", overdue=mine.overdue, never=mine.never)
    reached = await telling.tell(room, person_id, told, opens="go:menu-today")
    room.say(say("remind-done" if reached else "remind-unbound"))


async def show_workers(room: Room, _argument: str) -> None:
    """Show who has not visited, worst first, each with a reminder."""
    figures = await Digests(room.unit, room.services.policies).workers(room.principal)
    lines, rows = [Line(say("workers-head"), "strong")], []
    for one in figures[:_PAGE]:
        name = room.services.masker.worker_name(one.person.name)
        lines.append(
            Line(
                say(
                    "workers-line",
                    name=name,
                    children=one.children,
                    visits=one.visits,
                    overdue=one.overdue,
                    never=one.never,
                )
            )
        )
        if one.overdue or one.never:
            button = say("workers-remind", name=name)
            rows.append((Button(button, f"nudge:{one.person.id}", durable=True),))
    room.replies.append(Send(tuple(lines), tuple(rows)))


async def ask_leave(room: Room, person_id: str) -> None:
    """Ask for how long someone is away."""
    buttons = [
        Button(say("leave-days", days=days), f"away:{days}:{person_id}", durable=True)
        for days in LEAVES
    ]
    buttons.append(Button(say("leave-back"), f"away:0:{person_id}", durable=True))
    room.replies.append(Send((Line(say("leave-ask")),), menu.in_rows(buttons)))


async def set_leave(room: Room, argument: str) -> None:
    """Send someone on leave, or bring them back; the deputy is asked meanwhile."""
    days, _, person_id = argument.partition(":")
    until = room.today + timedelta(days=int(days)) if int(days) else None
    await People(room.unit).set_leave(person_id, until, room.principal)
    done = say("leave-done", date=_day(until)) if until else say("leave-over")
    room.replies.append(Edit((Line(done),), message=room.turn.message))


async def peers(room: Room, person_id: str) -> list[Person]:
    """Return colleagues of the same role in one's area, who may stand in or take over."""
    person = await People(room.unit).managed(person_id, room.principal)
    found = await People(room.unit).roster(room.principal.area, person.role)
    return [one for one in found if one.id != person_id]


async def ask_deputy(room: Room, person_id: str) -> None:
    """Ask who stands in for someone."""
    masker = room.services.masker
    buttons = [
        Button(masker.worker_name(one.name), f"dp:{person_id}:{one.id}", durable=True)
        for one in await peers(room, person_id)
    ]
    room.replies.append(Send((Line(say("deputy-ask")),), menu.in_rows(buttons)))


async def set_deputy(room: Room, argument: str) -> None:
    """Name a deputy."""
    person_id, _, deputy_id = argument.partition(":")
    if deputy_id not in {one.id for one in await peers(room, person_id)}:
        raise MissingError
    await People(room.unit).add_deputy(person_id, deputy_id, room.principal)
    room.replies.append(Edit((Line(say("deputy-done")),), message=room.turn.message))


async def ask_lost(room: Room, person_id: str) -> None:
    """Ask before every chat of someone is cut."""
    await People(room.unit).managed(person_id, room.principal)
    button = Button(say("lost-sure"), f"cut:{person_id}", durable=True)
    room.replies.append(Send((Line(say("lost-ask")),), ((button,),)))


async def cut(room: Room, person_id: str) -> None:
    """Cut a lost phone off and make the code for the new one, in one step."""
    person = await People(room.unit).managed(person_id, room.principal)
    await People(room.unit).revoke(person_id, room.principal)
    await Invites(room.unit).revoke_for(person_id)
    await room.services.alerts.gone(room.unit, person_id)  # what waits there goes on at once
    await hiring.give_code(room, person, say("lost-done"))


async def renew(room: Room, person_id: str) -> None:
    """Approve someone's access to files for another term (ACC-04)."""
    await Staff(room.unit).renew(person_id, room.principal)
    room.say(say("renew-done"))


VERBS = {
    "people": show_page,
    "who": open_person,
    "tr": ask_training,
    "trained": train,
    "nudge": remind,
    "workers": show_workers,
    "untrained": show_untrained,
    "lv": ask_leave,
    "away": set_leave,
    "dep": ask_deputy,
    "dp": set_deputy,
    "lost": ask_lost,
    "cut": cut,
    "renew": renew,
}
TYPED = {"trday": typed_training}
