"""What surrounds a running form: its lists, texts, the moment, chance; it changes no value."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Protocol

from forms.xpath.values import XNode, text_of, to_nodes, to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from forms.definition import Def, Itemset, TextTemplate
    from forms.form import Form
    from forms.instance import Node
    from forms.xpath.compiler import Expression
    from forms.xpath.values import Value


_STROKES = re.compile(r"[/|／]")
_NOT_TRANSLATED = ("-",)
"""What the converter writes where a language lacks a text that another has."""
_APART = 1_000_000
"""Draws between the shuffles of two questions."""

LAST_SAVED = "jr://instance/last-saved"
SAID = "said"
"""Column of the choices sheet: how people say a choice, parted by strokes (ours alone)."""


class Surroundings(Protocol):
    """What the host gives a form to read."""

    @property
    def lists(self) -> Mapping[str, Sequence[Mapping[str, str]]]:
        """Rows of the host's own lists, by name."""
        ...

    @property
    def last_saved(self) -> Mapping[str, str]:
        """Values of the last submission of the same form, by path."""
        ...

    @property
    def facts(self) -> Mapping[str, str]:
        """Properties such as `username` and `deviceid`."""
        ...


def rows_document(rows: Sequence[Mapping[str, str]]) -> XNode:
    """Make `root/item/column` of rows, as the specification says for CSV."""
    document = XNode("")
    root = XNode("root", document)
    document.kids["root"] = [root]
    items = root.kids.setdefault("item", [])
    for row in rows:
        item = XNode("item", root)
        for column, value in row.items():
            item.kids[column] = [XNode(column, item, str(value))]
        items.append(item)
    return document


