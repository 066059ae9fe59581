"""XPath's four kinds of value and how one becomes another; dates count as days since 1970."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, Union

if TYPE_CHECKING:
    from collections.abc import Callable

NAN = math.nan
_NUMBER = re.compile(r"\s*-?(?:\d+(?:\.\d*)?|\.\d+)\s*\Z")
_EXPONENT = re.compile(r"\s*-?(?:\d+(?:\.\d*)?|\.\d+)[eE][+-]?\d+\s*\Z")
_DATE = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?\Z"
)
_ZONE = re.compile(r"(Z)|([+-])(\d\d):?(\d\d)?\Z")
_EXACT = 2.0**53
DAY = 86_400.0


class Item(Protocol):
    """What a node must offer to be read by expressions."""

    name: str
    value: str
    parent: Item | None
    kids: dict[str, list[Item]]


class XNode:
    """A node of an instance: an element, or an attribute under the name `@name`.

    Args:
        value: Text of a leaf as expressions see it: empty while the node is not relevant.
        kids: Children by name; nodes of one name in document order.
    """

    __slots__ = ("kids", "name", "parent", "value")

    def __init__(self, name: str, parent: XNode | None = None, value: str = "") -> None:
        self.name = name
        self.parent = parent
        self.value = value
        self.kids: dict[str, list[XNode]] = {}

    @property
    def number(self) -> int:
        """Return its place among siblings of its name, from 1."""
        return 1 if self.parent is None else self.parent.kids[self.name].index(self) + 1

    def elements(self) -> list[XNode]:
        """Return the child elements in document order."""
        return [n for name, nodes in self.kids.items() if name[0] != "@" for n in nodes]


Value = Union[str, float, bool, "list[XNode]"]
"""A string, a number (always a float), a truth value, or nodes in document order."""

if TYPE_CHECKING:
    Fn = Callable[["XNode", "Env"], Value]


def text_of(node: XNode) -> str:
    """Return a node's string value."""
    if not node.kids:
        return node.value
    own = "".join(text_of(kid) for kid in node.elements())
    return own or node.value


def number_text(number: float) -> str:
    """Write a number as XPath does: no exponent, no `.0`; what is not a number is empty.

    XPath 1.0 writes "NaN" there. The reference engine writes nothing, and so do we: `coalesce`
    and labels meet it where an answer is still missing, and "NaN" says nothing to a person.
    """
    if number != number:  # noqa: PLR0124 the fastest test for not-a-number
        return ""
    if number in {math.inf, -math.inf}:
        return "Infinity" if number > 0 else "-Infinity"
    if number == int(number) and abs(number) < _EXACT:
        return str(int(number))
    return format(Decimal(repr(number)), "f").removesuffix(".0")


def to_text(value: Value) -> str:
    """Convert as `string()` does."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return text_of(value[0]) if value else ""
    if value is True or value is False:
        return "true" if value else "false"
    return number_text(value)


def text_number(text: str) -> float:
    """Convert as `number()` does: digits, or a date or moment as days since 1970."""
    if _NUMBER.match(text) or _EXPONENT.match(text):
        return float(text)
    if len(text) > 7 and text[0].isdigit():  # noqa: PLR2004 the shortest date is 2026-1-1
        return days_of(text)
    return NAN


def days_of(text: str) -> float:
    """Return days since 1970 in UTC of a date or moment in lexical form; NaN if it is none."""
    if not (parts := _DATE.match(text)):
        return NAN
    year, month, day, hour, minute, second, fraction, zone = parts.groups()
    try:
        whole = date(int(year), int(month), int(day)).toordinal() - _EPOCH
    except ValueError:
        return NAN
    if hour is None:
        return float(whole)
    seconds = int(hour) * 3600 + int(minute) * 60 + int(second or 0) + float(f"0.{fraction or 0}")
    return whole + (seconds - offset_seconds(zone)) / DAY


_EPOCH = date(1970, 1, 1).toordinal()


def offset_seconds(zone: str) -> float:
    """Return the seconds a zone suffix (`Z`, `+08:00`) is ahead of UTC."""
    found = _ZONE.match(zone or "")
    if not found or found[1]:
        return 0
    ahead = int(found[3]) * 3600 + int(found[4] or 0) * 60
    return -ahead if found[2] == "-" else ahead


def moment_of(days: float) -> datetime:
    """Return the moment that is so many days after 1970-01-01 in UTC."""
    return datetime.fromtimestamp(round(days * DAY, 3), UTC)


def to_number(value: Value) -> float:
    """Convert as `number()` does."""
    if value is True:
        return 1.0
    if value is False:
        return 0.0
    if isinstance(value, float):
        return value
    if isinstance(value, str):
        return text_number(value)
    return text_number(text_of(value[0])) if value else NAN


def to_bool(value: Value) -> bool:
    """Convert as `boolean()` does."""
    if isinstance(value, float):
        return value == value and value != 0  # noqa: PLR0124 not-a-number is false
    return bool(value)


def to_nodes(value: Value) -> list[XNode]:
    """Return nodes; anything else is taken as one node holding its text."""
    if isinstance(value, list):
        return value
    return [XNode("", value=to_text(value))]


if TYPE_CHECKING:
    from forms.xpath.env import Env
