"""What may happen to the open question: an answer taken, skipped, changed or gone back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms import engine
from forms.errors import InvalidAnswer
from forms.reading import readings
from handlers import form_page as page
from handlers.fields import refused
from handlers.form_open import Open, keep, leave
from handlers.form_screen import changeable, definition_of, show
from kernel.clock import local
from kernel.errors import StaleError
from kernel.phrases import say
from kernel.words import Forget, Send, plain

if TYPE_CHECKING:
    from forms.engine import Question, Step
    from handlers.room import Room
    from kernel.phrases import Words


async def answer(room: Room, at: Open, value: str, *, typed: bool = False) -> Open | None:
    """Take an answer in the form's own writing to the open question; a choice by its name.

    What is `typed` into a sensitive question leaves the chat.

    Returns:
        The form after it; None when it was refused, or when what it costs is asked about first.
    """
    question = at.step.question
    if question is None:
        show(room, at)
        return None
    if not value.strip() and not question.required:
        return await skip(room, at, question)
    if typed and question.sensitive:
        room.replies.append(Forget(room.turn.message))
    words = page.shown_answer(question, value)
    if wrong := refused(_saved_as(at, question), value):
        return refuse(room, at, wrong)
    try:
        if await _asks_first(room, at, question, value, words):
            return None
        step = engine.answer(at.form, at.session, value, at.context)
    except InvalidAnswer as error:
        return refuse(room, at, error.reply)
    room.replies.append(page.answered(question, words))
    return await move(room, at, step)


def _saved_as(at: Open, question: Question) -> str:
    """Return the property of a child's file that a question's answer is saved to, if any."""
    definition = definition_of(at, question)
    return definition.bind.save_to if definition else ""


async def _asks_first(room: Room, at: Open, question: Question, value: str, words: Words) -> bool:
    """List what a changed answer would cost, before it is kept; say whether it was asked."""
    if question.type == "repeat" or not at.answered(question.ref) or value == question.value:
        return False
    fallen = engine.preview(at.form, at.session, question.ref, value, at.context)
    if not fallen:
        return False
    leave(room, at)
    await keep(room, at, pending=(question.ref, value))
    room.replies.append(page.falling_page(question, words, fallen, at.head))
    return True


async def skip(room: Room, at: Open, question: Question) -> Open | None:
    """Leave the open question unanswered, where the form lets it be."""
    if question.required:
        return refuse(room, at, say("form-cannot-skip"))
    words = say("form-skipped")
    if await _asks_first(room, at, question, "", words):
        return None
    room.replies.append(page.answered(question, words))
    return await move(room, at, engine.skip(at.form, at.session, at.context))


async def change(room: Room, at: Open, number: int) -> Open | None:
    """Open the answer of a number on the review."""
    items = changeable(at)
    if not 1 <= number <= len(items):
        return refuse(room, at, say("form-change-none", number=number))
    leave(room, at)
    ref = items[number - 1].ref
    return await move(room, at, engine.goto(at.form, at.session, ref, at.context))


async def move(room: Room, at: Open, step: Step) -> Open:
    """Keep the session where it now stands."""
    return await keep(room, at.at(step.session))


async def open_at(room: Room, at: Open, ref: str) -> Open:
    """Open the question that a refusal is about; the review where only others put it right."""
    try:
        step = engine.goto(at.form, at.session, ref, at.context)
    except StaleError:
        step = engine.to_review(at.form, at.session, at.context)
    return await move(room, at, step)


async def change_as_asked(room: Room, at: Open) -> Open | None:
    """Do the change that was asked about."""
    if at.pending is None:
        show(room, at)
        return None
    ref, value = at.pending
    moved = engine.goto(at.form, at.session, ref, at.context)
    if not value:
        return await move(room, at, engine.skip(at.form, moved.session, at.context))
    return await move(room, at, engine.answer(at.form, moved.session, value, at.context))


async def stand_anew(room: Room, at: Open, day: Question, text: str) -> Open | None:
    """Take words for a day that stands, and come back to where the form was."""
    asked = engine.goto(at.form, at.session, day.ref, at.context).session
    values = readings(day, text, local(room.now))
    value = engine.first_taken(at.form, asked, values, at.context)
    try:
        given = engine.answer(at.form, asked, value, at.context).session
    except InvalidAnswer as error:
        return refuse(room, at, error.reply)
    shown = room.speak(page.shown_answer(day, value))
    room.say(say("form-noted", label=day.label, answer=shown))
    if not at.session.at:
        return await move(room, at, engine.to_review(at.form, given, at.context))
    return await move(room, at, engine.goto(at.form, given, at.session.at, at.context))


def answered_at(at: Open, end: str, value: str) -> Open:
    """Answer another question, the one whose place ends so, and come back; it is not kept yet.

    Raises:
        StaleError: The form does not ask it now.
    """
    ref = next((path for path in at.form.model.by_path if path.endswith(end)), None)
    if ref is None:
        return at
    asked = engine.goto(at.form, at.session, ref, at.context)
    given = engine.answer(at.form, asked.session, value, at.context)
    return at.at(engine.goto(at.form, given.session, at.session.at, at.context).session)


def refuse(room: Room, at: Open, words: Words) -> Open | None:
    """Say what is wrong with an answer and ask again, once."""
    room.replies.append(Send(plain(words)))
    show(room, at)
    return None
