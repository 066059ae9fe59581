"""Who of the people at hand is told on a rung, as a pure decision; it queues and sends nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cases.areas import CODE_DIGITS, Level, level_of, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from alerts.ladder import Rung
    from alerts.policy import Duty

COUNTY_ROLES = frozenset({"county_officer", "city_officer"})
ROLE_MARK = "role:"
"""An excluded role is written `role:child_supervisor` beside excluded persons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A worker who might be told.

    Args:
        addresses: Channel and chat of each way to reach them that still works.
        away: On leave today.
        deputies: Who stands in for them, the first first.
    """

    person_id: str
    role: str
    area: str
    post: str = ""
    addresses: tuple[tuple[str, str], ...] = ()
    away: bool = False
    deputies: tuple[str, ...] = ()

    @property
    def rank(self) -> str:
        """Return the role as the ladder knows it: above the county it is the city's officer."""
        if self.role == "county_officer" and level_of(self.area) < Level.COUNTY:
            return "city_officer"
        return self.role

    @property
    def reachable(self) -> bool:
        """Say whether a push can reach them now."""
        return bool(self.addresses) and not self.away


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What routing must know of the report.

    Args:
        area: 12-digit code; shorter or empty when nobody knows.
        exclude: Persons (or `role:…`) who must not be told: conflict of interest.
        add: Roles that the situation adds to the first rung.
        hide: Roles that never hear of it (N1–N3: village accounts).
    """

    area: str
    exclude: frozenset[str] = frozenset()
    add: frozenset[str] = frozenset()
    hide: frozenset[str] = frozenset()

    def shuts_out(self, person_id: str, role: str) -> bool:
        """Say whether somebody must not be told, in person or by role."""
        return person_id in self.exclude or self.names_role(role) or role in self.hide

    def names_role(self, role: str) -> bool:
        """Say whether the report names everybody of a role."""
        return ROLE_MARK + role in self.exclude

    @property
    def located(self) -> bool:
        """Say whether the report's place is known well enough to find its county."""
        return len(self.area) == CODE_DIGITS and level_of(self.area) >= Level.COUNTY


@dataclass(frozen=True, slots=True)
class Told:
    """Someone to be told, perhaps in another's place."""

    person: Candidate
    deputy_for: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is told on a rung.

    Args:
        told: In order, each person once.
        up: The next rung must be told at once as well: nobody of this one can be reached, or
            one of them is excluded.
        missing: Who belongs to the rung but cannot be reached.
    """

    told: tuple[Told, ...]
    up: bool = False
    missing: tuple[str, ...] = field(default=())


def choose(
    rung: Rung,
    report: Report,
    people: Mapping[str, Candidate],
    *,
    duty: Duty | None = None,
    first: bool = False,
) -> Choice:
    """Choose who is told on a rung.

    Args:
        rung: The rung whose turn it is.
        report: What the report asks of routing.
        people: Everyone who might be told, by person id, deputies included.
        duty: The duty list that the rung names.
        first: It is the first rung, to which the situation adds roles.

    Source:
        domain rules R3, R4, R6, R9, R10 and the conflict of interest rule: whoever is
        suspected is passed over and the level above is told.
    """
    own = _members(rung, report, people.values(), duty)
    clean = [person for person in own if not _excluded(person, report)]
    conflict = len(clean) < len(own) or any(map(report.names_role, rung.roles))
    told = _with_substitutes(clean, report, people, always=rung.deputies)
    up = conflict or not told
    if first and report.add:
        extra = [p for p in people.values() if p.rank in report.add and _covers(p, report)]
        clean_extra = [person for person in extra if not _excluded(person, report)]
        told += _with_substitutes(clean_extra, report, people, always=False)
    missing = tuple(person.person_id for person in clean if not person.reachable)
    return Choice(_once(told), up, missing)


def _members(
    rung: Rung, report: Report, people: Iterable[Candidate], duty: Duty | None
) -> list[Candidate]:
    """Return who belongs to the rung; without a known place the county's duty does."""
    roles = COUNTY_ROLES if not report.located and rung.roles else frozenset(rung.roles)
    return [
        person
        for person in people
        if _covers(person, report)
        and (person.rank in roles or (duty is not None and _on_duty(person, duty)))
    ]


def _on_duty(person: Candidate, duty: Duty) -> bool:
    return person.rank in duty.roles and (not duty.posts or person.post in duty.posts)


def _covers(person: Candidate, report: Report) -> bool:
    if not report.located:
        return person.rank in COUNTY_ROLES
    return within(report.area, person.area)


def _excluded(person: Candidate, report: Report) -> bool:
    return report.shuts_out(person.person_id, person.rank)


def _with_substitutes(
    persons: Sequence[Candidate],
    report: Report,
    people: Mapping[str, Candidate],
    *,
    always: bool,
) -> list[Told]:
    """Return those who can be reached, and deputies of those who cannot (or of all)."""
    told = [Told(person) for person in persons if person.reachable]
    for person in persons:
        if person.reachable and not always:
            continue
        for deputy_id in person.deputies:
            deputy = people.get(deputy_id)
            if deputy and deputy.reachable and not _excluded(deputy, report):
                told.append(Told(deputy, person.person_id))
                break
    return told


def _once(told: Sequence[Told]) -> tuple[Told, ...]:
    seen: dict[str, Told] = {}
    for one in told:
        seen.setdefault(one.person.person_id, one)
    return tuple(seen.values())
