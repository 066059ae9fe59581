"""Carries an alert up its ladder inside a unit: finds people, queues pushes; it sends none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from alerts.hours import after_quiet
from alerts.ladder import restored
from alerts.routing import Candidate, Report, choose
from cases.db.alerting import Alerts, Recipient
from cases.db.outbox import EMERGENCY, PROMPT, ROUTINE, Outbox, Parcel
from cases.db.responders import Responders
from kernel.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from alerts.ladder import Policy, Rung, Step
    from alerts.policy import Duty, Policies
    from alerts.routing import Choice, Told
    from cases.db.alerting import Alert
    from cases.db.responders import Responder
    from cases.db.store import Unit

SHOWN = frozenset({"alert", "status", "loud", "follow"})
"""Kinds of messages that show an alert and are edited when it changes."""
ROUNDUP = "roundup"
"""Kind of the one reminder of all that somebody has not answered; its `ref` is the person."""


@dataclass(frozen=True, slots=True)
class Means:
    """What escalation works with, made once.

    Args:
        policies: Ladders, routes and duty lists.
        second: Name of the second channel (SMS, voice), if one is set up.
    """

    policies: Policies
    second: str = ""


@dataclass(slots=True)
class _Round:
    """One climb: who is known, who was told before it, and whom it tells.

    Args:
        unsent: Kind, channel and chat of what the last steps owe and nobody has got yet.
        waiting: How many open alerts each person has who was told before.
    """

    alert: Alert
    policy: Policy
    report: Report
    people: Mapping[str, Candidate]
    before: dict[str, Recipient]
    unsent: frozenset[tuple[str, str, str]]
    waiting: Mapping[str, int]
    now: float
    pushes: dict[str, Parcel]
    fresh: dict[str, Recipient]


class Ascent:
    """One alert, one unit of work; the alert is held by the caller."""

    def __init__(self, unit: Unit, means: Means) -> None:
        self._unit = unit
        self._means = means
        self._alerts = Alerts(unit)
        self._outbox = Outbox(unit)

    async def climb(self, alert: Alert, step: Step, now: float) -> Alert:
        """Tell a rung, and at once the next ones while there is nobody on them to tell.

        Returns:
            The alert as it stands afterwards; it is saved.
        """
        this = await self._begin(alert, step, now)
        rung, last = step.rung, len(this.policy.rungs) - 1
        if step.kind == "repeat":
            for each in range(last + 1):
                self._tell(this, each, self._choice(this, each))
            self._remind(this, rung)
        else:
            rung = self._ascend(this, step.rung)
        due = step.due if rung == step.rung else now + this.policy.rungs[rung].seconds
        alone = not this.fresh and not self._listening(this)
        if step.kind == "repeat" or alone:
            due = now + this.policy.repeat
            self._loud(this)
        await self._outbox.put(list(this.pushes.values()))
        await self._alerts.tell(list(this.fresh.values()))
        saved = replace(alert, state="open", rung=rung, round=step.round, due=due)
        await self._save(alert, saved)
        return saved

    async def _begin(self, alert: Alert, step: Step, now: float) -> _Round:
        policy = restored(alert.policy["ladder"])
        report = report_of(alert)
        known = [
            one
            for one in await self._alerts.recipients([alert.id])
            if not report.shuts_out(one.person_id, one.role)
        ]
        told = {one.person_id for one in known}
        people = await self._people(alert.area, policy, report)
        return _Round(
            alert=replace(alert, round=step.round),
            policy=policy,
            report=report,
            people=people,
            before={one.person_id: one for one in known},
            unsent=await self._outbox.unsent(alert.id) if known else frozenset(),
            waiting=await self._alerts.open_counts(told),
            now=now,
            pushes={},
            fresh={},
        )

    async def _people(self, area: str, policy: Policy, report: Report) -> Mapping[str, Candidate]:
        duties = (self._duty(rung, area) for rung in policy.rungs)
        listed = {role for duty in duties if duty for role in duty.roles}
        roles = listed | report.add | {role for rung in policy.rungs for role in rung.roles}
        stored = {"county_officer" if role == "city_officer" else role for role in roles}
        found = await Responders(self._unit).around(area, stored)
        return {person_id: candidate(one) for person_id, one in found.items()}

    def _duty(self, rung: Rung, area: str) -> Duty | None:
        return self._means.policies.duty(rung.duty, area) if rung.duty else None

    def _choice(self, this: _Round, rung: int) -> Choice:
        step = this.policy.rungs[rung]
        duty = self._duty(step, this.alert.area)
        return choose(step, this.report, this.people, duty=duty, first=rung == 0)

    def _ascend(self, this: _Round, rung: int) -> int:
        """Tell rung after rung until one can answer; return where that ends."""
        if this.policy.rungs[rung].remind or rung == 0:
            self._remind(this, rung)
        while True:
            choice = self._choice(this, rung)
            self._tell(this, rung, choice)
            if not choice.up or rung == len(this.policy.rungs) - 1:
                return rung
            rung += 1

    def _tell(self, this: _Round, rung: int, choice: Choice) -> None:
        for told in choice.told:
            person_id = told.person.person_id
            known = this.before.get(person_id)
            if known is None and person_id not in this.fresh:
                this.fresh[person_id] = self._recipient(this, rung, told)
                self._push(this, rung, told.person, again=False)
            elif known is not None and known.state == "unreachable":
                self._push(this, rung, told.person, again=True)

    def _remind(self, this: _Round, rung: int) -> None:
        """Push once more, but one message about all of them to whom many alerts wait for."""
        for person_id, known in this.before.items():
            person = this.people.get(person_id)
            if not (person and person.reachable) or known.state == "unreachable":
                continue
            if self._crowded(this, person_id):
                self._round_up(this, rung, person)
            else:
                self._push(this, rung, person, again=True)

    def _crowded(self, this: _Round, person_id: str) -> bool:
        many = self._means.policies.roundup.alerts
        return not this.policy.quiet and this.waiting.get(person_id, 0) >= many

    def _round_up(self, this: _Round, rung: int, person: Candidate) -> None:
        """Owe the one reminder, unless it has left within these minutes: the key says which."""
        spell = int(this.now // self._means.policies.roundup.seconds)
        for channel, chat in self._ways(this.policy.rungs[rung], person):
            key = f"r:{person.person_id}:{spell}:{channel}"
            this.pushes[key] = Parcel(
                key=key,
                lane=EMERGENCY,
                channel=channel,
                chat=chat,
                kind=ROUNDUP,
                person_id=person.person_id,
                ref=person.person_id,
                not_before=this.now,
            )

    def _recipient(self, this: _Round, rung: int, told: Told) -> Recipient:
        return Recipient(
            alert_id=this.alert.id,
            person_id=told.person.person_id,
            role=told.person.rank,
            deputy_for=told.deputy_for,
            rung=rung,
            state="queued",
            queued_at=self._unit.clock.now(),
        )

    def _push(self, this: _Round, rung: int, person: Candidate, *, again: bool) -> None:
        quiet = this.policy.quiet
        for channel, chat in self._ways(this.policy.rungs[rung], person):
            if again and ("alert", channel, chat) in this.unsent:
                continue  # the one before has not left yet: it says what is true when it leaves
            key = f"a:{this.alert.id}:{this.alert.fence}:{person.person_id}:{channel}"
            this.pushes[key] = Parcel(
                key=key,
                lane=ROUTINE if quiet else EMERGENCY,
                channel=channel,
                chat=chat,
                kind="alert",
                person_id=person.person_id,
                ref=this.alert.id,
                args={"again": again},
                not_before=after_quiet(self._means.policies.quiet, this.now)
                if quiet
                else this.now,
            )

    def _ways(self, rung: Rung, person: Candidate) -> list[tuple[str, str]]:
        second = self._means.second
        more = [(second, person.person_id)] if rung.second and second else []
        return [*person.addresses, *more]

    def _listening(self, this: _Round) -> bool:
        """Say whether anybody told before can still be reached."""
        return any(
            known.state != "unreachable"
            and (person := this.people.get(person_id)) is not None
            and person.reachable
            for person_id, known in this.before.items()
        )

    def _loud(self, this: _Round) -> None:
        alert = this.alert
        if not (this.policy.loud and alert.chat):
            return
        if ("loud", alert.channel, alert.chat) in this.unsent:
            return
        key = f"l:{alert.id}:{alert.fence}"
        this.pushes[key] = Parcel(
            key=key,
            lane=EMERGENCY,
            channel=alert.channel,
            chat=alert.chat,
            kind="loud",
            person_id=alert.reporter_id,
            ref=alert.id,
            not_before=this.now,
        )

    async def _save(self, alert: Alert, saved: Alert) -> None:
        is_ours = await self._alerts.move(
            alert, state=saved.state, rung=saved.rung, round=saved.round, due=saved.due
        )
        if not is_ours:
            raise UnavailableError("another worker moved the alert")
        await self._outbox.changed(alert.id, kinds={"status"})

    async def reopen(self, alert: Alert, step: Step) -> Alert:
        """Take an acknowledgement back that led to nothing; the ladder begins anew."""
        cleared: dict[str, Any] = {"acked_by": None, "acked_at": None, "plan": ""}
        await self._alerts.take_back(alert.id)
        await self._alerts.move(
            alert, state="open", rung=step.rung, round=step.round, due=step.due, **cleared
        )
        await self._outbox.changed(alert.id, kinds=SHOWN)  # every copy says that somebody has it
        return replace(
            alert,
            state="open",
            rung=step.rung,
            round=step.round,
            due=step.due,
            fence=alert.fence + 1,
            **cleared,
        )

    async def follow(self, alert: Alert, step: Step, to: Collection[Responder]) -> None:
        """Ask those who have it in hand how the child is today."""
        parcels = [
            Parcel(
                key=f"f:{alert.id}:{alert.fence}:{one.person_id}:{channel}",
                lane=PROMPT,
                channel=channel,
                chat=chat,
                kind="follow",
                person_id=one.person_id,
                ref=alert.id,
            )
            for one in to
            for channel, chat in one.addresses
        ]
        await self._outbox.put(parcels)
        await self._alerts.move(alert, state=step.state, due=step.due)


def report_of(alert: Alert) -> Report:
    """Return what routing must know of an alert's report."""
    return Report(
        area=alert.area,
        exclude=frozenset(alert.exclude),
        add=frozenset(alert.policy["add"]),
        hide=frozenset(alert.policy["hide"]),
    )


async def send_on(unit: Unit, person_id: str, now: float) -> int:
    """Have everything climb at once that waits for somebody whom nothing reaches any more.

    Returns:
        How many alerts were sent on; the reporter of each sees it.
    """
    alerts = Alerts(unit)
    waiting = await alerts.waiting_for(person_id)
    for alert_id in waiting:
        await alerts.lost(alert_id, person_id)
        await alerts.hasten(alert_id, now)
        await Outbox(unit).changed(alert_id, kinds={"status"})
    return len(waiting)


def candidate(one: Responder) -> Candidate:
    """Return a worker as routing sees them."""
    return Candidate(
        person_id=one.person_id,
        role=one.role,
        area=one.area,
        post=one.post,
        addresses=one.addresses,
        away=one.away,
        deputies=one.deputies,
    )
