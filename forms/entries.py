"""Entries of a repeat as a list: which there are, and taking one out; the others keep theirs."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forms import engine
from forms.question import YES
from kernel.errors import StaleError
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forms.definition import Def
    from forms.form import Form
    from forms.question import Item
    from forms.session import Context, Given, Session

_MARK = re.compile(r"\[\d+\]")
_ENTRY = re.compile(r"(?P<series>.+)\[(?P<number>\d+)\]\Z")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a repeat: `/data/child[2]`, and what was answered in it."""

    ref: str
    number: int
    items: tuple[Item, ...]


def entries(form: Form, session: Session, series: str, context: Context) -> tuple[Entry, ...]:
    """Return the entries of a repeat at a place, in order."""
    inside = re.compile(re.escape(series) + r"\[(\d+)\]/")
    items = engine.review(form, session, context)
    refs = [*engine.values(form, session, context), *(item.ref for item in items)]
    numbers = sorted({int(found[1]) for ref in refs if (found := inside.match(ref))})
    return tuple(
        Entry(
            f"{series}[{number}]",
            number,
            tuple(item for item in items if item.ref.startswith(f"{series}[{number}]/")),
        )
        for number in numbers
    )


def series_of(form: Form, session: Session, context: Context) -> tuple[str, ...]:
    """Return the repeats whose entries the person adds and takes out, as they stand now."""
    found: dict[str, None] = {}
    for ref in engine.values(form, session, context):
        for mark in _MARK.finditer(ref):
            series = ref[: mark.start()]
            definition = _definition(form, series)
            if definition and definition.repeat and definition.repeat.by_person:
                found[series] = None
    return tuple(found)


def without(form: Form, session: Session, entry: str, context: Context) -> Session:
    """Return the session without one entry; later entries move up.

    The only entry that the form itself begins with stays, emptied: it is asked again.

    Raises:
        StaleError: There is no such entry now, or it is not the person's to take out.
    """
    found = _ENTRY.match(entry)
    definition = _definition(form, found["series"]) if found else None
    repeat = definition.repeat if definition else None
    if not found or definition is None or repeat is None or not repeat.by_person:
        raise StaleError(reply=say("forms-no-question"))
    if entry not in {one.ref for one in entries(form, session, found["series"], context)}:
        raise StaleError(reply=say("forms-no-question"))
    begun = engine.written_out(form, session, context)
    inputs = _renumbered(session.inputs, found["series"], int(found["number"]), begun)
    bare = replace(session, inputs=inputs, at="", kept=None, mark="", box=[])
    return engine.to_review(form, engine.replay(form, bare, context), context).session


def _definition(form: Form, ref: str) -> Def | None:
    return form.model.by_path.get(_MARK.sub("", ref))


def _renumbered(
    inputs: tuple[Given, ...], series: str, number: int, begun: Mapping[str, int]
) -> tuple[Given, ...]:
    """Drop what was said inside one entry, and the "one more" that made it.

    Args:
        inputs: What was said.
        series: Path of the repeat.
        number: The entry.
        begun: Entries that each repeat begins with. A later entry that moves to where the form
            writes some out needs so many fewer additions in the repeats inside.
    """
    inside = re.compile(re.escape(series) + r"\[(\d+)\](/.*)")
    added = max(1, number - begun.get(series, 0))
    kept: list[Given] = []
    said: Counter[str] = Counter()
    for ref, value, seconds in inputs:
        moved = ref
        if found := inside.match(ref):
            place = int(found[1])
            if place == number:
                continue
            moved = f"{series}[{place - (place > number)}]{found[2]}"
        if value == YES and ref in begun:
            said[ref] += 1
            if ref == series and said[ref] == added:
                continue
            if ref != series and said[ref] <= begun.get(moved, 0) - begun[ref]:
                continue
        kept.append((moved, value, seconds))
    return tuple(kept)
