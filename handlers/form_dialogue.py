"""A form as a conversation: asks, takes answers, goes back, reviews; what it means is elsewhere.

The dialogue's own state is small (`draft`, `who`, `picked`, `page`); answers live in the draft.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cases.db.drafts import Beginning, Drafts
from forms import engine
from forms.errors import InvalidAnswer
from forms.reading import read
from handlers import files
from handlers import form_page as page
from handlers.form_context import context_of, form_of, who_is
from kernel.clock import local, local_day
from kernel.phrases import say
from kernel.words import Button, File, Forget, Place, Press, Send, Text, plain

if TYPE_CHECKING:
    from cases.db.drafts import Draft
    from forms.engine import Context, Item, Session, Step
    from forms.form import Form
    from handlers.room import Room

_CHANGE = re.compile(r"^\s*改\s*第?\s*(\d{1,3})\s*(?:条|题|个)?\s*$")
_QUESTION = re.compile(r"[?？]\s*$|吗$|呢$|怎么|什么|多少|哪里|哪儿|能不能|可不可以")
_NOW_WORDS = frozenset({"刚才", "刚刚", "现在", "just now", "now"})
COMMANDS = {
    "上一步": page.BACK,
    "返回": page.BACK,
    "跳过": page.SKIP,
    "存草稿": page.PARK,
    "稍后再填": page.PARK,
    "取消": page.CANCEL,
    "放弃": page.CANCEL,
    "提交": page.SUBMIT,
}


@dataclass(frozen=True, slots=True)
class Open:
    """The open form: its draft, the form at the draft's version, where it stands."""

    draft: Draft
    form: Form
    session: Session
    context: Context

    @property
    def step(self) -> Step:
        """Where the session stands now."""
        return engine.current(self.form, self.session, self.context)

    def at(self, session: Session) -> Open:
        """Return the same form at another session."""
        return replace(self, session=session)


async def open_form(room: Room) -> Open | None:
    """Return the form that is open in this conversation, if any."""
    draft = await Drafts(room.unit).open_of(room.turn.channel, room.turn.chat)
    return None if draft is None else await _opened(room, draft)


async def _opened(room: Room, draft: Draft) -> Open:
    form = await form_of(room, draft.form, draft.version)
    context = await context_of(room, draft)
    return Open(draft, form, engine.Session.from_json(draft.session), context)


async def begin(
    room: Room, name: str, *, child_id: str | None = None, case_id: str | None = None
) -> Open:
    """Open a new form; whatever was open is put aside by the draft book."""
    form = room.services.form(name)
    fresh = Beginning(
        form=form.id, version=form.version, session=None, child_id=child_id, case_id=case_id
    )
    draft = await Drafts(room.unit).begin(room.principal, fresh)
    room.state["who"] = await who_is(room, child_id)
    context = await context_of(room, draft)
    session = engine.begin(form, context)
    draft = await Drafts(room.unit).save(draft, session.to_json())
    return Open(draft, form, session, context)


def show(room: Room, at: Open) -> None:
    """Ask the open question, or show the review when everything is answered."""
    step = at.step
    who, title = str(room.state.get("who", "")), at.form.title
    room.state["picked"] = []
    room.state["page"] = 0
    room.replies.extend(Send(plain(note)) for note in step.notes)
    if step.question is None:
        items = engine.review(at.form, at.session, at.context)
        room.replies.append(page.review_page(items, who, title))
        return
    if step.question.type in page.MULTIPLE:
        room.state["picked"] = step.question.value.split()
    room.replies.append(page.ask(step.question, who, title, room.state["picked"]))


def named_values(at: Open) -> dict[str, str]:
    """Return the values of an open form by field name; a form of ours names each field once."""
    values = engine.values(at.form, at.session, at.context)
    return {path.rsplit("/", 1)[-1]: value for path, value in values.items()}


