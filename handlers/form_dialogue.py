"""A form as a conversation: asks, takes answers, goes back, reviews; what it means is elsewhere.

The dialogue's own state is small (`look`: marks, page, month); answers live in the draft.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from cases.people import STAFF
from forms import engine, entries
from forms.days import time_text
from forms.errors import InvalidAnswer
from forms.reading import read, readings
from handlers import children, files
from handlers import form_buttons as buttons
from handlers import form_page as page
from handlers.fields import refused
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
from kernel.clock import local, local_day
from kernel.errors import StaleError
from kernel.phrases import say
from kernel.words import Contact, Edit, File, Forget, Place, Press, Send, Text, plain

if TYPE_CHECKING:
    from forms.engine import Item, Question, Step
    from forms.entries import Entry
    from forms.form import Form
    from handlers.room import Room
    from kernel.phrases import Words
    from kernel.words import Line

__all__ = [
    "Open",
    "asks_for_words",
    "begin",
    "cancel",
    "command",
    "confirm_cancel",
    "decided",
    "keep",
    "leave",
    "named_values",
    "open_at",
    "open_form",
    "park",
    "put_aside",
    "resume",
    "resume_button",
    "show",
    "start",
    "take",
    "value_at",
    "waiting",
]

_CHANGE = re.compile(r"^\s*改\s*第?\s*(\d{1,3})\s*(?:条|题|个)?\s*$")
_QUESTION = re.compile(
    r"[?？]\s*$|[吗呢]\s*$|怎么|咋[个办整弄]|什么|多少|哪里|哪儿|能不能|可不可以|要不要"
)
_FIND = re.compile(r"^\s*[找搜]\s+(?=\S)")
_ASIDE = re.compile(r"^\s*问\s*[:：,，]\s*")
NOT_KNOWN = re.compile(
    "我?也?(不清楚|不知道|说不清楚?|不好说|搞不清楚?|记不清楚?|不晓得)[呀啊呢了]?"
)
"""Words for not knowing an answer."""
_NOW_WORDS = frozenset({"刚才", "刚刚", "现在", "just now", "now"})
_MEDIA = {"photo": "image", "voice": "audio", "audio": "audio", "video": "video"}
_FILES = frozenset({"image", "audio", "video", "file"})
_SECTION = re.compile(r"\[\d+\]")
_COMMANDS = {
    word: command
    for command, words in {
        buttons.BACK: "上一步 上一题 上一个 返回 退回 回上一步 back",
        buttons.SKIP: "跳过 先跳过 跳过吧 skip",
        buttons.PARK: "存草稿 稍后再填 保存 先存着 存一下 下次再填 待会再填 等会再填 save",
        buttons.CANCEL: "取消 放弃 不填了 不做了 退出 算了 cancel",
        buttons.SUBMIT: "提交 提交吧 submit",
        buttons.REVIEW: "核对 看一遍 review",
    }.items()
    for word in words.split()
}
"""What may be typed instead of a tap."""
_AGREED = re.compile(r"是的?|对的?|好的?|嗯|行|可以|确定|确认|yes|ok")
_DECLINED = re.compile(r"(不|别|算了|接着填|继续|再想想|先不|留着|保留|no\b).*", re.IGNORECASE)
"""Words to a page that asks whether something is meant: they answer no question."""
_SURE_OF = (
    (buttons.CANCEL_SURE, buttons.REVIEW_OPEN, "确定放弃 放弃"),
    (buttons.SURE, buttons.KEEP, "确认改 确定改 改"),
    (buttons.ENTRY_SURE, buttons.REVIEW_OPEN, "确认删掉 确定删掉 删 删掉"),
)
"""Button that does it, button that leaves it, and what may be typed for the first."""


def command(text: str) -> str | None:
    """Return what a typed word asks the form to do; None when it is an answer."""
    return _COMMANDS.get(text.strip(" 。.!！").lower())


def decided(room: Room, text: str) -> str | None:
    """Return which button of a page that asks 确定吗 typed words stand for, if any."""
    word = text.strip(" 。.!！").lower()
    for value in room.state.get("buttons") or ():
        for sure, leave_it, own in _SURE_OF:
            if not str(value).startswith(sure):
                continue
            if _AGREED.fullmatch(word) or word in own.split():
                return str(value)
            return leave_it if _DECLINED.fullmatch(word) else None
    return None


def show(room: Room, at: Open) -> None:
    """Ask the open question, or show the review when everything is answered."""
    step = at.step
    room.state.pop("look", None)
    if step.question is None:
        found = bool(_entries(at))
        items = engine.review(at.form, at.session, at.context)
        room.replies.append(page.review_page(items, at.head, step.notes, entries=found))
        return
    look = _look(room, at, step.question)
    rows = buttons.question_rows(step.question, look)
    room.replies.append(Send(_lines(at, step, look.page), rows, prompt=True))


def _lines(at: Open, step: Step, shown: int) -> tuple[Line, ...]:
    question = step.question
    assert question is not None  # noqa: S101 asked by the caller
    together = _section(at, question) if question.section else ()
    return page.question_lines(question, at.head, step.notes, together, shown)


def _section(at: Open, question: Question) -> tuple[Item, ...]:
    """Return what was answered of the section so far, where the form shows it as one."""
    definition = at.form.model.by_path.get(_SECTION.sub("", question.ref))
    above = definition.control.parent if definition and definition.control else None
    while above is not None and "field-list" not in above.appearance:
        above = above.parent
    if above is None:
        return ()
    items = engine.review(at.form, at.session, at.context)
    return tuple(i for i in items if i.section == question.section and i.ref != question.ref)


def _look(room: Room, at: Open, question: Question) -> buttons.Look:
    """Return how the question looks: as it was last drawn, or fresh."""
    kept = room.state.get("look") or {}
    if kept.get("at") != [at.draft.id, question.ref]:
        kept = {}
    today = local_day(room.now)
    picked = kept.get("picked")
    if picked is None:
        picked = question.value.split() if question.type in buttons.PICKING else []
    shows = question.type == "date" and not question.sensitive
    month = kept.get("month") or (question.value[:10] if shows else "")
    try:
        first = date.fromisoformat(month or today.isoformat()).replace(day=1)
    except ValueError:
        first = today.replace(day=1)
    is_repeat = question.type == "repeat"
    return buttons.Look(
        today=today,
        month=first,
        picked=tuple(str(word) for word in picked),
        page=int(kept.get("page") or 0),
        part=str(kept.get("part") or ""),
        known=at.answered(question.ref) and not is_repeat,
        entries=len(_entries(at, question.ref)) if is_repeat else 0,
        likely=at.likely,
        stands=_stands(room, question),
    )


def _stands(room: Room, question: Question) -> str | None:
    """Return what a question without marks begins with, as the chat may show it."""
    if not question.value or question.choices:
        return None
    return room.speak(page.shown_answer(question, question.value))


def _entries(at: Open, series: str = "") -> list[Entry]:
    """Return the entries that hold an answer, of one repeat or of all."""
    places = (series,) if series else entries.series_of(at.form, at.session, at.context)
    return [
        entry
        for place in places
        for entry in entries.entries(at.form, at.session, place, at.context)
        if entry.items
    ]


def _redraw(room: Room, at: Open, question: Question, *, same: bool, **changed: object) -> None:
    """Draw the open question again in place; `same`: its buttons stay where they are."""
    look = _look(room, at, question)
    state = {"picked": list(look.picked), "page": look.page, "month": look.month.isoformat()}
    state |= {"part": look.part, **changed}
    room.state["look"] = {"at": [at.draft.id, question.ref], **state}
    look = _look(room, at, question)
    rows = buttons.question_rows(question, look)
    room.replies.append(Edit(_lines(at, at.step, look.page), rows, same_prompt=same))


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
        wanted = command(said.text)
        if wanted is None and said.text.strip() == "选好了" and _picks(at):
            wanted = buttons.DONE
        if wanted is not None:
            return await _pressed(room, at, wanted)
        if change := _CHANGE.match(said.text):
            return await _change(room, at, int(change[1]))
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
            return await _move(room, at, engine.back(at.form, at.session, at.context))
        case buttons.REVIEW:
            leave(room, at)
            return await _move(room, at, engine.to_review(at.form, at.session, at.context))
        case buttons.CHANGE:
            room.replies.append(page.change_page(_items(at), at.head))
            return None
        case buttons.DROP:
            room.replies.append(page.entries_page(_entries(at), at.head))
            return None
        case buttons.SURE:
            room.replies.append(page.decided(say("form-falls-done")))
            return await _sure(room, at)
        case buttons.KEEP:
            room.replies.append(page.decided(say("form-falls-kept")))
            return await keep(room, at)
    return await _pressed_at(room, at, value)


async def _pressed_at(room: Room, at: Open, value: str) -> Open | None:
    verb, _, rest = value.partition(":")
    match f"{verb}:" if rest else verb:
        case buttons.GOTO:
            leave(room, at)
            return await _move(room, at, engine.goto(at.form, at.session, rest, at.context))
        case buttons.CHANGES:
            room.replies.append(page.change_page(_items(at), at.head, int(rest)))
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
    look = _look(room, at, question)
    if value == buttons.SKIP:
        return await _skip(room, at, question)
    if value == buttons.AS_IS:
        return await _answer(room, at, question.value)
    if value == buttons.DONE:
        return await _answer(room, at, " ".join(look.picked))
    if value.startswith(buttons.ANSWER):
        return await _answer(room, at, _moment(room, question, value[1:]))
    if not _turned(room, at, question, value) and value != buttons.STILL:
        show(room, at)
    return None


def _turned(room: Room, at: Open, question: Question, value: str) -> bool:
    """Draw the question again after a mark, another page, month, day or hour; say whether."""
    look = _look(room, at, question)
    verb, _, rest = value.partition(":")
    if value.startswith(buttons.TOGGLE):
        picked = [word for word in look.picked if word != value[1:]]
        if len(picked) == len(look.picked):
            picked.append(value[1:])
        _redraw(room, at, question, same=question.type == "select_multiple", picked=picked)
        return True
    changed: dict[str, dict[str, object]] = {
        buttons.AFRESH: {"picked": []},
        buttons.TURN_TO: {"page": int(rest) if rest.isdigit() else 0},
        buttons.MONTH: {"month": rest},
        buttons.DAY: {"part": rest},
        buttons.HOUR: {"part": f"{look.part}T{rest}"},
    }
    if (change := changed.get(f"{verb}:" if rest else verb)) is not None:
        _redraw(room, at, question, same=False, **change)
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
    found = next((entry for entry in _entries(at) if entry.ref == ref), None)
    if found is None:
        raise StaleError
    return found


async def _sure(room: Room, at: Open) -> Open | None:
    """Do the change that was asked about."""
    if at.pending is None:
        show(room, at)
        return None
    ref, value = at.pending
    moved = engine.goto(at.form, at.session, ref, at.context)
    if not value:
        return await _move(room, at, engine.skip(at.form, moved.session, at.context))
    return await _move(room, at, engine.answer(at.form, moved.session, value, at.context))


# --- words and files ----------------------------------------------------------------------


async def _typed(room: Room, at: Open, text: str) -> Open | None:
    question = at.step.question
    if (wanted := _FIND.match(text)) and room.principal.role in STAFF and not asks_for_words(at):
        return await _look_up(room, at, text[wanted.end() :])
    if aside := _ASIDE.match(text):
        return await _side_question(room, at, text[aside.end() :])
    if question is None:
        if _QUESTION.search(text):
            return await _side_question(room, at, text)
        if (day := _standing_day(room, at, text)) is not None:
            return await _stand_anew(room, at, day, text)
        show(room, at)
        return None
    if question.type != "text" and _QUESTION.search(text) and not _is_choice(question, text):
        return await _side_question(room, at, text)
    return await _read(room, at, question, text)


async def _read(room: Room, at: Open, question: Question, text: str) -> Open | None:
    """Take typed words as the answer they say; 不清楚 skips what may be skipped."""
    if question.type == "dateTime" and text.strip() in _NOW_WORDS:
        return await _answer(room, at, _moment(room, question, buttons.NOW), typed=True)
    try:
        values = readings(question, text, local(room.now))
        value = engine.first_taken(at.form, at.session, values, at.context)
    except InvalidAnswer as error:
        if not question.required and NOT_KNOWN.fullmatch(text.strip(" 。.")):
            return await _skip(room, at, question)
        day = _standing_day(room, at, text)
        if day is not None:
            return await _stand_anew(room, at, day, text)
        return _refused(room, at, error.reply)
    return await _answer(room, at, value, typed=True)


def _standing_day(room: Room, at: Open, text: str) -> Question | None:
    """Return the day that is not asked in its turn and that words could say, if there is one."""
    standing = engine.standing(at.form, at.session, at.context)
    return next((one for one in standing if one.type == "date" and reads(room, one, text)), None)


async def _stand_anew(room: Room, at: Open, day: Question, text: str) -> Open | None:
    """Take words for a day that stands, and come back to where the form was."""
    asked = engine.goto(at.form, at.session, day.ref, at.context).session
    values = readings(day, text, local(room.now))
    value = engine.first_taken(at.form, asked, values, at.context)
    try:
        given = engine.answer(at.form, asked, value, at.context).session
    except InvalidAnswer as error:
        return _refused(room, at, error.reply)
    shown = room.speak(page.shown_answer(day, value))
    room.say(say("form-noted", label=day.label, answer=shown))
    if not at.session.at:
        return await _move(room, at, engine.to_review(at.form, given, at.context))
    return await _move(room, at, engine.goto(at.form, given, at.session.at, at.context))


async def take_as(room: Room, at: Open, value: str) -> Open | None:
    """Take typed words for an answer that they only amount to; the words leave the chat."""
    room.replies.append(Forget(room.turn.message))
    return await _answer(room, at, value)


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


def is_question(text: str) -> bool:
    """Say whether words typed into a form ask something of their own."""
    return _ASIDE.match(text) is not None or _QUESTION.search(text) is not None


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


def _refused(room: Room, at: Open, words: Words) -> Open | None:
    """Say what is wrong with an answer and ask again, once."""
    room.replies.append(Send(plain(words)))
    show(room, at)
    return None


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
        return await _answer(room, at, f"{said.latitude:.6f} {said.longitude:.6f} 0 0", typed=True)
    if isinstance(said, Contact) and question.type == "text":
        return await _answer(room, at, said.phone, typed=True)
    if isinstance(said, File) and _of_same_album(room, said):
        room.say(say("form-one-file"))
        return None
    if isinstance(said, File) and question.type in {_MEDIA.get(said.kind, "file"), "file"}:
        reported, _ = raised(room, at) or (None, "")
        case_id = at.draft.case_id or reported
        kept = await files.keep(room, said.handle, at.draft, case_id=case_id)
        return await _answer(room, at, kept, typed=True)
    if question.type in _FILES:
        return _refused(room, at, say("forms-need-file", kind=question.type))
    key = "form-file-not-here" if question.choices else "form-file-not-text"
    return _refused(room, at, say(key))


def raised(room: Room, at: Open) -> tuple[str, str] | None:
    """Return id and number of the case that a report became, if its alert has left."""
    known = (room.state.get("cases") or {}).get(at.draft.id)
    return None if known is None else (str(known[0]), str(known[1]))


def _of_same_album(room: Room, said: File) -> bool:
    """Say whether a file came together with the last one: it must not answer the next question."""
    again = bool(said.album) and room.state.get("album") == said.album
    room.state["album"] = said.album
    return again


# --- answers ------------------------------------------------------------------------------


async def _answer(room: Room, at: Open, value: str, *, typed: bool = False) -> Open | None:
    question = at.step.question
    if question is None:
        show(room, at)
        return None
    if not value.strip() and not question.required:
        return await _skip(room, at, question)
    if typed and question.sensitive:
        room.replies.append(Forget(room.turn.message))
    words = page.shown_answer(question, value)
    if wrong := refused(saved_as(at, question), value):
        return _refused(room, at, wrong)
    try:
        if await _asks_first(room, at, question, value, words):
            return None
        step = engine.answer(at.form, at.session, value, at.context)
    except InvalidAnswer as error:
        return _refused(room, at, error.reply)
    room.replies.append(page.answered(question, words))
    return await _move(room, at, step)


def saved_as(at: Open, question: Question) -> str:
    """Return the property of a child's file that a question's answer is saved to, if any."""
    definition = at.form.model.by_path.get(_SECTION.sub("", question.ref))
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


async def _skip(room: Room, at: Open, question: Question) -> Open | None:
    if question.required:
        return _refused(room, at, say("form-cannot-skip"))
    words = say("form-skipped")
    if await _asks_first(room, at, question, "", words):
        return None
    room.replies.append(page.answered(question, words))
    return await _move(room, at, engine.skip(at.form, at.session, at.context))


async def _change(room: Room, at: Open, number: int) -> Open | None:
    items = _items(at)
    if not 1 <= number <= len(items):
        return _refused(room, at, say("form-change-none", number=number))
    leave(room, at)
    ref = items[number - 1].ref
    return await _move(room, at, engine.goto(at.form, at.session, ref, at.context))


def _items(at: Open) -> tuple[Item, ...]:
    """Return what was answered and may be answered anew, as the review numbers it."""
    items = engine.review(at.form, at.session, at.context)
    return tuple(item for item in items if not item.readonly)


async def _move(room: Room, at: Open, step: Step) -> Open:
    """Keep the session where it now stands."""
    return await keep(room, at.at(step.session))


async def open_at(room: Room, at: Open, ref: str) -> Open:
    """Open the question that a refusal is about; the review where only others put it right."""
    try:
        step = engine.goto(at.form, at.session, ref, at.context)
    except StaleError:
        step = engine.to_review(at.form, at.session, at.context)
    return await _move(room, at, step)


def show_again(room: Room, at: Open) -> None:
    """Show once more what stood open: the question, or what was asked before a step is taken."""
    open_values = room.state.get("buttons") or ()
    question = at.step.question
    if buttons.CANCEL_SURE in open_values:
        confirm_cancel(room, at)
    elif buttons.SURE in open_values and at.pending is not None and question is not None:
        _, value = at.pending
        fallen = engine.preview(at.form, at.session, question.ref, value, at.context)
        words = page.shown_answer(question, value)
        room.replies.append(page.falling_page(question, words, fallen, at.head))
    else:
        show(room, at)


def confirm_cancel(room: Room, at: Open) -> None:
    """Ask before anything is thrown away."""
    room.replies.append(page.cancel_page(at.head))
