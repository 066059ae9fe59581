"""How an open form stands in the chat: its question as last drawn, or what was answered.

The dialogue's own state is small (`look`: marks, page, month); answers live in the draft.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from forms import engine, entries
from handlers import form_buttons as buttons
from handlers import form_page as page
from kernel.clock import local_day
from kernel.words import Edit, Send

if TYPE_CHECKING:
    from forms.definition import Def
    from forms.engine import Item, Question, Step
    from forms.entries import Entry
    from handlers.form_open import Open
    from handlers.room import Room
    from kernel.words import Line

_POSITION = re.compile(r"\[\d+\]")


def show(room: Room, at: Open) -> None:
    """Ask the open question, or show the review when everything is answered."""
    step = at.step
    room.state.pop("look", None)
    if step.question is None:
        found = bool(filled_entries(at))
        items = engine.review(at.form, at.session, at.context)
        room.replies.append(page.review_page(items, at.head, step.notes, entries=found))
        return
    look = look_of(room, at, step.question)
    rows = buttons.question_rows(step.question, look)
    room.replies.append(Send(_lines(at, step, look.page), rows, prompt=True))


def _lines(at: Open, step: Step, shown: int) -> tuple[Line, ...]:
    question = step.question
    assert question is not None  # noqa: S101 asked by the caller
    together = _section(at, question) if question.section else ()
    return page.question_lines(question, at.head, step.notes, together, shown)


def definition_of(at: Open, question: Question) -> Def | None:
    """Return what a question is in its form, whichever entry of a repeat it stands in."""
    return at.form.model.by_path.get(_POSITION.sub("", question.ref))


def _section(at: Open, question: Question) -> tuple[Item, ...]:
    """Return what was answered of the section so far, where the form shows it as one."""
    definition = definition_of(at, question)
    above = definition.control.parent if definition and definition.control else None
    while above is not None and "field-list" not in above.appearance:
        above = above.parent
    if above is None:
        return ()
    items = engine.review(at.form, at.session, at.context)
    return tuple(i for i in items if i.section == question.section and i.ref != question.ref)


def look_of(room: Room, at: Open, question: Question) -> buttons.Look:
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
        entries=len(filled_entries(at, question.ref)) if is_repeat else 0,
        likely=at.likely,
        stands=_stands(room, question),
    )


def _stands(room: Room, question: Question) -> str | None:
    """Return what a question without marks begins with, as the chat may show it."""
    if not question.value or question.choices:
        return None
    return room.speak(page.shown_answer(question, question.value))


def filled_entries(at: Open, series: str = "") -> list[Entry]:
    """Return the entries that hold an answer, of one repeat or of all."""
    places = (series,) if series else entries.series_of(at.form, at.session, at.context)
    return [
        entry
        for place in places
        for entry in entries.entries(at.form, at.session, place, at.context)
        if entry.items
    ]


def redraw(room: Room, at: Open, question: Question, *, same: bool, **changed: object) -> None:
    """Draw the open question again in place; `same`: its buttons stay where they are."""
    look = look_of(room, at, question)
    state = {"picked": list(look.picked), "page": look.page, "month": look.month.isoformat()}
    state |= {"part": look.part, **changed}
    room.state["look"] = {"at": [at.draft.id, question.ref], **state}
    look = look_of(room, at, question)
    rows = buttons.question_rows(question, look)
    room.replies.append(Edit(_lines(at, at.step, look.page), rows, same_prompt=same))


def changeable(at: Open) -> tuple[Item, ...]:
    """Return what was answered and may be answered anew, as the review numbers it."""
    items = engine.review(at.form, at.session, at.context)
    return tuple(item for item in items if not item.readonly)


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
