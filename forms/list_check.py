"""Says which lists a form asks from that are not there, or lack a column; it reads no file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from forms.errors import Problem
from forms.lists import ITEMSETS
from forms.world import LAST_SAVED
from forms.xpath.parser import parse
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from elementpath.xpath_tokens import XPathToken

    from forms.definition import Def
    from forms.form import Form
    from forms.xpath.compiler import Expression
    from forms.xpath.values import XNode

    HostLists = Mapping[str, Collection[str]]


class _Use(NamedTuple):
    """An expression of a form, and the cell it stands in."""

    definition: Def
    column: str
    expression: Expression
    is_choices: bool = False


def list_problems(form: Form, host_lists: HostLists) -> list[Problem]:
    """Return what a form asks from lists that nobody can answer.

    Args:
        form: The form.
        host_lists: Columns of each list the host gives (`children`), which needs no file.
    """
    uses = list(_uses(form))
    lost = [problem for use in uses for problem in _lost(form, use, host_lists)]
    return [*lost, *(p for use in uses for p in _columns(form, use, host_lists))]


def unused_lists(form: Form, host_lists: HostLists) -> list[Problem]:
    """Return the lists that are not there, and that nothing asks from either."""
    asked = {name for use in _uses(form) for name in use.expression.instances}
    return [
        Problem("survey", 0, "", say("forms-note-list", name=name), fatal=False)
        for name, source in form.model.external.items()
        if name not in asked and not _is_there(form, name, source, host_lists)
    ]


def _uses(form: Form) -> Iterator[_Use]:
    for definition in form.model.defs:
        if definition.name.startswith("@"):  # an entity's own facts: what is kept of it is said
            continue
        bind, control = definition.bind, definition.control
        for column, expression in (
            ("calculation", bind.calculate),
            ("relevant", bind.relevant),
            ("constraint", bind.constraint),
            ("required", bind.required),
            ("readonly", bind.readonly),
            ("repeat_count", definition.repeat.count if definition.repeat else None),
        ):
            if expression is not None:
                yield _Use(definition, column, expression)
        items = control.items if control else None
        if items is not None and items.nodes is not None:
            column = "type" if items.columns is None else "appearance"
            yield _Use(definition, column, items.nodes, is_choices=True)
    for action in form.actions:
        if action.value is not None:
            yield _Use(action.target, "calculation", action.value)


def _is_there(form: Form, name: str, source: str, host_lists: HostLists) -> bool:
    given = name in host_lists or source.startswith(LAST_SAVED)
    return given or form.document(name) is not None


def _lost(form: Form, use: _Use, host_lists: HostLists) -> list[Problem]:
    """Name the lists of an expression that are not there: its question could not be answered."""
    found = []
    for name in sorted(use.expression.instances):
        source = form.model.external.get(name, "")
        if _is_there(form, name, source, host_lists):
            continue
        own = ITEMSETS in form.files and not source
        file = source.rpartition("/")[2] or f"{name}.csv"
        key = "forms-lint-list" if own else "forms-list-missing"
        phrase = say(key, name=use.definition.name, file=file, list=name)
        found.append(Problem("survey", 0, use.column, phrase, ref=use.definition.path))
    return found


def _columns(form: Form, use: _Use, host_lists: HostLists) -> list[Problem]:
    """Name the columns that choices are filtered by, or named by, and no row of the list has."""
    if not use.is_choices:
        return []
    items = use.definition.control.items if use.definition.control else None
    found = []
    for name, steps, wanted in _filters(parse(use.expression.source)):
        known = _known_columns(form, name, steps, host_lists)
        lost = [word for word in dict.fromkeys(wanted) if known and word not in known]
        column = "choice_filter" if use.column == "type" else use.column
        found += [(column, "forms-list-column", word, name, known) for word in lost]
        if items is not None and known and items.value not in known:
            found.append((use.column, "forms-list-value", items.value, name, known))
    return [
        Problem(
            "survey",
            0,
            column,
            say(
                key,
                name=use.definition.name,
                column=word,
                list=name,
                columns="、".join(sorted(known)),
            ),
            ref=use.definition.path,
        )
        for column, key, word, name, known in found
    ]


def _known_columns(
    form: Form, name: str, steps: list[str], host_lists: HostLists
) -> Collection[str]:
    """Return the columns of a list; none when it is not there or nothing stands in it."""
    if name in host_lists:
        return host_lists[name]
    document = form.document(name)
    nodes: list[XNode] = [document] if document is not None else []
    for step in steps:
        nodes = [kid for node in nodes for kid in node.kids.get(step, ())]
    return {column for node in nodes for column in node.kids}


def _filters(token: XPathToken) -> Iterator[tuple[str, list[str], list[str]]]:
    """Return each list that is read: its name, the way to its rows, the columns of its filters."""
    steps, wanted, here = list[str](), list[str](), token
    while here.symbol in ("/", "["):
        last = here[-1] if here.symbol == "/" else here
        while last.symbol == "[":
            wanted += _own_names(last[1])
            last = last[0]
        if last.symbol == "(name)":
            steps.append(str(last.value))
        here = here[0]
    if here.symbol == "instance" and here[0].symbol == "(string)":
        yield str(here[0].value), steps[::-1], wanted
        return
    for inner in token:
        yield from _filters(inner)


def _own_names(token: XPathToken) -> list[str]:
    """Return the names in a filter that are children of the row it is asked of."""
    if token.symbol == "(name)":
        return [str(token.value)]
    if token.symbol in ("/", "["):
        return _own_names(token[0]) if len(token) > 1 else []
    return [name for inner in token for name in _own_names(inner)]
