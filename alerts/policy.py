"""Reads the alert policy from TOML and checks it at start; it decides nothing about an alert."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alerts.ladder import Policy, Rung
from alerts.policy_file import Section, read_policy_file
from alerts.seasons import Sweep, Window
from cases.children import KINDS
from cases.policies import RISK_LEVELS
from cases.tasks import TaskKind
from cases.workflow import SITUATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, time

    from cases.tasks import Task

SHIPPED = Path(__file__).parent / "policies"
ROLES = frozenset({"child_director", "child_supervisor", "county_officer", "city_officer"})
SEVERITIES = ("P0", "P1", "P2", "P3")
SWEEPS = ("flood", "holiday", "spring_festival")
"""Sweeps whose question stands in the locale files (domain: extra rounds of the year)."""
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Route:
    """What a situation adds to the first rung, and which roles never hear of it."""

    situations: frozenset[str]
    add: tuple[str, ...] = ()
    hide: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Duty:
    """A named duty list: who stands on it, and its telephones."""

    name: str
    roles: tuple[str, ...]
    posts: frozenset[str] = frozenset()
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which routine messages wait, in Beijing time."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Cluster:
    """So many reports from one village within so many seconds are a sign of their own."""

    reports: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Roundup:
    """Whoever has so many unanswered alerts is reminded of all at once, so seldom in seconds."""

    alerts: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Reminder:
    """Tasks that are reminded of between Mondays: which, and every how many days.

    Args:
        risks: Only for children of these risk levels; empty: for all.
    """

    tasks: frozenset[TaskKind]
    days: int
    risks: frozenset[str] = frozenset()

    def fits(self, task: Task) -> bool:
        """Say whether the reminder is about a task."""
        level = task.child.risk_level if task.child else ""
        return task.kind in self.tasks and (not self.risks or level in self.risks)


@dataclass(frozen=True, slots=True)
class Region:
    """The policy of one region: `prefix` of the area code, empty for everywhere."""

    prefix: str
    ladders: Mapping[str, Policy]
    duties: Mapping[str, Duty]
    sweeps: Mapping[str, Sweep]


@dataclass(frozen=True, slots=True)
class Policies:
    """Everything the policy file says.

    Args:
        regions: The longest fitting prefix wins; the last one fits everywhere.
        drill_ends: A drill that nobody has ended for so long ends by itself.
    """

    regions: tuple[Region, ...]
    routes: tuple[Route, ...]
    quiet: Quiet
    cluster: Cluster
    roundup: Roundup
    drill_ends: timedelta
    reminders: tuple[Reminder, ...] = ()

    def ladder(self, severity: str, area: str) -> Policy | None:
        """Return the ladder of a severity in an area; None when it needs no alert (P4)."""
        for region in self._fitting(area):
            if severity in region.ladders:
                return region.ladders[severity]
        return None

    def duty(self, name: str, area: str) -> Duty | None:
        """Return a duty list by its name, as the area has it."""
        for region in self._fitting(area):
            if name in region.duties:
                return region.duties[name]
        return None

    def sweeps(self, area: str) -> tuple[Sweep, ...]:
        """Return the season sweeps of an area; the nearest region's rule wins for each."""
        found: dict[str, Sweep] = {}
        for region in self._fitting(area):
            for name, sweep in region.sweeps.items():
                found.setdefault(name, sweep)
        return tuple(found.values())

    def reminds(self, task: Task, day: date) -> bool:
        """Say whether a task is reminded of on a day though it is no Monday.

        What is told before it falls due is told as seldom as afterwards; a report that was worked
        on is not told of until its next contact is due.
        """
        late = (day - task.due_on).days
        if late < 0 and task.kind is TaskKind.CASE_CONTACT:
            return False
        for reminder in self.reminders:
            if reminder.fits(task):
                return late % reminder.days == 0
        return False

    def routes_of(self, situations: Iterable[str]) -> tuple[Route, ...]:
        """Return every route that a situation of the report opens."""
        there = frozenset(situations)
        return tuple(route for route in self.routes if route.situations & there)

    def _fitting(self, area: str) -> Iterable[Region]:
        return (region for region in self.regions if area.startswith(region.prefix))


def load_policies(path: Path | None = None, *, scale: float = 1.0) -> Policies:
    """Read and check a policy file; without one, the shipped default.

    Args:
        path: The TOML file.
        scale: Factor on every time of the ladders, so that a demonstration takes seconds.

    Raises:
        PolicyError: The file is missing or wrong; it names the file and the line.
    """
    root = read_policy_file(path or SHIPPED / "default.toml")
    regions = [_region(root, "", scale)]
    for prefix, section in root.tables("region", required=False):
        if not (prefix.isascii() and prefix.isdigit()):
            section.fail("a region is named by the first digits of its area code")
        regions.append(_region(section, prefix, scale))
    regions.sort(key=lambda region: len(region.prefix), reverse=True)
    policies = Policies(
        regions=tuple(regions),
        routes=tuple(_route(section) for section in root.rows("route")),
        quiet=_quiet(root.table("quiet")),
        cluster=_cluster(root.table("village")),
        roundup=_roundup(root, scale),
        drill_ends=_drill_ends(root),
        reminders=tuple(_reminder(section) for section in root.rows("reminder")),
    )
    root.done()
    _check_whole(root, policies)
    return policies


