"""Carries what the outbox owes: leases what can leave now, sends it, writes the receipts.

No transaction is open while something is sent. One transaction writes all receipts at hand and
leases the next rows. Whatever ends unclear is repeated under the label 再次提醒, since a channel
without a key against repeats would show it twice as new.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from typing import TYPE_CHECKING

from alerts.contents import Dressing, load_contents
from alerts.errors import (
    GoneError,
    HaltedError,
    NotSentError,
    RejectedError,
    SendError,
    UnreachableError,
    UnsureError,
)
from alerts.hours import is_quiet
from alerts.receipts import End, Receipts
from cases.db import monotone
from cases.db.outbox import EMERGENCY, PROMPT, Outbox, Want
from kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alerts.contents import Content
    from alerts.policy import Quiet
    from alerts.sender import Presented, Sender
    from cases.db.outbox import Leased
    from cases.db.store import Store, Unit
    from kernel.nursery import Nursery

log = logging.getLogger(__name__)

SEND_SECONDS = 8.0
"""After this a send has ended unclear: our default."""
LEASE_SECONDS = 12.0
"""After this another worker takes the row; longer than a send can last."""
FLIGHTS = 64
"""Messages under way at once; ordinary ones leave a quarter to emergencies: our default."""
_CALM_FLIGHTS = FLIGHTS * 3 // 4
_OUTCOMES: tuple[tuple[type[SendError], str], ...] = (
    (HaltedError, "halted"),
    (NotSentError, "not_sent"),
    (UnsureError, "unsure"),
    (UnreachableError, "unreachable"),
    (GoneError, "gone"),
    (RejectedError, "rejected"),
)


class Courier:
    """One worker's courier.

    Args:
        store: The database.
        senders: The way out of each channel.
        dressing: How replies become messages.
        nursery: Where sends run.
        name: Tells workers apart in leases.
        quiet: Hours in which routine messages and broadcasts wait.
    """

    def __init__(
        self,
        store: Store,
        senders: Mapping[str, Sender],
        dressing: Dressing,
        nursery: Nursery,
        name: str = "",
        *,
        quiet: Quiet | None = None,
    ) -> None:
        self._store = store
        self._senders = dict(senders)
        self._dressing = dressing
        self._nursery = nursery
        self._name = (name or new_id())[:24]
        self._quiet = quiet
        self._turn = 0
        self._flying: dict[int, Leased] = {}
        self._ends: list[End] = []
        self.wake = asyncio.Event()

    @property
    def name(self) -> str:
        """Return what this courier is called in leases."""
        return self._name

    def share_with(self, workers: int) -> None:
        """Take only this worker's part of what each token bears."""
        for sender in self._senders.values():
            sender.pacer.share_with(workers)

    async def waiting(self, unit: Unit, now: float) -> bool:
        """Say whether there is anything to write down or to send (a cheap look)."""
        if self._ends:
            return True
        want = self._want(now, limit=1)
        return want is not None and bool(await Outbox(unit).offers(want, now, lock=False))

    async def carry(self) -> int:
        """Write the receipts at hand, lease what can leave now, and send it; return how much."""
        ends, self._ends = self._ends, []
        try:
            async with self._store.unit() as unit:
                now = await monotone.advance(unit)
                await Receipts(unit, now).write(ends)
                rows = await self._lease(unit, now)
                contents = await load_contents(unit, rows, self._dressing)
                await unit.commit()
        except BaseException:
            self._ends = ends + self._ends
            raise
        for row in rows:
            self._flying[row.id] = row
            self._nursery.start(self._fly(row, contents[row.id]), name="courier")
        return len(rows)

    async def land(self) -> None:
        """Wait until nothing is under way, and write the last receipts."""
        while self._flying:
            self.wake.clear()
            await self.wake.wait()
        ends, self._ends = self._ends, []
        if not ends:
            return
        async with self._store.unit() as unit:
            await Receipts(unit, await monotone.advance(unit)).write(ends)
            await unit.commit()

    def _want(self, now: float, *, limit: int = 2 * FLIGHTS) -> Want | None:
        if not self._senders or len(self._flying) >= FLIGHTS:
            return None
        lane = max(sender.pacer.lane_with_room() for sender in self._senders.values())
        if len(self._flying) >= _CALM_FLIGHTS:
            lane = min(lane, EMERGENCY)
        if lane < EMERGENCY:
            return None
        if lane > PROMPT and self._quiet is not None and is_quiet(self._quiet, now):
            lane = PROMPT
        busy = {row.chat for row in self._flying.values()}
        busy.update(*(sender.pacer.busy() for sender in self._senders.values()))
        shut = frozenset().union(*(sender.pacer.shut() for sender in self._senders.values()))
        return Want(
            channels=frozenset(self._senders),
            lane=lane,
            skip=frozenset(busy),
            shut=shut,
            limit=limit,
        )

    async def _lease(self, unit: Unit, now: float) -> list[Leased]:
        """Take only as many rows as can leave at once: a leased row may count as sent."""
        want = self._want(now)
        if want is None:
            return []
        outbox = Outbox(unit)
        chosen: list[int] = []
        chats = set(want.skip)
        for offer in await outbox.offers(want, now, lock=True):
            full = FLIGHTS if offer.lane == EMERGENCY else _CALM_FLIGHTS
            if len(self._flying) + len(chosen) >= full:
                break
            if offer.id in self._flying:
                continue  # its lease ran out on the way: the clock was set, we still have it
            if offer.lane > EMERGENCY and offer.chat in chats:
                continue
            if self._senders[offer.channel].pacer.take(offer.chat, offer.lane):
                chosen.append(offer.id)
                chats.add(offer.chat)
        self._turn += 1
        owner = f"{self._name}:{self._turn}"
        return await outbox.lease(chosen, owner=owner, until=now + LEASE_SECONDS)

    async def _fly(self, row: Leased, content: Content | None) -> None:
        try:
            end = await self._send(row, content)
        except Exception as error:  # noqa: BLE001 a bug here must not leave the row without an end
            log.error("message %d: %s", row.id, type(error).__name__)  # noqa: TRY400 no traces
            end = End(row, "rejected")
        finally:
            del self._flying[row.id]
        self._ends.append(end)
        self.wake.set()

    async def _send(self, row: Leased, content: Content | None) -> End:
        if content is None:
            return End(row, "needless")
        dressed = self._dressing.present(content.reply, row.chat, content.language)
        shown = _mark(dressed)
        if row.message and row.shown == shown:
            return End(row, "sent", row.message, shown)
        try:
            async with asyncio.timeout(SEND_SECONDS):
                message = await self._hand_over(row, dressed)
        except TimeoutError:
            return End(row, "unsure")
        except SendError as error:
            return _ended(row, error, shown)
        return End(row, "sent", message, shown)

    async def _hand_over(self, row: Leased, dressed: Presented) -> str:
        sender = self._senders[row.channel]
        if row.message:
            await sender.edit(row.chat, row.message, dressed, lane=row.lane)
            return row.message
        return await sender.send(row.chat, dressed, lane=row.lane)

    def under_way(self) -> Sequence[Leased]:
        """Return what is being sent now."""
        return list(self._flying.values())


def _ended(row: Leased, error: SendError, shown: str) -> End:
    for kind, outcome in _OUTCOMES:
        if isinstance(error, kind):
            seconds = error.seconds if isinstance(error, HaltedError) else 0.0
            return End(row, outcome, row.message, shown, seconds)
    return End(row, "unsure")


def _mark(dressed: Presented) -> str:
    """Return a short mark of what a message shows, so that nothing is edited for nothing."""
    text = f"{dressed.html}\0{dressed.buttons}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]
