"""Things that run along a child or an area until they are done, as pure rules.

A delegation of care, a referral, an application for a benefit, a case conference, a guardian's
request, a consent, a children's centre, an organisation: each has a way of states, someone who
may take each step, and days until something is due. What is written in them is sealed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from cases.errors import GuardError
from cases.people import MANAGERS, Role
from kernel.errors import RuleError
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime


class MatterKind(StrEnum):
    """What kind of thing it is; the clause it serves stands in docs/duties.md."""

    DELEGATION = "delegation"
    REFERRAL = "referral"
    BENEFIT = "benefit"
    CONFERENCE = "conference"
    REQUEST = "request"
    CONSENT = "consent"
    CENTRE = "centre"
    ORGANISATION = "organisation"
    SUMMARY = "summary"
    HELP = "help"
    COMFORT = "comfort"
    BOOKING = "booking"
    SUBSTITUTE = "substitute"


DEPARTMENTS = (
    "police",
    "education",
    "justice",
    "human_resources",
    "women_children_committee",
    "youth_league",
    "women_federation",
    "disabled_federation",
    "health",
    "medical_insurance",
    "procuratorate",
    "court",
    "civil_affairs",
    "rescue_agency",
    "welfare_institution",
)
"""Where a referral may go: 四-(三), and what later law adds."""

BENEFITS = (
    "orphan_allowance",
    "de_facto_allowance",
    "dibao",
    "tekun",
    "temp_relief",
    "medical_aid",
    "rehabilitation",
    "disability_subsidy",
    "education_aid",
    "legal_aid",
    "hukou",
    "other",
)

SERVICES = (
    "rescue_agency",
    "welfare_institution",
    "rescue_delegate",
    "station",
    "temporary_care",
    "therapy",
    "special_school",
    "ngo",
    "volunteers",
    "enterprise",
    "legal_aid",
)
"""What an organisation of the register can be, and what may be booked of one (一, 三)."""

CONSENTS = ("charity", "image", "counsel", "bank", "activity")
"""What a family is asked to agree to, as no duty by law covers it (PIPL 13, 29)."""
OUTSIDE = frozenset({"ngo", "volunteers", "enterprise"})
"""Services of those who are told of a child only with a family's consent (PIPL 23)."""
OWN_CONSENT_FROM = 14
"""Age from which a child may agree itself: 个人信息保护法 第三十一条."""

BARRED = (
    "past_offence",
    "addiction",
    "refused_duty",
    "otherwise_unfit",
)
"""Who may not be entrusted with a child: 未成年人保护法 第二十二条."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a kind of matter may go.

    Args:
        start: First state.
        steps: State -> the states that may follow.
        of_child: It belongs to a child's file.
        managed: States that only a supervisor or the county may set.
        written: States that need words in writing: a reason, a decision, what was done.
        openers: Roles that may open it.
    """

    start: str
    steps: Mapping[str, frozenset[str]]
    of_child: bool = True
    managed: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()
    openers: frozenset[Role] = frozenset(
        {Role.CHILD_DIRECTOR, Role.CHILD_SUPERVISOR, Role.COUNTY_OFFICER}
    )

    @property
    def ends(self) -> frozenset[str]:
        """Return the states after which nothing follows."""
        everything = {state for after in self.steps.values() for state in after} | {self.start}
        return frozenset(state for state in everything if not self.steps.get(state))


def _steps(**after: str) -> dict[str, frozenset[str]]:
    return {state: frozenset(words.split()) for state, words in after.items()}


