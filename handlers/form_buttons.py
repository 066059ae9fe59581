"""The buttons under a form's question, by its type; pure, it keeps and moves nothing."""

from __future__ import annotations

import unicodedata
from calendar import Calendar
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kernel.phrases import say
from kernel.words import Button

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forms.engine import Question
    from kernel.phrases import Words

    Rows = list[tuple[Button, ...]]

PAGE = 8
"""Choices on one page of buttons; a phone shows about this many without scrolling (default)."""
SHORT = 9
"""Characters up to which two buttons fit side by side at 360 px."""
LONG = 44
"""Half-width signs up to which a button shows its label at 360 px; a longer one is cut off."""
STEPS = 24
"""Steps of a range that are shown as buttons; a longer one is typed (default)."""
PICKED = "✓ "
PICKING = frozenset({"select_multiple", "rank"})

BACK, SKIP, PARK, CANCEL = "!back", "!skip", "!park", "!cancel"
AS_IS = "!as-is"
DONE, REVIEW, SUBMIT, CHANGE, STILL = "!done", "!review", "!submit", "!change", "!still"
CANCEL_SURE, REVIEW_OPEN = "!cancel-sure", "!open"
SURE, KEEP, DROP, AFRESH = "!sure", "!keep", "!drop", "!afresh"
ANSWER, TOGGLE, TURN_TO, GOTO = "=", "~", "!page:", "!goto:"
MONTH, DAY, HOUR, ENTRY, ENTRY_SURE = "!month:", "!day:", "!hour:", "!entry:", "!entry-sure:"
CHANGES = "!changes:"
NOW = "@now"

_WEEK = 7
_HOURS_WIDE = 6
_MINUTES = ("00", "10", "15", "20", "30", "40", "45", "50")
_CALENDAR = Calendar()


@dataclass(frozen=True, slots=True)
class Look:
    """How a question is shown now, besides what it asks.

    Args:
        picked: Choices with a ✓, or in the order of a rank.
        page: Page of a long list.
        month: First day of the month that the calendar shows.
        part: What was chosen of a moment so far: a day, or a day and an hour.
        today: The person's day.
        known: The question was answered before and may be left as it was.
        entries: Entries of the repeat that one may take out.
        likely: Choices offered first, the likeliest on top, by what was said before.
        stands: What stands there before anybody answered, as the chat may show it; None where
            nothing does, or where a mark on a choice says so.
    """

    today: date
    month: date
    picked: tuple[str, ...] = ()
    page: int = 0
    part: str = ""
    known: bool = False
    entries: int = 0
    likely: tuple[str, ...] = ()
    stands: str | None = None


def question_rows(question: Question, look: Look) -> tuple[tuple[Button, ...], ...]:
    """Return every button under a question."""
    rows = _answers(question, look)
    tools = []
    if question.number > 1:
        tools.append(Button(say("form-back"), BACK))
    if not question.required:
        tools.append(Button(say("form-skip"), SKIP))
    if look.known:
        rows.append((Button(say("form-as-it-was"), REVIEW),))
    elif look.stands is not None:
        rows.append((Button(say("form-still", value=look.stands), AS_IS),))
    rows.append((*tools, Button(say("form-park"), PARK), Button(say("form-cancel"), CANCEL)))
    return tuple(rows)


def _answers(question: Question, look: Look) -> Rows:
    if question.choices:
        rows = _choices(question, look)
        if question.type == "repeat" and look.entries:
            rows.append((Button(say("form-entry-drop"), DROP),))
        return rows
    match question.type:
        case "note" | "acknowledge":
            return [(Button(say("form-understood"), ANSWER + "OK"),)]
        case "date":
            return [_quick_days(), *_month(look)]
        case "time":
            return _clock(look)
        case "dateTime":
            now = (Button(say("form-just-now"), ANSWER + NOW),)
            return [now, *(_clock(look) if look.part else _month(look, DAY))]
        case "range":
            return _range(question)
    return []


# --- choices ------------------------------------------------------------------------------


def told_apart(question: Question, page: int) -> list[tuple[int, str]]:
    """Return number and label of a page's choices where a button would cut one off, else nothing.

    They are read above the buttons then, each whole; a rank numbers its buttons by itself.
    """
    first = page * PAGE
    shown = [label for _value, label in question.choices[first : first + PAGE]]
    if question.type == "rank" or all(_width(label) <= LONG for label in shown):
        return []
    return list(enumerate(shown, first + 1))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _cut(text: str) -> str:
    """Return as much of a label as a button shows."""
    if _width(text) <= LONG:
        return text
    while _width(text) > LONG - 2:
        text = text[:-1]
    return f"{text}…"


