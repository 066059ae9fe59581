"""Reads the body of an XForm: controls, groups, repeats and their choices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.definition import Control, Itemset, TextTemplate
from forms.errors import Problem
from forms.markup import attribute, children, local, own_text
from kernel.phrases import say

if TYPE_CHECKING:
    from lxml.etree import _Element

    from forms.definition import Def
    from forms.xform import Reader

_ASKED = frozenset(
    {"input", "secret", "textarea", "select", "select1", "rank", "upload", "trigger", "range"}
)


def read_body(reader: Reader) -> list[Control]:
    """Read every control."""
    root = next(iter(reader.by_path.values()))
    return _controls(reader, reader.body_element, None, root)


def _controls(
    reader: Reader, element: _Element, parent: Control | None, around: Def
) -> list[Control]:
    controls = []
    for kid in children(element):
        name = local(kid)
        if name == "group":
            controls.append(_group(reader, kid, parent, around))
        elif name == "repeat":
            controls.append(_repeat(reader, kid, parent, around))
        elif name in _ASKED:
            if control := _question(reader, kid, parent, around):
                controls.append(control)
        elif name not in ("label", "hint", "setvalue"):
            controls.extend(_controls(reader, kid, parent, around))
    return controls


def _part(element: _Element, name: str) -> _Element | None:
    return next((kid for kid in children(element) if local(kid) == name), None)


def _group(reader: Reader, element: _Element, parent: Control | None, around: Def) -> Control:
    node = reader.find(element.get("ref") or element.get("nodeset"), around) or around
    label = reader.template(_part(element, "label"), node)
    control = Control(
        "group", node, label, appearance=element.get("appearance", ""), parent=parent
    )
    control.children = _controls(reader, element, control, node)
    return control


def _repeat(reader: Reader, element: _Element, parent: Control | None, around: Def) -> Control:
    node = reader.find(element.get("nodeset") or element.get("ref"), around)
    if node is None or node.repeat is None:
        phrase = say("forms-bind-nowhere", path=element.get("nodeset", ""))
        reader.problems.append(Problem("survey", 0, "", phrase))
        return Control("group", around)
    node.repeat.count = reader.expression(attribute(element, "count"), node, "repeat_count")
    node.repeat.fixed = (attribute(element, "noAddRemove") or "").startswith("true")
    node.repeat.label = parent.label if parent and parent.tag == "group" else None
    label = reader.template(_part(element, "label"), node)
    control = Control("repeat", node, label, parent=parent)
    control.children = _controls(reader, element, control, node)
    control.actions = [
        a for kid in children(element) if (a := reader.action(kid, node)) is not None
    ]
    return control


def _question(
    reader: Reader, element: _Element, parent: Control | None, around: Def
) -> Control | None:
    path = element.get("ref") or element.get("nodeset")
    node = reader.find(path, around)
    if node is None:
        phrase = say("forms-bind-nowhere", path=path or "")
        reader.problems.append(Problem("survey", 0, "", phrase))
        return None
    control = Control(
        tag=local(element),
        node=node,
        label=reader.template(_part(element, "label"), node),
        hint=_hint(reader, element, node),
        appearance=element.get("appearance", ""),
        media=element.get("mediatype", ""),
        range=(element.get("start", ""), element.get("end", ""), element.get("step", "")),
        parent=parent,
    )
    if control.tag in ("select", "select1", "rank"):
        control.items = _items(reader, element, node)
    control.actions = [
        a for kid in children(element) if (a := reader.action(kid, node)) is not None
    ]
    if node.control is None:
        node.control = control
        node.is_note = _is_note(control, node)
    return control


def _hint(reader: Reader, element: _Element, node: Def) -> TextTemplate | None:
    return reader.template(_part(element, "hint"), node)


def _is_note(control: Control, node: Def) -> bool:
    readonly = node.bind.readonly
    if control.tag == "upload" or readonly is None:
        return False
    return readonly.source.strip().replace(" ", "") in ("true()", "1", "'1'")


def _items(reader: Reader, element: _Element, node: Def) -> Itemset:
    itemset = _part(element, "itemset")
    if itemset is None:
        fixed = [
            (own_text(value), reader.template(_part(item, "label"), node) or TextTemplate(("",)))
            for item in children(element)
            if local(item) == "item" and (value := _part(item, "value")) is not None
        ]
        return Itemset(fixed=tuple(fixed))
    nodes = reader.expression(itemset.get("nodeset"), node, "choice_filter")
    value, label = _part(itemset, "value"), _part(itemset, "label")
    label_ref = (label.get("ref") or "label").strip() if label is not None else "label"
    translated = label_ref.startswith("jr:itext(")
    return Itemset(
        nodes=nodes,
        value=(value.get("ref") or "name").strip() if value is not None else "name",
        label=label_ref[9:-1].strip() if translated else label_ref,
        translated=translated,
        filtered=nodes is not None and (bool(nodes.refs) or not nodes.instances),
    )
