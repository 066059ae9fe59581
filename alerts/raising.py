"""What an alert is made of when it is raised or handed on, as values; it stores nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alerts.ladder import snapshot
from alerts.policy import snapshot_routes
from cases.db.alerting import Alert, Recipient
from cases.db.outbox import EMERGENCY, PROMPT, Parcel
from kernel.errors import MissingError
from kernel.ids import new_id

if TYPE_CHECKING:
    from alerts.policy import Policies
    from cases.db.responders import Responder
    from cases.db.store import Unit

_FALLBACK = "P3"
"""A case of a severity that has no ladder is still looked at by somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raise:
    """A case that somebody must be told of.

    Args:
        number: The case number; the alert carries it.
        exclude: Persons, or `role:child_supervisor`, who must not be told.
        channel: Of the reporter's chat, for the live status message; may be empty.
        reporter_id: A worker who reports is not told of their own report.
    """

    case_id: str
    number: str
    severity: str
    area: str
    situations: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    channel: str = ""
    chat: str = ""
    reporter_id: str | None = None
    drill: bool = False


def new_alert(unit: Unit, policies: Policies, new: Raise, now: float) -> Alert:
    """Return the alert of a case before its first step."""
    exclude = (*new.exclude, *((new.reporter_id,) if new.reporter_id else ()))
    return Alert(
        id=new_id(),
        number=new.number,
        case_id=new.case_id,
        severity=new.severity,
        situations=new.situations,
        area=new.area,
        state="open",
        rung=-1,
        round=0,
        due=now,
        fence=0,
        policy=kept_policy(policies, new),
        exclude=exclude,
        reporter_id=new.reporter_id,
        channel=new.channel,
        chat=new.chat,
        drill=new.drill,
        made_at=unit.clock.now(),
    )


def kept_policy(policies: Policies, new: Raise) -> dict[str, Any]:
    """Return what an alert keeps of the policy: later edits change no running alert."""
    ladder = policies.ladder(new.severity, new.area) or policies.ladder(_FALLBACK, new.area)
    if ladder is None:
        raise MissingError
    kept: dict[str, Any] = {"ladder": snapshot(ladder), "rungs": len(ladder.rungs)}
    phones = {
        phone
        for rung in ladder.rungs
        if rung.duty and (duty := policies.duty(rung.duty, new.area))
        for phone in duty.phones
    }
    return kept | snapshot_routes(policies, new.situations) | {"phones": sorted(phones)}


def status_parcel(alert: Alert, now: float) -> Parcel:
    """Return the reporter's one message."""
    return Parcel(
        key=f"s:{alert.id}",
        lane=PROMPT,
        channel=alert.channel,
        chat=alert.chat,
        kind="status",
        person_id=alert.reporter_id,
        ref=alert.id,
        not_before=now,
    )


def uncalled(alert: Alert, person: Responder) -> Recipient:
    """Return the entry of someone who took the alert, or was handed it, off the ladder."""
    return Recipient(
        alert_id=alert.id,
        person_id=person.person_id,
        role=person.role,
        rung=max(0, alert.rung),
        state="queued",
        queued_at=alert.made_at,
    )


def handed_parcels(alert: Alert, person: Responder, now: float) -> list[Parcel]:
    """Return the pushes to somebody an alert was handed to."""
    return [
        Parcel(
            key=f"t:{alert.id}:{alert.fence}:{person.person_id}:{channel}",
            lane=EMERGENCY,
            channel=channel,
            chat=chat,
            kind="alert",
            person_id=person.person_id,
            ref=alert.id,
            not_before=now,
        )
        for channel, chat in person.addresses
    ]
