"""Reads the body of an XForm: controls, groups, repeats and their choices."""

from __future__ import annotations

import re
from dataclasses import replace
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING

from forms.definition import MOST_INSTANCES, Control, Itemset, TextTemplate
from forms.errors import Problem
from forms.markup import attribute, children, local, own_text
from kernel.phrases import say

if TYPE_CHECKING:
    from lxml.etree import _Element

    from forms.definition import Action, Def
    from forms.xform import Reader
    from forms.xpath.compiler import Expression

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
    node = reader.find(reader.reference(element), around) or around
    label = reader.template(_part(element, "label"), node)
    control = Control(
        "group", node, label, appearance=element.get("appearance", ""), parent=parent
    )
    control.children = _controls(reader, element, control, node)
    control.actions = _actions(reader, element, node)
    return control


def _actions(reader: Reader, element: _Element, node: Def) -> list[Action]:
    return [a for kid in children(element) if (a := reader.action(kid, node)) is not None]


def _repeat(reader: Reader, element: _Element, parent: Control | None, around: Def) -> Control:
    node = reader.find(element.get("nodeset") or element.get("ref"), around)
    if node is None or node.repeat is None:
        phrase = say("forms-bind-nowhere", path=element.get("nodeset", ""))
        reader.problems.append(Problem("survey", 0, "", phrase))
        return Control("group", around)
    node.repeat.count = reader.expression(attribute(element, "count"), node, "repeat_count")
    _check_count(reader, attribute(element, "count"), node)
    node.repeat.fixed = (attribute(element, "noAddRemove") or "").startswith("true")
    node.repeat.label = parent.label if parent and parent.tag == "group" else None
    label = reader.template(_part(element, "label"), node)
    control = Control("repeat", node, label, parent=parent)
    control.children = _controls(reader, element, control, node)
    control.actions = _actions(reader, element, node)
    return control


def _check_count(reader: Reader, count: str | None, node: Def) -> None:
    """Refuse a written-out number of instances that no dialogue can hold."""
    # pyxform writes the number into a calculation beside the repeat.
    refs = node.repeat.count.refs if node.repeat and node.repeat.count else ()
    worked_out = [r.target.bind.calculate.source for r in refs if r.target.bind.calculate]
    numbers = [text.strip() for text in (count or "", *worked_out) if text.strip().isdecimal()]
    if any(int(number) > MOST_INSTANCES for number in numbers):
        phrase = say("forms-count-too-large", name=node.name, most=MOST_INSTANCES)
        reader.problems.append(Problem("survey", 0, "repeat_count", phrase, ref=node.path))


def _question(
    reader: Reader, element: _Element, parent: Control | None, around: Def
) -> Control | None:
    path = reader.reference(element)
    node = reader.find(path, around)
    if node is None:
        phrase = say("forms-bind-nowhere", path=path)
        reader.problems.append(Problem("survey", 0, "", phrase))
        return None
    control = Control(
        tag=local(element),
        node=node,
        label=reader.template(_part(element, "label"), node),
        hint=reader.template(_part(element, "hint"), node),
        guidance=_guidance(_part(element, "hint")),
        appearance=element.get("appearance", ""),
        media=element.get("mediatype", ""),
        range=(element.get("start", ""), element.get("end", ""), element.get("step", "")),
        parent=parent,
    )
    if query := element.get("query"):
        # `select_one_external`: an input whose choices come from `itemsets.csv`.
        control.tag = "select1"
        control.items = _from_list(reader, query, node)
    elif control.tag in ("select", "select1", "rank"):
        control.items = _items(reader, element, node)
        control.items = searched(reader, control, node) or control.items
    control.actions = _actions(reader, element, node)
    if node.control is None:
        node.control = control
        node.is_note = _is_note(control, node)
    return control


def _guidance(hint: _Element | None) -> TextTemplate | None:
    """Return the longer help of a question, which pyxform keeps as a form of the hint's text."""
    found = _ITEXT.match(hint.get("ref", "")) if hint is not None else None
    return TextTemplate(itext=f"{found[1]}#guidance") if found else None


