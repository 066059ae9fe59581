"""What is thrown away when its time is over: children's keys, permits, letters, tries, ledgers.

A child's key is erased (crypto-shredding) when the child left the ledger long enough ago and no
case is open. Each erasure stands in the log; a second run finds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exists, select, tuple_, update

from cases.children import Status
from cases.db.audit import Audit
from cases.db.expiry import kept_long_enough
from cases.db.rights import Rights
from cases.db.rows import (
    CaseRow,
    ChildRow,
    ExportTicketRow,
    InboxRow,
    InviteRow,
    InviteTryRow,
    OutboxRow,
    ReplyRow,
    SubjectKeyRow,
)
from cases.db.walls import open_wide
from cases.people import SYSTEM
from cases.workflow import State

if TYPE_CHECKING:
    from sqlalchemy import Select

    from cases.db.store import Store, Unit
    from cases.policies import Policies

EVERY_SECONDS = 3_600.0
LETTERS = timedelta(days=30)
"""How long a message that could not be handled, or was sent, keeps its words (our default)."""
TRACES = timedelta(days=30)
"""How long used invites, their wrong tries and permits are kept (our default)."""
LEDGERS = timedelta(days=30)
"""How long it is known that an update was handled and a reply taken: our default. Telegram keeps
what it could bring again for a day, and after a quiet week its numbers begin somewhere else."""
_PIECE = 2_000
"""Rows that one transaction deletes, so that it holds nobody up: our default."""


@dataclass(frozen=True, slots=True)
class Purged:
    """What was thrown away."""

    children: int
    letters: int
    traces: int
    ledgers: int = 0


class Retention:
    """The purge, as a chore of the worker."""

    def __init__(self, store: Store, policies: Policies) -> None:
        self._store = store
        self._policies = policies

    async def look(self) -> Purged:
        """Throw away what is over; return how much."""
        over = await kept_long_enough(self._store, self._policies, _left(), "keep_file")
        children = await self._forget([row.id for row in over])
        async with self._store.unit() as unit:
            letters, traces = await _letters(unit), await _traces(unit)
            if letters or traces:
                actor = SYSTEM.actor
                Audit(unit).append(actor, "purge", "purge", letters=letters, traces=traces)
            await unit.commit()
        return Purged(children, letters, traces, await self._ledgers())

    async def _ledgers(self) -> int:
        """Delete handled updates and taken replies, piece by piece; what died stays."""
        count, more = 0, True
        while more:
            async with self._store.unit() as unit:
                gone = await _spent(unit)
                await unit.commit()
            count, more = count + sum(gone), max(gone) == _PIECE
        return count

    async def _forget(self, child_ids: list[str]) -> int:
        if not child_ids:
            return 0
        async with self._store.unit() as unit:
            await open_wide(unit)
            count = await Rights(unit).forget_all(child_ids)
            await unit.commit()
        return count


def _left() -> Select[*tuple[Any, ...]]:
    """Choose children who left the ledger, whose files can still be read and hold no open case."""
    waits = exists().where(CaseRow.child_id == ChildRow.id, CaseRow.state != State.CLOSED.value)
    return (
        select(ChildRow.id, ChildRow.area, ChildRow.left_on.label("since"))
        .join(SubjectKeyRow, SubjectKeyRow.subject_id == "child:" + ChildRow.id)
        .where(SubjectKeyRow.wrapped.is_not(None), ChildRow.status == Status.LEFT.value)
        .where(ChildRow.left_on.is_not(None), ~waits)
        .order_by(ChildRow.left_on, ChildRow.id)
    )


async def _letters(unit: Unit) -> int:
    before = unit.clock.now() - LETTERS
    dead = (
        update(InboxRow)
        .where(InboxRow.done_at < before, InboxRow.sealed.is_not(None))
        .values(sealed=None)
    )
    sent = (
        update(OutboxRow)
        .where(OutboxRow.sent_at < before, OutboxRow.sealed.is_not(None))
        .values(sealed=None)
    )
    return sum([(await unit.connection.execute(one)).rowcount for one in (dead, sent)])


async def _traces(unit: Unit) -> int:
    before = unit.clock.now() - TRACES
    over = (
        delete(InviteRow).where(InviteRow.expires_at < before),
        delete(InviteTryRow).where(InviteTryRow.last_at < before),
        delete(ExportTicketRow).where(ExportTicketRow.expires_at < before),
    )
    return sum([(await unit.connection.execute(one)).rowcount for one in over])


async def _spent(unit: Unit) -> list[int]:
    before = unit.clock.now() - LEDGERS
    update_of = (InboxRow.channel, InboxRow.update_id)
    handled = select(*update_of).where(InboxRow.done_at < before, InboxRow.dead == "")
    taken = select(ReplyRow.id).where(ReplyRow.state == "sent", ReplyRow.made_at < before)
    over = (
        delete(InboxRow).where(tuple_(*update_of).in_(handled.limit(_PIECE))),
        delete(ReplyRow).where(ReplyRow.id.in_(taken.limit(_PIECE))),
    )
    return [(await unit.connection.execute(one)).rowcount for one in over]
