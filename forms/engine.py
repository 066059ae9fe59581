"""The engine: (form, session, answer) -> step. It knows no chat, no database and no clock.

Every function takes the host's `Context` and leaves the session it is given as it was. A running
form travels along in the session's box, so that the next answer costs only what it changes; a
session read from JSON, or used a second time, gets a fresh one with the same values.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forms import running
from forms.definition import MOST_INSTANCES
from forms.errors import InvalidAnswer
from forms.instance import HIDDEN, NOTE, Series
from forms.question import (
    Item,
    Question,
    ask,
    is_missed,
    is_readonly,
    is_standing,
    item,
    read,
    told,
)
from forms.session import Context, Session, local_iso
from forms.submission import Submission, collect, leaf_values
from forms.validity import broken, checked_answer, required_error
from kernel.errors import StaleError
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from forms.form import Form
    from forms.instance import Node
    from forms.live import Live

__all__ = [
    "Context",
    "Item",
    "Question",
    "Session",
    "Step",
    "Submission",
    "answer",
    "back",
    "begin",
    "current",
    "finish",
    "first_taken",
    "goto",
    "preview",
    "replay",
    "review",
    "skip",
    "standing",
    "to_review",
    "values",
    "values_of",
    "was_given",
    "written_out",
]


@dataclass(frozen=True, slots=True)
class Step:
    """What is open after an answer.

    Args:
        question: The next question; None when all are answered and the review is due.
        notes: Texts to show before it.
        fallen: Answers that no longer count because of what was just answered.
    """

    session: Session
    question: Question | None
    notes: tuple[str, ...] = ()
    fallen: tuple[Item, ...] = ()

    @property
    def finished(self) -> bool:
        """Say whether every question is answered."""
        return self.question is None


def begin(form: Form, context: Context) -> Session:
    """Begin a form.

    Args:
        form: The form.
        context: The moment, prefilled values and the host's lists.
    """
    began = local_iso(context.now)
    session = Session(
        form=form.id,
        version=form.version,
        began=began,
        language=running.language_of(form, context.language),
        seed=context.seed or running.seed_of(form, began),
        params=dict(context.params),
    )
    live = running.fresh(form, session, context)
    return _at(session, live, _next(live, -1))


def current(form: Form, session: Session, context: Context) -> Step:
    """Return the open question again, as it stands now."""
    with _borrowed(form, session, context) as live:
        return _step(session, live)


def answer(form: Form, session: Session, value: str, context: Context) -> Step:
    """Take the answer to the question now open.

    Args:
        form: The form of the session.
        session: Where the dialogue stands.
        value: Lexical value of the question's type; for a select, the choice names. Empty is
            the same as skipping.
        context: The host's moment and lists.

    Returns:
        The session after it and what is open next; `session` itself is unchanged.

    Raises:
        InvalidAnswer: The value breaks the type, `required` or `constraint`; its
            `reply` is the form's own message in the person's language.
    """
    live = running.claim(form, session, context)
    try:
        node = _open_node(live, session)
        if not value.strip() and not isinstance(node, Series):
            return _skipped(session, live, node)
        value = checked_answer(live, node, value)
    except InvalidAnswer:
        session.box.append(live)
        raise
    return _given(session, live, node, value)


def first_taken(form: Form, session: Session, values: Sequence[str], context: Context) -> str:
    """Return the first of several values that the open question takes, else the first of all."""
    if len(values) > 1:
        with _borrowed(form, session, context) as live:
            node = _open_node(live, session)
            for value in values:
                with suppress(InvalidAnswer):
                    checked_answer(live, node, value)
                    return value
    return values[0]


def skip(form: Form, session: Session, context: Context) -> Step:
    """Leave the open question without an answer.

    Raises:
        InvalidAnswer: It has to be answered.
    """
    live = running.claim(form, session, context)
    try:
        return _skipped(session, live, _open_node(live, session))
    except InvalidAnswer:
        session.box.append(live)
        raise


def back(form: Form, session: Session, context: Context) -> Step:
    """Open the question before; at the first one nothing changes."""
    with _borrowed(form, session, context) as live:
        node = live.at(session.at) if session.at else None
        place = node.place if node else len(live.places.nodes)
        before = live.places.before(place)
        while before is not None and _is_passed(live, before):
            before = live.places.before(before.place)
        moved = _move(session, live, before or node)
    return _step(moved, live)


def goto(form: Form, session: Session, ref: str, context: Context) -> Step:
    """Open a question again.

    Raises:
        StaleError: There is no such question now.
    """
    with _borrowed(form, session, context) as live:
        node = live.at(ref)
        if node is None or node.place < 0 or live.places.states[node.place] in (HIDDEN, NOTE):
            raise StaleError(reply=say("forms-no-question"))
        if is_readonly(live, node):
            raise StaleError(reply=say("forms-readonly"))
        moved = _move(session, live, node)
    return _step(moved, live)


def to_review(form: Form, session: Session, context: Context) -> Step:
    """Leave the open question as it is and go to what is still open, or to the review."""
    with _borrowed(form, session, context) as live:
        moved = _move(session, live, _next(live, -1))
    return _step(moved, live)


def review(form: Form, session: Session, context: Context) -> tuple[Item, ...]:
    """Return every relevant answered question, in order."""
    with _borrowed(form, session, context) as live:
        done = live.places.is_done
        nodes = [n for n in live.places.relevant() if done(n) or is_standing(n)]
        return tuple(item(live, node) for node in nodes if not isinstance(node, Series))


def preview(
    form: Form, session: Session, ref: str, value: str, context: Context
) -> tuple[Item, ...]:
    """Return the answers that would fall away if a question got another answer.

    Raises:
        InvalidAnswer: The question does not take that answer.
    """
    copy = Session.from_json(session.to_json())
    moved = goto(form, copy, ref, context).session
    return answer(form, moved, value, context).fallen


def values(form: Form, session: Session, context: Context) -> dict[str, str]:
    """Return the value of every relevant leaf, calculated ones too, by path."""
    with _borrowed(form, session, context) as live:
        return leaf_values(live)


def values_of(
    form: Form, session: Session, paths: Collection[str], context: Context
) -> dict[str, str]:
    """Return the values of the relevant leaves at some paths, at the cost of those alone.

    Paths have no positions; one that the form does not have has no value.
    """
    with _borrowed(form, session, context) as live:
        known = (live.model.by_path.get(path) for path in paths)
        nodes = (node for one in known if one is not None for node in live.under(one, live.root))
        return {node.ref: node.value for node in nodes if node.relevant}


def was_given(form: Form, session: Session, ref: str, context: Context) -> bool:
    """Say whether a question was answered or skipped before."""
    with _borrowed(form, session, context) as live:
        node = live.at(ref)
        return ref in live.given or (node is not None and is_standing(node))


def standing(form: Form, session: Session, context: Context) -> tuple[Question, ...]:
    """Return the questions that stand as they began and are changed on the review."""
    with _borrowed(form, session, context) as live:
        return tuple(read(ask(live, n)) for n in live.places.relevant() if is_standing(n))


def written_out(form: Form, session: Session, context: Context) -> dict[str, int]:
    """Return how many entries each repeat has before anybody adds one, by path."""
    with _borrowed(form, session, context) as live:
        return {series.ref: len(series.variants) for series in live.outline.series}


def finish(form: Form, session: Session, context: Context) -> Submission:
    """Close the form.

    Raises:
        InvalidAnswer: A required answer is missing or a constraint does not hold; `ref` says
            which question to open.
    """
    with _borrowed(form, session, context) as live:
        for node in live.places.relevant():
            if (error := broken(live, node)) is not None:
                raise error
        return collect(live, session)


def replay(form: Form, session: Session, context: Context) -> Session:
    """Do everything again from the inputs alone."""
    bare = replace(session, kept=None, mark="", box=[])
    live = running.claim(form, bare, context)
    return replace(bare, box=[live])


# --- how it is done -----------------------------------------------------------------------


@contextmanager
def _borrowed(form: Form, session: Session, context: Context) -> Iterator[Live]:
    """Use the running form of a session without changing it."""
    live = running.claim(form, session, context)
    try:
        yield live
    finally:
        session.box.append(live)


def _open_node(live: Live, session: Session) -> Node:
    node = live.at(session.at) if session.at else None
    if node is None:
        raise InvalidAnswer(message=say("forms-all-answered"))
    return node


def _next(live: Live, after: int) -> Node | None:
    """Return the next open question that can be answered."""
    passed: set[int] = set()
    node = live.places.next_open(after)
    while node is not None and _is_passed(live, node):
        if node.place in passed:
            return None
        passed.add(node.place)
        node = live.places.next_open(node.place)
    return node


def _is_passed(live: Live, node: Node) -> bool:
    """Say whether a question is not asked in its turn."""
    return is_readonly(live, node) or is_standing(node)


def _given(session: Session, live: Live, node: Node, value: str) -> Step:
    ref, seconds = node.ref, session.seconds(live.world.now)
    live.fallen.clear()
    opened = running.apply(live, node, value)
    if live.overfull:
        # The running form is thrown away with what it began to add; the session stands as before.
        raise InvalidAnswer(ref, message=say("forms-too-many", most=MOST_INSTANCES))
    after = live.places.first_under(opened) - 1 if opened else node.place
    fallen = tuple(item(live, n) for n in dict.fromkeys(live.fallen) if n is not node)
    inputs = (*session.inputs, (ref, value, seconds))
    moved = _at(replace(session, inputs=inputs), live, _next(live, after))
    return replace(_step(moved, live), fallen=fallen)


def _skipped(session: Session, live: Live, node: Node) -> Step:
    if is_readonly(live, node):
        moved = _move(session, live, _next(live, node.place))
        return _step(replace(moved, box=[live]), live)
    if isinstance(node, Series) or is_missed(live, node):
        raise required_error(live, node)
    live.fallen.clear()
    ref, seconds = node.ref, session.seconds(live.world.now)
    running.apply(live, node, None)
    fallen = tuple(item(live, n) for n in dict.fromkeys(live.fallen) if n is not node)
    inputs = (*session.inputs, (ref, None, seconds))
    moved = _at(replace(session, inputs=inputs), live, _next(live, node.place))
    return replace(_step(moved, live), fallen=fallen)


def _at(session: Session, live: Live, node: Node | None) -> Session:
    return replace(session, at=node.ref if node else "", kept=None, box=[live])


def _move(session: Session, live: Live, node: Node | None) -> Session:
    """Return the same answers at another question; both sessions may share the running form."""
    return replace(session, at=node.ref if node else "", kept=live.state(), mark="", box=[])


def _step(session: Session, live: Live) -> Step:
    node = live.at(session.at) if session.at else None
    place = node.place if node else len(live.places.nodes)
    only_read = live.places.notes_before(place, lambda other: is_readonly(live, other))
    notes = tuple(words for note in only_read for words in told(live, note))
    return Step(session, read(ask(live, node)) if node else None, notes)