_ITEXT = re.compile(r"\s*jr:itext\(\s*['\"](.+?)['\"]\s*\)\s*\Z")


def _from_list(
    reader: Reader, query: str, node: Def, value: str = "name", label: str = "label"
) -> Itemset:
    nodes = reader.expression(query, node, "choice_filter")
    return Itemset(nodes=nodes, value=value, label=label, filtered=_is_filtered(nodes))


_SEARCH = re.compile(r"\bsearch\(\s*['\"]([^'\"]+?)(?:\.csv)?['\"]\s*(?:,(.*))?\)", re.DOTALL)
_SMALL = f"translate({{}}, '{ascii_uppercase}', '{ascii_lowercase}')"
_TESTS = {
    "matches": "{column} = {value}",
    "contains": f"contains({_SMALL.format('{column}')}, {_SMALL.format('{value}')})",
    "startswith": f"starts-with({_SMALL.format('{column}')}, {_SMALL.format('{value}')})",
    "endswith": f"ends-with({_SMALL.format('{column}')}, {_SMALL.format('{value}')})",
}
"""What Collect asks of its table with LIKE: parts of a text are found in capitals, too."""


def searched(reader: Reader, control: Control, node: Def) -> Itemset | None:
    """Return the choices of a `search()` appearance (ODK Collect's older way to use a CSV file).

    One choice row names the columns that hold value and label; those whose value is a whole
    number are choices as they stand.
    """
    found = _SEARCH.search(control.appearance)
    rows = control.items.fixed if control.items else ()
    columns = [place for place, row in enumerate(rows) if not row[0].lstrip("-").isdigit()]
    if not found or len(columns) != 1:
        return None
    tests = _search_tests([part.strip() for part in split_arguments(found[2] or "")])
    if tests is None:
        return None
    ahead = columns[0]
    value, label = rows[ahead]
    query = f"instance('{found[1]}')/root/item" + "".join(f"[{test}]" for test in tests)
    items = _from_list(reader, query, node, value)
    fixed = rows[:ahead] + rows[ahead + 1 :]
    return replace(items, columns=label, fixed=fixed, ahead=ahead)


def _search_tests(parts: list[str]) -> list[str] | None:
    """Return XPath tests of the arguments after the file: kind, column, value, column, value."""
    if not parts:
        return []
    kind, *pairs = parts
    if kind.strip("'\"") not in _TESTS or len(pairs) not in (2, 4):
        return None
    value = _current(pairs[1])
    test = _TESTS[kind.strip(_QUOTES)]
    columns = [name.strip() for name in pairs[0].strip(_QUOTES).split(",")]
    tests = [" or ".join(test.format(column=column, value=value) for column in columns)]
    if len(pairs) > 2:  # noqa: PLR2004 a second column and its value
        tests.insert(0, f"{pairs[2].strip(_QUOTES)} = {_current(pairs[3])}")
    return tests


_QUOTES = "'\""
_RELATIVE = re.compile(r"(?<![\w/.])(?=\.\.?/)")


def _current(value: str) -> str:
    """Make a relative path start at the question, as it stands inside a predicate."""
    return _RELATIVE.sub("current()/", value)


def split_arguments(text: str) -> list[str]:
    """Split at commas that are in no quotes and no brackets."""
    parts, depth, quote, start = [], 0, "", 0
    for place, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in _QUOTES:
            quote = letter
        elif letter in "([":
            depth += 1
        elif letter in ")]":
            depth -= 1
        elif letter == "," and not depth:
            parts.append(text[start:place])
            start = place + 1
    rest = text[start:]
    return [*parts, rest] if rest.strip() or parts else []


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
        filtered=_is_filtered(nodes),
    )


def _is_filtered(nodes: Expression | None) -> bool:
    return nodes is not None and (bool(nodes.refs) or not nodes.instances)