async def take(room: Room, at: Open) -> Open | None:
    """Take what was said while a form is open.

    Returns:
        The form after an answer that moved it; None when something else was done (a toggle, a
        page, a refusal) and all replies are made.
    """
    said = room.turn.said
    if isinstance(said, Press):
        return await _pressed(room, at, said.value)
    if isinstance(said, Text):
        command = COMMANDS.get(said.text.strip())
        if command is not None:
            return await _pressed(room, at, command)
        if change := _CHANGE.match(said.text):
            return await _change(room, at, int(change[1]))
        return await _typed(room, at, said.text)
    return await _attached(room, at)


async def _pressed(room: Room, at: Open, value: str) -> Open | None:
    match value:
        case page.BACK:
            leave(room, at)
            return await _move(room, at, engine.back(at.form, at.session, at.context))
        case page.SKIP:
            return await _skip(room, at)
        case page.DONE:
            return await _answer(room, at, " ".join(room.state.get("picked") or []))
        case page.REVIEW:
            leave(room, at)
            return await _move(room, at, engine.to_review(at.form, at.session, at.context))
        case page.CHANGE:
            room.replies.append(page.change_page(_items(at)))
            return None
    return await _pressed_more(room, at, value)


async def _pressed_more(room: Room, at: Open, value: str) -> Open | None:
    question = at.step.question
    if value.startswith(page.GOTO):
        ref = value.removeprefix(page.GOTO)
        leave(room, at)
        return await _move(room, at, engine.goto(at.form, at.session, ref, at.context))
    if question is None:
        show(room, at)
        return None
    if value.startswith(page.TOGGLE):
        _toggle(room, value.removeprefix(page.TOGGLE))
    elif value.startswith(page.TURN_TO):
        room.state["page"] = int(value.removeprefix(page.TURN_TO))
    elif value.startswith(page.ANSWER):
        return await _answer(room, at, _day(room, value.removeprefix(page.ANSWER)))
    who = str(room.state.get("who", ""))
    picked, number = room.state.get("picked") or [], int(room.state.get("page") or 0)
    room.replies.append(page.toggled(question, who, at.form.title, picked, number))
    return None


def _toggle(room: Room, value: str) -> None:
    picked = list(room.state.get("picked") or [])
    room.state["picked"] = (
        [word for word in picked if word != value] if value in picked else [*picked, value]
    )


def _day(room: Room, value: str) -> str:
    """Read the quick dates: `@1` is yesterday, `@now` this moment."""
    if value == page.NOW:
        return local(room.now).isoformat(timespec="seconds")
    if not value.startswith("@"):
        return value
    return (local_day(room.now) - timedelta(days=int(value[1:]))).isoformat()


async def _typed(room: Room, at: Open, text: str) -> Open | None:
    question = at.step.question
    if question is None:
        show(room, at)
        return None
    if question.type == "dateTime" and text.strip() in _NOW_WORDS:
        return await _answer(room, at, _day(room, page.NOW), typed=True)
    try:
        value = read(question, text, local_day(room.now))
        return await _answer(room, at, value, typed=True)
    except InvalidAnswer as error:
        if question.type != "text" and _QUESTION.search(text):
            await _side_question(room, text)
        else:
            room.replies.append(Send(plain(error.reply)))
        show(room, at)
        return None


async def _side_question(room: Room, text: str) -> None:
    from handlers import policy  # noqa: PLC0415 policy asks whether a form is open

    await policy.ask(room, text)
    room.replies.append(Send(plain(say("form-side-question"))))


async def _attached(room: Room, at: Open) -> Open | None:
    said, question = room.turn.said, at.step.question
    if isinstance(said, Place) and question is not None and question.type == "geopoint":
        return await _answer(room, at, f"{said.latitude:.6f} {said.longitude:.6f} 0 0", typed=True)
    takes = {"photo": "image", "voice": "audio", "audio": "audio", "video": "video"}
    if isinstance(said, File) and question is not None:
        wanted = takes.get(said.kind, "file")
        if question.type in {wanted, "file"}:
            draft = at.draft
            kept = await files.keep(
                room, said.handle, child_id=draft.child_id, case_id=draft.case_id
            )
            return await _answer(room, at, kept, typed=True)
    options = question is not None and bool(question.choices)
    room.replies.append(Send(plain(say("form-use-buttons" if options else "form-use-text"))))
    show(room, at)
    return None


