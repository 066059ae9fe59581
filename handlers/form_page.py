"""How a form's question, answer and review look in a chat; pure, it keeps and moves nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handlers import form_buttons as buttons
from kernel.phrases import say
from kernel.words import Button, Edit, Line, Send

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forms.engine import Item, Question
    from forms.entries import Entry
    from kernel.phrases import Speak, Words

CHANGES = 8
"""Answers on one page of the list of what can be changed (our default)."""
FILED = ("attachment:", "telegram:")
"""How answers that are files begin (`handlers.files`); the second as it was before 0.1."""
_SELECTS = frozenset({"select_one", "select_multiple"})
_BRIEF = 200
"""Signs of a question that its answered form still shows (our default)."""
_HOW = frozenset(
    {"image", "audio", "video", "file", "geopoint", "barcode", "rank", "geotrace", "geoshape"}
)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above every page of a form: whose it is, which form, in what language."""

    who: str
    title: str
    speak: Speak = field(repr=False)

    @property
    def what(self) -> str:
        """Name child and form; every prompt carries the child, so that no answer goes astray."""
        return f"{self.who} · {self.title}" if self.who else self.title


def question_lines(
    question: Question,
    head: Head,
    notes: Sequence[str] = (),
    section: Sequence[Item] = (),
    page: int = 0,
) -> tuple[Line, ...]:
    """Return the lines of a question: whose form, how far, what is asked.

    Args:
        question: What is open.
        head: Whose form it is.
        notes: Texts of the form to be read before it.
        section: What was answered already of a section that is shown as one.
        page: Which page of a long list of choices is shown.
    """
    top = say("form-head", what=head.what, number=question.number, total=question.total)
    lines = [Line(top, "small"), *(Line(note) for note in notes)]
    if question.section:
        lines.append(Line(question.section, "small"))
    lines += [_section_line(item, head) for item in section]
    lines.append(Line(question.label, "strong"))
    if question.hint:
        lines.extend(Line(part) for part in question.hint.splitlines() if part.strip())
    if question.guidance:
        lines.extend(
            Line(part, "small") for part in question.guidance.splitlines() if part.strip()
        )
    lines.extend(
        Line(say("form-choice-line", number=number, label=label))
        for number, label in buttons.told_apart(question, page)
    )
    lines.extend(_how(question))
    return tuple(lines)


def _section_line(item: Item, head: Head) -> Line:
    answer = head.speak(shown(item))
    return Line(say("form-section-line", label=item.label, answer=answer), "small")


def _how(question: Question) -> list[Line]:
    """Say how to answer where the buttons do not."""
    if question.type in _HOW:
        return [Line(say(f"form-how-{question.type}"), "small")]
    if question.type == "range":
        start, end, _step = question.range
        return [Line(say("form-how-range", start=start, end=end), "small")]
    if question.type in _SELECTS and not question.choices:
        return [Line(say("form-how-none"), "small")]
    if len(question.choices) > buttons.PAGE:
        return [Line(say("form-how-long", count=len(question.choices)), "small")]
    return []


def shown(item: Item) -> Words:
    """Say an answer as a page may show it: words that are not to be shown only as kept."""
    if not item.value:
        return say("form-skipped")
    if item.value.startswith(FILED):
        return say("form-file-kept")
    return say("form-kept", count=len(item.value)) if item.sensitive else item.shown


def answered(question: Question, words: Words) -> Edit:
    """Return the asked message in its answered form: no buttons, what was said."""
    return Edit((Line(_brief(question.label)), Line(say("form-answered")), Line(words, "strong")))


def left(label: str) -> Edit:
    """Return the asked message once it was left: no buttons, no answer."""
    return Edit((Line(_brief(label)), Line(say("form-left"), "small")))


def _brief(label: str) -> str:
    """Return the beginning of a long question: a message that is edited cannot grow into two."""
    return label if len(label) <= _BRIEF else f"{label[:_BRIEF]}…"


def submitted(title: str) -> Edit:
    """Return the review page once it was handed in: no buttons."""
    return Edit((Line(say("form-submitted", title=title)),))


def shown_answer(question: Question, value: str) -> Words:
    """Say an answer as the chat may show it: labels for choices, never sensitive words."""
    if not value:
        return say("form-skipped")
    if value.startswith(FILED):
        return say("form-file-kept")
    if question.sensitive:
        return say("form-kept", count=len(value))
    labels = dict(question.choices)
    if question.choices:
        arrow = " › " if question.type == "rank" else "、"
        return labels.get(value) or arrow.join(labels.get(w, w) for w in value.split())
    if question.type in {"time", "dateTime"}:
        return value.replace("T", " ")[:16] if "T" in value else value[:5]
    return value


