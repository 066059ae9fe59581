"""Exports as values: what may go out, its columns, its files and permits; it reads no record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from cases.child_fields import SECTIONS
from kernel.errors import MissingError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from cases.db.submission_lists import OpenedSubmission
    from cases.submissions import Definition

KEEP_DAYS = 30
"""A file outside the record must be destroyed after this many days (our default)."""

ALONE = 50
"""Rows one person may export without the approval of another (our default)."""
GOOD_FOR = timedelta(hours=24)


class ExportKind(StrEnum):
    """What may be exported."""

    CHILDREN = "children"
    VISITS = "visits"
    CASES = "cases"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is exported: a kind, and for what a form gathered the form."""

    kind: ExportKind
    form: str = ""

    @classmethod
    def read(cls, text: str) -> Wanted:
        """Read `children` or `form:after_school`.

        Raises:
            MissingError: Nothing of that kind is exported.
        """
        kind, _, form = text.partition(":")
        if kind not in {one.value for one in ExportKind} or (kind == ExportKind.FORM) != bool(
            form
        ):
            raise MissingError
        return cls(ExportKind(kind), form)

    def __str__(self) -> str:
        """Write it as it is read."""
        return f"{self.kind.value}:{self.form}" if self.form else self.kind.value


@dataclass(frozen=True, slots=True)
class FormExport:
    """What a form gathered, with each version of it that was answered, the newest first."""

    number: str
    form: str
    made_by: str
    made_on: date
    destroy_by: date
    submissions: Sequence[OpenedSubmission] = field(repr=False)
    definitions: Sequence[Definition] = field(repr=False)
    areas: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Export:
    """Rows for a file; number, maker, day and `destroy_by` belong on its first line.

    Args:
        made_by: Name of the maker; empty for the console.
        header: Names of the columns as keys of the locale files: `cases-column-…`, or `field-…`
            for what a child's file names so.
        answers: Of visits, what was answered in each row's form, by the name of the question.
    """

    number: str
    kind: str
    made_by: str
    made_on: date
    destroy_by: date
    header: tuple[str, ...]
    rows: Sequence[Sequence[object]] = field(repr=False)
    answers: Sequence[Mapping[str, str]] = field(repr=False, default=())


FIRST = frozenset(
    {
        *("name", "sex", "birth_date", "id_no", "child_types", "caregiver_name"),
        *("caregiver_phone", "school_name"),
    }
)
"""Fields that stand in the first columns of a ledger."""
LATER = tuple(
    name
    for names in SECTIONS.values()
    for name in names
    if name not in FIRST and name != "photo"  # a picture stands on the child's card
)
"""The other fields of a file (附件3-2), a column each behind them, by their own names."""

HEADERS = {
    ExportKind.CHILDREN: (
        "file-no",
        "area",
        "name",
        "sex",
        "birth-date",
        "id-no",
        "kinds",
        "risk-level",
        "carer",
        "carer-phone",
        "school",
        "last-visit",
        "next-visit",
        *LATER,
    ),
    ExportKind.VISITS: (
        "number",
        "visited-on",
        "filed-at",
        "filed-by",
        "file-no",
        "name",
        "area",
        "mode",
        "child-seen",
        "severity",
        "triggers",
        "review",
    ),
    ExportKind.CASES: (
        "number",
        "severity",
        "situations",
        "state",
        "area",
        "opened-at",
        "police-at",
        "police-receipt",
        "closed-at",
        "close-reason",
    ),
}
"""The columns of each list, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A permit to export: `waiting` until someone else in charge approves, then `ready`, once."""

    number: str
    what: Wanted
    area: str
    rows: int
    asked_by: str
    state: str
