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


def ring_problems(form: Form) -> list[Problem]:
    """Return each ring of questions that set each other: none of them would ever be settled.

    A question that sets itself is no ring: it does so once, when it is answered.
    """
    worked_out = list(_worked_out(form))
    triggered = [
        (control.node, action.target)
        for control in form.controls
        if control.node is not None
        for action in control.actions
        if CHANGED in action.events
    ]
    begun = [
        (read, action.target)
        for action in form.actions
        if action.value is not None and action.events & _FIRST
        for read in _reads(action.target, action.value)
    ]
    defaults: set[Def] = {target for _read, target in begun}
    return [
        *_problems([*triggered, *worked_out], {source for source, _ in triggered}, "trigger", 1),
        *_problems([*begun, *worked_out], defaults, "default", 2),
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


def _problems(
    ways: Iterable[tuple[Def, Def]], among: Collection[Def], column: str, least: int
) -> Iterator[Problem]:
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
        names = " → ".join(one.name for one in [*ring, ring[0]])
        yield Problem("survey", 0, column, say("forms-cycle", names=names), ref=start.path)