def review_page(
    items: Sequence[Item], head: Head, notes: Sequence[str] = (), *, entries: bool = False
) -> Send:
    """Return the page that reads every answer back before sending, section by section."""
    lines = [Line(say("form-review-head", what=head.what), "strong")]
    section = ""
    number = 0
    for item in items:
        if item.section != section:
            section = item.section
            lines.append(Line(f"【{section}】" if section else "—", "small"))
        number += not item.readonly
        key = "form-review-shut" if item.readonly else "form-review-line"
        answer = head.speak(shown(item))
        lines.append(Line(say(key, number=number, label=asked(item), answer=answer)))
    lines += [Line(note) for note in notes]
    lines.append(Line(say("form-review-how"), "small"))
    drop = ((Button(say("form-entry-drop"), buttons.DROP),),) if entries else ()
    rows = (
        (Button(say("form-submit"), buttons.SUBMIT),),
        (Button(say("form-change"), buttons.CHANGE), Button(say("form-back"), buttons.BACK)),
        *drop,
        (Button(say("form-park"), buttons.PARK), Button(say("form-cancel"), buttons.CANCEL)),
    )
    return Send(tuple(lines), rows, prompt=True)


def asked(item: Item) -> str:
    """Return what was asked without its closing sign, since the answer follows after a colon."""
    return _brief(item.label).rstrip(" ？?：:。")


def _of_entry(item: Item) -> str:
    """Return what was asked, and of which entry where it stands in a repeat."""
    return f"{item.section} · {asked(item)}" if "[" in item.ref and item.section else asked(item)


def decided(words: Words) -> Edit:
    """Return the page that asked whether a change is meant, once that is settled: no buttons."""
    return Edit((Line(words),))


def change_page(items: Sequence[Item], head: Head, page: int = 0) -> Send:
    """Return the list of answers that can be changed, as buttons, in pages."""
    first = page * CHANGES
    rows: list[tuple[Button, ...]] = [
        (Button(f"{number}. {item.label}"[:40], buttons.GOTO + item.ref),)
        for number, item in enumerate(items[first : first + CHANGES], first + 1)
    ]
    rows += buttons.page_row(len(items), CHANGES, page, buttons.CHANGES)
    rows.append((Button(say("form-to-review"), buttons.REVIEW),))
    lines = (Line(head.what, "small"), Line(say("form-change-which")))
    return Send(lines, tuple(rows), prompt=True)


def falling_page(question: Question, words: Words, fallen: Sequence[Item], head: Head) -> Send:
    """Return the question whether a change is meant, with every answer that it would cost."""
    lines = [
        Line(head.what, "small"),
        Line(
            say("form-falls-head", label=_brief(question.label), answer=head.speak(words)),
            "strong",
        ),
        Line(say("form-falls", count=len(fallen))),
        *(
            Line(say("form-falls-line", label=_of_entry(i), answer=head.speak(shown(i))))
            for i in fallen
        ),
    ]
    rows = (
        (
            Button(say("form-falls-sure"), buttons.SURE),
            Button(say("form-falls-keep"), buttons.KEEP),
        ),
    )
    return Send(tuple(lines), rows, prompt=True)


def entries_page(found: Sequence[Entry], head: Head) -> Send:
    """Return the entries of the repeats as buttons: a pressed one can be taken out."""
    rows: list[tuple[Button, ...]] = [
        (Button(entry_label(entry), buttons.ENTRY + entry.ref),) for entry in found
    ]
    rows.append((Button(say("form-entry-none"), buttons.REVIEW_OPEN),))
    lines = (Line(head.what, "small"), Line(say("form-entry-which")))
    return Send(lines, tuple(rows), prompt=True)


def entry_label(entry: Entry) -> Words:
    """Name an entry: its number, section, and the first answer that may be shown."""
    open_words = [str(item.shown) for item in entry.items if item.value and not item.sensitive]
    section = entry.items[0].section if entry.items else ""
    return say(
        "form-entry",
        number=entry.number,
        section=section,
        words="，".join(open_words[:2]),
        count=len(entry.items),
    )


def entry_sure_page(entry: Entry, head: Head) -> Send:
    """Ask before an entry is taken out, naming every answer that goes with it."""
    lines = [
        Line(head.what, "small"),
        Line(say("form-entry-sure", entry=f"{entry.number}"), "strong"),
        *(
            Line(say("form-falls-line", label=asked(i), answer=head.speak(shown(i))))
            for i in entry.items
        ),
    ]
    rows = (
        (
            Button(say("form-entry-yes"), buttons.ENTRY_SURE + entry.ref),
            Button(say("form-entry-none"), buttons.REVIEW_OPEN),
        ),
    )
    return Send(tuple(lines), rows, prompt=True)


def cancel_page(head: Head) -> Send:
    """Ask before anything is thrown away."""
    rows = (
        (
            Button(say("form-cancel-yes"), buttons.CANCEL_SURE),
            Button(say("form-cancel-no"), buttons.REVIEW_OPEN),
        ),
    )
    lines = (Line(head.what, "small"), Line(say("form-cancel-sure")))
    return Send(lines, rows, prompt=True)
