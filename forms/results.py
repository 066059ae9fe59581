"""The answers of many finished forms as tables: a row a form, a table more for each repeat."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import fmean
from typing import TYPE_CHECKING

from forms.question import is_sensitive, kind_of
from forms.show import label, written
from forms.styling import plain
from forms.xpath.values import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forms.definition import Def
    from forms.form import Form
    from forms.xpath.values import XNode

_POSITION = re.compile(r"\[(\d+)\]")
_SENT = frozenset({"image", "audio", "video", "file"})
_NUMBERS = frozenset({"integer", "decimal", "range"})
_UNSAID = frozenset({"note", "acknowledge"})


@dataclass(frozen=True, slots=True)
class Answered:
    """One finished form.

    Args:
        lead: What stands before its answers in the main table, the number first.
        form: The very version that was answered.
        values: Answers by path, positions in repeats included.
    """

    lead: tuple[object, ...]
    form: Form
    values: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of answers; `repeat` is the label of the repeat, empty for the main table."""

    repeat: str
    header: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Column:
    heading: str
    kind: str
    labels: Mapping[str, str]


Columns = Mapping[str, Mapping[str, _Column]]
"""The columns of each table by path, tables by the path of their repeat; the main one is empty."""


def columns_of(answered: Sequence[Answered], *, clear: bool) -> Columns:
    """Return the columns that answers are laid out in, the newest version's order first.

    Args:
        answered: Finished forms; versions of one form, of which later ones may ask other things.
        clear: With what people said in their own words; otherwise those columns are left out.
    """
    columns: dict[str, dict[str, _Column]] = {"": {}}
    for form in _versions(answered):
        for definition in form.model.defs:
            if not _is_told(definition) or (is_sensitive(definition) and not clear):
                continue
            place = columns.setdefault(_place(definition), {})
            if definition.path not in place:
                place[definition.path] = _column(form, definition)
    return columns


def _versions(answered: Sequence[Answered]) -> list[Form]:
    """Return every version that was answered, the newest first."""
    return list({id(one.form): one.form for one in reversed(answered)}.values())


def tables(
    answered: Sequence[Answered], columns: Columns, name_file: Callable[[str], str]
) -> tuple[Table, ...]:
    """Lay answers out in tables.

    Args:
        answered: Finished forms.
        columns: What `columns_of` made of them.
        name_file: Says how an answer that is a file is named, for whoever looks for it.

    Returns:
        The main table, its header without the names of the lead; then one a repeat, each row of
        which begins with the number of the form and its place in the repeat (`2`, `2.1`).
    """
    rows: dict[str, list[tuple[object, ...]]] = {place: [] for place in columns}
    places = {path: place for place, paths in columns.items() for path in paths}
    for one in answered:
        found = _sorted_out(one, places)
        main = found.get("", {}).get((), {})
        rows[""].append((*one.lead, *_row(columns[""], main, name_file)))
        for place, entries in found.items():
            for position, values in sorted(entries.items()) if place else ():
                lead = (one.lead[0], ".".join(map(str, position)))
                rows[place].append((*lead, *_row(columns[place], values, name_file)))
    names = _names_of_repeats(answered)
    return tuple(
        Table(names.get(place, ""), _header(columns[place]), tuple(rows[place]))
        for place in columns
        if not place or rows[place]
    )


@dataclass(frozen=True, slots=True)
class Total:
    """How often something was answered: a choice, or with `kind` a figure over the numbers.

    Args:
        question: The question's heading.
        answer: Label of the choice; empty for a figure.
        kind: `choice`, `least`, `most` or `mean`.
    """

    question: str
    answer: str
    kind: str
    value: float


def totals(answered: Sequence[Answered], columns: Columns) -> tuple[Total, ...]:
    """Count the choices and draw figures over the numbers, in repeats over all entries."""
    given: dict[str, list[str]] = {}
    for one in answered:
        for ref, value in one.values.items():
            if value:
                given.setdefault(_POSITION.sub("", ref), []).append(value)
    return tuple(
        total
        for paths in columns.values()
        for path, column in paths.items()
        for total in _totals(column, given.get(path, []))
    )


