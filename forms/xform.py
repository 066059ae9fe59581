"""Reads an ODK XForm document into a model; what is wrong is collected, not thrown one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from forms.body import read_body
from forms.definition import Action, Def, EntityRule, Model, Repeat, TextTemplate
from forms.errors import ExpressionError, FormError, Problem
from forms.markup import attribute, children, is_element, local, own_text, text_parts
from forms.xpath.compiler import compile_expression
from forms.xpath.values import XNode
from kernel.phrases import say

if TYPE_CHECKING:
    from lxml.etree import _Element

    from forms.definition import Variant
    from forms.xpath.compiler import Expression

_BIND_TYPES = {"integer": "int", "bool": "boolean", "double": "decimal", "float": "decimal"}


class Reader:
    """Reads one document."""

    def __init__(self, raw: bytes) -> None:
        self.problems: list[Problem] = []
        root = _parsed(raw)
        found = {local(e): e for e in root.iter() if is_element(e) and local(e) in _PARTS}
        self.title = own_text(found["title"]) if "title" in found else ""
        if "model" not in found or "body" not in found:
            raise FormError([_problem("forms-no-model")])
        self.model_element, self.body_element = found["model"], found["body"]
        self.by_path: dict[str, Def] = {}
        self.defs: list[Def] = []

    def expression(self, source: str | None, owner: Def, where: str) -> Expression | None:
        """Compile an expression, or note what is wrong with it."""
        if not source or not source.strip():
            return None
        try:
            expression = compile_expression(source, owner)
        except ExpressionError as error:
            phrase = say(
                "forms-bad-expression",
                name=owner.name,
                column=where,
                expression=source.strip(),
                reason=error.reason,
            )
            self.problems.append(Problem("survey", 0, where, phrase))
            return None
        if expression.missing:
            phrase = say(
                "forms-missing-node", name=owner.name, column=where, path=expression.missing[0]
            )
            self.problems.append(Problem("survey", 0, where, phrase, fatal=False))
        return expression

    def message(self, text: str | None, owner: Def) -> TextTemplate | None:
        """Read a message: words, or the id of a translated text."""
        if not text:
            return None
        if text.strip().startswith("jr:itext("):
            return TextTemplate(itext=text.strip()[10:-2])
        _ = owner
        return TextTemplate((text,))

    def template(self, element: _Element | None, owner: Def) -> TextTemplate | None:
        """Read a label or hint."""
        if element is None:
            return None
        ref = element.get("ref")
        if ref and ref.strip().startswith("jr:itext('"):
            return TextTemplate(itext=ref.strip()[10:-2])
        if ref:
            expression = self.expression(ref, owner, "label")
            return TextTemplate((expression,)) if expression else None
        parts = [
            self.expression(part.source, owner, "label") if part.source else part.text
            for part in text_parts(element)
        ]
        return TextTemplate(tuple(p for p in parts if p is not None))

    def find(self, path: str | None, around: Def | None = None) -> Def | None:
        """Return the definition at a path, absolute or from another one."""
        if not path:
            return None
        steps = [step.split(":")[-1] for step in path.strip().split("/") if step]
        if path.strip().startswith("/"):
            return self.by_path.get("/" + "/".join(steps))
        here = around
        for step in steps:
            if here is None or step == ".":
                continue
            here = here.parent if step == ".." else here.children.get(step)
        return here

    # --- the model ------------------------------------------------------------------------

    def read(self) -> Model:
        """Read everything.

        Raises:
            FormError: The form cannot run; with every problem found.
        """
        instances = [e for e in children(self.model_element) if local(e) == "instance"]
        if not instances or not (top := children(instances[0])):
            raise FormError([_problem("forms-no-model")])
        root = self._shape(top[0])
        itext, languages, default = self._itext(root)
        self._binds(root)
        body = read_body(self)
        model = Model(
            id=top[0].get("id") or root.name,
            version=attribute(top[0], "version") or "",
            title=self.title,
            root=root,
            defs=self.defs,
            body=body,
            languages=languages,
            default_language=default,
            itext=itext,
            instances={e.get("id", ""): _document(e) for e in instances[1:] if len(e)},
            sources={d.path: d.bind.source for d in self.defs if d.bind.source},
            actions=self._actions(self.model_element, root),
            entities=[
                EntityRule(e.get("dataset", ""), d)
                for e in top[0].iter()
                if is_element(e)
                and local(e) == "entity"
                and (d := self.by_path.get(_path(e, top[0])))
            ],
            by_path=self.by_path,
            external={e.get("id", ""): e.get("src", "") for e in instances[1:] if e.get("src")},
        )
        if any(problem.fatal for problem in self.problems):
            raise FormError(self.problems)
        return model

    def _shape(self, top: _Element) -> Def:
        repeats = {
            "/" + "/".join(s.split(":")[-1] for s in e.get("nodeset", "").strip("/ ").split("/"))
            for e in self.body_element.iter()
            if is_element(e) and local(e) == "repeat"
        }
        root = Def(local(top), None)
        self._grow(root, top, repeats)
        self.defs = root.walk()
        for number, definition in enumerate(self.defs):
            definition.number = number
            self.by_path[definition.path] = definition
        return root

    def _grow(self, definition: Def, element: _Element, repeats: set[str]) -> None:
        parent = definition.parent
        if parent is not None:
            definition.in_repeat = parent.nearest_repeat()
        for name, value in element.attrib.items():
            if not str(name).startswith("{"):
                child = definition.children.setdefault(f"@{name!s}", Def(f"@{name!s}", definition))
                child.default = str(value)
                child.in_repeat = definition.nearest_repeat()
        kids = children(element)
        if not kids:
            definition.default = definition.default or own_text(element, strip=False)
        for kid in kids:
            self._grow_child(definition, kid, kids, repeats)

    def _grow_child(
        self, definition: Def, kid: _Element, kids: list[_Element], repeats: set[str]
    ) -> None:
        name = local(kid)
        child = definition.children.get(name)
        if child is None:
            child = definition.children[name] = Def(name, definition)
            if child.path in repeats:
                same = [k for k in kids if local(k) == name]
                written = [k for k in same if attribute(k, "template") is None]
                child.repeat = Repeat()
                child.variants = [_values(k, child.path, repeats) for k in written]
            self._grow(child, kid, repeats)
        elif child.path not in repeats:
            self._grow(child, kid, repeats)
        else:
            self._merge(child, kid, repeats)

    def _merge(self, child: Def, kid: _Element, repeats: set[str]) -> None:
        """Take nodes that only a later instance has."""
        for inner in children(kid):
            if local(inner) not in child.children:
                self._grow_child(child, inner, children(kid), repeats)

    def _binds(self, root: Def) -> None:
        for element in children(self.model_element):
            if local(element) != "bind":
                continue
            definition = self.find(element.get("nodeset"), root)
            if definition is None:
                path = element.get("nodeset", "")
                self.problems.append(_problem("forms-bind-nowhere", fatal=False, path=path))
                continue
            self._bind(definition, element)

    def _bind(self, definition: Def, element: _Element) -> None:
        bind = definition.bind
        kind = (element.get("type") or "string").split(":")[-1]
        bind.type = _BIND_TYPES.get(kind, kind)
        for name in ("relevant", "required", "readonly", "constraint", "calculate"):
            column = _COLUMNS.get(name, name)
            setattr(bind, name, self.expression(element.get(name), definition, column))
        bind.constraint_message = self.message(attribute(element, "constraintMsg"), definition)
        bind.required_message = self.message(attribute(element, "requiredMsg"), definition)
        bind.preload = (
            attribute(element, "preload") or "",
            attribute(element, "preloadParams") or "",
        )
        bind.save_to = attribute(element, "saveto") or ""
        bind.source = attribute(element, "source") or ""
        bind.sensitive = attribute(element, "sensitive") or ""

    def _actions(self, element: _Element, root: Def) -> list[Action]:
        return [a for e in children(element) if (a := self.action(e, root)) is not None]

    def action(self, element: _Element, around: Def) -> Action | None:
        """Read a `setvalue` (or note an action we do not run)."""
        if local(element) in _PHONE_ACTIONS:
            name = local(element)
            self.problems.append(_problem("forms-note-action", fatal=False, action=name))
        if local(element) != "setvalue":
            return None
        target = self.find(element.get("ref") or element.get("bind"), around)
        if target is None:
            self.problems.append(
                _problem("forms-bind-nowhere", fatal=False, path=element.get("ref", ""))
            )
            return None
        events = frozenset((attribute(element, "event") or "").split())
        value = self.expression(element.get("value"), target, "calculation")
        return Action(target, events, value, own_text(element))

    def _itext(self, root: Def) -> tuple[dict[str, dict[str, TextTemplate]], tuple[str, ...], str]:
        itext: dict[str, dict[str, TextTemplate]] = {}
        default = ""
        for element in self.model_element.iter():
            if not is_element(element) or local(element) != "translation":
                continue
            language = element.get("lang", "")
            if not default or (element.get("default") or "").startswith("true"):
                default = language
            texts = itext.setdefault(language, {})
            for text in children(element):
                for value in children(text):
                    if local(value) == "value" and not value.get("form"):
                        owner = self.find(text.get("id", "").rpartition(":")[0], root) or root
                        if template := self.template(value, owner):
                            texts[text.get("id", "")] = template
        return itext, tuple(itext), default


_COLUMNS = {"calculate": "calculation"}
_PHONE_ACTIONS = frozenset({"setgeopoint", "recordaudio"})
_PARTS = frozenset({"title", "model", "body"})


def _problem(key: str, *, fatal: bool = True, **args: str) -> Problem:
    return Problem("", 0, "", say(key, **args), fatal=fatal)


def _parsed(raw: bytes) -> _Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )
    try:
        return etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise FormError([_problem("forms-not-xml", reason=str(error))]) from None


def _path(element: _Element, top: _Element) -> str:
    steps = [local(element)]
    while element is not top and (parent := element.getparent()) is not None:
        element = parent
        steps.append(local(element))
    return "/" + "/".join(reversed(steps))


def _values(element: _Element, path: str, repeats: set[str]) -> Variant:
    """Return what one written-out instance holds."""
    values: Variant = {}
    for kid in children(element):
        inner = f"{path}/{local(kid)}"
        if inner in repeats:
            instances = values.setdefault(inner, [])
            if isinstance(instances, list) and attribute(kid, "template") is None:
                instances.append(_values(kid, inner, repeats))
        elif children(kid):
            values.update(_values(kid, inner, repeats))
        else:
            values.setdefault(inner, own_text(kid, strip=False))
    return values


def _document(element: _Element) -> XNode:
    """Turn an inline secondary instance into nodes."""
    document = XNode("")
    for kid in children(element):
        document.kids.setdefault(local(kid), []).append(tree(kid, document))
    return document


def tree(element: _Element, parent: XNode | None) -> XNode:
    """Turn an element and everything inside into nodes."""
    kids = children(element)
    node = XNode(local(element), parent, "" if kids else own_text(element))
    for name, value in element.attrib.items():
        key = f"@{str(name).rpartition('}')[2]}"
        node.kids[key] = [XNode(key, node, str(value))]
    for kid in kids:
        node.kids.setdefault(local(kid), []).append(tree(kid, node))
    return node


def read_model(raw: bytes) -> tuple[Model, tuple[Problem, ...]]:
    """Read an XForm.

    Raises:
        FormError: It cannot run; with every problem found.
    """
    reader = Reader(raw)
    model = reader.read()
    return model, tuple(reader.problems)
