"""Whether an answer may stand: its type, `required` and `constraint`, with the form's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.errors import InvalidAnswer
from forms.instance import Series
from forms.lexical import checked, checked_choice, checked_range
from forms.live import MOST_TEXT
from forms.question import NO, YES, is_missed, is_readonly, kind_of
from forms.stored import written
from forms.styling import plain
from forms.xpath.values import to_bool
from kernel.phrases import say

if TYPE_CHECKING:
    from forms.instance import Node
    from forms.live import Live
    from kernel.phrases import Words


def checked_answer(live: Live, node: Node, value: str) -> str:
    """Return the answer in its plainest form.

    Raises:
        InvalidAnswer: It breaks the type or the constraint, or the question is only to be read.
    """
    if is_readonly(live, node):
        raise InvalidAnswer(node.ref, message=say("forms-readonly"))
    if isinstance(node, Series):
        if value not in (YES, NO):
            raise InvalidAnswer(node.ref, message=say("forms-not-a-choice"))
        return value
    try:
        value = _of_its_type(live, node, value)
    except InvalidAnswer as error:
        raise InvalidAnswer(node.ref, message=error.message) from None
    plain, value = value, written(node.definition.bind.type, value)
    if (plain.strip() and not value) or len(value) > MOST_TEXT:
        raise InvalidAnswer(node.ref, message=say("forms-invalid"))
    if not constraint_holds(live, node, value):
        raise InvalidAnswer(node.ref, message=_constraint_words(live, node))
    return value


def _of_its_type(live: Live, node: Node, value: str) -> str:
    kind, control = kind_of(node.definition), node.definition.control
    if kind == "range" and control is not None:
        return checked_range(value, control.range)
    if control is not None and control.items is not None:
        offered = [name for name, _label in live.world.choices(node)]
        return checked_choice(kind, value.strip(), offered)
    return checked(kind, value)


def constraint_holds(live: Live, node: Node, value: str) -> bool:
    """Try a value against the constraint and put the old one back."""
    constraint = node.definition.bind.constraint
    if constraint is None or not value:
        return True
    old = node.value
    node.value = value
    try:
        return to_bool(live.evaluate(constraint, node))
    finally:
        node.value = old


def _constraint_words(live: Live, node: Node) -> Words:
    words = plain(live.world.render(node.definition.bind.constraint_message, node))
    return words or say("forms-constraint")


def required_error(live: Live, node: Node) -> InvalidAnswer:
    """Return the refusal of an empty answer, in the form's words if it has any."""
    words = plain(live.world.render(node.definition.bind.required_message, node))
    return InvalidAnswer(node.ref, message=words or say("forms-required"))


def broken(live: Live, node: Node) -> InvalidAnswer | None:
    """Return what is wrong with a relevant place as it stands, if anything.

    An answer that nobody can give is not missed; what was worked out has to be allowed.
    """
    if isinstance(node, Series):
        return None
    if not node.value:
        return required_error(live, node) if is_missed(live, node) else None
    if not constraint_holds(live, node, node.value):
        return InvalidAnswer(node.ref, message=_constraint_words(live, node))
    return None