def _choices(question: Question, look: Look) -> Rows:
    mark = TOGGLE if question.type in PICKING else ANSWER
    labels = {} if look.page else dict(question.choices)
    likely = [(value, labels[value]) for value in look.likely if value in labels]
    choices = question.choices[look.page * PAGE : (look.page + 1) * PAGE]
    numbers = dict(told_apart(question, look.page))
    shown = [
        _cut(f"{number}. {label}" if number in numbers else label)
        for number, (_value, label) in enumerate(choices, look.page * PAGE + 1)
    ]
    buttons = [
        Button(_mark(question, look, value) + label, mark + value)
        for (value, _), label in zip(choices, shown, strict=True)
    ]
    rows: Rows = [
        (Button(say("form-likely", label=_cut(label)), mark + v),) for v, label in likely
    ]
    rows += in_rows(buttons, 2 if all(len(label) <= SHORT for label in shown) else 1)
    rows += page_row(len(question.choices), PAGE, look.page, TURN_TO)
    if question.type == "select_multiple":
        rows.append((Button(say("form-done"), DONE),))
    if question.type == "rank" and look.picked:
        done = (Button(say("form-done"), DONE),) if _ranked(question, look) else ()
        rows.append((*done, Button(say("form-afresh"), AFRESH)))
    return rows


def _mark(question: Question, look: Look, value: str) -> str:
    if question.type == "rank":
        return f"{look.picked.index(value) + 1}. " if value in look.picked else ""
    chosen = look.picked if question.type in PICKING else (question.value,)
    return PICKED if value in chosen else ""


def _ranked(question: Question, look: Look) -> bool:
    return len(look.picked) == len(question.choices)


def in_rows(buttons: Sequence[Button], wide: int) -> Rows:
    """Put buttons into rows of so many."""
    return [tuple(buttons[i : i + wide]) for i in range(0, len(buttons), wide)]


def page_row(count: int, size: int, page: int, verb: str) -> Rows:
    """Return the row that turns the pages of a long list; none for a short one."""
    pages = -(-count // size)
    if pages <= 1:
        return []
    return [
        (
            Button(say("form-page-before"), f"{verb}{(page - 1) % pages}"),
            Button(f"{page + 1}/{pages}", STILL),
            Button(say("form-page-after"), f"{verb}{(page + 1) % pages}"),
        )
    ]


# --- days and hours -----------------------------------------------------------------------


def _quick_days() -> tuple[Button, ...]:
    return (
        Button(say("form-today"), ANSWER + "@0"),
        Button(say("form-yesterday"), ANSWER + "@1"),
        Button(say("form-day-before"), ANSWER + "@2"),
    )


def moved_month(first: date, months: int) -> date:
    """Return the first day of the month so many months on."""
    place = first.year * 12 + first.month - 1 + months
    year = min(max(place // 12, 1900), 2200)
    return date(year, place % 12 + 1, 1)


def _month(look: Look, verb: str = ANSWER) -> Rows:
    """Return a month as a grid: ‹ › turn months, « » years."""
    first = look.month

    def turn(sign: str, months: int) -> Button:
        return Button(sign, f"{MONTH}{moved_month(first, months).isoformat()}")

    title: Words = say("form-month-short", month=first.month)
    if first.year != look.today.year:
        title = say("form-month", year=str(first.year), month=first.month)
    rows: Rows = [
        (turn("«", -12), turn("‹", -1), Button(title, STILL), turn("›", 1), turn("»", 12)),
        tuple(Button(say(f"form-weekday-{day}"), STILL) for day in range(1, _WEEK + 1)),
    ]
    days = [
        Button(f"[{day.day}]" if day == look.today else str(day.day), verb + day.isoformat())
        if day.month == first.month
        else Button("·", STILL)
        for day in _CALENDAR.itermonthdates(first.year, first.month)
    ]
    return rows + in_rows(days, _WEEK)


def _clock(look: Look) -> Rows:
    """Return the hours of a day, then the minutes of the chosen hour."""
    day, _, hour = look.part.rpartition("T") if "T" in look.part else (look.part, "", "")
    if hour:
        head = f"{day}T{hour}" if day else hour
        buttons = [Button(f"{hour}:{minute}", f"{ANSWER}{head}:{minute}") for minute in _MINUTES]
        return in_rows(buttons, 4)
    buttons = [Button(f"{h}:00", f"{HOUR}{h:02}") for h in range(24)]
    return in_rows(buttons, _HOURS_WIDE)


def _range(question: Question) -> Rows:
    values = range_values(question.range)
    return in_rows([Button(value, ANSWER + value) for value in values], 6)


def range_values(bounds: tuple[str, str, str]) -> list[str]:
    """Return the values of a range when they are few enough for buttons."""
    try:
        start, end, step = (float(part) for part in bounds)
    except ValueError:
        return []
    if not step or abs(end - start) / abs(step) > STEPS:
        return []
    step = abs(step) if end >= start else -abs(step)
    count = int(abs(end - start) / abs(step) + 1e-9) + 1
    return [f"{start + place * step:.6f}".rstrip("0").rstrip(".") for place in range(count)]
