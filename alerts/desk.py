"""What people do with alerts, each inside the caller's unit of work; nothing is sent here.

The case, the alert and its first messages are one transaction: none of them can exist alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.ascent import SHOWN, Ascent, Means, candidate, report_of, send_on
from alerts.ladder import Step, after_acknowledgement, restored
from alerts.raising import Raise, handed_parcels, kept_policy, new_alert, status_parcel, uncalled
from alerts.views import view_alerts
from alerts.village import watch_village
from cases.areas import within
from cases.db import monotone
from cases.db.alerting import Alerts
from cases.db.outbox import Outbox
from cases.db.responders import Responders
from kernel.errors import InputError, MissingError, NotYoursError
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alerts.policy import Policies
    from alerts.views import AlertView
    from cases.db.alerting import Alert
    from cases.db.responders import Responder
    from cases.db.store import Unit

PLANS = ("on_site", "police_contacted", "phone", "transfer", "other")
"""What somebody who acknowledges may say they will do."""
_ANSWERING = frozenset({"child_supervisor", "county_officer"})


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The outcome of an acknowledgement.

    Args:
        first: This press took it; otherwise somebody already had.
        mine: The presser has it in hand.
    """

    view: AlertView
    first: bool
    mine: bool


class Desk:
    """The use cases of alerts.

    Args:
        policies: Ladders, routes and duty lists.
        second: Name of the second channel (SMS, voice), if one is set up.
    """

    def __init__(self, policies: Policies, *, second: str = "") -> None:
        self.means = Means(policies, second)

    async def raise_alert(self, unit: Unit, new: Raise) -> AlertView:
        """Begin the ladder for a case; the same case again returns the alert it has."""
        alerts = Alerts(unit)
        if known := await alerts.of_case(new.case_id):
            return await self._view(unit, known.id)
        now = await monotone.read(unit)
        alert = new_alert(unit, self.means.policies, new, now)
        await alerts.add(alert)
        if new.chat:
            await Outbox(unit).put([status_parcel(alert, now)])
        due = now + restored(alert.policy["ladder"]).rungs[0].seconds
        step = Step(kind="climb", state="open", rung=0, round=0, due=due)
        await Ascent(unit, self.means).climb(alert, step, now)
        if not new.drill:
            await watch_village(unit, self.means.policies, alert)
        return await self._view(unit, alert.id)

    async def regrade(
        self, unit: Unit, alert_id: str, severity: str, situations: tuple[str, ...]
    ) -> AlertView:
        """Change ladder and routes when later answers change the severity; begin it anew."""
        alert = await self._held(unit, alert_id)
        if alert.state != "open" or (alert.severity, alert.situations) == (severity, situations):
            return await self._view(unit, alert_id)
        new = Raise(
            case_id=alert.case_id,
            number=alert.number,
            severity=severity,
            area=alert.area,
            situations=situations,
        )
        now = await monotone.read(unit)
        kept = kept_policy(self.means.policies, new)
        changed = {"severity": severity, "policy": kept, "rung": -1, "due": now}
        await Alerts(unit).move(alert, situations=list(situations), **changed)
        await Outbox(unit).changed(alert_id, kinds=SHOWN)
        return await self._view(unit, alert_id)

    async def opened(self, unit: Unit, alert_id: str, person_id: str) -> AlertView:
        """Note that a recipient has opened an alert."""
        at = unit.clock.now()
        if await Alerts(unit).reached(alert_id, person_id, "opened", at):
            await Outbox(unit).changed(alert_id, kinds={"status"})
        return await self._view(unit, alert_id)

    async def acknowledge(
        self, unit: Unit, alert_id: str, person_id: str, plan: str = ""
    ) -> Acknowledged:
        """Take an alert in hand; whoever was first has it, and all copies say so.

        Pressing again changes nothing, except that the one who has it may state the plan.

        Raises:
            NotYoursError: It was not meant for this person.
            InputError: No such plan.
        """
        if plan and plan not in PLANS:
            raise InputError(plan)
        alert = await self._held(unit, alert_id)
        person = await self._entitled(unit, alert, person_id)
        if alert.state != "open":
            return await self._acknowledged_before(unit, alert, person_id, plan)
        now = await monotone.read(unit)
        due = after_acknowledgement(restored(alert.policy["ladder"]), now)
        at = unit.clock.now()
        alerts = Alerts(unit)
        await alerts.move(
            alert, state="acked", acked_by=person_id, acked_at=at, plan=plan, due=due
        )
        if not await alerts.reached(alert_id, person_id, "acked", at):
            await alerts.tell([uncalled(alert, person)])
            await alerts.reached(alert_id, person_id, "acked", at)
        await self._close_copies(unit, alert_id)
        return Acknowledged(await self._view(unit, alert_id), first=True, mine=True)

    async def _acknowledged_before(
        self, unit: Unit, alert: Alert, person_id: str, plan: str
    ) -> Acknowledged:
        mine = alert.acked_by == person_id
        if mine and plan and plan != alert.plan and alert.state in {"acked", "following"}:
            await Alerts(unit).move(alert, plan=plan)
            await Outbox(unit).newest_changed(alert.id, kinds=SHOWN)
        return Acknowledged(await self._view(unit, alert.id), first=False, mine=mine)

    async def transfer(self, unit: Unit, alert_id: str, person_id: str, to: str = "") -> AlertView:
        """Hand an alert on, without `to` one level up; it stays open until somebody takes it.

        Raises:
            NotYoursError: It was not meant for this person, or not for the other.
        """
        alert = await self._held(unit, alert_id)
        person = await self._entitled(unit, alert, person_id)
        now = await monotone.read(unit)
        alerts = Alerts(unit)
        if alert.state in {"acked", "following"}:
            step = Step(kind="reopen", state="open", rung=alert.rung, round=alert.round, due=now)
            alert = await Ascent(unit, self.means).reopen(alert, step)
        if to:
            other = await self._entitled(unit, alert, to)
            wait = restored(alert.policy["ladder"]).rungs[max(0, alert.rung)].seconds
            await alerts.move(alert, due=now + wait)
            if not any(r.person_id == to for r in await alerts.recipients([alert_id])):
                await alerts.tell([uncalled(alert, other)])
            await Outbox(unit).put(handed_parcels(alert, other, now))
        elif alert.state == "open":
            above = self._above(alert, candidate(person).rank)
            await alerts.move(alert, rung=above - 1, due=now)
        await Outbox(unit).changed(alert_id, kinds={"status"})
        return await self._view(unit, alert_id)

    def _above(self, alert: Alert, role: str) -> int:
        """Return the next rung that tells somebody of another role, or the last one."""
        rungs = restored(alert.policy["ladder"]).rungs
        for place in range(alert.rung + 1, len(rungs)):
            rung = rungs[place]
            duty = self.means.policies.duty(rung.duty, alert.area) if rung.duty else None
            if {*rung.roles, *(duty.roles if duty else ())} - {role}:
                return place
        return len(rungs) - 1

    async def shut_out(self, unit: Unit, alert_id: str, marks: Sequence[str]) -> AlertView:
        """Tell nothing more to whom the report names; the ladder begins anew without them.

        Args:
            unit: The caller's unit of work.
            alert_id: The alert.
            marks: Persons, or `role:child_supervisor`.
        """
        alert = await self._held(unit, alert_id)
        exclude = tuple(dict.fromkeys((*alert.exclude, *marks)))
        if exclude == alert.exclude:
            return await self._view(unit, alert_id)
        values: dict[str, object] = {"exclude": list(exclude)}
        if alert.state in {"open", "acked", "following"} and (
            alert.state == "open" or alert.acked_by in exclude
        ):
            now = await monotone.read(unit)
            values |= {"state": "open", "rung": -1, "due": now, "acked_by": None}
            values |= {"acked_at": None, "plan": ""}
        await Alerts(unit).move(alert, **values)
        await Outbox(unit).changed(alert_id, kinds=SHOWN)
        return await self._view(unit, alert_id)

    async def progress(self, unit: Unit, alert_id: str, *, safe: bool = False) -> AlertView:
        """Note that the case went on; `safe`: the child's safety is confirmed, follow-up ends."""
        alert = await self._held(unit, alert_id)
        follow = restored(alert.policy["ladder"]).follow
        if safe and alert.state in {"acked", "following"}:
            await Alerts(unit).move(alert, state="safe", due=None)
            await self._close_copies(unit, alert_id)
        elif alert.state == "acked" and follow is not None:
            due = await monotone.read(unit) + follow
            await Alerts(unit).move(alert, state="following", due=due)
            await Outbox(unit).changed(alert_id, kinds={"status"})
        return await self._view(unit, alert_id)

    async def gone(self, unit: Unit, person_id: str) -> int:
        """Send on at once what waits for somebody whom nothing reaches any more.

        Returns:
            How many alerts were sent on; the reporter of each sees it.
        """
        return await send_on(unit, person_id, await monotone.read(unit))

    async def finish(self, unit: Unit, alert_id: str) -> AlertView:
        """End an alert whose case is closed; every copy says so."""
        alert = await self._held(unit, alert_id)
        if alert.state != "done":
            await Alerts(unit).move(alert, state="done", due=None, done_at=unit.clock.now())
            await self._close_copies(unit, alert_id)
        return await self._view(unit, alert_id)

    async def unanswered_by(self, unit: Unit, person_id: str) -> list[str]:
        """Return the open alerts that someone was told of and nobody has taken, newest first."""
        return await Alerts(unit).unanswered_by(person_id)

    async def open_cases(self, unit: Unit, case_ids: Sequence[str]) -> set[str]:
        """Return which of these cases have an alert that nobody has in hand."""
        return await Alerts(unit).open_cases(case_ids)

    async def unplanned_by(self, unit: Unit, person_id: str) -> list[str]:
        """Return the cases that someone has taken on without saying what they will do."""
        return await Alerts(unit).unplanned_by(person_id)

    async def status(self, unit: Unit, alert_id: str) -> AlertView:
        """Return what can be shown of an alert."""
        return await self._view(unit, alert_id)

    async def of_case(self, unit: Unit, case_id: str) -> AlertView | None:
        """Return what can be shown of the alert of a case."""
        alert = await Alerts(unit).of_case(case_id)
        return None if alert is None else await self._view(unit, alert.id)

    async def _close_copies(self, unit: Unit, alert_id: str) -> None:
        outbox = Outbox(unit)
        await outbox.cancel(alert_id, kinds=SHOWN - {"status"})
        await outbox.changed(alert_id, kinds=SHOWN)

    async def _held(self, unit: Unit, alert_id: str) -> Alert:
        alert = await Alerts(unit).get(alert_id, lock=True)
        if alert is None:
            raise MissingError
        return alert

    async def _view(self, unit: Unit, alert_id: str) -> AlertView:
        found = await view_alerts(unit, [alert_id])
        if alert_id not in found:
            raise MissingError
        return found[alert_id]

    async def _entitled(self, unit: Unit, alert: Alert, person_id: str) -> Responder:
        """Check that an alert was meant for someone, or that the area is theirs."""
        person = (await Responders(unit).of([person_id])).get(person_id)
        if person is None or not person.active:
            raise NotYoursError(reply=say("alerts-not-yours"))
        shut_out = report_of(alert).shuts_out(person_id, candidate(person).rank)
        called = any(
            one.person_id == person_id for one in await Alerts(unit).recipients([alert.id])
        )
        theirs = person.role in _ANSWERING and within(alert.area, person.area)
        if shut_out or not (called or theirs):
            raise NotYoursError(reply=say("alerts-not-yours"))
        return person
