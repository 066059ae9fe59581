"""How much waits in the inbox and in the replies, as figures; no person, no words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from cases.db.rows import ChatHaltRow, InboxRow, ReplyRow

if TYPE_CHECKING:
    from datetime import datetime

    from cases.db.store import Unit


async def waiting(unit: Unit) -> dict[str, float]:
    """Return the figures by metric name: how many wait, how old the oldest is in seconds."""
    run, now = unit.connection.execute, unit.clock.now()

    def age(oldest: datetime | None) -> float:
        return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0

    unread = select(func.count(), func.min(InboxRow.received_at)).where(InboxRow.done_at.is_(None))
    updates = (await run(unread)).one()
    unsaid = select(func.count(), func.min(ReplyRow.made_at)).where(ReplyRow.state == "ready")
    replies = (await run(unsaid)).one()
    poison = select(func.count()).where(InboxRow.dead != "")
    halts = select(func.count()).select_from(ChatHaltRow)
    return {
        "tongban_inbox_waiting": float(updates[0]),
        "tongban_inbox_oldest_seconds": age(updates[1]),
        "tongban_inbox_poison": float((await run(poison)).scalar_one()),
        "tongban_replies_waiting": float(replies[0]),
        "tongban_replies_oldest_seconds": age(replies[1]),
        "tongban_chats_halted": float((await run(halts)).scalar_one()),
    }
