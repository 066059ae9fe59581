"""What can be shown of an alert: loaded once for texts and handlers; it changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from cases.db.alerting import Alerts
from cases.db.people import People
from cases.db.responders import Responders
from cases.people import STAFF, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from cases.db.alerting import Alert, Recipient
    from cases.db.store import Unit
    from cases.people import Person

Stage = Literal["notifying", "sent", "opened", "acked", "following", "safe", "done"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """One recipient and how far the alert got with them.

    Args:
        at: When that was.
    """

    person_id: str
    role: str
    rung: int
    state: str
    at: datetime
    name: str = field(default="", repr=False)
    deputy_for: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    """An alert as people may see it.

    Args:
        stage: How far it got at best; never more than is true.
        phones: Duty telephones around, the nearest first.
        reporter_is_staff: Workers see names, others see roles only.
        exclude: Who must not be told any more; whoever reported it is never alarmed by it.
    """

    alert_id: str
    case_id: str
    number: str
    severity: str
    stage: Stage
    round: int
    rung: int
    drill: bool
    recipients: tuple[Reached, ...]
    made_at: datetime
    acked_by: str | None = None
    acked_name: str = field(default="", repr=False)
    acked_role: str = ""
    acked_at: datetime | None = None
    plan: str = ""
    phones: tuple[str, ...] = ()
    reporter_id: str | None = None
    reporter_is_staff: bool = False
    exclude: frozenset[str] = frozenset()

    @property
    def closed(self) -> bool:
        """Say whether somebody has it in hand."""
        return self.stage not in {"notifying", "sent", "opened"}


async def view_alerts(
    unit: Unit, alert_ids: Collection[str], worker_name: Callable[[str], str] = str
) -> dict[str, AlertView]:
    """Load alerts as people may see them; `worker_name` writes names as the chat allows."""
    alerts = Alerts(unit)
    found = await alerts.many(alert_ids)
    recipients = await alerts.recipients(found)
    people = await _people(unit, found.values(), recipients)
    known = {one.id: replace(one, name=worker_name(one.name)) for one in people.values()}
    views = {}
    for alert_id, alert in found.items():
        phones = await _phones(unit, alert)
        own = [one for one in recipients if one.alert_id == alert_id]
        views[alert_id] = make_view(alert, own, known, phones)
    return views


def make_view(
    alert: Alert,
    recipients: Collection[Recipient],
    people: Mapping[str, Person],
    phones: tuple[str, ...] = (),
) -> AlertView:
    """Put an alert, its recipients and their names together."""
    acker = people.get(alert.acked_by or "")
    reporter = people.get(alert.reporter_id or "")
    return AlertView(
        alert_id=alert.id,
        case_id=alert.case_id,
        number=alert.number,
        severity=alert.severity,
        stage=_stage(alert, recipients),
        round=alert.round,
        rung=alert.rung,
        drill=alert.drill,
        recipients=tuple(
            _reached(one, people) for one in recipients if one.person_id not in alert.exclude
        ),
        exclude=frozenset(alert.exclude),
        made_at=alert.made_at,
        acked_by=alert.acked_by,
        acked_name=acker.name if acker else "",
        acked_role=acker.role if acker else "",
        acked_at=alert.acked_at,
        plan=alert.plan,
        phones=phones,
        reporter_id=alert.reporter_id,
        reporter_is_staff=bool(reporter and Role(reporter.role) in STAFF),
    )


def _stage(alert: Alert, recipients: Collection[Recipient]) -> Stage:
    match alert.state:
        case "acked" | "following" | "safe" | "done" as stage:
            return stage
        case _:
            states = {one.state for one in recipients}
            if states & {"opened", "acked"}:
                return "opened"
            return "sent" if "sent" in states else "notifying"


def _reached(one: Recipient, people: Mapping[str, Person]) -> Reached:
    at = one.acked_at or one.opened_at or one.sent_at or one.queued_at
    person = people.get(one.person_id)
    return Reached(
        person_id=one.person_id,
        role=one.role,
        rung=one.rung,
        state=one.state,
        at=at,
        name=person.name if person else "",
        deputy_for=one.deputy_for,
    )


async def _people(
    unit: Unit, alerts: Collection[Alert], recipients: Collection[Recipient]
) -> dict[str, Person]:
    wanted = {one.person_id for one in recipients}
    wanted |= {one for alert in alerts for one in (alert.acked_by, alert.reporter_id) if one}
    roster = People(unit)
    found = {person_id: await roster.get(person_id) for person_id in sorted(wanted)}
    return {person_id: person for person_id, person in found.items() if person}


async def _phones(unit: Unit, alert: Alert) -> tuple[str, ...]:
    """Return telephones to call when nobody answers; they are looked up only then."""
    if alert.state != "open":
        return ()
    listed = tuple(alert.policy.get("phones", ()))
    return listed or await Responders(unit).duty_phones(alert.area)
