"""XPath's comparisons and divisions, on any two values."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING

from forms.xpath.values import NAN, text_number, text_of, to_bool, to_number, to_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from forms.xpath.values import Value, XNode


def divide(left: float, right: float) -> float:
    """`div`."""
    if right:
        return left / right
    if not left or left != left:  # noqa: PLR0124 nothing by nothing is not a number
        return NAN
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def remainder(left: float, right: float) -> float:
    """`mod`, with the sign of the left side."""
    return math.fmod(left, right) if right and math.isfinite(left) else NAN


def _equal_one(left: Value, right: Value, same: Callable[[object, object], bool]) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return same(to_bool(left), to_bool(right))
    if isinstance(left, float) or isinstance(right, float):
        return same(to_number(left), to_number(right))
    return same(to_text(left), to_text(right))


def _equality(same: Callable[[object, object], bool]) -> Callable[[Value, Value], bool]:
    def compare(left: Value, right: Value) -> bool:
        if isinstance(left, bool) or isinstance(right, bool):
            return same(to_bool(left), to_bool(right))
        lefts = [text_of(n) for n in left] if isinstance(left, list) else [left]
        rights = [text_of(n) for n in right] if isinstance(right, list) else [right]
        return any(_equal_one(a, b, same) for a in lefts for b in rights)

    return compare


def _order(test: Callable[[float, float], bool]) -> Callable[[Value, Value], bool]:
    def numbers(value: Value) -> list[float]:
        if isinstance(value, list):
            return [text_number(text_of(node)) for node in value]
        return [to_number(value)]

    def compare(left: Value, right: Value) -> bool:
        rights = numbers(right)
        return any(test(a, b) for a in numbers(left) for b in rights)

    return compare


COMPARE: dict[str, Callable[[Value, Value], bool]] = {
    "=": _equality(operator.eq),
    "!=": _equality(operator.ne),
    "<": _order(operator.lt),
    "<=": _order(operator.le),
    ">": _order(operator.gt),
    ">=": _order(operator.ge),
}


def nth(nodes: list[XNode], place: float) -> list[XNode]:
    """Return the nodes that are number `place` among siblings of their name."""
    if not math.isfinite(place):
        return []
    index = int(place) - 1
    return [
        node
        for node in nodes
        if node.parent
        and 0 <= index < len(series := node.parent.kids[node.name])
        and series[index] is node
    ]


def inside(node: XNode, holders: list[XNode]) -> bool:
    """Say whether a node is one of `holders` or under one."""
    here: XNode | None = node
    while here is not None:
        if here in holders:
            return True
        here = here.parent
    return False
