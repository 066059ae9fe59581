"""A form while it runs: values, relevance and repeats, kept right after every change."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from forms.agenda import Agenda
from forms.definition import MOST_INSTANCES
from forms.dialogue import Places
from forms.instance import Node, Outline, Series, every_node, grow, next_instance, steps_of
from forms.stored import written
from forms.world import FormWorld
from forms.xpath.env import Env
from forms.xpath.values import XNode, to_bool, to_nodes, to_number, to_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from forms.definition import Action, Control, Def
    from forms.form import Form
    from forms.graph import Rule
    from forms.world import Surroundings
    from forms.xpath.compiler import Expression
    from forms.xpath.values import Value

MOST_NODES = 50_000
"""Nodes of one running form (our limit against repeats inside repeats)."""

MOST_TEXT = 50_000
"""Characters of one value (our limit)."""

_MOST_WORK = 200_000


CHANGED = "xforms-value-changed"
"""The event of a value that became another one; what it sets may set more."""


class Live:
    """One running form. It changes in place; the engine hands it from session to session."""

    def __init__(self, form: Form, surroundings: Surroundings, now: datetime) -> None:
        self.form = form
        self.model = form.model
        self.graph = form.graph
        document = XNode("")
        self.root = grow(self.model.root, None)
        self.root.parent = document
        document.kids[self.root.name] = [self.root]
        self.world = FormWorld(form, surroundings, document, now)
        self.env = Env(self.world, self.root)
        self.world.evaluate = self.evaluate
        self.world.locate = self.locate
        self.world.current = lambda: cast("Node", self.env.current)
        self.world.fixed = self._fixed()
        self.places = Places(self.model, self.root)
        self.fallen: list[Node] = []
        self.overfull = False
        self.begun = False
        self.since: tuple[str, int] | None = None
        self.given: set[str] = set()
        self._touched: dict[Node, None] = {}
        self._awoken: list[Node] = []
        self._waking = False
        self._added: set[int] = set()
        self._outline: Outline | None = None
        self._size = len(every_node(self.root))
        self._working: Node | None = None
        self._agenda = Agenda()
        self._ways: dict[tuple[int, int], tuple[str, ...]] = {}

    def _fixed(self) -> list[XNode]:
        fixed: list[XNode] = [self.root] * len(self.model.defs)

        def visit(node: Node) -> None:
            fixed[node.definition.number] = node
            for kid in node.inner:
                if kid.definition.repeat is None:
                    visit(kid)

        visit(self.root)
        return fixed

    # --- evaluation -----------------------------------------------------------------------

    def evaluate(self, expression: Expression, node: Node) -> Value:
        """Work out an expression for a node."""
        env = self.env
        saved, env.current = env.current, node
        try:
            return expression.run(node, env)
        finally:
            env.current = saved

    def truth(self, expression: Expression | None, node: Node, *, otherwise: bool) -> bool:
        """Work out a truth; `otherwise` when there is no expression."""
        if expression is None:
            return otherwise
        return to_bool(self.evaluate(expression, node))

    # --- finding nodes --------------------------------------------------------------------

    def find(self, ref: str) -> Node | None:
        """Return the node at a path with positions."""
        definition = self.model.by_path.get(ref)
        if definition and definition.repeat is None and definition.in_repeat is None:
            return cast("Node", self.world.fixed[definition.number])
        try:
            steps = steps_of(ref)
        except ValueError:
            return None
        if not steps or steps[0][0] != self.root.name:
            return None
        node = self.root
        for name, position in steps[1:]:
            nodes = node.kids.get(name, [])
            if not 1 <= position <= len(nodes):
                return None
            node = cast("Node", nodes[position - 1])
        return node

    def at(self, ref: str) -> Node | None:
        """Return the place at a path: a question, or a series for a path that ends in one."""
        if not ref.endswith("]"):
            definition = self.model.by_path.get(ref)
            if definition is None or definition.repeat is not None:
                series = self.find_series(ref)
                if series is not None:
                    return series
        return self.find(ref)

    def find_series(self, ref: str) -> Series | None:
        """Return the series at a path whose last step has no position."""
        above, _, name = ref.rpartition("/")
        parent = self.find(above)
        return (parent.series or {}).get(name) if parent else None

    def locate(self, definition: Def, here: Node | None) -> Node | None:
        """Return the node of a definition nearest to another node: in the same repeats."""
        repeat = definition.nearest_repeat()
        while repeat and not (here and here.definition.is_under(repeat)):
            repeat = repeat.in_repeat
        anchor = here.holder(repeat) if repeat and here else self.root
        return next(iter(self.under(definition, anchor)), None)

    def under(self, definition: Def, anchor: Node) -> list[Node]:
        """Return the nodes of a definition inside another node."""
        key = (definition.number, anchor.definition.number)
        way = self._ways.get(key)
        if way is None:
            names: list[str] = []
            here: Def | None = definition
            while here is not None and here is not anchor.definition:
                names.append(here.name)
                here = here.parent
            way = self._ways[key] = tuple(reversed(names))
        nodes: list[XNode] = [anchor]
        for name in way:
            nodes = [kid for node in nodes for kid in node.kids.get(name, ())]
        return cast("list[Node]", nodes)

    def _subjects(self, rule: Rule, anchor: Node) -> list[Node]:
        """Return the nodes a rule is worked out for; a count rule works on the series."""
        definition = rule.definition
        nodes = [] if rule.kind == "count" else self.under(definition, anchor)
        if definition.repeat is None or rule.kind not in ("count", "relevant"):
            return nodes
        if anchor.definition is definition:
            anchor = anchor.above or anchor
        parents = self.under(cast("Def", definition.parent), anchor)
        return nodes + [p.series[definition.name] for p in parents if p.series]

    # --- change ---------------------------------------------------------------------------

    def work_all(self) -> None:
        """Work out every rule once, in order."""
        self._close_inward(self.root)
        for rule in self.graph.rules:
            for node in self._subjects(rule, self.root):
                self._agenda.put(rule, node)
        self.settle()

    def _close_inward(self, anchor: Node) -> None:
        """Begin with groups closed that ask the questions inside them, as the reference does."""
        for rule in self.graph.inward:
            if rule.definition.is_under(anchor.definition):
                for node in self._subjects(rule, anchor):
                    node.own = False
                    self._touched[node] = None
                    self.spread(node)

    def work_relevance(self) -> None:
        """Work out relevance alone, after values were put back from a session."""
        for rule in self.graph.rules:
            if rule.kind == "relevant":
                for node in self._subjects(rule, self.root):
                    self._relevant(rule, node)
        self._agenda.clear()
        self.fallen.clear()

    def hide(self, refs: Iterable[str]) -> None:
        """Put back what was not relevant when a session was written down, working nothing out."""
        here = self.outline.at
        nodes = [node for ref in refs if (node := here.get(ref)) is not None]
        for node in nodes:
            node.own = False
        for node in nodes:
            self.spread(node)
        self._agenda.clear()
        self.fallen.clear()

    def put(self, node: Node, value: str) -> None:
        """Set a value and note what has to be worked out again."""
        if node.chosen:
            node.chosen = ""
            self._touched[node] = None
        value = written(node.definition.bind.type, value)
        if node.stored == value:
            return
        node.stored = value
        self._touched[node] = None
        if node.relevant:
            node.value = value
            self._changed(node)

    def _changed(self, node: Node) -> None:
        for rule, scope in self.graph.readers[node.definition.number]:
            anchor = self.root if scope is None else node.holder(scope)
            for subject in self._subjects(rule, anchor):
                # A value that may stay as it is (`if(. = '', uuid(), .)`) does not wake itself,
                # nor does a group that opens or closes by what is inside it.
                if subject is not self._working or rule.kind not in ("calculate", "relevant"):
                    self._agenda.put(rule, subject)

    def settle(self) -> None:
        """Work out what changed, in order, until nothing is left."""
        for _ in range(_MOST_WORK):
            if (due := self._agenda.take()) is None:
                break
            rule, node = due
            _WORK[rule.kind](self, rule, node)
        self._agenda.clear()
        self._added.clear()
        if self.places.stale:
            self.places.rebuild()
        if self._awoken and not self._waking:
            self._wake()

    def _wake(self) -> None:
        """Run the actions of questions whose calculation came to another value, each once."""
        self._waking, done = True, set[int]()
        while self._awoken:
            node = self._awoken.pop(0)
            if id(node) not in done:
                done.add(id(node))
                self.run_actions(node.definition, CHANGED, node)
        self._waking = False

    def _relevant(self, rule: Rule, node: Node) -> None:
        own = to_bool(self.evaluate(rule.expression, node))
        if own != node.own:
            node.own = own
            self._touched[node] = None
            self._working = node if rule.inward else None
            self.spread(node)
            self._working = None

    def spread(self, node: Node) -> None:
        """Carry relevance from a node to everything inside."""
        above = node.above
        inside = self.root is node or above is None or above.relevant
        relevant = node.own and inside
        if relevant == node.relevant:
            return
        node.relevant = relevant
        self._show(node)
        for kid in (*node.inner, *(node.series or {}).values()):
            self.spread(kid)
        if node.stored:
            node.value = node.stored if relevant else ""
            self._changed(node)
        if relevant:
            for table in (self.graph.calculated, self.graph.chosen):
                if rule := table.get(node.definition.number):
                    self._agenda.put(rule, node)

    def _show(self, node: Node) -> None:
        if node.place < 0:
            return
        if not node.relevant and node.stored and self.places.is_done(node):
            self.fallen.append(node)
        self.places.show(node, visible=node.relevant)

    def _calculate(self, rule: Rule, node: Node) -> None:
        if not node.relevant:
            return
        self._working = node
        text = to_text(self.evaluate(rule.expression, node))[:MOST_TEXT]
        control = node.definition.control
        if text and control is not None and control.items is not None:
            # a choice that is not offered is none, as in the reference
            text = _chosen(text, control, {value for value, _label in self.world.choices(node)})
        before = node.stored
        self.put(node, text)
        self._working = None
        if control is not None and control.actions and node.stored != before:
            self._notice(node)

    def _notice(self, node: Node) -> None:
        """Keep in mind whose actions are to run; first values are no change."""
        if self.begun and id(node) not in self._added:
            self._awoken.append(node)

    def _choices(self, rule: Rule, node: Node) -> None:
        chosen = node.chosen or node.stored
        if not chosen:
            return
        items = to_nodes(self.evaluate(rule.expression, node))
        offered = self.world.values_of(items, node.definition)
        kept = _chosen(chosen, node.definition.control, offered)
        if kept != node.stored:
            if node.place >= 0 and self.places.is_done(node) and not kept:
                self.fallen.append(node)
                self.places.done(node, done=False)
            elif node.place >= 0 and kept and node.chosen:
                self.places.done(node)
            self.put(node, kept)
        node.chosen = chosen if kept != chosen else ""
        self._touched[node] = None

    def keep_offered(self, node: Node) -> None:
        """Drop a written default that is none of the question's choices, as the reference does."""
        control = node.definition.control
        items = control.items if control is not None else None
        if items is None or items.filtered or not node.stored or node.stored != node.initial:
            return  # choices that depend on answers have a rule of their own
        if offered := {value for value, _label in self.world.choices(node)}:
            self.put(node, _chosen(node.stored, control, offered))

    # --- repeats --------------------------------------------------------------------------

    def _count(self, rule: Rule, series: Node) -> None:
        counted = cast("Series", series)
        wanted = to_number(self.evaluate(rule.expression, series))
        if wanted == wanted:  # noqa: PLR0124 not a number: see below
            most = MOST_INSTANCES + 1.0
            self.resize(counted, int(max(0.0, min(wanted, most))))
        elif not counted.counted:
            self.resize(counted, 0)
        # A count that is no number any more (cleared, or out of the way) costs no entry: who
        # changes an answer by mistake and back finds them as they were. So does the reference.
        counted.counted = True

    def resize(self, series: Series, wanted: int) -> None:
        """Add or remove instances at the end of a series; never more than the limits."""
        room = (MOST_NODES - self._size) // len(series.definition.walk())
        most = min(MOST_INSTANCES, len(series.instances) + max(0, room))
        if wanted > most:
            self.overfull, wanted = True, most
        while len(series.instances) < wanted:
            self.add(series)
        if len(series.instances) > wanted:
            self.remove(series, wanted)

    def add(self, series: Series) -> Node:
        """Add an instance at the end."""
        above = cast("Node", series.above)
        node = next_instance(series)
        above.kids[series.name].append(node)
        self._size += len(every_node(node))
        self._added.update(map(id, every_node(node)))
        self._touched |= dict.fromkeys((series, *every_node(node)))
        self.rearranged()
        for inner in every_node(node):
            self.keep_offered(inner)
        if not above.relevant:
            node.relevant = True
            self.spread(node)
        self._close_inward(node)
        for rule in self.graph.rules:
            if rule.definition.is_under(series.definition):
                own = rule.kind == "count" and rule.definition is series.definition
                for subject in () if own else self._subjects(rule, node):
                    self._agenda.put(rule, subject)
        self.run_actions(series.definition, "odk-new-repeat", node)
        self._recount(series)
        return node

    def remove(self, series: Series, wanted: int) -> None:
        """Remove the instances after the first `wanted`."""
        above = cast("Node", series.above)
        for number, node in enumerate(series.instances[wanted:], wanted + 1):
            node.gone = number
            self.fallen.extend(n for n in self.places.answered_under(node) if n.stored)
        taken = [n for node in series.instances[wanted:] for n in every_node(node)]
        self._touched |= dict.fromkeys((series, *taken))
        gone = set(map(id, taken))
        del above.kids[series.name][wanted:]
        self._size -= len(gone)
        self._agenda.forget(gone)
        self.rearranged()
        self._recount(series)

    def rearranged(self) -> None:
        """Take note that instances came or went."""
        self._outline = None
        self.places.stale = True

    def _recount(self, series: Series) -> None:
        """Note every rule that reads anything of the series from outside one instance."""
        repeat = series.definition
        for definition in repeat.walk():
            for rule, scope in self.graph.readers[definition.number]:
                if scope is repeat or (scope and scope.is_under(repeat) and scope is not repeat):
                    continue
                anchor = self.root if scope is None else series.holder(scope)
                for subject in self._subjects(rule, anchor):
                    self._agenda.put(rule, subject)

    # --- actions --------------------------------------------------------------------------

    def run_actions(self, definition: Def | None, event: str, at: Node) -> None:
        """Run the `setvalue` actions of an event.

        Args:
            definition: Whose actions: of a question or a repeat; None for those of the whole form.
            event: Its name.
            at: Node the event happened to.
        """
        self._run_actions(definition, event, at, ())

    def _run_actions(
        self, definition: Def | None, event: str, at: Node, under_way: tuple[Action, ...]
    ) -> None:
        for action in self.form.actions_of(definition, event):
            # two questions that set each other would never come to an end
            if any(action is other for other in under_way):
                continue
            for node in self._action_targets(action, at):
                before = node.stored
                if action.value is None:
                    self.put(node, action.text)
                else:
                    self.put(node, to_text(self.evaluate(action.value, node)))
                self.settle()
                if event == CHANGED and node.stored != before:
                    self._run_actions(node.definition, event, node, (*under_way, action))

    def _action_targets(self, action: Action, at: Node) -> list[Node]:
        repeat = action.target.nearest_repeat()
        while repeat is not None and not at.definition.is_under(repeat):
            repeat = repeat.in_repeat
        return self.under(action.target, at.holder(repeat) if repeat else self.root)

    # --- keeping --------------------------------------------------------------------------

    @property
    def outline(self) -> Outline:
        """Return what there is, made anew only when instances came or went."""
        if self._outline is None:
            self._outline = Outline.of(self.root)
        return self._outline

    def state(self) -> dict[str, object]:
        """Return what cannot be worked out again without a replay, as plain JSON values."""
        found = self.outline
        series = [s for s in found.series if len(s.instances) != len(s.variants)]
        return {
            "values": {ref: n.stored for ref, n in found.leaves if n.stored != n.initial},
            "chosen": {ref: n.chosen for ref, n in found.leaves if n.chosen},
            "counts": {s.ref: len(s.instances) for s in series},
            "hidden": {ref: True for ref, n in found.at.items() if not n.own},
            "reopened": sorted(n.ref for n in self.places.reopened()),
            "draws": self.world.draws,
        }

    def was_written(self, mark: str, inputs: int) -> None:
        """Note that everything up to now, so many inputs, is written down under a mark."""
        self.since = mark, inputs
        self._touched.clear()

    def news(self) -> dict[str, object]:
        """Return what `state` says otherwise than when it was written down last.

        As a JSON merge patch, in which None takes away; it costs what was touched since then.
        """
        here = self.outline.at
        values: dict[str, str | None] = {}
        chosen: dict[str, str | None] = {}
        counts: dict[str, int | None] = {}
        hidden: dict[str, bool | None] = {}
        for touched in self._touched:
            ref = touched.ref
            node = here.get(ref)
            if isinstance(touched, Series):
                counts[ref] = _own_count(node)
            hidden[ref] = True if node is not None and not node.own else None
            values[ref] = node.stored if node and node.stored != node.initial else None
            chosen[ref] = (node.chosen or None) if node else None
        return {
            "values": values,
            "chosen": chosen,
            "counts": counts,
            "hidden": hidden,
            "reopened": sorted(n.ref for n in self.places.reopened()),
            "draws": self.world.draws,
        }


def _own_count(node: Node | None) -> int | None:
    """Return how many entries a series has, where the form itself does not say so."""
    if not isinstance(node, Series) or len(node.instances) == len(node.variants):
        return None
    return len(node.instances)


def _chosen(text: str, control: Control | None, offered: Collection[str]) -> str:
    """Return what of an answer is offered: one choice, or those of several."""
    words = [text] if control is not None and control.tag == "select1" else text.split()
    return " ".join(word for word in words if word in offered)


_WORK = {
    "relevant": Live._relevant,  # noqa: SLF001 the class's own table of its work
    "count": Live._count,  # noqa: SLF001
    "calculate": Live._calculate,  # noqa: SLF001
    "choices": Live._choices,  # noqa: SLF001
}
