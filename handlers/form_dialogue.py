"""A form as a conversation: takes presses, words and files; what the form means is elsewhere."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from cases.people import STAFF
from forms import engine, entries
from forms.days import time_text
from forms.errors import InvalidAnswer
from forms.reading import read, readings
from handlers import children, files, form_words
from handlers import form_buttons as buttons
from handlers import form_page as page
from handlers import form_screen as screen
from handlers import form_steps as steps
from handlers.form_open import (
    Open,
    begin,
    cancel,
    keep,
    leave,
    open_form,
    park,
    put_aside,
    resume,
    resume_button,
    start,
    waiting,
)
from handlers.form_screen import confirm_cancel, show, show_again
from kernel.clock import local, local_day
from kernel.errors import StaleError
from kernel.phrases import say
from kernel.words import Contact, File, Forget, Place, Press, Send, Text, plain

if TYPE_CHECKING:
    from forms.engine import Question
    from forms.entries import Entry
    from forms.form import Form
    from handlers.room import Room

__all__ = [
    "Open",
    "asks_for_words",
    "begin",
    "cancel",
    "confirm_cancel",
    "keep",
    "leave",
    "named_values",
    "open_form",
    "park",
    "put_aside",
    "resume",
    "resume_button",
    "show",
    "show_again",
    "start",
    "take",
    "value_at",
    "waiting",
]

_MEDIA = {"photo": "image", "voice": "audio", "audio": "audio", "video": "video"}
_FILES = frozenset({"image", "audio", "video", "file"})


def named_values(at: Open) -> dict[str, str]:
    """Return the values of an open form by field name; a form of ours names each field once."""
    values = engine.values(at.form, at.session, at.context)
    return {path.rsplit("/", 1)[-1]: value for path, value in values.items()}


def value_at(at: Open, name: str) -> str:
    """Return the value of one field of an open form, at the cost of that alone."""
    found = engine.values_of(at.form, at.session, _paths(at.form, name), at.context)
    return next(reversed(found.values()), "")


@lru_cache(maxsize=256)
def _paths(form: Form, name: str) -> tuple[str, ...]:
    return tuple(d.path for d in form.model.defs if d.leaf and d.name == name)


async def take(room: Room, at: Open, pressed: str | None = None) -> Open | None:
    """Take what was said while a form is open; `pressed` is the button it stands for, if any.

    Returns:
        The form after an answer that moved it; None when something else was done (a toggle, a
        page, a refusal) and all replies are made.
    """
    said = room.turn.said
    if pressed is None and isinstance(said, Press):
        pressed = said.value
    if pressed is not None:
        return await _pressed(room, at, pressed)
    if isinstance(said, Text):
        wanted = form_words.command(said.text)
        if wanted is None and said.text.strip() == "选好了" and _picks(at):
            wanted = buttons.DONE
        if wanted is not None:
            return await _pressed(room, at, wanted)
        if (number := form_words.to_change(said.text)) is not None:
            return await steps.change(room, at, number)
        return await _typed(room, at, said.text)
    return await _attached(room, at)


def _picks(at: Open) -> bool:
    """Say whether the open question takes several choices before it is done."""
    question = at.step.question
    return question is not None and question.type in buttons.PICKING


# --- presses ------------------------------------------------------------------------------


async def _pressed(room: Room, at: Open, value: str) -> Open | None:
    match value:
        case buttons.BACK:
            leave(room, at)
            return await steps.move(room, at, engine.back(at.form, at.session, at.context))
        case buttons.REVIEW:
            leave(room, at)
            return await steps.move(room, at, engine.to_review(at.form, at.session, at.context))
        case buttons.CHANGE:
            room.replies.append(page.change_page(screen.changeable(at), at.head))
            return None
        case buttons.DROP:
            room.replies.append(page.entries_page(screen.filled_entries(at), at.head))
            return None
        case buttons.SURE:
            room.replies.append(page.decided(say("form-falls-done")))
            return await steps.change_as_asked(room, at)
        case buttons.KEEP:
            room.replies.append(page.decided(say("form-falls-kept")))
            return await keep(room, at)
    return await _pressed_at(room, at, value)


async def _pressed_at(room: Room, at: Open, value: str) -> Open | None:
    verb, _, rest = value.partition(":")
    match f"{verb}:" if rest else verb:
        case buttons.GOTO:
            leave(room, at)
            return await steps.move(room, at, engine.goto(at.form, at.session, rest, at.context))
        case buttons.CHANGES:
            room.replies.append(page.change_page(screen.changeable(at), at.head, int(rest)))
            return None
        case buttons.ENTRY:
            room.replies.append(page.entry_sure_page(_entry(at, rest), at.head))
            return None
        case buttons.ENTRY_SURE:
            shorter = entries.without(at.form, at.session, rest, at.context)
            room.say(say("form-entry-dropped"))
            return await keep(room, at.at(shorter))
    question = at.step.question
    if question is None:
        show(room, at)
        return None
    return await _pressed_in(room, at, question, value)


async def _pressed_in(room: Room, at: Open, question: Question, value: str) -> Open | None:
    """Take a press of a button that belongs to the open question."""
    look = screen.look_of(room, at, question)
    if value == buttons.SKIP:
        return await steps.skip(room, at, question)
    if value == buttons.AS_IS:
        return await steps.answer(room, at, question.value)
    if value == buttons.DONE:
        return await steps.answer(room, at, " ".join(look.picked))
    if value.startswith(buttons.ANSWER):
        return await steps.answer(room, at, _moment(room, question, value[1:]))
    if not _turned(room, at, question, value) and value != buttons.STILL:
        show(room, at)
    return None


def _turned(room: Room, at: Open, question: Question, value: str) -> bool:
    """Draw the question again after a mark, another page, month, day or hour; say whether."""
    look = screen.look_of(room, at, question)
    verb, _, rest = value.partition(":")
    if value.startswith(buttons.TOGGLE):
        picked = [word for word in look.picked if word != value[1:]]
        if len(picked) == len(look.picked):
            picked.append(value[1:])
        screen.redraw(room, at, question, same=question.type == "select_multiple", picked=picked)
        return True
    changed: dict[str, dict[str, object]] = {
        buttons.AFRESH: {"picked": []},
        buttons.TURN_TO: {"page": int(rest) if rest.isdigit() else 0},
        buttons.MONTH: {"month": rest},
        buttons.DAY: {"part": rest},
        buttons.HOUR: {"part": f"{look.part}T{rest}"},
    }
    if (change := changed.get(f"{verb}:" if rest else verb)) is not None:
        screen.redraw(room, at, question, same=False, **change)
    return change is not None


def _moment(room: Room, question: Question, value: str) -> str:
    """Read the quick days (`@1` is yesterday, `@now` this moment) and a tapped time of day."""
    if value == buttons.NOW:
        now = local(room.now)
        return time_text(now.time()) if question.type == "time" else now.isoformat("T", "seconds")
    if value.startswith("@"):
        return (local_day(room.now) - timedelta(days=int(value[1:]))).isoformat()
    if question.type == "time" and re.fullmatch(r"\d\d:\d\d", value):
        return f"{value}:00.000+08:00"
    if question.type == "dateTime" and re.fullmatch(r"[\d-]{10}T\d\d:\d\d", value):
        return f"{value}:00.000+08:00"
    return value


def _entry(at: Open, ref: str) -> Entry:
    """Return an entry that stands there now.

    Raises:
        StaleError: It is gone.
    """
    found = next((entry for entry in screen.filled_entries(at) if entry.ref == ref), None)
    if found is None:
        raise StaleError
    return found


# --- words and files ----------------------------------------------------------------------


async def _typed(room: Room, at: Open, text: str) -> Open | None:
    question = at.step.question
    sought = form_words.looked_for(text)
    if sought is not None and room.principal.role in STAFF and not asks_for_words(at):
        return await _look_up(room, at, sought)
    if (aside := form_words.aside(text)) is not None:
        return await _side_question(room, at, aside)
    if question is None:
        if form_words.sounds_asked(text):
            return await _side_question(room, at, text)
        if (day := _standing_day(room, at, text)) is not None:
            return await steps.stand_anew(room, at, day, text)
        show(room, at)
        return None
    asked = question.type != "text" and form_words.sounds_asked(text)
    if asked and not _is_choice(question, text):
        return await _side_question(room, at, text)
    return await _read(room, at, question, text)


async def _read(room: Room, at: Open, question: Question, text: str) -> Open | None:
    """Take typed words as the answer they say; 不清楚 skips what may be skipped."""
    if question.type == "dateTime" and form_words.means_now(text):
        return await steps.answer(room, at, _moment(room, question, buttons.NOW), typed=True)
    try:
        values = readings(question, text, local(room.now))
        value = engine.first_taken(at.form, at.session, values, at.context)
    except InvalidAnswer as error:
        if not question.required and form_words.not_known(text):
            return await steps.skip(room, at, question)
        day = _standing_day(room, at, text)
        if day is not None:
            return await steps.stand_anew(room, at, day, text)
        return steps.refuse(room, at, error.reply)
    return await steps.answer(room, at, value, typed=True)


def _standing_day(room: Room, at: Open, text: str) -> Question | None:
    """Return the day that is not asked in its turn and that words could say, if there is one."""
    standing = engine.standing(at.form, at.session, at.context)
    return next((one for one in standing if one.type == "date" and reads(room, one, text)), None)


async def take_as(room: Room, at: Open, value: str) -> Open | None:
    """Take typed words for an answer that they only amount to; the words leave the chat."""
    room.replies.append(Forget(room.turn.message))
    return await steps.answer(room, at, value)


def reads(room: Room, question: Question, text: str) -> bool:
    """Say whether typed words are an answer to a question."""
    try:
        read(question, text, local(room.now))
    except InvalidAnswer:
        return False
    return True


def with_more(before: str, words: str, most: int) -> str:
    """Add typed words, on a line of their own, to those said before; at most so many signs."""
    return "\n".join(filter(None, (before, words.strip())))[:most]


def asks_for_words(at: Open) -> bool:
    """Say whether the open question is answered in the person's own words."""
    question = at.step.question
    return question is not None and question.type == "text"