class FormWorld:
    """What expressions of one running form may ask (`forms.xpath.env.World`)."""

    def __init__(self, form: Form, surroundings: Surroundings, root: XNode, now: datetime) -> None:
        self.form = form
        self.root = root
        self.now = now
        self.fixed: list[XNode] = []
        self.language = form.model.default_language
        self.seed = 0
        self.draws = 0
        self.evaluate: Callable[[Expression, Node], Value] = lambda _e, _n: ""
        self.locate: Callable[[Def, Node | None], Node | None] = lambda _d, _n: None
        self.current: Callable[[], Node | None] = lambda: None
        self._surroundings = surroundings
        self._said: dict[int, tuple[tuple[str, str], ...]] = {}
        self._documents: dict[str, XNode | None] = {}
        self._indexes: dict[tuple[str, tuple[str, ...], str], dict[str, list[XNode]]] = {}

    def surround(self, surroundings: Surroundings, now: datetime) -> None:
        """Take the host's lists and the moment of this step."""
        self.now = now
        if surroundings is not self._surroundings:
            before = self._surroundings
            if (surroundings.lists, surroundings.last_saved) != (before.lists, before.last_saved):
                self._documents.clear()
                self._indexes.clear()
            self._surroundings = surroundings

    # --- lists ----------------------------------------------------------------------------

    def instance(self, name: str) -> XNode | None:
        """Return the document of a secondary instance."""
        if name not in self._documents:
            self._documents[name] = self._document(name)
        return self._documents[name]

    def _document(self, name: str) -> XNode | None:
        if name in self._surroundings.lists:
            return rows_document(self._surroundings.lists[name])
        if self.form.model.external.get(name, "").startswith(LAST_SAVED):
            return self._last_saved()
        return self.form.document(name)

    def _last_saved(self) -> XNode:
        document = XNode("")
        saved = self._surroundings.last_saved

        def grow(definition: Def, parent: XNode) -> XNode:
            node = XNode(definition.name, parent, saved.get(definition.path, ""))
            node.kids = {name: [grow(kid, node)] for name, kid in definition.children.items()}
            return node

        root = self.form.model.root
        document.kids[root.name] = [grow(root, document)]
        return document

    def lookup(self, name: str, path: tuple[str, ...], key: str, value: str) -> list[XNode]:
        """Return the items of a list whose child `key` has a value, found by index."""
        place = (name, path, key)
        # Lists that come with the form are indexed once for all its sessions.
        indexes = self.form.indexes if self._is_own(name) else self._indexes
        index = indexes.get(place)
        if index is None:
            index = indexes[place] = {}
            document = self.instance(name)
            nodes = [document] if document else []
            for step in path:
                nodes = [kid for node in nodes for kid in node.kids.get(step, ())]
            for node in nodes:
                for child in node.kids.get(key, ()):
                    index.setdefault(text_of(child), []).append(node)
        return index.get(value, [])

    # --- texts ----------------------------------------------------------------------------

    def render(self, template: TextTemplate | None, node: Node) -> str:
        """Write out a text with the values in it."""
        if template is None:
            return ""
        if template.itext:
            return self.render(self._translation(template.itext), node)
        parts = template.parts
        if len(parts) == 1 and isinstance(parts[0], str):
            return parts[0]
        return "".join(
            p if isinstance(p, str) else to_text(self.evaluate(p, node)) for p in parts
        ).strip()

    def _translation(self, key: str) -> TextTemplate | None:
        itext = self.form.model.itext
        found = itext.get(self.language, {}).get(key)
        if found is not None and found.parts != _NOT_TRANSLATED:
            return found
        return itext.get(self.form.model.default_language, {}).get(key) or found

    def itext(self, key: str) -> str:
        """Return a translated text; the key itself when there is none."""
        node = self.current()
        template = self._translation(key)
        return self.render(template, node) if template and node else key

    # --- choices --------------------------------------------------------------------------

    def values_of(self, items: list[XNode], definition: Def) -> set[str]:
        """Return the values of items of a select."""
        source = definition.control.items if definition.control else None
        if source is None:
            return set()
        found = {text_of(kids[0]) for item in items if (kids := item.kids.get(source.value))}
        return found | {value for value, _label in source.fixed}

    def _is_own(self, name: str) -> bool:
        """Say whether a list comes with the form and not from the host or an earlier answer."""
        if name in self._surroundings.lists:
            return False
        source = self.form.model.external.get(name, "")
        return not source.startswith(LAST_SAVED) and self.form.document(name) is not None

    def choices(self, node: Node) -> tuple[tuple[str, str], ...]:
        """Return value and label of every choice now offered."""
        definition = node.definition
        items = definition.control.items if definition.control else None
        if items is None:
            return ()
        if items.nodes is None:
            return self._written_out(items, node)
        key = (definition.number, self.language)
        shared = self._is_shared(items.nodes)
        if shared and key in self.form.choice_cache:
            return self.form.choice_cache[key]
        nodes = self._offered(items.nodes, node)
        columns = self._columns(items, node)
        choices = tuple(self._choice(items, columns, item, node) for item in nodes)
        if items.columns is not None:
            choices = _once(choices)
        if items.fixed:
            own, shared = self._written_out(items, node), False
            choices = own[: items.ahead] + choices + own[items.ahead :]
        self._said[definition.number] = tuple(_said_for(items, nodes))
        if shared:
            self.form.said_cache[definition.number] = self._said[definition.number]
        if shared and not (items.translated and self._has_values(items, nodes)):
            self.form.choice_cache[key] = choices
        return choices

    def _written_out(self, items: Itemset, node: Node) -> tuple[tuple[str, str], ...]:
        return tuple((value, self.render(label, node)) for value, label in items.fixed)

    def said(self, node: Node) -> tuple[tuple[str, str], ...]:
        """Return how people say the choices last offered: value and words, from column `said`."""
        number = node.definition.number
        return self._said.get(number) or self.form.said_cache.get(number, ())

    def _is_shared(self, nodes: Expression) -> bool:
        """Say whether every session is offered the same items."""
        plain = not nodes.refs and nodes.functions <= {"instance"}
        return plain and all(map(self._is_own, nodes.instances))

    def _offered(self, nodes: Expression, node: Node) -> list[XNode]:
        """Return the items now offered; a shuffle is the same each time the question is shown."""
        drawn, self.draws = self.draws, (node.definition.number + 1) * _APART
        try:
            return to_nodes(self.evaluate(nodes, node))
        finally:
            self.draws = drawn

    def _choice(
        self, items: Itemset, columns: list[str], item: XNode, node: Node
    ) -> tuple[str, str]:
        value = item.kids.get(items.value)
        text = " ".join(text_of(kid) for name in columns for kid in item.kids.get(name, ()))
        if items.translated:
            text = self.render(self._translation(text), node)
        name = text_of(value[0]) if value else ""
        return name, text or name

    def _has_values(self, items: Itemset, nodes: list[XNode]) -> bool:
        """Say whether a label shows an answer: such labels are never shared between sessions."""
        keys = [text_of(kid) for item in nodes for kid in item.kids.get(items.label, ())]
        templates = [self._translation(key) for key in keys]
        return any(not isinstance(p, str) for t in templates if t for p in t.parts)

    def _columns(self, items: Itemset, node: Node) -> list[str]:
        """Return the names of the children that make an item's label."""
        if items.columns is None:
            return [items.label]
        return [name.strip() for name in self.render(items.columns, node).split(",")]

    def choice_label(self, path: str, value: str) -> str:
        """Return the label of a choice of the select at a path; the value when there is none."""
        here = self.current()
        definition = self.form.model.resolve(path, here.definition if here else None)
        if definition is None or here is None:
            return value
        target = self.locate(definition, here)
        if target is None:
            return value
        labels = dict(self.choices(target))
        return " ".join(labels.get(word, word) for word in [value]) if value else ""

    # --- chance and facts -----------------------------------------------------------------

    def chance(self) -> float:
        """Return the session's next random number: the same again in a replay."""
        self.draws += 1
        return random.Random(self.seed * 1_000_003 + self.draws).random()  # noqa: S311 not secret

    def fact(self, name: str) -> str:
        """Return a property of the device, or the form's version."""
        if name == "version":
            return self.form.version
        return self._surroundings.facts.get(name, "")


def _once(choices: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return choices without those whose value came before: `search()` offers each once."""
    found: dict[str, str] = {}
    for value, label in choices:
        found.setdefault(value, label)
    return tuple(found.items())


def _said_for(items: Itemset, nodes: list[XNode]) -> Iterator[tuple[str, str]]:
    """Return what the column `said` of the choices lists, parted by strokes."""
    for item in nodes:
        for kid in item.kids.get(SAID, ()):
            value = item.kids.get(items.value) or [kid]
            for words in _STROKES.split(text_of(kid)):
                yield text_of(value[0]), words.strip()
