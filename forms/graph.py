"""Which part of a form depends on which, and in what order parts are worked out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from forms.definition import Def, Model
    from forms.xpath.compiler import Expression
    from forms.xpath.paths import Ref

Kind = Literal["relevant", "count", "calculate", "choices"]


@dataclass(slots=True, eq=False)
class Rule:
    """One expression that is worked out again when what it reads changes."""

    kind: Kind
    definition: Def
    expression: Expression
    rank: int = 0
    inward: bool = field(init=False)
    """A group asks the questions inside it whether it is there at all."""

    def __post_init__(self) -> None:
        self.inward = any(map(self._reads_inside, self.expression.refs))

    @property
    def affects(self) -> list[Def]:
        """Return the definitions whose value or existence the rule may change."""
        if self.kind in ("relevant", "count"):
            return self.definition.walk()
        return [self.definition]

    def _reads_inside(self, ref: Ref) -> bool:
        """Say whether a reference leads into the group whose relevance this is (no repeat)."""
        own = self.definition
        if self.kind != "relevant" or own.repeat is not None:
            return False
        return ref.target is not own and ref.target.is_under(own)

    def is_loose(self, ref: Ref) -> bool:
        """Say whether what the rule reads need not be worked out before it.

        So it is with other instances of the repeat it stands in itself, and with what a group's
        relevance reads inside the group: that is read as it stands, closed at first.
        """
        if self._reads_inside(ref):
            return True
        if ref.target is self.definition and self.kind == "calculate" and self.expression.keeps:
            return True
        repeat = self.definition.nearest_repeat()
        if repeat is None or not ref.target.is_under(repeat):
            return False
        return ref.scope is None or not ref.scope.is_under(repeat)


@dataclass(frozen=True, slots=True)
class Graph:
    """The rules of a form in working order.

    Args:
        rules: Every rule, each after those it depends on.
        readers: By number of a definition: rules that read it, and the repeat they share.
        inward: Those by which a group asks the questions inside it.
        cycles: Rings of rules that depend on each other; empty when all is well.
    """

    rules: tuple[Rule, ...]
    readers: tuple[tuple[tuple[Rule, Def | None], ...], ...]
    calculated: dict[int, Rule]
    chosen: dict[int, Rule]
    inward: tuple[Rule, ...]
    cycles: tuple[tuple[Rule, ...], ...]


def rules_of(model: Model) -> list[Rule]:
    """List every rule of a form, in document order."""
    rules: list[Rule] = []
    for definition in model.defs:
        bind = definition.bind
        if bind.relevant is not None:
            rules.append(Rule("relevant", definition, bind.relevant))
        if definition.repeat and definition.repeat.count is not None:
            rules.append(Rule("count", definition, definition.repeat.count))
        if bind.calculate is not None:
            rules.append(Rule("calculate", definition, bind.calculate))
        items = definition.control.items if definition.control else None
        if items is not None and items.nodes is not None and items.filtered:
            rules.append(Rule("choices", definition, items.nodes))
    return rules


def build_graph(model: Model) -> Graph:
    """Order the rules of a form."""
    rules = rules_of(model)
    readers: list[list[tuple[Rule, Def | None]]] = [[] for _ in model.defs]
    loose: set[tuple[int, int]] = set()
    for rule in rules:
        for ref in (*rule.expression.refs, *_named(rule, model), *_offered(rule), *_within(rule)):
            readers[ref.target.number].append((rule, ref.scope))
            if rule.is_loose(ref):
                loose.add((ref.target.number, id(rule)))
    order, cycles = _sorted(rules, readers, loose)
    for rank, rule in enumerate(order):
        rule.rank = rank
    return Graph(
        tuple(order),
        tuple(tuple(dict.fromkeys(entry)) for entry in readers),
        {r.definition.number: r for r in rules if r.kind == "calculate"},
        {r.definition.number: r for r in rules if r.kind == "choices"},
        tuple(rule for rule in rules if rule.inward),
        cycles,
    )


def _named(rule: Rule, model: Model) -> list[Ref]:
    """Return what the rule reads through the names of choices (`jr:choice-name`)."""
    found = [model.resolve(path, rule.definition) for path in rule.expression.named]
    return [ref for select in found if select is not None for ref in model.read_by_labels(select)]


def _offered(rule: Rule) -> list[Ref]:
    """Return the answers that are values of a select's choices (`select_one ${name}`)."""
    control = rule.definition.control
    if rule.kind != "choices" or control is None or control.items is None:
        return []
    found = [
        (ref, kid)
        for ref in rule.expression.refs
        if (kid := ref.target.children.get(control.items.value))
    ]
    return [replace(ref, target=kid) for ref, kid in found]


def _within(rule: Rule) -> list[Ref]:
    """Return what a group read as a text is made of: every value inside it, one after another."""
    groups = [
        ref
        for ref in rule.expression.refs
        if not ref.target.leaf
        and ref.target.repeat is None
        and not rule.definition.is_under(ref.target)
    ]
    return [replace(ref, target=kid) for ref in groups for kid in ref.target.walk() if kid.leaf]


def _followers(
    rule: Rule,
    readers: list[list[tuple[Rule, Def | None]]],
    inside: dict[int, list[Rule]],
    loose: set[tuple[int, int]],
) -> list[Rule]:
    followers: dict[int, Rule] = {}
    for definition in rule.affects:
        for reader, _scope in readers[definition.number]:
            if (definition.number, id(reader)) not in loose:
                followers[id(reader)] = reader
        if rule.kind in ("relevant", "count"):
            followers.update((id(r), r) for r in inside.get(definition.number, ()))
    if rule.kind == "relevant":
        followers.update(
            (id(r), r) for r in inside.get(rule.definition.number, ()) if r.kind == "count"
        )
    return [
        follower for follower in followers.values() if follower is not rule or _reads_itself(rule)
    ]


def _reads_itself(rule: Rule) -> bool:
    affected = rule.affects
    return any(ref.target in affected and not rule.is_loose(ref) for ref in rule.expression.refs)


def _inside(rules: list[Rule]) -> dict[int, list[Rule]]:
    """Return the rules that need their own node to be relevant, by definition."""
    inside: dict[int, list[Rule]] = {}
    for rule in rules:
        if rule.kind in ("calculate", "choices"):
            inside.setdefault(rule.definition.number, []).append(rule)
    return inside


def _sorted(
    rules: list[Rule],
    readers: list[list[tuple[Rule, Def | None]]],
    loose: set[tuple[int, int]],
) -> tuple[list[Rule], tuple[tuple[Rule, ...], ...]]:
    """Sort so that each rule follows what it depends on; find the rings if there are any."""
    inside = _inside(rules)
    done: list[Rule] = []
    state: dict[int, int] = {}
    cycles: dict[frozenset[int], tuple[Rule, ...]] = {}
    for start in rules:
        if id(start) in state:
            continue
        trail = [start]
        waiting = [iter(_followers(start, readers, inside, loose))]
        state[id(start)] = 1
        while waiting:
            follower = next(waiting[-1], None)
            if follower is None:
                waiting.pop()
                closed = trail.pop()
                state[id(closed)] = 2
                done.append(closed)
            elif id(follower) not in state:
                state[id(follower)] = 1
                trail.append(follower)
                waiting.append(iter(_followers(follower, readers, inside, loose)))
            elif state[id(follower)] == 1:
                ring = tuple(trail[trail.index(follower) :])
                cycles.setdefault(frozenset(map(id, ring)), ring)
    done.reverse()
    return done, tuple(cycles.values())
