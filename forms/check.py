"""Says what is wrong or different about a form, by sheet, row and column; it asks nobody."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from forms import engine, running
from forms.columns import heading_problems, settings_problems
from forms.complaints import complaints
from forms.errors import FormError, Problem
from forms.form import load, located
from forms.list_check import list_problems, unused_lists
from forms.question import kind_of
from forms.results import labels_of
from forms.rings import default_rings, trigger_rings
from forms.stored import written
from forms.xpath.values import to_text
from kernel.clock import CHINA
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from forms.definition import Def
    from forms.form import Form
    from forms.list_check import HostLists
    from forms.live import Live
    from kernel.phrases import Phrase

Misfit = Callable[[str, Collection[str]], "Phrase | None"]


def _fits(_name: str, _values: Collection[str]) -> Phrase | None:
    return None


KEPT_LISTS = frozenset({"children"})
"""Entity lists that the record holds: what a form writes into any other goes nowhere."""
_TYPES = {
    "geotrace": "forms-note-points",
    "geoshape": "forms-note-points",
    "range": "forms-note-range",
    "barcode": "forms-note-barcode",
}
_APPEARANCES = {
    "draw": "forms-note-draw",
    "annotate": "forms-note-draw",
    "signature": "forms-note-draw",
    "map": "forms-note-map",
    "image-map": "forms-note-map",
    "placement-map": "forms-note-map",
    "maps": "forms-note-map",
    "ethiopian": "forms-note-calendar",
    "coptic": "forms-note-calendar",
    "islamic": "forms-note-calendar",
    "bikram-sambat": "forms-note-calendar",
    "myanmar": "forms-note-calendar",
    "persian": "forms-note-calendar",
    "buddhist": "forms-note-calendar",
}


def check(
    path: str | Path, host_lists: HostLists | None = None, misfit: Misfit = _fits
) -> list[Problem]:
    """Return everything wrong with a form file, and what the chat does in another way.

    Args:
        path: The file.
        host_lists: Columns of the lists the host gives (`children`), which need no file.
        misfit: Says why a property of the host's file, or one of the values that are saved to it,
            is none of its own; None when all are.
    """
    try:
        form = load(path)
    except FormError as error:
        return _in_order(error.problems, path)
    own = located(form.problems, form.sheets)
    found = [*own, *_warnings(form), *notes(form, host_lists), *_misfits(form, misfit)]
    found += located(refusals(form, host_lists or {}), form.sheets)
    return _in_order(found, path)


def _misfits(form: Form, misfit: Misfit) -> list[Problem]:
    """Name what is saved to a property that the host's file does not have, or in other words."""
    language = form.model.default_language
    saved = [d for d in form.model.defs if d.bind.save_to]
    said = [(d, misfit(d.bind.save_to, labels_of(form, d, language).keys())) for d in saved]
    found = [
        Problem("survey", 0, "save_to", phrase, fatal=False, ref=d.path)
        for d, phrase in said
        if phrase is not None
    ]
    return located(found, form.sheets)


def refusals(form: Form, host_lists: HostLists) -> list[Problem]:
    """Return what is no mistake of a cell alone, and yet would stop a dialogue on the form."""
    return [
        *list_problems(form, host_lists),
        *settings_problems(form.sheets),
        *default_rings(form),
    ]


_SHEETS = ("survey", "choices", "settings", "entities")


def _in_order(problems: Iterable[Problem], path: str | Path) -> list[Problem]:
    """Return problems as they stand in the sheets; an XForm has no sheets, only nodes."""
    if Path(path).suffix.lower() == ".xml":
        return [replace(p, sheet="", row=0) for p in problems]
    return sorted(
        problems, key=lambda p: (p.sheet in _SHEETS and _SHEETS.index(p.sheet), p.row, p.column)
    )


