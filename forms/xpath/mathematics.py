"""Functions on numbers of the ODK library; plain functions of their arguments."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from forms.xpath.values import NAN, text_number, text_of, to_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from forms.xpath.env import Env
    from forms.xpath.values import Value, XNode

EARTH = 6_378_100.0
"""Metres from the Earth's centre to the equator, as the specification's clients use."""


def _safe(call: Callable[[float], float]) -> Callable[[float], float]:
    def curve(number: float) -> float:
        try:
            return call(number)
        except (ValueError, OverflowError):
            return NAN

    return curve


def _log(base: Callable[[float], float]) -> Callable[[float], float]:
    safe = _safe(base)
    return lambda number: -math.inf if number == 0 else safe(number)


CURVES: dict[str, Callable[[float], float]] = {
    "sin": _safe(math.sin),
    "cos": _safe(math.cos),
    "tan": _safe(math.tan),
    "asin": _safe(math.asin),
    "acos": _safe(math.acos),
    "atan": _safe(math.atan),
    "sqrt": _safe(math.sqrt),
    "exp": _safe(math.exp),
    "exp10": _safe(lambda number: 10.0**number),
    "log": _log(math.log),
    "log10": _log(math.log10),
}


def number(_env: Env, node: XNode, value: float | None = None) -> float:
    """`number(value?)`."""
    return text_number(text_of(node)) if value is None else value


def whole(number: float) -> float:
    """`int(number)`: cut the fraction off."""
    return float(math.trunc(number)) if math.isfinite(number) else NAN


def floor(number: float) -> float:
    """`floor(number)`."""
    return float(math.floor(number)) if math.isfinite(number) else number


def ceiling(number: float) -> float:
    """`ceiling(number)`."""
    return float(math.ceil(number)) if math.isfinite(number) else number


_DIGITS = 300
"""Digits beyond which rounding changes nothing of a double."""
_EXACT = 2.0**53
_HALF = 0.5


def rounded(number: float, places: float = 0) -> float:
    """`round(number, places?)`: a half goes towards plus infinity, as in XPath.

    With places, a half goes away from zero, and what the shift makes a half is one, as in the
    reference: 36.9 div 12, a little below 3.075, becomes 3.08.
    """
    if not math.isfinite(number) or not math.isfinite(places):
        return number if math.isfinite(places) else NAN
    if places == 0:
        return float(math.floor(number + 0.5))
    if abs(places) > _DIGITS:
        return number if places > 0 else 0.0
    step = 10.0 ** int(places)
    shifted = abs(number) * step
    if shifted >= _EXACT:  # there is no fraction left
        return number
    below = math.floor(shifted)
    return math.copysign((below + (shifted - below >= _HALF)) / step, number)


def random(env: Env, _node: XNode) -> float:
    """`random()`."""
    return env.world.chance()


def _numbers(values: Iterable[Value]) -> list[float]:
    numbers: list[float] = []
    for value in values:
        if isinstance(value, list):
            numbers.extend(text_number(text_of(node)) for node in value)
        else:
            numbers.append(to_number(value))
    return numbers


def total(nodes: list[XNode]) -> float:
    """`sum(nodes)`; not a number when any node is none, as in XPath."""
    return sum(_numbers([nodes]))


def largest(*values: Value) -> float:
    """`max(…)`; not a number when there is nothing."""
    return _extreme(max, values)


def smallest(*values: Value) -> float:
    """`min(…)`; not a number when there is nothing."""
    return _extreme(min, values)


def _extreme(pick: Callable[[list[float]], float], values: tuple[Value, ...]) -> float:
    numbers = _numbers(values)
    return NAN if not numbers or any(map(math.isnan, numbers)) else pick(numbers)


def pi() -> float:
    """`pi()`."""
    return math.pi


def power(number: float, exponent: float) -> float:
    """`pow(number, exponent)`."""
    try:
        result = math.pow(number, exponent)
    except OverflowError:
        return math.inf
    except ValueError:
        return NAN
    return result


def angle(y: float, x: float) -> float:
    """`atan2(y, x)`."""
    return math.atan2(y, x)


def checklist(least: float, most: float, *values: Value) -> bool:
    """`checklist(min, max, …)`: how many are true, between bounds; -1 is no bound."""
    return _between(least, most, sum(1 for number in _truths(values) if number))


def weighted_checklist(least: float, most: float, *pairs: Value) -> bool:
    """`weighted-checklist(min, max, value, weight, …)`."""
    truths = _truths(pairs[0::2])
    weights = [to_number(weight) for weight in pairs[1::2]]
    return _between(least, most, sum(w for t, w in zip(truths, weights, strict=False) if t))


def _truths(values: Iterable[Value]) -> list[bool]:
    return [n > 0 or to_number(n) != 0 if n == n else False for n in _numbers(values)]  # noqa: PLR0124


def _between(least: float, most: float, count: float) -> bool:
    return (least < 0 or count >= least) and (most < 0 or count <= most)


def _points(values: tuple[Value, ...]) -> list[tuple[float, float]]:
    texts: list[str] = []
    for value in values:
        texts.extend(map(text_of, value) if isinstance(value, list) else [str(value)])
    points = []
    for text in ";".join(texts).split(";"):
        parts = text.split()
        numbers = [text_number(part) for part in parts[:2]]
        if len(numbers) == 2 and all(map(math.isfinite, numbers)):  # noqa: PLR2004 two numbers
            points.append((math.radians(numbers[0]), math.radians(numbers[1])))
    return points


def distance(*values: Value) -> float:
    """`distance(…)`: metres along the points."""
    points = _points(values)
    metres = 0.0
    for (lat1, lon1), (lat2, lon2) in pairwise(points):
        half = math.sin((lat2 - lat1) / 2) ** 2
        half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
        metres += 2 * EARTH * math.asin(math.sqrt(half))
    return math.floor(metres * 100 + 0.5) / 100


def geofence(point: str, shape: str) -> bool:
    """`geofence(point, shape)`: whether a point lies inside a closed shape."""
    places, corners = _points((point,)), _points((shape,))
    if not places or len(corners) < 2 or corners[0] != corners[-1]:  # noqa: PLR2004 a closed line
        return False
    lat, lon = places[0]
    inside = False
    for (lat1, lon1), (lat2, lon2) in pairwise(corners):
        if (lat2 > lat) != (lat1 > lat) and (
            lon < (lon1 - lon2) * (lat - lat2) / (lat1 - lat2) + lon2
        ):
            inside = not inside
    return inside


def area(*values: Value) -> float:
    """`area(…)`: square metres inside the points."""
    points = _points(values)
    if len(points) < 3:  # noqa: PLR2004 fewer than three points hold no area
        return 0.0
    if points[0] != points[-1]:
        points.append(points[0])
    sphere = sum(
        (lon2 - lon1) * (2 + math.sin(lat1) + math.sin(lat2))
        for (lat1, lon1), (lat2, lon2) in pairwise(points)
    )
    return math.floor(abs(sphere * EARTH * EARTH / 2) * 100 + 0.5) / 100
