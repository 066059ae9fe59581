"""The steps of a path at work: from nodes to nodes; what they read is noted elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.xpath.values import to_bool, to_nodes

if TYPE_CHECKING:
    from collections.abc import Callable

    from elementpath.xpath_tokens import XPathToken

    from forms.definition import Def
    from forms.xpath.compiler import Compiler
    from forms.xpath.env import Env
    from forms.xpath.paths import Here
    from forms.xpath.values import Fn, XNode


@dataclass(frozen=True, slots=True)
class Step:
    """One step: axis, name or `*`, predicates."""

    axis: str
    name: str
    predicates: tuple[XPathToken, ...] = ()

    def definitions(self, places: list[Def]) -> list[Def]:
        """Return the definitions this step may reach from others."""
        if self.axis == "filter":
            return places
        reached: list[Def] = []
        for place in places:
            reached.extend(d for d in _REACH[self.axis](place) if self.name in ("*", d.name))
        return list(dict.fromkeys(reached))


def _parents(place: Def) -> list[Def]:
    return [place.parent] if place.parent else []


def _ancestors(place: Def) -> list[Def]:
    return [place.parent, *_ancestors(place.parent)] if place.parent else []


def _siblings(place: Def) -> list[Def]:
    return list(place.parent.children.values()) if place.parent else []


_REACH: dict[str, Callable[[Def], list[Def]]] = {
    "child": lambda place: list(place.children.values()),
    "self": lambda place: [place],
    "parent": _parents,
    "ancestor": _ancestors,
    "ancestor-or-self": lambda place: [place, *_ancestors(place)],
    "descendant": lambda place: place.walk()[1:],
    "descendant-or-self": lambda place: place.walk(),
    "following-sibling": _siblings,
    "preceding-sibling": _siblings,
    "attribute": lambda place: list(place.children.values()),
}


def climb(ups: int, *, current: bool) -> Callable[[XNode, Env], XNode]:
    """Return the way up from the context node, or from the question itself."""
    if current:

        def from_current(_node: XNode, env: Env) -> XNode:
            node = env.current
            for _ in range(ups):
                node = node.parent or node
            return node

        return from_current
    if ups == 0:
        return lambda node, _env: node
    if ups == 1:
        return lambda node, _env: node.parent or node

    def from_node(node: XNode, _env: Env) -> XNode:
        for _ in range(ups):
            node = node.parent or node
        return node

    return from_node


def one_node(up: Callable[[XNode, Env], XNode], names: list[str]) -> Fn:
    """Return a finder of the one node down a path of names."""

    def find(node: XNode, env: Env) -> list[XNode]:
        here = up(node, env)
        for name in names:
            kids = here.kids.get(name)
            if not kids:
                return []
            here = kids[0]
        return [here]

    return find


def text_getter(
    up: Callable[[XNode, Env], XNode], names: list[str]
) -> Callable[[XNode, Env], str]:
    """Return a reader of the text of the one leaf down a path of names."""
    if len(names) == 1:
        name = names[0]
        return lambda node, env: up(node, env).kids[name][0].value

    def read(node: XNode, env: Env) -> str:
        here = up(node, env)
        for name in names:
            here = here.kids[name][0]
        return here.value

    return read


def _children(node: XNode, name: str) -> list[XNode]:
    return node.elements() if name == "*" else node.kids.get(name, [])


def _up(node: XNode, name: str) -> list[XNode]:
    return [node.parent] if node.parent and name in ("*", node.parent.name) else []


def _above(node: XNode, name: str) -> list[XNode]:
    found = []
    here = node.parent
    while here is not None:
        if name in ("*", here.name):
            found.append(here)
        here = here.parent
    return found


def _below(node: XNode, name: str) -> list[XNode]:
    found = []
    for kid in node.elements():
        if name in ("*", kid.name):
            found.append(kid)
        found.extend(_below(kid, name))
    return found


def _same(node: XNode, name: str) -> list[XNode]:
    return [node] if name in ("*", node.name) else []


def _beside(node: XNode, name: str, side: int) -> list[XNode]:
    siblings = node.parent.elements() if node.parent else [node]
    # what was taken out of its repeat stood after those that are left
    place = siblings.index(node) if node in siblings else len(siblings)
    others = siblings[place + 1 :] if side > 0 else siblings[:place][::-1]
    return [n for n in others if name in ("*", n.name)]


_AXES: dict[str, Callable[[XNode, str], list[XNode]]] = {
    "child": _children,
    "self": _same,
    "parent": _up,
    "ancestor": _above,
    "ancestor-or-self": lambda node, name: _same(node, name) + _above(node, name),
    "descendant": _below,
    "descendant-or-self": lambda node, name: _same(node, name) + _below(node, name),
    "following-sibling": lambda node, name: _beside(node, name, 1),
    "preceding-sibling": lambda node, name: _beside(node, name, -1),
    "attribute": lambda node, name: node.kids.get(f"@{name}", []),
}


def apply_steps(compiler: Compiler, start: Fn, steps: list[Step], here: Here) -> Fn:
    """Compile steps after a start into one function."""
    run = start
    places: list[Def] = [here.node] if here.node else []
    for step in steps:
        if step.axis != "filter" and step.axis not in _AXES:
            raise compiler.refuse(f"the axis {step.axis} is not supported")
        places = step.definitions(places)
        place = places[0] if len(places) == 1 else None
        tests = [_test(compiler, predicate, place) for predicate in step.predicates]
        run = _filter(run, tests) if step.axis == "filter" else _walk(run, step, tests)
    return run


def _walk(start: Fn, step: Step, tests: list[Callable[[list[XNode], Env], list[XNode]]]) -> Fn:
    axis, name = _AXES[step.axis], step.name

    def from_one(node: XNode, env: Env) -> list[XNode]:
        reached = axis(node, name)
        for test in tests:
            reached = test(reached, env)
        return reached

    def run(node: XNode, env: Env) -> list[XNode]:
        nodes = to_nodes(start(node, env))
        if len(nodes) == 1:
            return from_one(nodes[0], env)
        found = {id(reached): reached for one in nodes for reached in from_one(one, env)}
        return list(found.values())

    return run


def _filter(start: Fn, tests: list[Callable[[list[XNode], Env], list[XNode]]]) -> Fn:
    def run(node: XNode, env: Env) -> list[XNode]:
        nodes = to_nodes(start(node, env))
        for test in tests:
            nodes = test(nodes, env)
        return nodes

    return run


def _test(
    compiler: Compiler, predicate: XPathToken, place: Def | None
) -> Callable[[list[XNode], Env], list[XNode]]:
    if predicate.symbol == "(integer)":
        index = int(str(predicate.value))
        return lambda nodes, _env: nodes[index - 1 : index] if index > 0 else []
    test = compiler.predicate(predicate, place)

    def kept(nodes: list[XNode], env: Env) -> list[XNode]:
        saved = env.position, env.size
        env.size = len(nodes)
        passed = []
        for number, one in enumerate(nodes, 1):
            env.position = number
            value = test(one, env)
            if value == number if isinstance(value, float) else to_bool(value):
                passed.append(one)
        env.position, env.size = saved
        return passed

    return kept