def _totals(column: _Column, values: list[str]) -> list[Total]:
    if column.labels:
        words = Counter(word for value in values for word in _words(column, value))
        known = [(label, words.pop(word, 0)) for word, label in column.labels.items()]
        return [
            Total(column.heading, label, "choice", count)
            for label, count in (*known, *words.items())
        ]
    numbers = [float(value) for value in values if column.kind in _NUMBERS]
    if not numbers:
        return []
    figures = (("least", min(numbers)), ("most", max(numbers)), ("mean", fmean(numbers)))
    return [Total(column.heading, "", kind, round(value, 2)) for kind, value in figures]


def _words(column: _Column, value: str) -> list[str]:
    return [value] if value in column.labels else value.split()


def _is_told(definition: Def) -> bool:
    if not definition.leaf or definition.name.startswith("@") or "/meta/" in definition.path:
        return False
    if definition.control is None:
        return definition.bind.calculate is not None
    return kind_of(definition) not in _UNSAID


def _place(definition: Def) -> str:
    repeat = definition.nearest_repeat()
    return repeat.path if repeat else ""


def _column(form: Form, definition: Def) -> _Column:
    language = form.model.default_language
    kind = kind_of(definition) if definition.control else "calculate"
    heading = plain(label(form, definition, language)).strip() or definition.name
    labels = {k: plain(text) for k, text in labels_of(form, definition, language).items()}
    return _Column(heading, kind, labels)


def labels_of(form: Form, definition: Def, language: str) -> dict[str, str]:
    """Return the label of every choice a question can offer, whatever its filter leaves."""
    items = definition.control.items if definition.control else None
    if items is None:
        return {}
    found = {value: written(form, template, language) for value, template in items.fixed}
    if items.nodes is None:
        return found
    names = [items.label]
    if items.columns is not None:
        names = [name.strip() for name in written(form, items.columns, language).split(",")]
    for name in items.nodes.instances:
        document = form.document(name)
        for entry in _entries(document) if document is not None else ():
            value = entry.kids.get(items.value)
            texts = [text_of(kid) for name in names for kid in entry.kids.get(name, ())]
            if value and texts:
                said = " ".join(texts)
                key = form.model.itext.get(language, {}).get(said) if items.translated else None
                said = written(form, key, language) if key else said
                found.setdefault(text_of(value[0]), said)
    return found


def _entries(document: XNode) -> list[XNode]:
    """Return what a list holds, whether or not it has a root element around its items."""
    return [entry for kid in document.elements() for entry in (kid, *kid.elements())]


def _sorted_out(
    one: Answered, places: Mapping[str, str]
) -> dict[str, dict[tuple[int, ...], dict[str, str]]]:
    """Sort the answers of a form by table and place in it."""
    found: dict[str, dict[tuple[int, ...], dict[str, str]]] = {}
    for ref, value in one.values.items():
        path = _POSITION.sub("", ref)
        if (place := places.get(path)) is not None:
            position = tuple(map(int, _POSITION.findall(ref))) if place else ()
            found.setdefault(place, {}).setdefault(position, {})[path] = value
    return found


def _row(
    columns: Mapping[str, _Column], values: Mapping[str, str], name_file: Callable[[str], str]
) -> tuple[object, ...]:
    return tuple(
        _cell(column, values.get(path, ""), name_file) for path, column in columns.items()
    )


def _cell(column: _Column, value: str, name_file: Callable[[str], str]) -> object:
    if column.labels:
        return "、".join(column.labels.get(word, word) for word in _words(column, value))
    if column.kind in _SENT:
        return name_file(value) if value else ""
    if column.kind in _NUMBERS and value:
        return float(value) if "." in value.removesuffix(".0") else int(float(value))
    return value


def _header(columns: Mapping[str, _Column]) -> tuple[str, ...]:
    """Name the columns by their questions; those that are asked alike get their names too."""
    headings = [column.heading for column in columns.values()]
    return tuple(
        column.heading
        if headings.count(column.heading) == 1
        else f"{column.heading} ({path.rpartition('/')[2]})"
        for path, column in columns.items()
    )


def _names_of_repeats(answered: Sequence[Answered]) -> dict[str, str]:
    return {
        definition.path: written(
            form, definition.repeat.label, form.model.default_language
        ).strip()
        or definition.name
        for form in reversed(_versions(answered))
        for definition in form.model.defs
        if definition.repeat is not None
    }
