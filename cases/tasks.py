"""What is to be done, derived from the record and never stored: kinds, urgency, latest day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from cases.matters import MatterKind

if TYPE_CHECKING:
    from datetime import date

    from cases.casebook import CaseLine
    from cases.children import ChildLine
    from cases.db.drafts import Draft
    from cases.matters import MatterLine
    from cases.people import Person
    from cases.policies import Policy
    from cases.submissions import VisitLine


class TaskKind(StrEnum):
    """What is to be done; the order of the members is the order of the day."""

    CASE_POLICE = "case_police"
    CASE_RECEIPT = "case_receipt"
    CASE_CONTACT = "case_contact"
    VISIT_RETURNED = "visit_returned"
    VISIT_OVERDUE = "visit_overdue"
    VISIT_NEVER = "visit_never"
    VISIT_DUE = "visit_due"
    RISK_DECIDE = "risk_decide"
    VISIT_REVIEW = "visit_review"
    MATTER_APPROVE = "matter_approve"
    DELEGATION_EXPIRING = "delegation_expiring"
    REFERRAL_UNANSWERED = "referral_unanswered"
    MATTER_DUE = "matter_due"
    AREA_ENDED = "area_ended"
    VILLAGE_VACANT = "village_vacant"
    TRAINING_DUE = "training_due"
    APPROVAL_ENDING = "approval_ending"
    EXPORT_APPROVE = "export_approve"
    SUMMARY_DUE = "summary_due"
    DRAFT_WAITING = "draft_waiting"
    FILE_STALE = "file_stale"


_ORDER = {kind: place for place, kind in enumerate(TaskKind)}
_REFERRAL_OUT = frozenset({"sent", "received"})
"""States in which an office has a referral and its answer is waited for."""
_REFERRAL_RESTS = frozenset({"proposed", "answered"})
"""States in which it waits for its approval, a task of its own, or for nothing."""
_RISK = {"red": 0, "yellow": 1, "unassessed": 2, "blue": 3, "green": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do.

    Args:
        priority: 0 is the most urgent.
        due_on: The latest day (最迟).
        late_days: Days past that day; 0 when there is still time.
    """

    kind: TaskKind
    priority: int
    due_on: date
    late_days: int = 0
    child: ChildLine | None = None
    case: CaseLine | None = None
    draft: Draft | None = None
    matter: MatterLine | None = None
    person: Person | None = None
    area: str = ""
    visit: VisitLine | None = None
    number: str = ""


def review_task(visit: VisitLine, kind: TaskKind, day: date) -> Task:
    """Return the reminder of a visit to be looked at, or to be asked again in part."""
    return Task(kind=kind, priority=_ORDER[kind] * 10, due_on=day, visit=visit)


def risk_task(child: ChildLine, day: date) -> Task:
    """Return the reminder that a proposed risk level waits for a named person's decision."""
    kind = TaskKind.RISK_DECIDE
    return Task(kind=kind, priority=_ORDER[kind] * 10, due_on=day, child=child)


def visit_task(child: ChildLine, day: date, policy: Policy) -> Task | None:
    """Return what the visit dates of a child ask for, if anything yet."""
    due, soon = child.next_visit_on, f"visit_soon_{child.risk_level}"
    if due is None or due > day + policy.days(soon if soon in policy.rules else "visit_soon"):
        return None
    late = max((day - due).days, 0)
    if late and child.last_visit_on is not None:
        kind = TaskKind.VISIT_OVERDUE
    else:
        kind = TaskKind.VISIT_NEVER if child.last_visit_on is None else TaskKind.VISIT_DUE
    priority = _ORDER[kind] * 10 + _RISK.get(child.risk_level, 2)
    return Task(kind=kind, priority=priority, due_on=due, late_days=late, child=child)


def case_task(
    case: CaseLine, opened_on: date, worked_on: date | None, day: date, policy: Policy
) -> Task:
    """Return the next thing an open case asks for.

    Args:
        case: The case.
        opened_on: Day of the report.
        worked_on: Day of the last work on it that is on record.
        day: Today.
        policy: The rules of the area.
    """
    if case.needs_police:
        kind, due = TaskKind.CASE_POLICE, opened_on
    elif case.needs_receipt:
        kind, due = TaskKind.CASE_RECEIPT, opened_on + policy.days("police_receipt")
    else:
        kind, due = TaskKind.CASE_CONTACT, opened_on
        if worked_on is not None:
            due = worked_on + policy.days("case_contact")
    late = max((day - due).days, 0)
    return Task(kind=kind, priority=_ORDER[kind] * 10, due_on=due, late_days=late, case=case)


