"""The one place where access is decided: role × area × relation × action, deny by default.

Nothing here reads a table: the caller says what the resource is. Restricted cases (N1–N3 of the
mandatory-report list) are hidden from village accounts other than the reporter; whoever the
report names as involved is shut out whatever their role.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from cases.areas import within
from cases.errors import DeniedError, ReasonNeededError
from cases.people import SYSTEM, Role

if TYPE_CHECKING:
    from cases.people import Principal


class Action(StrEnum):
    """What someone wants to do."""

    CHILD_LIST = "child.list"
    CHILD_READ = "child.read"
    CHILD_ADD = "child.add"
    CHILD_CHANGE = "child.change"
    CHILD_MERGE = "child.merge"
    CHILD_LEAVE = "child.leave"
    CHILD_MOVE = "child.move"
    CHILD_FORGET = "child.forget"
    CHILD_RISK = "child.risk"
    GUARDIAN_TIE = "guardian.tie"
    GUARDIAN_UNTIE = "guardian.untie"
    VISIT_FILE = "visit.file"
    VISIT_REVIEW = "visit.review"
    FORM_FILE = "form.file"
    EMERGENCY_RAISE = "emergency.raise"
    HELP_ASK = "help.ask"
    CASE_READ = "case.read"
    CASE_ADD = "case.add"
    CASE_POLICE = "case.police"
    CASE_ACK = "case.ack"
    CASE_STEP = "case.step"
    CASE_CLOSE = "case.close"
    MATTER_OPEN = "matter.open"
    MATTER_STEP = "matter.step"
    CONSENT_WITHDRAW = "consent.withdraw"
    MATTER_READ = "matter.read"
    MATTER_LIST = "matter.list"
    PEOPLE_READ = "people.read"
    PEOPLE_MANAGE = "people.manage"
    STATS_READ = "stats.read"
    EXPORT = "export"
    AUDIT_VERIFY = "audit.verify"
    QUESTION_ANSWER = "question.answer"
    DIRECTIVE_CHANGE = "directive.change"
    DRILL_HOLD = "drill.hold"


class Purpose(StrEnum):
    """Why a file is opened; a fixed list, so that the log holds no free text."""

    NONE = ""
    VISIT = "visit"
    EMERGENCY = "emergency"
    REVIEW = "review"
    ASSISTANCE = "assistance"
    CORRECTION = "correction"
    HANDOVER = "handover"
    CONFERENCE = "conference"
    AUDIT = "audit"
    EXPORT = "export"
    GUARDIAN = "guardian"


class Relation(StrEnum):
    """What ties someone to a resource."""

    AREA = "area"
    OWN = "own"
    REPORTER = "reporter"
    ADDRESSEE = "addressee"
    GUARDIAN = "guardian"
    COMING = "coming"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What is wanted, as far as the decision needs to know.

    Args:
        area: 12-digit code.
        owner: The responsible director.
        reporter: Who raised the case: a person id, or `chat:channel:chat`.
        addressees: Who was pushed the alert (deputies may come from next door).
        guardians: Registered guardians of the child.
        hidden_from: Persons the report names as involved (conflict of interest).
        managed: Role of the person to be managed.
        becomes: What the division of a child that waits was split into.
    """

    area: str = ""
    owner: str | None = None
    reporter: str | None = None
    addressees: frozenset[str] = frozenset()
    guardians: frozenset[str] = frozenset()
    hidden_from: frozenset[str] = frozenset()
    restricted: bool = False
    managed: Role | None = None
    becomes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes or no, whether a purpose must be stated, and why not (a word of the locale files)."""

    allowed: bool
    needs_reason: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Grant:
    """Any one relation opens the door; with one of `freely` no purpose is asked.

    `open_anyway`: no approval of the person in charge is asked for, as nothing of a file is shown.
    `own`: the child must be their own besides.
    """

    by: frozenset[Relation]
    freely: frozenset[Relation]
    qualified: bool = False
    open_anyway: bool = True
    own: bool = False


def _grant(
    *by: Relation, reason_unless: Relation | None = None, qualified: bool = False
) -> _Grant:
    freely = frozenset(by if reason_unless is None else {reason_unless})
    return _Grant(frozenset(by), freely, qualified)


_D, _S, _C, _G = (
    Role.CHILD_DIRECTOR,
    Role.CHILD_SUPERVISOR,
    Role.COUNTY_OFFICER,
    Role.GUARDIAN,
)
_AREA = _grant(Relation.AREA)
_TRAINED = _grant(Relation.AREA, qualified=True)
_RESPONSIBLE = replace(_TRAINED, own=True)
_ASKED = replace(_grant(Relation.AREA, reason_unless=Relation.OWN), open_anyway=False)
_CASE = _grant(Relation.AREA, Relation.REPORTER, Relation.ADDRESSEE)
_DUTY = _grant(Relation.AREA, Relation.ADDRESSEE)
_TAKEN_IN = _grant(Relation.AREA, Relation.COMING)
_VILLAGE_MATTER = _grant(Relation.AREA, reason_unless=Relation.OWN)
_FAMILY = _grant(Relation.GUARDIAN, Relation.REPORTER)
_REPORTER = _grant(Relation.REPORTER)
_GUARDIAN = _grant(Relation.GUARDIAN)

_FOR_EVERYONE = frozenset({Action.EMERGENCY_RAISE, Action.HELP_ASK})

_MANAGES: dict[Role, frozenset[Role]] = {
    _D: frozenset(),
    _S: frozenset({_D, _G}),
    _C: frozenset(Role),
    _G: frozenset(),
}
"""Whom a role may enter, invite, send on leave or cut off: nobody makes their own superior."""

_RULES: dict[Action, dict[Role, _Grant]] = {
    Action.CHILD_LIST: {_D: _AREA, _S: _TAKEN_IN, _C: _TAKEN_IN},
    Action.CHILD_READ: {_D: _ASKED, _S: _ASKED, _C: _ASKED, _G: _GUARDIAN},
    Action.CHILD_ADD: {_D: _TRAINED, _S: _TRAINED, _C: _AREA},
    Action.CHILD_CHANGE: {_D: _TRAINED, _S: _TRAINED, _C: _AREA},
    Action.CHILD_MERGE: {_S: _AREA, _C: _AREA},
    Action.CHILD_LEAVE: {_S: _AREA, _C: _AREA},
    Action.CHILD_MOVE: {_S: _TAKEN_IN, _C: _TAKEN_IN},
    Action.CHILD_FORGET: {_C: _AREA},
    Action.CHILD_RISK: {_D: _TRAINED, _S: _TRAINED, _C: _AREA},
    Action.GUARDIAN_TIE: {_D: _RESPONSIBLE, _S: _TRAINED, _C: _AREA},
    Action.GUARDIAN_UNTIE: {_S: _AREA, _C: _AREA},
    Action.VISIT_FILE: {_D: _TRAINED, _S: _TRAINED},
    Action.VISIT_REVIEW: {_S: _AREA, _C: _AREA},
    Action.FORM_FILE: {_D: _TRAINED, _S: _TRAINED, _C: _AREA, _G: _GUARDIAN},
    Action.CASE_READ: {_D: _CASE, _S: _CASE, _C: _CASE, _G: _REPORTER},
    Action.CASE_ADD: {_D: _CASE, _S: _CASE, _C: _CASE, _G: _REPORTER},
    Action.CASE_POLICE: {_D: _CASE, _S: _CASE, _C: _CASE, _G: _REPORTER},
    Action.CASE_ACK: {_S: _DUTY, _C: _DUTY},
    Action.CASE_STEP: {_S: _DUTY, _C: _DUTY},
    Action.CASE_CLOSE: {_S: _AREA, _C: _AREA},
    Action.MATTER_OPEN: {_D: _TRAINED, _S: _TRAINED, _C: _AREA, _G: _GUARDIAN},
    Action.MATTER_STEP: {_D: _TRAINED, _S: _TRAINED, _C: _AREA},
    Action.CONSENT_WITHDRAW: {_D: _AREA, _S: _AREA, _C: _AREA, _G: _GUARDIAN},
    Action.MATTER_READ: {_D: _VILLAGE_MATTER, _S: _AREA, _C: _AREA, _G: _FAMILY},
    Action.MATTER_LIST: {_D: _AREA, _S: _AREA, _C: _AREA, _G: _GUARDIAN},
    Action.PEOPLE_READ: {_D: _AREA, _S: _AREA, _C: _AREA},
    Action.PEOPLE_MANAGE: {_S: _AREA, _C: _AREA},
    Action.STATS_READ: {_S: _AREA, _C: _AREA},
    Action.EXPORT: {_S: _AREA, _C: _AREA},
    Action.AUDIT_VERIFY: {_C: _AREA},
    Action.QUESTION_ANSWER: {_C: _AREA},
    Action.DIRECTIVE_CHANGE: {_C: _AREA},
    Action.DRILL_HOLD: {_C: _AREA},
}


def decide(principal: Principal, action: Action, resource: Resource) -> Decision:
    """Say whether someone may do something to a resource.

    Source:
        民发〔2019〕34号 二-(二) (no work of a director or supervisor before the first training),
        附件3-5 (everyone may raise an emergency); 未成年人网络保护条例 第三十六条 (least access,
        on record).
    """
    if action in _FOR_EVERYONE:
        return Decision(allowed=True)
    grant = _RULES.get(action, {}).get(principal.role)
    if grant is None:
        return Decision(allowed=False, why="role")
    if resource.managed is not None and resource.managed not in _MANAGES[principal.role]:
        return Decision(allowed=False, why="role")
    if principal.person_id in resource.hidden_from:
        return Decision(allowed=False, why="hidden")
    ties = relations(principal, resource)
    if resource.restricted and _in_village(principal) and Relation.REPORTER not in ties:
        return Decision(allowed=False, why="restricted")
    if not ties & grant.by or (grant.own and Relation.OWN not in ties):
        return Decision(allowed=False, why="area")
    if grant.qualified and not principal.qualified:
        return Decision(allowed=False, why="unqualified")
    needs_reason = not ties & grant.freely or not (principal.approved or grant.open_anyway)
    return Decision(allowed=True, needs_reason=needs_reason)


def relations(principal: Principal, resource: Resource) -> frozenset[Relation]:
    """Return every tie between someone and a resource."""
    me = principal.person_id
    own = me is not None and me == resource.owner
    waiting = own and resource.area != "" and resource.area == principal.formerly
    coming = any(within(code, principal.area) for code in resource.becomes)
    return frozenset(
        relation
        for relation, holds in (
            (Relation.AREA, waiting or within(resource.area, principal.area)),
            (Relation.OWN, own),
            (Relation.REPORTER, resource.reporter in {principal.actor, me} - {None}),
            (Relation.ADDRESSEE, me in resource.addressees),
            (Relation.GUARDIAN, me in resource.guardians),
            (Relation.COMING, coming),
        )
        if holds
    )


def require(
    principal: Principal,
    action: Action,
    resource: Resource,
    purpose: Purpose | None = None,
) -> Decision:
    """Return the decision if it is yes; a `purpose` must be stated where one is needed.

    Raises:
        DeniedError: The decision is no.
        ReasonNeededError: It is yes, but only for a purpose, and none was given.
    """
    decision = decide(principal, action, resource)
    if not decision.allowed:
        raise DeniedError(decision.why)
    if decision.needs_reason and not purpose:
        raise ReasonNeededError
    return decision


def require_manager(
    principal: Principal, area: str, role: Role, child: Resource | None = None
) -> None:
    """Check that someone may manage a person of a role in an area; the product itself may.

    For a guardian of a `child` it is decided by who may tie guardians to that child.

    Raises:
        DeniedError: They may not.
    """
    if principal == SYSTEM:
        return
    if child is not None and role is Role.GUARDIAN:
        require(principal, Action.GUARDIAN_TIE, child)
    else:
        require(principal, Action.PEOPLE_MANAGE, Resource(area=area, managed=role))


def _in_village(principal: Principal) -> bool:
    return principal.role in {Role.CHILD_DIRECTOR, Role.GUARDIAN}
