"""What a form is made of: nodes, binds, controls and texts; read once, never changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forms.xpath.compiler import Expression
    from forms.xpath.paths import Ref
    from forms.xpath.values import XNode


MOST_INSTANCES = 1_000
"""Instances of one repeat (our limit against a form that asks for a million)."""

Variant = dict[str, "str | list[Variant]"]
"""What one written-out instance holds: text by a leaf's path, instances by a repeat's path."""


class Def:
    """A node of the primary instance's shape; every repeat instance shares one.

    Args:
        name: Element name, or `@name` of an attribute.
        path: `/data/child/name`, without positions.
        depth: The root element has 1.
        number: Place in document order, from 0.
        default: Text in the form definition.
        repeat: One instance of a series.
    """

    __slots__ = (
        "bind",
        "children",
        "control",
        "default",
        "depth",
        "in_repeat",
        "is_note",
        "name",
        "number",
        "parent",
        "path",
        "repeat",
        "variants",
    )

    def __init__(self, name: str, parent: Def | None) -> None:
        self.name = name
        self.parent = parent
        self.path: str = f"{parent.path if parent else ''}/{name}"
        self.depth: int = parent.depth + 1 if parent else 1
        self.number = 0
        self.default = ""
        self.repeat: Repeat | None = None
        self.in_repeat: Def | None = None
        self.is_note = False
        self.children: dict[str, Def] = {}
        self.bind = Bind()
        self.control: Control | None = None
        self.variants: list[Variant] = []

    @property
    def leaf(self) -> bool:
        """Say whether it holds a value, not other elements."""
        return all(name.startswith("@") for name in self.children)

    @property
    def asks_one(self) -> bool:
        """Say whether it asks for one of several choices."""
        return self.control is not None and self.control.tag == "select1"

    @property
    def lists(self) -> frozenset[str]:
        """Return the names of the lists that its choices come from."""
        items = self.control.items if self.control is not None else None
        nodes = items.nodes if items is not None else None
        return nodes.instances if nodes is not None else frozenset()

    def nearest_repeat(self) -> Def | None:
        """Return this repeat, or the innermost one around it."""
        return self if self.repeat else self.in_repeat

    def is_under(self, other: Def) -> bool:
        """Say whether this is `other` or inside it."""
        here: Def | None = self
        while here and here.depth > other.depth:
            here = here.parent
        return here is other

    def walk(self) -> list[Def]:
        """Return this and everything inside, in document order."""
        found = [self]
        for child in self.children.values():
            found.extend(child.walk())
        return found


@dataclass(slots=True)
class Bind:
    """The logic of one node."""

    type: str = "string"
    relevant: Expression | None = None
    required: Expression | None = None
    readonly: Expression | None = None
    constraint: Expression | None = None
    calculate: Expression | None = None
    constraint_message: TextTemplate | None = None
    required_message: TextTemplate | None = None
    preload: tuple[str, str] = ("", "")
    save_to: str = ""
    source: str = ""
    sensitive: str = ""
    asked: str = ""


@dataclass(slots=True)
class Repeat:
    """A series of instances.

    Args:
        count: Expression that fixes how many there are; None lets the person say.
        fixed: Nothing may be added or removed by the person.
    """

    count: Expression | None = None
    fixed: bool = False
    label: TextTemplate | None = None

    @property
    def by_person(self) -> bool:
        """Say whether the person says how many there are."""
        return self.count is None and not self.fixed


@dataclass(frozen=True, slots=True)
class TextTemplate:
    """A text with values in it: pieces of text and expressions, or a translated text's id."""

    parts: tuple[str | Expression, ...] = ()
    itext: str = ""


@dataclass(frozen=True, slots=True)
class Itemset:
    """Where the choices of a select come from.

    Args:
        nodes: Expression for the items; None when they are written out.
        value: Name of the child that holds an item's value.
        label: Name of the child that holds its label or its label's itext id.
        translated: The label child holds an itext id.
        filtered: The items depend on answers.
        fixed: Items written out: value and label.
        columns: Text that names the columns of the label, separated by commas (`search()`); such
            a list offers each value once, with the items written out before and after it.
        ahead: How many of the items written out stand before those of `nodes`.
    """

    nodes: Expression | None = None
    value: str = "name"
    label: str = "label"
    translated: bool = False
    filtered: bool = False
    fixed: tuple[tuple[str, TextTemplate], ...] = ()
    columns: TextTemplate | None = None
    ahead: int = 0


@dataclass(slots=True)
class Action:
    """A `setvalue`: what is written where, when."""

    target: Def
    events: frozenset[str]
    value: Expression | None
    text: str = ""


@dataclass(slots=True)
class Control:
    """How a node is asked; a group or repeat is asked through its children.

    Args:
        tag: `input`, `select`, `select1`, `rank`, `upload`, `trigger`, `range`, `group`, `repeat`.
        media: Media type of an upload.
        range: Start, end and step of a range.
    """

    tag: str
    node: Def | None
    label: TextTemplate | None = None
    hint: TextTemplate | None = None
    guidance: TextTemplate | None = None
    appearance: str = ""
    media: str = ""
    items: Itemset | None = None
    range: tuple[str, str, str] = ("", "", "")
    children: list[Control] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    parent: Control | None = None


@dataclass(slots=True)
class EntityRule:
    """What a submission does to an entity list (`entities` sheet)."""

    dataset: str
    node: Def


@dataclass(slots=True)
class Model:
    """A form, read and compiled."""

    id: str
    version: str
    title: str
    root: Def
    defs: list[Def]
    body: list[Control]
    languages: tuple[str, ...]
    default_language: str
    itext: Mapping[str, Mapping[str, TextTemplate]]
    instances: Mapping[str, XNode]
    sources: Mapping[str, str]
    actions: list[Action]
    entities: list[EntityRule]
    by_path: Mapping[str, Def]
    external: Mapping[str, str]

    def resolve(self, path: str, here: Def | None) -> Def | None:
        """Return the definition at a path, absolute or from another; None when there is none."""
        if path.startswith("/"):
            return self.by_path.get(path)
        for step in path.split("/"):
            if here is None:
                return None
            if step in ("current()", "."):
                continue
            here = here.parent if step == ".." else here.children.get(step)
        return here

    def read_by_labels(self, select: Def) -> list[Ref]:
        """Return the nodes whose values stand in the labels of a select's choices."""
        items = select.control.items if select.control else None
        if items is None:
            return []
        labels = [label for _value, label in items.fixed]
        keys = {label.itext for label in labels if label.itext}
        for texts in self.itext.values():
            # a list's items name their texts in data: any text that is no question's may be one
            labels += [
                t for k, t in texts.items() if k in keys or (items.translated and "/" not in k)
            ]
        return [
            ref
            for label in labels
            for part in label.parts
            if not isinstance(part, str)
            for ref in part.refs
        ]
