"""Finds questions that set each other by `trigger` or default; calculations are the graph's."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from forms.errors import Problem
from forms.graph import Rule
from forms.lint_expressions import shortest_ring
from forms.live import CHANGED
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from forms.definition import Def
    from forms.form import Form
    from forms.xpath.compiler import Expression

_FIRST = frozenset({"odk-instance-first-load", "odk-new-repeat"})


def default_rings(form: Form) -> list[Problem]:
    """Return each ring of questions whose first values need each other: none would ever begin."""
    begun = [
        (read, action.target)
        for action in form.actions
        if action.value is not None and action.events & _FIRST
        for read in _reads(action.target, action.value)
    ]
    among = {target for _read, target in begun}
    return [
        Problem("survey", 0, "default", say("forms-cycle", names=names), ref=start.path)
        for start, names in _rings([*begun, *_worked_out(form)], among, 2)
    ]


def trigger_rings(form: Form) -> list[Problem]:
    """Return notes on questions that set each other by `trigger`, such as degrees C and F.

    They run, as in the reference engine: an answer goes round once. A question that sets itself
    is no ring.
    """
    triggered = [
        (control.node, action.target)
        for control in form.controls
        if control.node is not None
        for action in control.actions
        if CHANGED in action.events
    ]
    among = {source for source, _target in triggered}
    return [
        Problem(
            "survey",
            0,
            "trigger",
            say("forms-note-ring", names=names),
            ref=start.path,
            fatal=False,
        )
        for start, names in _rings([*triggered, *_worked_out(form)], among, 1)
    ]


def _worked_out(form: Form) -> Iterator[tuple[Def, Def]]:
    for definition in form.model.defs:
        if (expression := definition.bind.calculate) is not None:
            for read in _reads(definition, expression):
                yield read, definition


def _reads(target: Def, expression: Expression) -> Iterator[Def]:
    """Return what has to be known before; another entry of the same repeat is something else."""
    rule = Rule("calculate", target, expression)
    for ref in expression.refs:
        if not rule.is_loose(ref):
            yield ref.target


def _rings(
    ways: Iterable[tuple[Def, Def]], among: Collection[Def], least: int
) -> Iterator[tuple[Def, str]]:
    """Return rings of two or more, with at least so many of the given questions among them."""
    then: Mapping[Def, list[Def]] = defaultdict(list)
    for source, target in ways:
        if source is not target:
            then[source].append(target)
    done: set[Def] = set()
    for start in sorted(among, key=lambda definition: definition.number):
        ring = [] if start in done else shortest_ring(start, then)
        if sum(one in among for one in ring) < least:
            continue
        done.update(ring)
        yield start, " → ".join(one.name for one in [*ring, ring[0]])
