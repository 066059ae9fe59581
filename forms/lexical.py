"""Which values each type of question takes, in XForms lexical form; it reads no typed words."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from forms.errors import InvalidAnswer
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kernel.phrases import Phrase

INTEGER = re.compile(r"-?\d{1,10}\Z")
DECIMAL = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)\Z")
_TIME = re.compile(r"\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?\Z")
_LARGEST = 2_147_483_647
MEDIA = {"image": "image", "audio": "audio", "video": "video"}
_INPUTS = {
    "int": "integer",
    "decimal": "decimal",
    "date": "date",
    "time": "time",
    "dateTime": "dateTime",
    "geopoint": "geopoint",
    "geotrace": "geotrace",
    "geoshape": "geoshape",
    "barcode": "barcode",
}
_TAGS = {
    "select1": "select_one",
    "select": "select_multiple",
    "rank": "rank",
    "trigger": "acknowledge",
    "range": "range",
}


def question_type(tag: str, bind_type: str, media: str) -> str:
    """Return the type of a question in XLSForm's words."""
    if tag == "upload":
        return MEDIA.get(media.partition("/")[0], "file")
    return _TAGS.get(tag) or _INPUTS.get(bind_type, "text")


def _integer(value: str) -> str:
    if not INTEGER.match(value) or abs(int(value)) > _LARGEST:
        raise _invalid("forms-need-integer")
    return str(int(value))


def _decimal(value: str) -> str:
    if not DECIMAL.match(value):
        raise _invalid("forms-need-number")
    return value


def _date(value: str) -> str:
    try:
        return date.fromisoformat(value[:10]).isoformat()
    except ValueError:
        raise _invalid("forms-need-date") from None


def _time(value: str) -> str:
    if not _TIME.match(value):
        raise _invalid("forms-need-time")
    try:
        time.fromisoformat(value[:8])
    except ValueError:
        raise _invalid("forms-need-time") from None
    return value


def _moment(value: str) -> str:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise _invalid("forms-need-moment") from None
    return value


def _point(value: str) -> str:
    parts = value.split()
    if not 2 <= len(parts) <= 4 or not all(DECIMAL.match(part) for part in parts):  # noqa: PLR2004
        raise _invalid("forms-need-place")
    if abs(float(parts[0])) > 90 or abs(float(parts[1])) > 180:  # noqa: PLR2004 degrees
        raise _invalid("forms-need-place")
    return value


def _points(value: str) -> str:
    for point in filter(None, (part.strip() for part in value.split(";"))):
        _point(point)
    return value


def _acknowledge(value: str) -> str:
    if value != "OK":
        raise _invalid("forms-need-ok")
    return value


_CHECKS: dict[str, Callable[[str], str]] = {
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "time": _time,
    "dateTime": _moment,
    "geopoint": _point,
    "geotrace": _points,
    "geoshape": _points,
    "acknowledge": _acknowledge,
}


def _invalid(key: str, **args: str) -> InvalidAnswer:
    phrase: Phrase = say(key, **args)
    return InvalidAnswer(message=phrase)


def checked(kind: str, value: str) -> str:
    """Return the value if the type takes it, in its plainest form.

    Raises:
        InvalidAnswer: The type does not take it.
    """
    check = _CHECKS.get(kind)
    return check(value.strip()) if check else value


def checked_choice(kind: str, value: str, offered: Sequence[str]) -> str:
    """Return the chosen values if they are on offer.

    Raises:
        InvalidAnswer: One of them is not.
    """
    if kind == "select_one":
        if value not in offered:
            raise _invalid("forms-not-a-choice")
        return value
    words = list(dict.fromkeys(value.split()))
    if any(word not in offered for word in words):
        raise _invalid("forms-not-a-choice")
    if kind == "rank" and len(words) != len(set(offered)):
        raise _invalid("forms-rank-all")
    if kind == "select_multiple":
        words = [word for word in dict.fromkeys(offered) if word in words]
    return " ".join(words)


def checked_range(value: str, bounds: tuple[str, str, str]) -> str:
    """Return a number that lies in a range and on its steps.

    Raises:
        InvalidAnswer: It does not.
    """
    number = float(_decimal(value.strip()))
    start, end, step = (float(part or 0) for part in bounds)
    low, high = min(start, end), max(start, end)
    off = abs((number - start) / step - round((number - start) / step)) if step else 0.0
    if not low <= number <= high or off > 1e-6:  # noqa: PLR2004 steps in decimals are not exact
        raise _invalid("forms-need-range", start=bounds[0], end=bounds[1], step=bounds[2])
    return value.strip()
