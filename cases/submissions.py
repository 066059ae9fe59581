"""A finished form as a value, and the receipt for it; it runs no form and knows no table."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


_LONGEST_VERSION, _MARK = 64, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """The form that was answered; kept once per form and version.

    Args:
        source: The XForm document.
        files: The lists that stood beside it (`shelves.csv`), by name.
    """

    form: str
    version: str
    source: bytes = field(repr=False)
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def digest(self) -> str:
        """Return what tells this document and its lists from any other."""
        digest = hashlib.sha256(self.source)
        for name, content in sorted(self.files.items()):
            digest.update(f"\0{name}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()

    def marked(self) -> Self:
        """Return it under a version of its own, for one that another form has taken."""
        mark = f"~{self.digest[:_MARK]}"
        return replace(self, version=self.version[: _LONGEST_VERSION - len(mark)] + mark)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """The counted part of a visit check-in (附件3-4, 附件2-4).

    Args:
        child_seen: The worker saw the child, not only others.
        triggers: Ids of the form's rules that fired.
        next_on: Day the worker and family agreed on, if any.
    """

    visited_on: date
    mode: str = ""
    child_seen: bool = False
    severity: str = "P4"
    triggers: tuple[str, ...] = ()
    next_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A finished form.

    Args:
        draft_id: Key against filing twice.
        values: Node path -> lexical value.
        area: Of the child if there is one, else of who files.
        legal_basis: `statutory_duty`, `emergency` or `consent` (PIPL 13).
    """

    draft_id: str
    definition: Definition
    values: Mapping[str, str] = field(repr=False)
    area: str
    child_id: str | None = None
    case_id: str | None = None
    visit: Visit | None = None
    legal_basis: str = "statutory_duty"


CONSENT = "consent"
"""The legal basis of what a family agreed to."""


@dataclass(frozen=True, slots=True)
class Basis:
    """On which legal basis how many records of a child were made, and on which day the last.

    Args:
        name: `statutory_duty`, `emergency` or `consent` (PIPL 13).
        refs: Numbers of the consents it rests on.
    """

    name: str
    count: int
    last_on: date
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLine:
    """A filed visit as lists show it.

    Args:
        ask_again: Node paths of the questions that the supervisor marked.
    """

    number: str
    draft_id: str
    child_id: str
    person_id: str
    area: str
    visited_on: date
    severity: str
    child_seen: bool
    review: str = ""
    ask_again: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the worker keeps: the number, and when the next visit is due at the latest.

    Args:
        is_earlier: It is of a visit before the last one on file, and moves nothing there.
    """

    submission_id: str
    number: str
    is_new: bool
    next_visit_on: date | None = None
    is_earlier: bool = False
