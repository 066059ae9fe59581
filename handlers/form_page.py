"""How a form's question, answer and review look in a chat; pure, it keeps and moves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernel.phrases import say
from kernel.words import Button, Edit, Line, Send

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forms.engine import Item, Question
    from kernel.phrases import Words

PAGE = 8
"""Choices on one page of buttons; a phone shows about this many without scrolling (default)."""
SHORT = 9
"""Characters up to which two buttons fit side by side at 360 px."""
PICKED = "✓ "
MULTIPLE = frozenset({"select_multiple"})
FILED = ("attachment:", "telegram:")
"""How answers that are files begin (`handlers.files`)."""
READ_ONLY = frozenset({"note", "acknowledge"})

BACK, SKIP, PARK, CANCEL = "!back", "!skip", "!park", "!cancel"
DONE, REVIEW, SUBMIT, CHANGE = "!done", "!review", "!submit", "!change"
NOW = "@now"
CANCEL_SURE, REVIEW_OPEN = "!cancel-sure", "!open"
ANSWER, TOGGLE, TURN_TO, GOTO = "=", "~", "!page:", "!goto:"


def _what(who: str, title: str) -> str:
    """Name child and form; every prompt carries the child, so that no answer goes astray."""
    return f"{who} · {title}" if who else title


def question_lines(question: Question, who: str, title: str) -> tuple[Line, ...]:
    """Return the lines of a question: whose form, how far, what is asked."""
    head = say("form-head", what=_what(who, title), number=question.number, total=question.total)
    lines = [Line(head, "small")]
    if question.section:
        lines.append(Line(question.section, "small"))
    lines.append(Line(question.label, "strong"))
    if question.hint:
        lines.append(Line(question.hint))
    return tuple(lines)


def choice_rows(
    question: Question, picked: Sequence[str], page: int
) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons of the choices on a page, two in a row when all are short."""
    mark = TOGGLE if question.type in MULTIPLE else ANSWER
    choices = question.choices[page * PAGE : (page + 1) * PAGE]
    buttons: list[Button] = [
        Button((PICKED if value in picked else "") + label, mark + value)
        for value, label in choices
    ]
    wide = 2 if all(len(label) <= SHORT for _, label in choices) else 1
    rows: list[tuple[Button, ...]] = [
        tuple(buttons[i : i + wide]) for i in range(0, len(buttons), wide)
    ]
    pages = -(-len(question.choices) // PAGE)
    if pages > 1:
        before, after = (page - 1) % pages, (page + 1) % pages
        rows.append(
            (
                Button(say("form-page-before"), f"{TURN_TO}{before}"),
                Button(say("form-page-after"), f"{TURN_TO}{after}"),
            )
        )
    return tuple(rows)


def question_rows(
    question: Question, picked: Sequence[str] = (), page: int = 0
) -> tuple[tuple[Button, ...], ...]:
    """Return every button under a question."""
    rows = list(choice_rows(question, picked, page))
    if question.type in MULTIPLE:
        rows.append((Button(say("form-done"), DONE),))
    if question.type in READ_ONLY:
        rows.append((Button(say("form-understood"), ANSWER + "OK"),))
    if question.type == "date":
        rows.append(
            (
                Button(say("form-today"), ANSWER + "@0"),
                Button(say("form-yesterday"), ANSWER + "@1"),
                Button(say("form-day-before"), ANSWER + "@2"),
            )
        )
    if question.type == "dateTime":
        rows.append((Button(say("form-just-now"), ANSWER + NOW),))
    tools = []
    if question.number > 1:
        tools.append(Button(say("form-back"), BACK))
    if not question.required:
        tools.append(Button(say("form-skip"), SKIP))
    rows.append((*tools, Button(say("form-park"), PARK), Button(say("form-cancel"), CANCEL)))
    return tuple(rows)


def ask(question: Question, who: str, title: str, picked: Sequence[str] = ()) -> Send:
    """Return the message that asks a question."""
    return Send(question_lines(question, who, title), question_rows(question, picked), prompt=True)


def toggled(question: Question, who: str, title: str, picked: Sequence[str], page: int) -> Edit:
    """Return the question again, in place, with other marks or another page."""
    return Edit(
        question_lines(question, who, title),
        question_rows(question, picked, page),
        same_prompt=True,
    )


def answered(question: Question, shown: Words) -> Edit:
    """Return the asked message in its answered form: no buttons, what was said."""
    return Edit((Line(question.label), Line(say("form-answered")), Line(shown, "strong")))


def left(label: str) -> Edit:
    """Return the asked message once it was left: no buttons, no answer."""
    return Edit((Line(label), Line(say("form-left"), "small")))


def submitted(title: str) -> Edit:
    """Return the review page once it was handed in: no buttons."""
    return Edit((Line(say("form-submitted", title=title)),))


def shown_answer(question: Question, value: str) -> Words:
    """Say an answer as the chat may show it: labels for choices, never sensitive words."""
    if not value:
        return say("form-skipped")
    if question.sensitive:
        return say("form-kept", count=len(value))
    if value.startswith(FILED):
        return say("form-file-kept")
    labels = dict(question.choices)
    if question.choices:
        return "、".join(labels.get(word, word) for word in value.split())
    return value


def review_page(items: Sequence[Item], who: str, title: str) -> Send:
    """Return the page that reads every answer back before sending."""
    lines = [
        Line(say("form-review-head", what=_what(who, title)), "strong"),
        *(_reviewed(number, item) for number, item in enumerate(items, 1)),
        Line(say("form-review-how"), "small"),
    ]
    rows = (
        (Button(say("form-submit"), SUBMIT),),
        (Button(say("form-change"), CHANGE), Button(say("form-back"), BACK)),
        (Button(say("form-park"), PARK), Button(say("form-cancel"), CANCEL)),
    )
    return Send(tuple(lines), rows, prompt=True)


def _reviewed(number: int, item: Item) -> Line:
    if item.shown.startswith(FILED):
        return Line(say("form-review-file", number=number, label=item.label))
    return Line(say("form-review-line", number=number, label=item.label, answer=item.shown))


def change_page(items: Sequence[Item]) -> Send:
    """Return the list of answers that can be changed, as buttons."""
    rows = [
        (Button(f"{i}. {item.label}"[:40], GOTO + item.ref),) for i, item in enumerate(items, 1)
    ]
    rows.append((Button(say("form-to-review"), REVIEW),))
    return Send((Line(say("form-change-which")),), tuple(rows), prompt=True)
