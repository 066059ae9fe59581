"""The log of who did what when and why: appended in the act's own transaction, chained by HMAC.

Each row's mac covers the row before, so an edit, a removal or a swap breaks the chain; the head
row shows a cut tail; an anchor published elsewhere (`head`) shows a log that was rolled back as
a whole. It holds ids, codes and area numbers, never a name or free text.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from cases.db.prepared import Prepared, add, add_once
from cases.db.rows import AuditAnchorRow, AuditHeadRow, AuditRow

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from datetime import datetime

    from cases.db.store import Unit

_START = b"\0" * 32
_ANCHOR_EVERY = 1_000
_BATCH = 2_000
_HEAD = Prepared(select(AuditHeadRow.seq, AuditHeadRow.last).with_for_update())
_MOVE = Prepared(
    update(AuditHeadRow).values(seq=bindparam("no"), last=bindparam("end"), mac=bindparam("sign"))
)


@dataclass(frozen=True, slots=True)
class Act:
    """One act, as it will stand in the log."""

    at: datetime
    actor: str
    action: str
    object: str
    area: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found; `first_broken` is the number of the first row that is wrong."""

    ok: bool
    rows: int
    first_broken: int | None = None
    why: str = ""


class Audit:
    """The log, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def append(
        self, actor: str, action: str, thing: str, *, area: str = "", **detail: str | int | bool
    ) -> None:
        """Note an act; it is written just before the commit of this unit, or not at all."""
        act = Act(self._unit.clock.now(), actor, action, thing, area, detail)
        self._unit.at_commit(_write, act)

    async def write(self, acts: Sequence[Act]) -> None:
        """Put acts at the end of the log; every other writer of it waits until the commit."""
        seq, last = await self._lock_head()
        rows: list[dict[str, Any]] = []
        anchors: list[dict[str, Any]] = []
        for act in acts:
            seq, last = seq + 1, _mac(self._unit.vault.audit_key, last, seq + 1, act)
            rows.append(_row(seq, act, last))
            if seq % _ANCHOR_EVERY == 0:
                anchors.append({"seq": seq, "at": act.at, "mac": self._head_mac(seq, last)})
        await add(self._unit, AuditRow, rows)
        head = {"no": seq, "end": last, "sign": self._head_mac(seq, last)}
        await _MOVE.later(self._unit, [head])
        await add(self._unit, AuditAnchorRow, anchors)

    async def _lock_head(self) -> tuple[int, bytes]:
        row = await _HEAD.first(self._unit, {})
        if row is None:
            first = {"id": 1, "seq": 0, "last": _START, "mac": self._head_mac(0, _START)}
            await add_once(self._unit, AuditHeadRow, [first])
            row = await _HEAD.first(self._unit, {})
        return row.seq, row.last

    def _head_mac(self, seq: int, last: bytes) -> bytes:
        text = b"head\0" + str(seq).encode() + b"\0" + last
        return hmac.digest(self._unit.vault.audit_key, text, "sha256")

    async def head(self) -> str:
        """Return the present end of the log as `number:hex`, to be published elsewhere."""
        query = select(AuditHeadRow.seq, AuditHeadRow.mac)
        row = (await self._unit.connection.execute(query)).first()
        return f"{row.seq}:{row.mac.hex()}" if row else "0:"

    async def verify(self, published: Sequence[str] = ()) -> Verdict:
        """Read the whole log and say whether it is whole.

        Args:
            published: Heads noted earlier outside this database (`number:hex`).
        """
        anchors = await self._anchors()
        anchors.update(_read_heads(published))
        last, count = _START, 0
        async for row in self._rows():
            count += 1
            mac = None if row is None else self._chained(row, last, count)
            if mac is None:
                return Verdict(ok=False, rows=count, first_broken=count, why="chain")
            last = mac
            if anchors.pop(count, self._head_mac(count, last)) != self._head_mac(count, last):
                return Verdict(ok=False, rows=count, first_broken=count, why="anchor")
        return await self._verdict(count, last, missing=min(anchors, default=None))

    def _chained(self, row: Any, last: bytes, count: int) -> bytes | None:  # noqa: ANN401 a row
        """Return the mac of a row that stands where it stood when it was written; else None."""
        if row.seq != count or not (isinstance(row.detail, dict) and isinstance(row.mac, bytes)):
            return None
        act = Act(row.at, row.actor, row.action, row.object, row.area, row.detail)
        mac = _mac(self._unit.vault.audit_key, last, count, act)
        return mac if hmac.compare_digest(mac, row.mac) else None

    async def _verdict(self, count: int, last: bytes, missing: int | None) -> Verdict:
        query = select(AuditHeadRow.seq, AuditHeadRow.mac)
        head = (await self._unit.connection.execute(query)).first()
        if head is None:
            whole = count == 0
        else:
            whole = head.seq == count and hmac.compare_digest(
                head.mac, self._head_mac(count, last)
            )
        if not whole or missing is not None:
            return Verdict(ok=False, rows=count, first_broken=count + 1, why="tail")
        return Verdict(ok=True, rows=count)

    async def _anchors(self) -> dict[int, bytes]:
        rows = await self._unit.connection.execute(select(AuditAnchorRow.seq, AuditAnchorRow.mac))
        return {row.seq: row.mac for row in rows}

    async def _rows(self) -> AsyncIterator[Any]:
        """Yield the rows in order; None in place of one that nobody could have written, the last.

        Where a piece holds such a one (no JSON, no moment), it is looked for row by row.
        """
        done, size = -1, _BATCH
        while True:
            query = select(AuditRow.__table__).where(AuditRow.seq > done).order_by(AuditRow.seq)
            try:
                rows = (await self._unit.connection.execute(query.limit(size))).all()
            except ValueError:
                if size == 1:
                    yield None
                    return
                size = 1
                continue
            for row in rows:
                yield row
            if len(rows) < size:
                return
            done = rows[-1].seq


async def _write(unit: Unit, acts: Sequence[Act]) -> None:
    await Audit(unit).write(acts)


def _row(seq: int, act: Act, mac: bytes) -> dict[str, Any]:
    return {
        "seq": seq,
        "at": act.at,
        "actor": act.actor,
        "action": act.action,
        "object": act.object,
        "area": act.area,
        "detail": dict(act.detail),
        "mac": mac,
    }


def _mac(key: bytes, before: bytes, seq: int, act: Act) -> bytes:
    event = json.dumps(
        [
            act.at.isoformat(timespec="microseconds"),
            act.actor,
            act.action,
            act.object,
            act.area,
            dict(act.detail),
        ],
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    )
    return hmac.digest(key, before + b"\0" + str(seq).encode() + b"\0" + event.encode(), "sha256")


def _read_heads(published: Sequence[str]) -> dict[int, bytes]:
    heads = (line.strip().partition(":") for line in published if line.strip())
    return {int(seq): bytes.fromhex(mac) for seq, _, mac in heads}
