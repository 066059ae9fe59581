"""培训 (二-(二), 附件1-6, 附件2-2): the self-test, and who of those invited took part and passed.

An invitation to a course is a bulletin to whoever is due (handlers.bulletins); what the self-test
came to only helps the person in charge, who alone notes that somebody passed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.db.bulletins import Bulletins
from cases.db.people import People
from cases.db.trainings import TRAINED, Training, Trainings
from cases.people import Role
from handlers import emergency, form_dialogue, menu, telling
from kernel.errors import MissingError
from kernel.phrases import say
from kernel.words import Button, Edit, Line, Send

if TYPE_CHECKING:
    from collections.abc import Collection

    from cases.people import Person
    from handlers.handed import Handed
    from handlers.room import Room

FORM = "training_quiz"
PAGE = 8
"""People on one screen: our default."""
_SIGNS = {"y": True, "n": False}


async def begin_test(room: Room, _argument: str) -> None:
    """Begin the self-test, or go on with it.

    Raises:
        MissingError: Only workers are trained.
    """
    if room.principal.role not in TRAINED:
        raise MissingError
    form_dialogue.show(room, await form_dialogue.start(room, FORM))


async def take_test(room: Room, handed: Handed) -> None:
    """Say what was wrong and which clause says so; tell whoever is in charge how it went."""
    named = handed.named
    passed = named["passed"] == "yes"
    test = await Trainings(room.unit).tested(
        room.principal, int(named["right"]), int(named["asked"]), passed=passed
    )
    head = say("quiz-passed" if passed else "quiz-failed", right=test.right, asked=test.asked)
    lines = [Line(head, "strong")]
    lines += [Line(say(f"quiz-lesson-{name}")) for name in named["wrong"].split()]
    lines.append(Line(say("quiz-next"), "small"))
    again = (Button(say("quiz-again"), "quiz:", durable=True),)
    room.replies.append(Send(tuple(lines), () if passed else (again,)))
    told = say(
        "quiz-told",
        name=await telling.worker(room, room.principal.person_id),
        right=test.right,
        asked=test.asked,
        times=test.times,
    )
    for person in await _in_charge(room):
        await telling.tell(room, person.id, told, opens=f"who:{room.principal.person_id}")
    await emergency.offer_parked(room)


async def _in_charge(room: Room) -> list[Person]:
    area = room.principal.area
    if room.principal.role is Role.CHILD_SUPERVISOR:
        return await People(room.unit).workers(Role.COUNTY_OFFICER, area, room.today)
    return await telling.managers(room, area)


# --- after a course -----------------------------------------------------------------------


async def show_course(room: Room, number: str) -> None:
    """Show who was invited and is not noted yet, each with passed and not passed."""
    room.replies.append(await _course(room, number))


async def note(room: Room, argument: str) -> None:
    """Note how it went for one of those invited: `number:person:sign`."""
    number, _, rest = argument.partition(":")
    person_id, _, sign = rest.partition(":")
    readers = await Bulletins(room.unit).readers(room.principal, number)
    book, topic = Trainings(room.unit), _topic(number)
    if sign not in _SIGNS or person_id not in readers:
        raise MissingError
    if person_id not in await book.noted(topic):
        passed = _SIGNS[sign]
        training = Training(held_on=room.today, topic=topic, passed=passed)
        await book.train(person_id, training, room.principal)
        if passed:
            await telling.tell(room, person_id, say("train-told"))
    page = await _course(room, number)
    room.replies.append(Edit(page.lines, page.buttons, message=room.turn.message))


async def _course(room: Room, number: str) -> Send:
    readers = await Bulletins(room.unit).readers(room.principal, number)
    noted = await Trainings(room.unit).noted(_topic(number))
    left = await _still_there(room, {one for one in readers if one not in noted})
    head = say(
        "course-head",
        number=number,
        passed=sum(noted.values()),
        failed=len(noted) - sum(noted.values()),
        left=len(left),
    )
    lines = (Line(head, "strong"), Line(say("course-ask" if left else "course-done")))
    rows = [_row(room, number, person) for person in left[:PAGE]]
    if not left:
        rows = [(Button(say("menu-people"), f"go:{menu.PEOPLE}", durable=True),)]
    return Send(lines, tuple(rows))


async def _still_there(room: Room, ids: Collection[str]) -> list[Person]:
    roster = await People(room.unit).roster(room.principal.area)
    return [person for person in roster if person.id in ids]


def _row(room: Room, number: str, person: Person) -> tuple[Button, ...]:
    name = room.services.masker.worker_name(person.name)

    def button(key: str, sign: str) -> Button:
        return Button(say(key, name=name), f"crs:{number}:{person.id}:{sign}", durable=True)

    return button("course-passed", "y"), button("course-failed", "n")


def _topic(number: str) -> str:
    return f"course:{number}"


VERBS = {"quiz": begin_test, "course": show_course, "crs": note}
