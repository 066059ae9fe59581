"""Reads an ODK XForm document into a model; what is wrong is collected, not thrown one by one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forms.body import read_body
from forms.definition import Action, Def, EntityRule, Model, Repeat, TextTemplate
from forms.errors import ExpressionError, FormError, Problem
from forms.intake import parsed, refused
from forms.markup import attribute, children, is_element, local, own_text, text_parts
from forms.xpath.compiler import compile_expression
from forms.xpath.values import XNode
from kernel.phrases import say

if TYPE_CHECKING:
    from lxml.etree import _Element

    from forms.definition import Variant
    from forms.xpath.compiler import Expression
    from kernel.phrases import Phrase

_BIND_TYPES = {"integer": "int", "bool": "boolean", "double": "decimal", "float": "decimal"}


class Reader:
    """Reads one document."""

    def __init__(self, raw: bytes) -> None:
        self.problems: list[Problem] = []
        root = parsed(raw)
        title, model = inside(root, "head", "title"), inside(root, "head", "model")
        body = inside(root, "body")
        if model is None or body is None:
            raise refused("forms-no-model")
        self.title = own_text(title) if title is not None else ""
        self.model_element, self.body_element = model, body
        self.binds = {
            e.get("id", ""): e.get("nodeset", "")
            for e in children(model)
            if local(e) == "bind" and e.get("id")
        }
        self.by_path: dict[str, Def] = {}
        self.defs: list[Def] = []

    def expression(self, source: str | None, owner: Def, where: str) -> Expression | None:
        """Compile an expression, or note what is wrong with it."""
        if not source or not source.strip():
            return None
        try:
            expression = compile_expression(source, owner)
        except ExpressionError as error:
            said = error.at(owner.name, where)
            self.problems.append(Problem("survey", 0, where, said, ref=owner.path))
            return None
        if expression.missing:
            phrase = _missing(expression, owner, where)
            self.problems.append(Problem("survey", 0, where, phrase, fatal=False, ref=owner.path))
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

    def reference(self, element: _Element) -> str:
        """Return the path an element is for: written out, or that of the bind it names."""
        path = element.get("ref") or element.get("nodeset")
        return path or self.binds.get(element.get("bind", ""), "")

    # --- the model ------------------------------------------------------------------------

    def read(self) -> Model:
        """Read everything.

        Raises:
            FormError: The form cannot run; with every problem found.
        """
        instances = [e for e in children(self.model_element) if local(e) == "instance"]
        if not instances or not (top := children(instances[0])):
            raise refused("forms-no-model")
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
                and _in_meta(e)
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
        bind.asked = attribute(element, "asked") or ""

    def _actions(self, element: _Element, root: Def) -> list[Action]:
        return [a for e in children(element) if (a := self.action(e, root)) is not None]

    def action(self, element: _Element, around: Def) -> Action | None:
        """Read a `setvalue` (or note an action we do not run)."""
        target = self.find(self.reference(element), around)
        if local(element) in _PHONE_ACTIONS:
            phrase = say("forms-note-action", action=local(element))
            ref = target.path if target else ""
            self.problems.append(Problem("survey", 0, "type", phrase, fatal=False, ref=ref))
        if local(element) != "setvalue":
            return None
        if target is None:
            self.problems.append(
                _problem("forms-bind-nowhere", fatal=False, path=element.get("ref", ""))
            )
            return None
        events = frozenset((attribute(element, "event") or "").split())
        value = self.expression(element.get("value"), target, "calculation")
        # the inner text is for actions without a `value`: an empty one says "nothing"
        text = own_text(element) if element.get("value") is None else ""
        return Action(target, events, value, text)

    def _itext(self, root: Def) -> tuple[dict[str, dict[str, TextTemplate]], tuple[str, ...], str]:
        itext: dict[str, dict[str, TextTemplate]] = {}
        default = ""
        for element in self._translations():
            language = element.get("lang", "")
            if not default or (element.get("default") or "").startswith("true"):
                default = language
            texts = itext.setdefault(language, {})
            for text in children(element):
                texts.update(self._texts(text, root))
        return itext, tuple(itext), default

    def _translations(self) -> list[_Element]:
        blocks = [e for e in children(self.model_element) if local(e) == "itext"]
        return [e for block in blocks for e in children(block) if local(e) == "translation"]

    def _texts(self, element: _Element, root: Def) -> dict[str, TextTemplate]:
        """Read one translated text; a form of it (`guidance`) is kept under `id#form`.

        CommCare writes a `long` and a `short` form and none without: the long one is taken.
        """
        key = element.get("id", "")
        owner = self.find(key.rpartition(":")[0], root) or root
        found = {}
        for value in children(element):
            template = self.template(value, owner) if local(value) == "value" else None
            if template is not None:
                form = value.get("form", "")
                found[f"{key}#{form}" if form else key] = template
        for form in ("long", "short"):
            if f"{key}#{form}" in found:
                found.setdefault(key, found[f"{key}#{form}"])
        return found


_COLUMNS = {"calculate": "calculation"}
_PHONE_ACTIONS = frozenset({"setgeopoint", "recordaudio"})


def _missing(expression: Expression, owner: Def, where: str) -> Phrase:
    """Say what an expression reads that is not there: a lost node, or a text without quotes."""
    path = expression.missing[0]
    word = path.removeprefix(f"{owner.path}/")
    if not word.startswith("/") and re.search(
        rf"(?<![\w/@.:-]){re.escape(word)}(?![\w(])", expression.source
    ):
        reference = "${" + word + "}"
        return say(
            "forms-bare-word", name=owner.name, column=where, word=word, reference=reference
        )
    return say("forms-missing-node", name=owner.name, column=where, path=path)


def _problem(key: str, *, fatal: bool = True, **args: str) -> Problem:
    return Problem("", 0, "", say(key, **args), fatal=fatal)


def inside(element: _Element, *names: str) -> _Element | None:
    """Return the element down a path of names."""
    here: _Element | None = element
    for name in names:
        kids = children(here) if here is not None else []
        here = next((kid for kid in kids if local(kid) == name), None)
    return here


def _in_meta(element: _Element) -> bool:
    parent = element.getparent()
    return parent is not None and local(parent) == "meta"


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