async def _answer(room: Room, at: Open, value: str, *, typed: bool = False) -> Open | None:
    question = at.step.question
    if question is None:
        show(room, at)
        return None
    try:
        step = engine.answer(at.form, at.session, value, at.context)
    except InvalidAnswer as error:
        if typed:
            raise
        room.replies.append(Send(plain(error.reply)))
        show(room, at)
        return None
    room.replies.append(page.answered(question, page.shown_answer(question, value)))
    if typed and question.sensitive:
        room.replies.append(Forget(room.turn.message))
    _say_fallen(room, step)
    return await _move(room, at, step)


def _say_fallen(room: Room, step: Step) -> None:
    if step.fallen:
        labels = "、".join(item.label for item in step.fallen)
        room.replies.append(Send(plain(say("form-fallen", labels=labels))))


async def _skip(room: Room, at: Open) -> Open | None:
    question = at.step.question
    if question is None:
        show(room, at)
        return None
    if question.required:
        room.replies.append(Send(plain(say("form-cannot-skip"))))
        show(room, at)
        return None
    room.replies.append(page.answered(question, say("form-skipped")))
    return await _move(room, at, engine.skip(at.form, at.session, at.context))


async def _change(room: Room, at: Open, number: int) -> Open | None:
    items = _items(at)
    if not 1 <= number <= len(items):
        room.replies.append(Send(plain(say("form-change-none", number=number))))
        show(room, at)
        return None
    ref = items[number - 1].ref
    leave(room, at)
    return await _move(room, at, engine.goto(at.form, at.session, ref, at.context))


def leave(room: Room, at: Open) -> None:
    """Take the buttons off the question that is left without an answer."""
    question = at.step.question
    label = question.label if question else room.speak(say("form-reviewing"))
    room.replies.append(page.left(label))


def _items(at: Open) -> tuple[Item, ...]:
    return engine.review(at.form, at.session, at.context)


async def _move(room: Room, at: Open, step: Step) -> Open:
    """Keep the session where it now stands."""
    moved = at.at(step.session)
    await Drafts(room.unit).save(at.draft, step.session.to_json())
    return moved


async def park(room: Room, at: Open, *, quietly: bool = False) -> None:
    """Put the draft aside; it waits unharmed."""
    leave(room, at)
    await Drafts(room.unit).park(room.turn.channel, room.turn.chat)
    if not quietly:
        what = " ".join(filter(None, (at.form.title, str(room.state.get("who", "")))))
        button = resume_button(at.draft.id, what)
        room.replies.append(Send(plain(say("form-parked")), ((button,),)))


async def waiting(room: Room, name: str, child_id: str) -> Open | None:
    """Return the unfinished form of this kind for this child, opened again."""
    at = await open_form(room)
    if at is not None and (at.draft.form, at.draft.child_id) == (name, child_id):
        return at
    for draft in await Drafts(room.unit).parked(room.turn.channel, room.turn.chat):
        if (draft.form, draft.child_id) == (name, child_id):
            return await resume(room, draft.id)
    return None


async def resume(room: Room, draft_id: str) -> Open:
    """Open a parked draft again; whatever is open is parked first.

    Raises:
        MissingError: The draft is not here any more.
    """
    now_open = await open_form(room)
    if now_open is not None and now_open.draft.id == draft_id:
        return now_open
    draft = await Drafts(room.unit).resume(room.turn.channel, room.turn.chat, draft_id)
    room.state["who"] = await who_is(room, draft.child_id)
    return await _opened(room, draft)


def resume_button(draft_id: str, what: str) -> Button:
    """Return the button that opens a draft again, from any old message."""
    return Button(say("form-resume", what=what), f"draft:{draft_id}", durable=True)


def confirm_cancel(room: Room) -> None:
    """Ask before anything is thrown away."""
    rows = (
        (
            Button(say("form-cancel-yes"), page.CANCEL_SURE),
            Button(say("form-cancel-no"), page.REVIEW_OPEN),
        ),
    )
    room.replies.append(Send(plain(say("form-cancel-sure")), rows, prompt=True))


async def cancel(room: Room, at: Open) -> None:
    """Throw the draft away."""
    await Drafts(room.unit).drop(at.draft)
