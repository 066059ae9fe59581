"""A form ready to run: its model, the order of its rules, and the definition it came from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from forms.convert import SHEETS, Sheets, convert
from forms.errors import FormError, Problem
from forms.graph import Graph, build_graph
from forms.intake import MOST_BYTES, check_size
from forms.lists import find
from forms.world import LAST_SAVED
from forms.xform import read_model
from kernel.phrases import Phrase, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forms.definition import Action, Control, Def, Model
    from forms.graph import Rule
    from forms.xpath.compiler import Expression
    from forms.xpath.values import XNode

_DATA_FILE = re.compile(r"jr://[^\"'<>]*?/([^\"'/<>]+\.(?:csv|xml|geojson))")
_SEARCHED = re.compile(
    r"\bsearch\(\s*(?:['\"]|&quot;|&apos;|&#3[49];)([^\"'/<>&]+?)(?:\.csv)?['\"&]"
)


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A form. Made once, shared by every session, never changed.

    Args:
        model: Everything read from the definition.
        graph: Rules in working order.
        definition: The XForm document itself.
        files: Files beside the form (`fruits.csv`), by name.
        problems: What is odd about it, though it runs.
        sheets: The spreadsheet it came from, for messages.
    """

    model: Model
    graph: Graph
    definition: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    sheets: Sheets = field(default_factory=Sheets)
    choice_cache: dict[tuple[int, str], tuple[tuple[str, str], ...]] = field(default_factory=dict)
    said_cache: dict[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    documents: dict[str, XNode | None] = field(default_factory=dict)
    indexes: dict[tuple[str, tuple[str, ...], str], dict[str, list[XNode]]] = field(
        default_factory=dict
    )

    @property
    def id(self) -> str:
        """The form's id."""
        return self.model.id

    @property
    def version(self) -> str:
        """The form's version."""
        return self.model.version

    @property
    def title(self) -> str:
        """The form's title."""
        return self.model.title or self.model.id

    @property
    def languages(self) -> tuple[str, ...]:
        """Names of the languages as the form writes them: `中文 (zh)`."""
        return self.model.languages

    @property
    def source_rows(self) -> Mapping[str, str]:
        """Source clause of each row that names one, by node path."""
        return self.model.sources

    def actions_of(self, definition: Def | None, event: str) -> list[Action]:
        """Return the actions of a question or repeat (None: of the whole form) for an event."""
        if definition is None:
            return [a for a in self.actions if event in a.events]
        found = []
        if definition.control is not None:
            found = [a for a in definition.control.actions if event in a.events]
        if event == "odk-new-repeat":
            found = [
                a for a in self.actions if event in a.events and a.target.is_under(definition)
            ]
        return found

    def sources_of(self, definition: Def) -> list[Expression]:
        """Return every expression that may give a node its value."""
        given = [a.value for a in self.actions if a.target is definition]
        return [e for e in (definition.bind.calculate, *given) if e is not None]

    def reads_last_saved(self, expression: Expression) -> bool:
        """Say whether an expression reads what the same person answered last time."""
        sources = (self.model.external.get(name, "") for name in expression.instances)
        return any(source.startswith(LAST_SAVED) for source in sources)

    @property
    def controls(self) -> list[Control]:
        """Every control of the body, groups and repeats too."""
        found: list[Control] = []
        waiting = list(self.model.body)
        while waiting:
            control = waiting.pop(0)
            waiting.extend(control.children)
            found.append(control)
        return found

    @property
    def actions(self) -> list[Action]:
        """Every action, those of the whole form and those of its questions."""
        return [*self.model.actions, *(a for c in self.controls for a in c.actions)]

    def document(self, name: str) -> XNode | None:
        """Return a list written in the form or in a file beside it."""
        if name in self.model.instances:
            return self.model.instances[name]
        if name not in self.documents:
            source = self.model.external.get(name, "")
            self.documents[name] = find(name, source, self.files)
        return self.documents[name]


def compile_form(
    definition: bytes, files: Mapping[str, bytes] | None = None, sheets: Sheets | None = None
) -> Form:
    """Make a form of an XForm document.

    Raises:
        FormError: It cannot run; with every problem found.
    """
    model, problems = read_model(definition)
    graph = build_graph(model)
    if graph.cycles:
        raise FormError([*problems, *map(_ring, graph.cycles)])
    found = dict(files or {})
    if sheets and sheets.itemsets:
        found["itemsets.csv"] = sheets.itemsets.encode()
    form = Form(model, graph, definition, found, problems, sheets or Sheets())
    for name in model.external:
        form.document(name)  # a file that cannot be read is found now, not in the dialogue
    return form


_RULE_COLUMNS = {"calculate": "calculation", "count": "repeat_count", "choices": "choice_filter"}


def _ring(rules: tuple[Rule, ...]) -> Problem:
    names = dict.fromkeys(rule.definition.name for rule in rules)
    first = rules[0]
    shown = " → ".join([*names, first.definition.name])
    column = _RULE_COLUMNS.get(first.kind, first.kind)
    return Problem("survey", 0, column, say("forms-cycle", names=shown), ref=first.definition.path)


def load(
    source: str | Path | bytes, *, kind: str = "", files: Mapping[str, bytes] | None = None
) -> Form:
    """Read a form from a file or from bytes.

    Args:
        source: A path, or the content.
        kind: Ending that says what the content is (`.xml`, `.xlsx`, `.xls`, `.csv`, `.md`);
            taken from the path when there is one.
        files: Files the form refers to; those beside the path are found without.

    Raises:
        FormError: It cannot be read or cannot run.
    """
    beside: Path | None = None
    if isinstance(source, bytes):
        raw = source
    else:
        path = Path(source)
        kind = kind or path.suffix.lower()
        try:
            check_size(path.stat().st_size, MOST_BYTES)
            raw = path.read_bytes()
        except OSError as error:
            raise FormError([_lost(path, error)]) from None
        beside = path
    if (kind or ".xml") == ".xml":
        return compile_form(raw, _with_beside(beside, raw, files))
    if kind not in SHEETS:
        raise FormError([Problem("", 0, "", say("forms-unknown-kind", kind=kind))])
    definition, sheets = convert(raw, kind)
    try:
        return compile_form(definition, _with_beside(beside, definition, files), sheets)
    except FormError as error:
        raise FormError(located(error.problems, sheets)) from None


def located(problems: Iterable[Problem], sheets: Sheets) -> list[Problem]:
    """Add the row of the sheet to problems that name a question."""
    rows = {str(row.get("name", "")): n for n, row in enumerate(sheets.survey, 2)}
    paths = _paths(sheets)
    found = []
    for problem in problems:
        args = problem.sentence.args if isinstance(problem.sentence, Phrase) else {}
        name = problem.ref.rpartition("/")[2]
        name = name or str(args.get("name") or args.get("names") or "").partition(" ")[0]
        row = problem.row or paths.get(problem.ref) or rows.get(name, 0)
        found.append(replace(problem, row=row))
    return found


_BEGIN = re.compile(r"begin[_ ](?:group|repeat|loop)\b")
_END = re.compile(r"end[_ ](?:group|repeat|loop)\b")


def _paths(sheets: Sheets) -> dict[str, int]:
    """Return the row of each node path, as groups and repeats nest."""
    steps = ["/data"]
    found: dict[str, int] = {}
    for number, row in enumerate(sheets.survey, 2):
        kind = str(row.get("type") or "")
        if _END.match(kind):
            steps = steps[:-1] or steps
            continue
        path = f"{steps[-1]}/{row.get('name') or ''}"
        found.setdefault(path, number)
        if _BEGIN.match(kind):
            steps.append(path)
    return found


def _lost(path: Path, error: OSError) -> Problem:
    return Problem("", 0, "", say("forms-no-file", path=path.name, reason=error.strerror or ""))


def _with_beside(
    path: Path | None, definition: bytes, files: Mapping[str, bytes] | None
) -> dict[str, bytes]:
    """Add the data files a form names that stand beside it or in its `-media` folder."""
    found = dict(files or {})
    if path is None:
        return found
    text = definition.decode("utf-8", "replace")
    searched = [f"{name}.csv" for name in _SEARCHED.findall(text)]
    for name in dict.fromkeys([*_DATA_FILE.findall(text), *searched]):
        for folder in (path.parent, path.parent / f"{path.stem}-media"):
            other = folder / name
            if name not in found and other.is_file() and other != path:
                found[name] = other.read_bytes()
    return found