def draft_task(draft: Draft, changed_on: date, day: date, policy: Policy) -> Task:
    """Return the reminder that something was begun and not handed in."""
    kind, due = TaskKind.DRAFT_WAITING, changed_on + policy.days("draft_waiting")
    late = max((day - due).days, 0)
    return Task(kind=kind, priority=_ORDER[kind] * 10, due_on=due, late_days=late, draft=draft)


def matter_task(matter: MatterLine, day: date, policy: Policy) -> Task | None:
    """Return what an open matter asks for, if anything yet."""
    due = matter.due_on
    if due is None or not matter.is_open:
        return None
    if matter.kind is MatterKind.REFERRAL and matter.state in _REFERRAL_RESTS:
        return None
    kind, early = {
        MatterKind.DELEGATION: (TaskKind.DELEGATION_EXPIRING, policy.days("delegation_expiry")),
        MatterKind.SUBSTITUTE: (TaskKind.MATTER_DUE, policy.days("delegation_expiry")),
        MatterKind.REFERRAL: (TaskKind.REFERRAL_UNANSWERED, timedelta()),
    }.get(matter.kind, (TaskKind.MATTER_DUE, policy.days("visit_soon")))
    if matter.kind is MatterKind.REFERRAL and matter.state not in _REFERRAL_OUT:
        kind = TaskKind.MATTER_DUE
    if due - early > day:
        return None
    late = max((day - due).days, 0)
    return Task(kind=kind, priority=_ORDER[kind] * 10, due_on=due, late_days=late, matter=matter)


def approval_task(matter: MatterLine, day: date) -> Task:
    """Return the reminder that a referral waits for approval."""
    kind = TaskKind.MATTER_APPROVE
    return Task(kind=kind, priority=_ORDER[kind] * 10, due_on=day, matter=matter)


def training_task(person: Person, day: date, policy: Policy) -> Task:
    """Return the reminder of a worker's yearly training (二-(二))."""
    kind, due = TaskKind.TRAINING_DUE, day
    if person.trained_on is not None:
        due = person.trained_on + policy.days("training_yearly")
    late = max((day - due).days, 0)
    return Task(kind=kind, priority=_ORDER[kind] * 10, due_on=due, late_days=late, person=person)


def access_task(person: Person, day: date) -> Task:
    """Return the reminder that someone's approval to open files ends."""
    kind, due = TaskKind.APPROVAL_ENDING, person.approved_until or day
    late = max((day - due).days, 0)
    return Task(kind=kind, priority=_ORDER[kind] * 10, due_on=due, late_days=late, person=person)


def export_task(number: str, day: date) -> Task:
    """Return the reminder that somebody's export waits for approval."""
    kind = TaskKind.EXPORT_APPROVE
    return Task(kind=kind, priority=_ORDER[kind] * 10, due_on=day, number=number)


def summary_task(month: date, day: date, policy: Policy) -> Task | None:
    """Return the reminder of last month's summary, in the first days of the next (附件3-1)."""
    due = day.replace(day=1) + policy.days("summary_due") - timedelta(days=1)
    if day > due:
        return None
    kind = TaskKind.SUMMARY_DUE
    return Task(kind=kind, priority=_ORDER[kind] * 10, due_on=due, number=f"{month:%Y-%m}")


def vacancy_task(area: str, day: date) -> Task:
    """Return the reminder that a village has nobody."""
    kind = TaskKind.VILLAGE_VACANT
    return Task(kind=kind, priority=_ORDER[kind] * 10, due_on=day, area=area)


def ended_task(area: str, day: date) -> Task:
    """Return the reminder that children stand under a code that has ended."""
    kind = TaskKind.AREA_ENDED
    return Task(kind=kind, priority=_ORDER[kind] * 10, due_on=day, area=area)


def stale_task(child: ChildLine, changed_on: date, day: date, policy: Policy) -> Task:
    """Return the reminder that a file was not looked through for long (动态更新)."""
    kind, due = TaskKind.FILE_STALE, changed_on + policy.days("file_stale")
    late = max((day - due).days, 0)
    return Task(kind=kind, priority=_ORDER[kind] * 10, due_on=due, late_days=late, child=child)


def in_order(tasks: list[Task]) -> list[Task]:
    """Sort by urgency, then by the latest day."""
    return sorted(tasks, key=lambda task: (task.priority, task.due_on))