def _region(root: Section, prefix: str, scale: float) -> Region:
    everywhere = not prefix
    ladders = {
        name: _ladder(section, name, scale)
        for name, section in root.tables("ladder", required=everywhere)
    }
    duties = {name: _duty(section, name) for name, section in root.tables("duty", required=False)}
    sweeps = {
        name: _sweep(section, name) for name, section in root.tables("sweep", required=False)
    }
    if prefix:
        root.done()
    return Region(prefix, ladders, duties, sweeps)


def _ladder(section: Section, severity: str, scale: float) -> Policy:
    if severity not in SEVERITIES:
        section.fail(f"no alert has severity {severity}; use {', '.join(SEVERITIES)}")
    rungs = tuple(_rung(row, scale) for row in section.rows("rung"))
    if not rungs:
        section.fail("a ladder needs at least one [[rung]]")
    policy = Policy(
        severity=severity,
        rungs=rungs,
        repeat=section.seconds("repeat") * scale,
        reopen=_scaled(section, "reopen", scale),
        follow=_scaled(section, "follow", scale),
        quiet=section.flag("quiet"),
        loud=section.flag("loud"),
    )
    section.sourced()
    if policy.quiet and severity in {"P0", "P1"}:
        section.fail("an emergency is never quiet", "quiet")
    return policy


def _rung(section: Section, scale: float) -> Rung:
    rung = Rung(
        roles=section.words("roles", ROLES),
        seconds=section.seconds("wait") * scale,
        duty=section.word("duty"),
        deputies=section.flag("deputies"),
        remind=section.flag("remind"),
        second=section.flag("second"),
    )
    section.sourced()
    if not rung.roles and not rung.duty:
        section.fail("a rung needs `roles` or a `duty` list")
    return rung


def _route(section: Section) -> Route:
    route = Route(
        frozenset(section.words("situations", frozenset(SITUATIONS))),
        section.words("add", ROLES),
        frozenset(section.words("hide", ROLES)),
    )
    section.sourced()
    return route


def _duty(section: Section, name: str) -> Duty:
    duty = Duty(
        name,
        section.words("roles", ROLES),
        frozenset(section.words("posts")),
        section.words("phones"),
    )
    section.sourced()
    return duty


def _quiet(section: Section) -> Quiet:
    quiet = Quiet(section.time_of_day("from"), section.time_of_day("to"))
    section.sourced()
    return quiet


def _cluster(section: Section) -> Cluster:
    cluster = Cluster(section.number("reports"), section.seconds("within"))
    section.sourced()
    return cluster


def _roundup(root: Section, scale: float) -> Roundup:
    section = _given_or_shipped(root, "roundup")
    roundup = Roundup(section.number("alerts"), section.seconds("every") * scale)
    section.sourced()
    return roundup


def _drill_ends(root: Section) -> timedelta:
    section = _given_or_shipped(root, "drill")
    ends = timedelta(seconds=section.seconds("ends"))
    section.sourced()
    return ends


def _given_or_shipped(root: Section, key: str) -> Section:
    """Return a table; a file from before it was thought of gets the shipped one."""
    if not root.has(key):
        root = read_policy_file(SHIPPED / "default.toml")
    return root.table(key)


def _reminder(section: Section) -> Reminder:
    tasks = section.words("tasks", frozenset(kind.value for kind in TaskKind))
    days = section.seconds("every") / _DAY
    if days < 1 or days != int(days):
        section.fail("`every` must be whole days", "every")
    reminder = Reminder(
        frozenset(TaskKind(task) for task in tasks),
        int(days),
        frozenset(section.words("risks", frozenset(RISK_LEVELS))),
    )
    section.sourced()
    return reminder


def _sweep(section: Section, name: str) -> Sweep:
    if name not in SWEEPS:
        section.fail(f"no sweep is called {name}; use {', '.join(SWEEPS)}")
    windows = []
    for text in section.words("windows"):
        try:
            windows.append(Window.read(text))
        except ValueError:
            section.fail("write a window as 06-01/08-31 or 2027-02-13/2027-03-06", "windows")
    sweep = Sweep(
        name=name,
        windows=tuple(windows),
        kinds=frozenset(section.words("kinds", frozenset(KINDS))),
        risks=frozenset(section.words("risks", frozenset(RISK_LEVELS))),
        under=section.number("under"),
    )
    section.sourced()
    return sweep


def _scaled(section: Section, key: str, scale: float) -> float | None:
    return section.seconds(key) * scale if section.has(key) else None


def _check_whole(root: Section, policies: Policies) -> None:
    """Check what no single line shows: every duty list named exists, every severity has a way."""
    whole = policies.regions[-1]
    for severity in SEVERITIES:
        if severity not in whole.ladders:
            root.fail(f"there is no [ladder.{severity}]")
    for region in policies.regions:
        around = ("region", region.prefix) if region.prefix else ()
        for severity, policy in region.ladders.items():
            for number, rung in enumerate(policy.rungs):
                if rung.duty and rung.duty not in {**whole.duties, **region.duties}:
                    place = (*around, "ladder", severity, "rung", number, "duty")
                    root.fail_at(place, f"there is no [duty.{rung.duty}]")


def snapshot_routes(policies: Policies, situations: Iterable[str]) -> dict[str, Any]:
    """Return what the situations add and hide, as JSON, kept with the alert."""
    routes = policies.routes_of(situations)
    return {
        "add": sorted({role for route in routes for role in route.add}),
        "hide": sorted({role for route in routes for role in route.hide}),
    }
