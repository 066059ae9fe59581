"""Plays a whole form with given answers, as outside checks and `tongban forms play` need it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from forms import engine, running
from forms.definition import MOST_INSTANCES
from forms.errors import InvalidAnswer
from forms.instance import MORE, NOTE, OPEN, Series, steps_of
from forms.question import ask, is_readonly
from forms.submission import leaf_values
from forms.validity import broken, checked_answer, required_error
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forms.form import Form
    from forms.instance import Node
    from forms.live import Live
    from forms.question import Question
    from forms.session import Context
    from kernel.phrases import Words

MOST_STEPS = 100_000


def play(
    form: Form,
    answers: Mapping[str, Any] | None,
    context: Context,
    say_words: Callable[[Words], str] = str,
) -> dict[str, Any]:
    """Answer a form from a table.

    Args:
        form: The form.
        answers: Value by node path (`/data/child[2]/name`); a repeat's path gives its count.
            Values of nodes that are never asked are set before the first question.
        context: The moment and the host's lists.
        say_words: Turns a message into text.

    Returns:
        The JSON value of `tongban forms play --json`.
    """
    table = {canonical(form, ref): str(value) for ref, value in (answers or {}).items()}
    unasked = {ref: value for ref, value in table.items() if _is_unasked(form, ref)}
    context = replace(context, params={**context.params, **unasked})
    session = engine.begin(form, context)
    player = Player(running.claim(form, session, context), table, say_words)
    player.run()
    return player.result()


class Player:
    """One play: what was asked, what was refused."""

    def __init__(
        self, live: Live, table: Mapping[str, str], say_words: Callable[[Words], str]
    ) -> None:
        self.live = live
        self.table = table
        self.say_words = say_words
        self.asked: dict[str, dict[str, Any]] = {}
        self.invalid: dict[str, str] = {}
        self.passed: set[Node] = set()
        self.known = -1

    def run(self) -> None:
        """Answer every question that comes up, in order."""
        self.fit(always=True)
        place = -1
        for _ in range(MOST_STEPS):
            node = self.following(place)
            if node is None:
                return
            self.passed.add(node)
            if not isinstance(node, Series):
                self.pose(node)
            place = node.place

    def following(self, place: int) -> Node | None:
        """Return the next place that was not passed yet, after one or from the start."""
        states, nodes = self.live.places.states, self.live.places.nodes
        for start, end in ((place + 1, len(nodes)), (0, place + 1)):
            for index in range(start, min(end, len(nodes))):
                if states[index] in (OPEN, NOTE, MORE) and nodes[index] not in self.passed:
                    return nodes[index]
        return None

    def pose(self, node: Node) -> None:
        """Ask one question and take its answer from the table."""
        question = ask(self.live, node)
        self.asked[node.ref] = shown(question)
        if node.definition.is_note or is_readonly(self.live, node):
            return
        value = self.table.get(node.ref, "")
        try:
            if value.strip():
                running.apply(self.live, node, checked_answer(self.live, node, value))
            elif question.required and not node.value:
                raise required_error(self.live, node)
            else:
                running.apply(self.live, node, None)
        except InvalidAnswer as error:
            self.invalid[node.ref] = self.say_words(error.message)
        self.fit()
        if self.live.overfull:
            self.live.overfull = False
            words = say("forms-too-many", most=MOST_INSTANCES)
            self.invalid.setdefault(node.ref, self.say_words(words))

    def fit(self, *, always: bool = False) -> None:
        """Give every repeat the person may add to as many instances as the table says."""
        if not always and len(self.live.places.nodes) == self.known:
            return
        self.known = -1
        for _ in range(MOST_STEPS):
            uneven = [
                (series, wanted)
                for series in self.live.outline.series
                if _is_open(series) and (wanted := self.wanted(series)) != len(series.instances)
            ]
            if not uneven:
                self.known = len(self.live.places.nodes)
                return
            self.live.resize(*uneven[0])
            self.live.settle()

    def wanted(self, series: Series) -> int:
        """Return how many instances the table asks for."""
        ref = series.ref
        if self.table.get(ref, "").isdecimal():
            return min(int(self.table[ref]), MOST_INSTANCES)
        head = f"{ref}["
        places = [
            int(key[len(head) :].partition("]")[0]) for key in self.table if key.startswith(head)
        ]
        return max([len(series.instances), *places])

    def result(self) -> dict[str, Any]:
        """Return what came of it."""
        live = self.live
        relevant = {n.ref: n for n in live.places.relevant()}
        for ref, node in relevant.items():
            if ref not in self.invalid and (error := broken(live, node)) is not None:
                self.invalid[ref] = self.say_words(error.message)
        wrong = [
            {"ref": ref, "message": message}
            for ref, message in self.invalid.items()
            if ref in relevant
        ]
        return {
            "form": live.form.id,
            "version": live.form.version,
            "asked": list(self.asked.values()),
            "values": leaf_values(live),
            "invalid": wrong,
            "complete": not wrong,
        }


def shown(question: Question) -> dict[str, Any]:
    """Return a question as JSON values."""
    return {
        "ref": question.ref,
        "type": question.type,
        "label": question.label,
        "hint": question.hint,
        "required": question.required,
        "choices": [list(choice) for choice in question.choices],
    }


def canonical(form: Form, ref: str) -> str:
    """Return a path with a position on every repeat in it, but not on a repeat at its end."""
    try:
        steps = steps_of(ref)
    except ValueError:
        return ref
    written = ""
    plain = ""
    for index, (name, position) in enumerate(steps):
        plain += f"/{name}"
        written += f"/{name}"
        definition = form.model.by_path.get(plain)
        if definition is not None and definition.repeat and index < len(steps) - 1:
            written += f"[{position}]"
    return written


def _is_unasked(form: Form, ref: str) -> bool:
    definition = form.model.by_path.get(ref)
    return definition is not None and definition.leaf and definition.control is None


def _is_open(series: Series) -> bool:
    repeat = series.definition.repeat
    return repeat is not None and repeat.by_person
