"""The nodes of one running form; they hold values and places, and decide nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from forms.stored import written
from forms.xpath.values import XNode

if TYPE_CHECKING:
    from forms.definition import Def

HIDDEN, OPEN, DONE, NOTE, MORE, ENOUGH = 0, 1, 2, 3, 4, 5
"""State of a place: not asked, to ask, answered, a note, a repeat's "one more?" open or not."""

_STEP = re.compile(r"([^\[\]]+)(?:\[(\d+)\])?\Z")


class Node(XNode):
    """A node of the primary instance.

    Args:
        stored: The value, kept even while the node is not relevant.
        own: What its own `relevant` says; `relevant` counts the nodes around it too.
        place: Where it stands in the dialogue; -1 when it is not asked.
    """

    __slots__ = ("definition", "initial", "own", "place", "relevant", "series", "stored")

    def __init__(self, definition: Def, parent: Node | None, value: str = "") -> None:
        super().__init__(definition.name, parent, value)
        self.definition = definition
        self.stored = value
        self.initial = value
        self.own = True
        self.relevant = True
        self.place = -1
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
        return f"[{self.parent.kids[self.name].index(self) + 1}]"


class Series(Node):
    """The instances of one repeat at one place: it stands for the question "one more?"."""

    __slots__ = ()

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


def grow(definition: Def, parent: Node | None, variant: dict[str, str] | None = None) -> Node:
    """Make a node with everything inside as the definition begins.

    Args:
        definition: What to make.
        parent: Where it belongs; it is not put there.
        variant: Values of one instance written out in the definition, by path.
    """
    default = definition.default if variant is None else variant.get(definition.path, "")
    node = Node(definition, parent, written(definition.bind.type, default))
    for name, child in definition.children.items():
        if child.repeat is None:
            node.kids[name] = [grow(child, node, variant)]
            continue
        node.kids[name] = []
        node.series = node.series or {}
        node.series[name] = Series(child, node)
        for index in range(child.repeat.start):
            own = dict(child.variants[index]) if index < len(child.variants) else None
            node.kids[name].append(grow(child, node, own))
    return node


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