WAYS: dict[MatterKind, Way] = {
    MatterKind.DELEGATION: Way(
        "drafted",
        _steps(
            drafted="signed ended",
            signed="notified changed ended expired",
            notified="changed ended expired",
            expired="signed ended",
        ),
    ),
    MatterKind.REFERRAL: Way(
        "proposed",
        _steps(
            proposed="approved withdrawn",
            approved="sent withdrawn",
            sent="received declined answered",
            received="answered declined",
            declined="sent closed",
            answered="closed sent",
        ),
        managed=frozenset({"approved"}),
        written=frozenset({"declined"}),
    ),
    MatterKind.BENEFIT: Way(
        "advised",
        _steps(
            advised="collecting withdrawn",
            collecting="submitted withdrawn",
            submitted="township_checked refused returned",
            returned="submitted withdrawn",
            township_checked="county_checked refused",
            county_checked="granted refused",
            refused="submitted",
        ),
        managed=frozenset({"township_checked", "county_checked", "granted", "refused"}),
        written=frozenset({"refused", "returned"}),
    ),
    MatterKind.CONFERENCE: Way(
        "called",
        _steps(called="held cancelled", held="decided", decided="done"),
        managed=frozenset({"held", "decided", "done", "cancelled"}),
        written=frozenset({"decided"}),
        openers=MANAGERS,
    ),
    MatterKind.REQUEST: Way(
        "asked",
        _steps(asked="granted refused"),
        managed=frozenset({"granted", "refused"}),
        written=frozenset({"refused"}),
        openers=frozenset(Role),
    ),
    MatterKind.CONSENT: Way("given", _steps(given="withdrawn"), openers=frozenset(Role)),
    MatterKind.CENTRE: Way(
        "open",
        _steps(
            open="activity paused closed",
            activity="activity paused closed",
            paused="open closed",
        ),
        of_child=False,
        managed=frozenset({"closed"}),
        written=frozenset({"activity"}),
    ),
    MatterKind.ORGANISATION: Way(
        "listed",
        _steps(listed="active ended", active="ended"),
        of_child=False,
        managed=frozenset({"active", "ended"}),
        openers=MANAGERS,
    ),
    MatterKind.SUMMARY: Way(
        "sent",
        _steps(sent="read"),
        of_child=False,
        managed=frozenset({"read"}),
        openers=frozenset({Role.CHILD_DIRECTOR, Role.CHILD_SUPERVISOR}),
    ),
    MatterKind.HELP: Way(
        "asked",
        _steps(asked="called done declined", called="done declined"),
        of_child=False,
        written=frozenset({"declined"}),
        openers=frozenset(Role),
    ),
    MatterKind.COMFORT: Way(
        "planned", _steps(planned="made cancelled"), written=frozenset({"made"})
    ),
    MatterKind.BOOKING: Way(
        "asked",
        _steps(asked="agreed declined withdrawn", agreed="done withdrawn"),
        written=frozenset({"declined"}),
    ),
    MatterKind.SUBSTITUTE: Way(
        "drafted",
        _steps(
            drafted="signed ended",
            signed="ended expired",
            expired="signed ended",
        ),
        managed=frozenset({"signed", "ended", "expired"}),
        openers=frozenset({Role.COUNTY_OFFICER}),
    ),
}
DELETION = "delete"
COPY = "copy"
"""Topic of a request that a child's data be deleted (PIPL 47)."""
DATED = frozenset({"decided"})
"""States whose words begin with the day by which what they say is due."""
RENEWAL = ("expired", "signed")
"""The step after which a delegation or an agreement runs anew, to a new day."""
OPEN_TO_ALL = frozenset({MatterKind.HELP})
"""Kinds that anyone may open for any place: whoever needs help need not be known to us."""
OWN_KINDS = (
    MatterKind.HELP,
    MatterKind.BENEFIT,
    MatterKind.BOOKING,
    MatterKind.REQUEST,
    MatterKind.CONSENT,
)
"""Kinds whose progress a family follows."""
CALL_BACK = "call_back"
_TOPICS = {
    MatterKind.REFERRAL: DEPARTMENTS,
    MatterKind.BENEFIT: BENEFITS,
    MatterKind.HELP: (CALL_BACK, *BENEFITS),
    MatterKind.BOOKING: SERVICES,
    MatterKind.CONSENT: CONSENTS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMatter:
    """What opens a matter.

    Args:
        area: 12-digit code; of the child where there is one.
        topic: A code: the department, the benefit, what is requested.
        words: Everything else, by field name; sealed.
        due_on: End of a delegation, day of a conference.
    """

    kind: MatterKind
    area: str
    child_id: str | None = None
    topic: str = ""
    words: Mapping[str, Any] = field(default_factory=dict, repr=False)
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterLine:
    """A matter as lists show it."""

    id: str
    number: str
    kind: MatterKind
    topic: str
    state: str
    area: str
    child_id: str | None
    opened_by: str | None
    opened_at: datetime
    due_on: date | None
    chat: str = field(default="", repr=False)

    @property
    def is_open(self) -> bool:
        """Say whether anything may still follow."""
        return self.state not in WAYS[self.kind].ends


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterStep:
    """One step that was taken."""

    at: datetime
    by: str | None
    state: str
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterCard:
    """An opened matter."""

    line: MatterLine
    words: Mapping[str, Any] = field(repr=False)
    steps: tuple[MatterStep, ...]


def check_opening(new: NewMatter, role: Role) -> None:
    """Check that a matter may be opened so.

    Raises:
        GuardError: Not this role, or no child where one is needed, or an unknown topic.
        RuleError: The person to be entrusted with the child is barred by law.

    Source:
        未成年人保护法 第二十二条 (who may not be entrusted with a child).
    """
    way = WAYS[new.kind]
    if role not in way.openers:
        raise GuardError("opener")
    if way.of_child and new.child_id is None:
        raise GuardError("child")
    known = _TOPICS.get(new.kind)
    if known and new.topic not in known:
        raise GuardError("topic")
    if new.kind is MatterKind.DELEGATION and any(
        new.words.get(name) in {True, "yes"} for name in BARRED
    ):
        source = "《未成年人保护法》第二十二条"
        raise RuleError(source=source, reply=say("cases-delegate-barred", source=source))


def check_step(kind: MatterKind, now: str, step: str, role: Role, note: str) -> None:
    """Check that a step may follow.

    Raises:
        GuardError: It may not, or needs someone in charge, or a reason in writing.
    """
    way = WAYS[kind]
    if step not in way.steps.get(now, frozenset()):
        raise GuardError("order")
    if step in way.managed and role not in MANAGERS:
        raise GuardError("manager")
    if step in way.written and not note.strip():
        raise GuardError("reason")
