"""The first words: binding a worker by a one-time invite, and greeting whoever comes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cases.db.areas import Areas
from cases.db.invites import Invites
from cases.db.people import People
from cases.db.trainings import TRAINED
from cases.people import STAFF
from handlers import menu
from handlers.speech import LANGUAGES
from kernel.errors import MissingError
from kernel.phrases import say

if TYPE_CHECKING:
    from handlers.room import Room
    from kernel.phrases import Words


async def start(room: Room, code: str) -> None:
    """Greet; with a code, bind this chat to the worker it was made for first."""
    words: list[Words] = []
    turn = room.turn
    if code and room.person is None:
        bound = await Invites(room.unit).bind(code, turn.channel, turn.chat)
        await room.become(bound.person)
        words.append(bound.reply)
    words.append(await _greeting(room))
    if _untrained(room):
        words.append(say("welcome-training"))
    menu.show(room, *words, say("menu-hint"))


async def _greeting(room: Room) -> Words:
    person = room.person
    if person is None:
        return say("welcome-guest")
    area = await Areas(room.unit).name(person.area, room.today)
    masker, staff = room.services.masker, person.role in STAFF
    return say(
        "welcome-worker" if staff else "welcome-family",
        name=masker.worker_name(person.name) if staff else masker.person_name(person.name),
        role=room.speak(say(f"role-{person.role.value}")),
        area=masker.area_name(area, person.area),
    )


def _untrained(room: Room) -> bool:
    person = room.person
    return person is not None and person.role in TRAINED and person.qualified_on is None


async def set_language(room: Room, language: str) -> None:
    """Speak another language to this person from now on; pushes as well.

    Raises:
        MissingError: We do not speak it.
    """
    if language not in LANGUAGES:
        raise MissingError
    if room.person is None:
        room.state["language"] = language
    else:
        await People(room.unit).set_language(room.person.id, language)
        await room.become(replace(room.person, language=language))
    menu.show(room, say("language-set"))


VERBS = {"lang": set_language}