async def _look_up(room: Room, at: Open, text: str) -> Open | None:
    """List the children somebody looks for in the middle of a form, then ask on, once."""
    await children.search(room, text.strip())
    room.replies.append(Send(plain(say("form-side-question"))))
    show(room, at)
    return None


def _is_choice(question: Question, text: str) -> bool:
    """Say whether words that sound like a question are just one of the choices."""
    return any(text.strip() in pair for pair in question.choices)


async def _side_question(room: Room, at: Open, text: str) -> Open | None:
    """Answer a question of the person's, then show the open one again, once."""
    from handlers import policy  # noqa: PLC0415 policy asks whether a form is open

    await policy.ask(room, text)
    now = await open_form(room)
    if now is not None and now.draft.id == at.draft.id:
        room.replies.append(Send(plain(say("form-side-question"))))
        show(room, at)
    return None


async def _attached(room: Room, at: Open) -> Open | None:
    said, question = room.turn.said, at.step.question
    if question is None:
        show(room, at)
        return None
    if isinstance(said, Place) and question.type == "geopoint":
        return await steps.answer(
            room, at, f"{said.latitude:.6f} {said.longitude:.6f} 0 0", typed=True
        )
    if isinstance(said, Contact) and question.type == "text":
        return await steps.answer(room, at, said.phone, typed=True)
    if isinstance(said, File) and _of_same_album(room, said):
        room.say(say("form-one-file"))
        return None
    if isinstance(said, File) and question.type in {_MEDIA.get(said.kind, "file"), "file"}:
        reported, _ = raised(room, at) or (None, "")
        case_id = at.draft.case_id or reported
        kept = await files.keep(room, said.handle, at.draft, case_id=case_id)
        return await steps.answer(room, at, kept, typed=True)
    if question.type in _FILES:
        return steps.refuse(room, at, say("forms-need-file", kind=question.type))
    key = "form-file-not-here" if question.choices else "form-file-not-text"
    return steps.refuse(room, at, say(key))


def raised(room: Room, at: Open) -> tuple[str, str] | None:
    """Return id and number of the case that a report became, if its alert has left."""
    known = (room.state.get("cases") or {}).get(at.draft.id)
    return None if known is None else (str(known[0]), str(known[1]))


def _of_same_album(room: Room, said: File) -> bool:
    """Say whether a file came together with the last one: it must not answer the next question."""
    again = bool(said.album) and room.state.get("album") == said.album
    room.state["album"] = said.album
    return again
