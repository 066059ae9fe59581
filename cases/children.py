"""The child's file as values (附件3-2): what a list shows, what a file holds, what a field may be.

A file may have gaps: they are flagged, never a reason to refuse what a worker knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from cases.child_fields import gaps_of, is_name, tidy_numbers
from cases.policies import RISK_LEVELS
from kernel.clock import age_on
from kernel.errors import InputError
from kernel.phrases import say
from kernel.text import unspaced

if TYPE_CHECKING:
    from datetime import datetime

KINDS = (
    "left_behind",
    "de_facto_unsupported",
    "orphan_dispersed",
    "poor_guardianship",
    "poverty",
    "disability",
    "serious_illness",
    "street_child",
    "migrant",
    "no_hukou",
    "other",
)


def names_in(value: object, field: str = "") -> Iterator[str]:
    """Return every person's name that stands in a file, at whatever depth."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from names_in(part, str(key))
    elif isinstance(value, list | tuple):
        for part in value:
            yield from names_in(part, field)
    elif is_name(field) and value:
        yield str(value).strip()


class Status(StrEnum):
    """Whether a child stands on the ledger (在册) or has left it (减员)."""

    ACTIVE = "active"
    LEFT = "left"
    MERGED = "merged"


ADULT = 18
"""Full years from which nobody is a child any more (未成年人保护法 第二条)."""

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildLine:
    """A child as lists and tasks show it; name and birth are clear only in memory."""

    id: str
    file_no: str
    name: str = field(repr=False)
    born: date | None = field(repr=False)
    area: str
    director_id: str | None = None
    kinds: tuple[str, ...] = ()
    risk_level: str = "unassessed"
    focus: bool = False
    last_visit_on: date | None = None
    next_visit_on: date | None = None

    def age(self, day: date) -> int | None:
        """Return full years on a day; None when the birth date is not known."""
        return None if self.born is None else age_on(day, self.born)

    def grown(self, day: date) -> bool:
        """Say whether this is no child any more, whom the ledger still holds."""
        age = self.age(day)
        return age is not None and age >= ADULT


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildFile:
    """An opened file; `fields` in clear, only in memory.

    Args:
        left_on: Day the child left the ledger, if it did, and `left_reason` why.
    """

    line: ChildLine
    status: Status
    version: int
    fields: Fields = field(repr=False)
    changed_at: datetime
    left_on: date | None = None
    left_reason: str = ""

    @property
    def gaps(self) -> tuple[str, ...]:
        """Return the wanted fields that are empty."""
        return gaps_of(self.whole)

    @property
    def whole(self) -> Fields:
        """Return every field, also those that stand in columns of their own."""
        line = self.line
        return {**self.fields, "child_types": list(line.kinds), "focus_flag": line.focus}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One line of a child's timeline; `changes` holds field -> (before, after)."""

    at: datetime
    by: str | None
    kind: str
    ref: str
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """New values for a child's file.

    Args:
        updates: Field name (domain: the child file) -> new value.
        source: Number of the submission they come from.
        expected_version: Version of the file the writer saw; None: whatever stands there.
    """

    child_id: str
    updates: Fields = field(repr=False)
    source: str = ""
    expected_version: int | None = None


def read_birth(fields: Mapping[str, Any]) -> date | None:
    """Return the birth date of a file, if it holds a good one."""
    try:
        return date.fromisoformat(str(fields.get("birth_date") or "")[:10])
    except ValueError:
        return None


def check_fields(fields: Mapping[str, Any]) -> None:
    """Refuse what would spoil the file: an unknown risk level, a birth date that is none.

    Raises:
        InputError: With a sentence that names the field.
    """
    if fields.get("birth_date") and read_birth(fields) is None:
        raise InputError(reply=say("cases-birth-date"))
    if fields.get("risk_level", "unassessed") not in RISK_LEVELS:
        raise InputError(reply=say("cases-risk-level"))


def as_kinds(value: object) -> list[str]:
    """Read a multiple choice: words parted by spaces (as forms write it), or a list."""
    words = value.split() if isinstance(value, str) else list(value)  # type: ignore[call-overload]
    return [str(word) for word in words]


def as_flag(value: object) -> bool:
    """Read a yes or no as forms write it."""
    return value is True or str(value).lower() in {"1", "true", "yes"}


def tidy_fields(fields: Fields) -> Fields:
    """Check values and bring them to one form (ID number, choices, yes and no).

    Raises:
        InputError: With a sentence that says what is wrong.
    """
    check_fields(fields)
    tidy = tidy_numbers(fields)
    if tidy.get("name"):
        tidy["name"] = unspaced(str(tidy["name"]))
    if "child_types" in tidy:
        tidy["child_types"] = as_kinds(tidy["child_types"] or "")
    if "focus_flag" in tidy:
        tidy["focus_flag"] = as_flag(tidy["focus_flag"])
    return tidy


def column_values(fields: Fields, *, defaults: bool = False) -> dict[str, Any]:
    """Return the fields that stand in clear columns because queries need them."""
    columns: dict[str, Any] = {}
    for name, column, default in (
        ("child_types", "kinds", []),
        ("risk_level", "risk_level", "unassessed"),
        ("focus_flag", "focus", False),
    ):
        if name in fields or defaults:
            columns[column] = fields.get(name, default)
    return columns