def notes(form: Form, host_lists: HostLists | None = None) -> list[Problem]:
    """Return what the chat asks in another way than a drawing on a screen."""
    found = [note for d in form.model.defs for note in _notes_of(d)]
    found += [
        _note("relevant", "forms-note-inward", rule.definition) for rule in form.graph.inward
    ]
    found += _unused(form)
    found += _lost_defaults(form)
    found += trigger_rings(form)
    found += heading_problems(form.sheets)
    found += [
        Problem("entities", 2, "list_name", say("forms-note-dataset", name=name), fatal=False)
        for name in dict.fromkeys(rule.dataset for rule in form.model.entities)
        if name not in KEPT_LISTS
    ]
    found += unused_lists(form, host_lists or {})
    return located(found, form.sheets)


def _lost_defaults(form: Form) -> list[Problem]:
    """Name the defaults that are none of their question's choices, or no value of its type."""
    context = engine.Context(now=datetime(2026, 1, 1, tzinfo=CHINA))
    live = running.claim(form, engine.begin(form, context), context)
    found = []
    for definition, text in _first_texts(form, live):
        kind = definition.bind.type
        if text.strip() and not written(kind, text):
            phrase = say("forms-note-default-type", name=definition.name, value=text, kind=kind)
            found.append(Problem("survey", 0, "default", phrase, fatal=False, ref=definition.path))
    return found + [
        _note("default", "forms-note-default", node.definition)
        for _ref, node in live.outline.leaves
        if (control := node.definition.control) is not None
        and control.items is not None
        and not control.items.filtered
        and node.initial
        and not node.stored
    ]


def _first_texts(form: Form, live: Live) -> Iterator[tuple[Def, str]]:
    """Return what each node begins with: as it is written, or worked out of nothing else."""
    for definition in form.model.defs:
        yield definition, definition.default
    for action in form.actions_of(None, "odk-instance-first-load"):
        if action.value is not None and not action.value.refs:
            yield action.target, to_text(live.evaluate(action.value, live.root))


_MEDIA = ("image", "big-image", "audio", "video")


def _unused(form: Form) -> list[Problem]:
    """Name what stands in the form and has no place in a chat: media of labels, logs, keys."""
    found = [*_media_of_labels(form)]
    found += [_note("type", "forms-note-log", d) for d in form.model.defs if d.name == "audit"]
    found += _media_of_choices(form)
    if any(row.get("public_key") for row in form.sheets.settings):
        found.append(Problem("settings", 2, "public_key", say("forms-note-key"), fatal=False))
    return found


def _media_of_labels(form: Form) -> Iterator[Problem]:
    keys = {key for texts in form.model.itext.values() for key in texts}
    for control in form.controls:
        itext = control.label.itext if control.label else ""
        kind = next((kind for kind in _MEDIA if f"{itext}#{kind}" in keys), "")
        if itext and kind and control.node is not None:
            yield _note(f"media::{kind}", "forms-note-media", control.node)


def _media_of_choices(form: Form) -> Iterator[Problem]:
    for number, row in enumerate(form.sheets.choices, 2):
        column = next((c for c in row if c.startswith("media::") and row[c]), "")
        if column:
            name = str(row.get("name") or row.get("value") or "")
            told = say("forms-note-media", name=name)
            yield Problem("choices", number, column, told, fatal=False)


def _notes_of(definition: Def) -> list[Problem]:
    control = definition.control
    if control is None:
        return []
    found = []
    if key := _TYPES.get(kind_of(definition)):
        found.append(_note("type", key, definition))
    words = control.appearance.split()
    found += [
        _note("appearance", _APPEARANCES[word], definition)
        for word in words
        if word in _APPEARANCES
    ]
    if any(word.startswith("ex:") for word in words):
        found.append(_note("appearance", "forms-note-app", definition))
    if "search(" in control.appearance and (control.items is None or not control.items.columns):
        found.append(_note("appearance", "forms-note-search", definition))
    return found


def _note(column: str, key: str, definition: Def) -> Problem:
    said = say(key, name=definition.name)
    return Problem("survey", 0, column, said, fatal=False, ref=definition.path)


def _warnings(form: Form) -> list[Problem]:
    problems = []
    for sentence in form.sheets.warnings:
        problems += complaints(sentence, form.sheets, fatal=False)
    return problems
