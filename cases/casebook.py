"""Cases as values: what opens one, what a card shows, what the police did; no table."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from cases.workflow import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cases.access import Resource
    from cases.children import ChildLine
    from cases.workflow import CloseReason, State


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """An emergency report, perhaps only its first three answers.

    Args:
        draft_id: Key against opening twice.
        area: 12-digit code where the child is.
        details: Answers by field name (domain: report record); sealed.
        hidden_from: Person ids the report names as involved.
    """

    draft_id: str
    severity: str
    situations: tuple[str, ...]
    area: str
    child_id: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict, repr=False)
    hidden_from: tuple[str, ...] = ()
    drill: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """The case that a report became."""

    case_id: str
    number: str
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceContact:
    """What the worker told us of the call to the police; the bot itself never calls.

    Args:
        station: Whom they reached (110, a station's name).
        receipt_no: Number of the 受案回执.
    """

    at: datetime
    station: str = field(default="", repr=False)
    officer: str = field(default="", repr=False)
    receipt_no: str = field(default="", repr=False)
    outcome: Outcome = Outcome.WAITING

    def after(self, before: PoliceContact | None) -> PoliceContact:
        """Return this contact with what an earlier one said and this one leaves open."""
        if before is None:
            return self
        return replace(
            self,
            station=self.station or before.station,
            officer=self.officer or before.officer,
            receipt_no=self.receipt_no or before.receipt_no,
        )


ACTS = ("police", "step", "closed")
"""Events of a case that are work on it; an acknowledgement or more details are not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case as lists show it: no name, no fact."""

    id: str
    number: str
    severity: str
    situations: tuple[str, ...]
    state: State
    area: str
    child_id: str | None
    reporter_id: str | None
    opened_at: datetime
    police_contacted_at: datetime | None
    police_receipted: bool
    drill: bool = False

    @property
    def needs_police(self) -> bool:
        """Say whether the red banner stays: nobody has called the police yet."""
        return self.police_contacted_at is None and self._is_for_the_police

    @property
    def needs_receipt(self) -> bool:
        """Say whether the receipt number of the police is still missing."""
        return not self.police_receipted and self._is_for_the_police

    @property
    def _is_for_the_police(self) -> bool:
        """Say whether the police must be told (附件3-5): not of a drill or a request for help."""
        return not self.drill and self.severity not in {"P3", "P4"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """One step of a case; `note` in clear, only in memory."""

    at: datetime
    by: str | None
    kind: str
    state: str
    note: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCard:
    """An opened case; details and police contact in clear, only in memory."""

    line: CaseLine
    details: Mapping[str, Any] = field(repr=False)
    police: PoliceContact | None
    child: ChildLine | None
    events: tuple[CaseEvent, ...]
    resource: Resource = field(repr=False)
    closed_at: datetime | None = None
    closed_by: str | None = None
    close_reason: CloseReason | None = None
