"""Writes down how sends ended and what follows from it, inside a unit; it sends nothing."""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from alerts.ascent import ROUNDUP, send_on
from cases.db.alerting import Alerts
from cases.db.outbox import EMERGENCY, Outbox
from cases.db.people import People

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from cases.db.alerting import Alert
    from cases.db.outbox import Leased
    from cases.db.store import Unit

log = logging.getLogger(__name__)

FIRST_SECONDS = 0.5
LAST_SECONDS = 60.0
LAST_SECONDS_EMERGENCY = 10.0
"""Repeats after 0.5, 1, 2, 4 … seconds, at most so far apart, a quarter more or less: ours."""
GIVE_UP = timedelta(hours=24)
"""A routine message that could not be sent for so long is dead: our default."""


@dataclass(frozen=True, slots=True)
class End:
    """How one send ended.

    Args:
        outcome: `sent`, or what is known of the failure.
        message: The channel's number of the message.
        shown: Mark of what it shows.
        seconds: How long the channel wants to be left alone.
    """

    row: Leased
    outcome: str
    message: str = ""
    shown: str = ""
    seconds: float = 0.0


class Receipts:
    """The receipts of one transaction."""

    def __init__(self, unit: Unit, now: float) -> None:
        self._unit = unit
        self._now = now
        self._outbox = Outbox(unit)
        self._alerts = Alerts(unit)
        self._write: Mapping[str, Callable[[End], Awaitable[None]]] = {
            "sent": self._sent,
            "halted": self._halted,
            "not_sent": self._again,
            "unsure": self._again,
            "unreachable": self._unreachable,
            "gone": self._gone,
            "rejected": self._rejected,
            "needless": self._needless,
        }

    async def write(self, ends: Sequence[End]) -> None:
        """Write all ends; the alerts they touch are held first, always in one order."""
        refs = {end.row.ref for end in ends if end.row.ref}
        held = await self._alerts.many(refs, lock=True)
        for end in ends:
            if _hopeless(end, held, self._unit):
                await self._outbox.end(end.row, "dead", error="gave-up")
                continue
            await self._write[end.outcome](end)

    async def _sent(self, end: End) -> None:
        row = end.row
        is_first = not row.message
        if not await self._outbox.sent(row, end.message, end.shown):
            if is_first and end.message:
                await self._outbox.keep_copy(row, end.message, end.shown)
            return
        if is_first and _by_chat(row):
            await self._reached(row, "sent")

    async def _halted(self, end: End) -> None:
        until = self._now + end.seconds
        await self._outbox.again(end.row, not_before=until, error="halted")
        await self._outbox.halt(end.row.channel, end.row.chat, until)

    async def _again(self, end: End) -> None:
        row = end.row
        unsure = end.outcome == "unsure" and not row.message
        not_before = self._now + _pause(row)
        await self._outbox.again(row, not_before=not_before, unsure=unsure, error=end.outcome)

    async def _unreachable(self, end: End) -> None:
        """Nobody is there any more: the next rung is told at once, the reporter sees it."""
        row = end.row
        if not await self._outbox.end(row, "dead", error="unreachable") or _by_second(row):
            return
        await People(self._unit).mark_unreachable(row.channel, row.chat)
        if row.kind == ROUNDUP:
            await send_on(self._unit, row.ref, self._now)
        if _by_chat(row):
            await self._reached(row, "unreachable")
            await self._alerts.hasten(row.ref, self._now)

    async def _rejected(self, end: End) -> None:
        row = end.row
        log.error("message %d of kind %s was rejected", row.id, row.kind)
        if await self._outbox.end(row, "dead", error="rejected") and _by_chat(row):
            await self._alerts.hasten(row.ref, self._now)

    async def _gone(self, end: End) -> None:
        """Send the reporter's status anew whose copy is gone; let a push be."""
        if end.row.kind == "status":
            await self._outbox.afresh(end.row)
        else:
            await self._outbox.sent(end.row, end.row.message, end.shown)

    async def _needless(self, end: End) -> None:
        await self._outbox.end(end.row, "cancelled")

    async def _reached(self, row: Leased, state: str) -> None:
        at = self._unit.clock.now()
        if await self._alerts.reached(row.ref, row.person_id or "", state, at):
            await self._outbox.changed(row.ref, kinds={"status"})


def _hopeless(end: End, held: Mapping[str, Alert], unit: Unit) -> bool:
    """Say whether a failed message is given up: never an emergency while its alert is open."""
    if end.outcome not in {"halted", "not_sent", "unsure"}:
        return False
    alert = held.get(end.row.ref)
    if alert is not None and alert.state == "open":
        return False
    return unit.clock.now() - end.row.made_at > GIVE_UP


def _by_second(row: Leased) -> bool:
    """Say whether a push went by the second channel, whose address is the person."""
    return row.chat == row.person_id


def _by_chat(row: Leased) -> bool:
    """Say whether a push went to a chat, so that its fate is the recipient's."""
    return row.kind == "alert" and bool(row.person_id) and not _by_second(row)


def _pause(row: Leased) -> float:
    last = LAST_SECONDS_EMERGENCY if row.lane == EMERGENCY else LAST_SECONDS
    pause = min(last, FIRST_SECONDS * 2.0 ** min(row.attempts - 1, 10))
    return pause * random.uniform(0.75, 1.25)  # noqa: S311 spreads repeats, guards nothing
