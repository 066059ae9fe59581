"""The life of a case as pure decisions: states, steps, who may take them; no table, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cases.errors import GuardError
from cases.people import MANAGERS

if TYPE_CHECKING:
    from cases.people import Role


class State(StrEnum):
    """How far a case has come; the order of the members is the order of the way."""

    ALERT_SENT = "alert_sent"
    POLICE_CONTACTED = "police_contacted"
    ACKED_SUPERVISOR = "acked_supervisor"
    ACKED_COUNTY = "acked_county"
    POLICE_ACCEPTED = "police_accepted"
    POLICE_DECLINED = "police_declined"
    SAFETY_CONFIRMED = "safety_confirmed"
    ASSESSMENT = "assessment"
    PLAN = "plan"
    FOLLOWUP = "followup"
    CLOSED = "closed"


class CloseReason(StrEnum):
    """Why a case was closed; the form of closing (`case_close`) has the same words.

    `RESOLVED` stands in older records, where several of them were kept as one.
    """

    SAFE_AT_HOME = "safe_at_home"
    PLACED = "placed"
    FOUND = "found"
    CRIMINAL = "criminal"
    RESOLVED = "resolved"
    TRANSFERRED = "transferred"
    FALSE_ALARM = "false_alarm"
    DUPLICATE = "duplicate"
    DRILL = "drill"
    OTHER = "other"


class Outcome(StrEnum):
    """What the police did with a report."""

    NONE = ""
    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TRANSFERRED = "transferred"


NO_POLICE_NEEDED = frozenset({CloseReason.FALSE_ALARM, CloseReason.DUPLICATE, CloseReason.DRILL})
"""Reasons that close an urgent case though nobody called the police."""

URGENT = frozenset({"P0", "P1"})
RESTRICTED = frozenset({"N1", "N2", "N3"})
"""Situations hidden from village accounts other than the reporter (强制报告意见 第四条)."""

SITUATIONS = tuple([f"A{n}" for n in range(1, 7)] + [f"N{n}" for n in range(1, 10)])
SEVERITIES = ("P0", "P1", "P2", "P3", "P4")

_MANAGED = frozenset({State.SAFETY_CONFIRMED, State.ASSESSMENT, State.PLAN, State.FOLLOWUP})
_RANK = {state: rank for rank, state in enumerate(State)}


@dataclass(frozen=True, slots=True)
class Closing:
    """What the guard of closing looks at."""

    severity: str
    state: State
    police_contacted: bool
    reason: CloseReason


def is_restricted(situations: tuple[str, ...]) -> bool:
    """Say whether a case is hidden from village accounts other than the reporter."""
    return bool(RESTRICTED & set(situations))


def advance(now: State, step: State, role: Role) -> State:
    """Return the state after a step; a step behind the present one changes nothing.

    Raises:
        GuardError: The case is closed, or the step needs a supervisor or the county.
    """
    if now is State.CLOSED:
        raise GuardError("closed")
    if step is State.CLOSED:
        raise GuardError("use-close")
    if step in _MANAGED and role not in MANAGERS:
        raise GuardError("manager")
    return step if _RANK[step] > _RANK[now] else now


def is_behind(now: State, step: State) -> bool:
    """Say whether a step still lies ahead of a state."""
    return now is not State.CLOSED and _RANK[step] > _RANK[now]


def may_close(closing: Closing, role: Role) -> None:
    """Check that a case may be closed.

    Raises:
        GuardError: It is closed already, nobody in charge closes it, or an urgent case has no
            police contact on record and the reason does not explain that.

    Source:
        民发〔2019〕34号 附件3-5 (report to the police); that closing needs a supervisor and a
        reason is our rule.
    """
    if closing.state is State.CLOSED:
        raise GuardError("closed")
    if role not in MANAGERS:
        raise GuardError("manager")
    if (
        closing.severity in URGENT
        and not closing.police_contacted
        and closing.reason not in NO_POLICE_NEEDED
    ):
        raise GuardError("police")


def after_police(outcome: Outcome) -> State:
    """Return the step that a police contact is."""
    if outcome in {Outcome.ACCEPTED, Outcome.TRANSFERRED}:
        return State.POLICE_ACCEPTED
    if outcome is Outcome.DECLINED:
        return State.POLICE_DECLINED
    return State.POLICE_CONTACTED
