"""How a value is written in an instance, by its bind's type; what is no such value is empty."""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMBER = re.compile(r"\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*\Z")
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:T.*)?\Z")
_TIME = re.compile(
    r"([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?\Z"
)
_WHOLE_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT")
_LARGEST = 2_147_483_647
_LATITUDE, _LONGITUDE = 90, 180


def written(kind: str, value: str) -> str:
    """Write a value as its type does."""
    if not value:
        return value
    writer = _WRITERS.get(kind)
    return writer(value) if writer else value


def _integer(value: str) -> str:
    if not _NUMBER.match(value):
        return ""
    number = math.trunc(float(value))
    return str(number) if -_LARGEST - 1 <= number <= _LARGEST else ""


def decimal_text(number: float) -> str:
    """Write a decimal: always with a fraction."""
    text = format(Decimal(repr(number)), "f")
    return text if "." in text else f"{text}.0"


def _decimal(value: str) -> str:
    return decimal_text(float(value)) if _NUMBER.match(value) else ""


def _date(value: str) -> str:
    found = _DATE.match(value.strip())
    if not found:
        return ""
    try:
        return date.fromisoformat(found[1]).isoformat()
    except ValueError:
        return ""


def _time(value: str) -> str:
    return value if _TIME.match(value) else ""


def _moment(value: str) -> str:
    if not _WHOLE_MOMENT.match(value) or not _date(value) or not _TIME.match(value[11:]):
        return ""
    return value


def _point(value: str) -> str:
    parts = value.split()
    if len(parts) < 2 or not all(_NUMBER.match(part) for part in parts):  # noqa: PLR2004
        return ""
    numbers = [float(part) for part in parts[:4]]
    if abs(numbers[0]) > _LATITUDE or abs(numbers[1]) > _LONGITUDE or numbers[:2] == [0, 0]:
        return ""
    return " ".join(map(decimal_text, numbers))


def _points(least: int, *, closed: bool) -> Callable[[str], str]:
    def write(value: str) -> str:
        parts = [part for part in value.split(";") if part.strip()]
        points = [_point(part) for part in parts]
        if len(points) < least or not all(points):
            return ""
        joined = points[0].split()[:2] == points[-1].split()[:2]
        return ";".join(points) if joined is closed else ""

    return write


_WRITERS: dict[str, Callable[[str], str]] = {
    "int": _integer,
    "decimal": _decimal,
    "date": _date,
    "time": _time,
    "dateTime": _moment,
    "geopoint": _point,
    "geotrace": _points(2, closed=False),
    "geoshape": _points(3, closed=True),
}
