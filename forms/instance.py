"""The nodes of one running form; they hold values and places, and decide nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from forms.stored import written
from forms.xpath.values import XNode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forms.definition import Def, Variant

HIDDEN, OPEN, DONE, NOTE, MORE, ENOUGH = 0, 1, 2, 3, 4, 5
"""State of a place: not asked, to ask, answered, a note, a repeat's "one more?" open or not."""

_STEP = re.compile(r"([^\[\]]+)(?:\[(\d+)\])?\Z")


class Node(XNode):
    """A node of the primary instance.

    Args:
        stored: The value, kept even while the node is not relevant.
        own: What its own `relevant` says; `relevant` counts the nodes around it too.
        place: Where it stands in the dialogue; -1 when it is not asked.
        chosen: What was chosen, while not all of it is offered: it counts again when it is.
        gone: The number it had, once it was taken out of its repeat; 0 while it is there.
    """

    __slots__ = (
        "chosen",
        "definition",
        "gone",
        "initial",
        "own",
        "place",
        "relevant",
        "series",
        "stored",
    )

    def __init__(self, definition: Def, parent: Node | None, value: str = "") -> None:
        super().__init__(definition.name, parent, value)
        self.definition = definition
        self.stored = value
        self.initial = value
        self.chosen = ""
        self.own = True
        self.relevant = True
        self.place = -1
        self.gone = 0
        self.series: dict[str, Series] | None = None

    @property
    def above(self) -> Node | None:
        """Return the node around this one."""
        return cast("Node | None", self.parent)

    @property
    def inner(self) -> list[Node]:
        """Return every node directly inside, attributes too."""
        return [cast("Node", node) for nodes in self.kids.values() for node in nodes]

    def holder(self, definition: Def) -> Node:
        """Return the node of a definition around (or at) this one."""
        node: Node = self
        while node.definition is not definition:
            above = node.above
            if above is None:
                return node
            node = above
        return node

    @property
    def ref(self) -> str:
        """Return the path with positions on repeats: `/data/child[2]/name`."""
        definition = self.definition
        if definition.repeat is None and definition.in_repeat is None:
            return definition.path
        steps: list[str] = []
        node: Node | None = self
        while node is not None and node.parent is not None:
            steps.append(node.name + node.mark)
            node = node.above
        return "/" + "/".join(reversed(steps))

    @property
    def mark(self) -> str:
        """Return `[2]` for the second instance of a repeat, else nothing."""
        if self.definition.repeat is None or self.parent is None:
            return ""
        return f"[{self.number}]"

    @property
    def number(self) -> int:
        """Return its place in its repeat, from 1; the last one it had once it is taken out."""
        return self.gone or super().number


class Series(Node):
    """The instances of one repeat at one place: it stands for the question "one more?".

    Args:
        variants: Instances the definition writes out here.
        counted: Its count was worked out once.
    """

    __slots__ = ("counted", "variants")

    def __init__(self, definition: Def, parent: Node | None, variants: list[Variant]) -> None:
        super().__init__(definition, parent)
        self.variants = variants
        self.counted = False

    @property
    def mark(self) -> str:
        """Return nothing: the series is not one of its instances."""
        return ""

    @property
    def instances(self) -> list[Node]:
        """Return the instances in order."""
        if self.parent is None:
            return []
        return cast("list[Node]", self.parent.kids[self.name])


def grow(definition: Def, parent: Node | None, variant: Variant | None = None) -> Node:
    """Make a node with everything inside as the definition begins.

    Args:
        definition: What to make.
        parent: Where it belongs; it is not put there.
        variant: What the instance holds as the definition writes it out; None: its template.
    """
    default = definition.default if variant is None else variant.get(definition.path, "")
    text = default if isinstance(default, str) else ""
    node = Node(definition, parent, written(definition.bind.type, text))
    for name, child in definition.children.items():
        if child.repeat is None:
            node.kids[name] = [grow(child, node, variant)]
            continue
        found = child.variants if variant is None else variant.get(child.path, [])
        inner = found if isinstance(found, list) else []
        node.series = node.series or {}
        node.series[name] = Series(child, node, inner)
        node.kids[name] = [grow(child, node, own) for own in inner]
    return node


def every_node(node: Node) -> list[Node]:
    """Return a node, everything inside and the series inside."""
    found = [node, *(node.series or {}).values()]
    for kid in node.inner:
        found.extend(every_node(kid))
    return found


@dataclass(frozen=True, slots=True)
class Outline:
    """All nodes of a running form, in document order.

    Args:
        at: Every one by its path, series too: paths are written while walking down, once.
        leaves: Those that hold a value, with their paths.
        series: Series, outer ones before those inside.
    """

    at: Mapping[str, Node]
    leaves: tuple[tuple[str, Node], ...]
    series: tuple[Series, ...]

    @staticmethod
    def of(root: Node) -> Outline:
        """Walk through everything inside."""
        found: dict[str, Node] = {}
        _walk(root, root.ref, found)
        series = tuple(node for node in found.values() if isinstance(node, Series))
        leaves = tuple(
            (ref, node)
            for ref, node in found.items()
            if node.definition.leaf and not isinstance(node, Series)
        )
        return Outline(found, leaves, series)


def _walk(node: Node, ref: str, found: dict[str, Node]) -> None:
    found[ref] = node
    series = node.series or {}
    for name, one in series.items():
        found[f"{ref}/{name}"] = one
    for name, kids in node.kids.items():
        for place, kid in enumerate(kids, 1):
            inner = f"{ref}/{name}[{place}]" if name in series else f"{ref}/{name}"
            if kid.kids:
                _walk(cast("Node", kid), inner, found)
            else:
                found[inner] = cast("Node", kid)


def next_instance(series: Series) -> Node:
    """Make the next instance of a series; a counted one begins as the definition writes it."""
    place = len(series.instances)
    repeat = series.definition.repeat
    counted = repeat is not None and repeat.count is not None
    written_out = series.variants[place] if counted and place < len(series.variants) else None
    return grow(series.definition, series.above, written_out)


def steps_of(ref: str) -> list[tuple[str, int]]:
    """Split a path into names and positions from 1; no position means the first.

    Raises:
        ValueError: It is no such path.
    """
    steps = []
    for part in ref.strip("/").split("/"):
        found = _STEP.match(part)
        if not found:
            raise ValueError(ref)
        steps.append((found[1], int(found[2] or 1)))
    return steps
