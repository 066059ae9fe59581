"""Says what was lost, doubled or stuck, from what the phones got and what the database holds."""

from __future__ import annotations

import asyncio
import contextlib
import html
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from alerts.auditor import Auditor
from bot.wiring import open_store
from cases.db import monotone
from cases.db.audit import Audit
from cases.db.rows import (
    AlertRow,
    CaseEventRow,
    CaseRow,
    InboxRow,
    OutboxRow,
    ReplyRow,
    SubmissionRow,
)
from cases.db.store import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.support.actors import Diary
    from bench.support.house import House
    from cases.db.store import Store, Unit

NEW = re.compile(r"^P\d (?:紧急)?报告 (A-[\d-]+) 待处理")
LABELLED = re.compile(r"^再次提醒 · P\d (?:紧急)?报告 (A-[\d-]+) 待处理")
STATUS = re.compile(r"^报告 (A-[\d-]+)：")
_TAG = re.compile(r"<[^>]+>")
MENDED = re.compile(r"auditor: (?!0 mended)")
DRAIN_SECONDS = 120.0


@dataclass(slots=True)
class Shown:
    """What the stand-in put on phones: alerts as new, alerts as repeats, status messages."""

    new: Counter[tuple[int, str]] = field(default_factory=Counter)
    labelled: Counter[tuple[int, str]] = field(default_factory=Counter)
    status: Counter[tuple[int, str]] = field(default_factory=Counter)
    sent: int = 0

    def note(self, call: dict[str, Any]) -> None:
        if call["message_id"] is None:
            return
        self.sent += 1
        text = html.unescape(_TAG.sub("", str(call["params"].get("text", ""))))
        where = int(call["chat_id"])
        for pattern, counter in (
            (NEW, self.new),
            (LABELLED, self.labelled),
            (STATUS, self.status),
        ):
            if found := pattern.search(text):
                counter[where, found[1]] += 1


class Witness:
    """Reads the stand-in's book of calls before it forgets."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._last = 0
        self.shown = Shown()
        self.without_step: set[str] = set()
        self._reading = asyncio.Lock()

    async def read(self) -> None:
        async with self._reading:
            path = f"/sim/calls?after={self._last}&method=sendMessage"
            for call in await self._house.call("GET", path):
                if call["code"] is None:
                    return
                self._last = call["n"]
                self.note(call)

    def note(self, call: dict[str, Any]) -> None:
        self.shown.note(call)

    async def watch(self) -> None:
        """Read the book every second, and look whether each open alert has a next step."""
        store = open_store(self._house.settings)
        try:
            while True:
                await self.read()
                with contextlib.suppress(DatabaseError):
                    await self._look(store)
                await asyncio.sleep(1.0)
        finally:
            await store.close()

    async def _look(self, store: Store) -> None:
        query = select(AlertRow.number).where(AlertRow.state == "open", AlertRow.due.is_(None))
        async with store.reading() as unit:
            self.without_step |= set((await unit.connection.execute(query)).scalars())


@dataclass(slots=True)
class Verdict:
    """Evidence, one line each."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    audit_rows: int = 0

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.stuck)


async def drained(house: House) -> list[str]:
    """Wait until nothing waits that could move; return what still does."""
    store = open_store(house.settings)
    try:
        left: list[str] = []
        for _ in range(int(DRAIN_SECONDS)):
            async with store.reading() as unit:
                left = await _waiting(unit)
            if not left:
                return []
            await asyncio.sleep(1.0)
        return left
    finally:
        await store.close()


async def _waiting(unit: Unit) -> list[str]:
    now = await monotone.read(unit)
    counts = {
        "updates unhandled": select(func.count()).where(InboxRow.done_at.is_(None)),
        "replies undelivered": select(func.count()).where(ReplyRow.state == "ready"),
        "messages unsent": select(func.count()).where(
            OutboxRow.state.in_(("ready", "leased")), OutboxRow.not_before <= now
        ),
        "steps overdue": select(func.count()).where(
            AlertRow.state.not_in(("safe", "done")), AlertRow.due < now - 5
        ),
    }
    found = {}
    for name, query in counts.items():
        found[name] = (await unit.connection.execute(query)).scalar() or 0
    return [f"{count} {name}" for name, count in found.items() if count]


async def judge(house: House, diaries: Sequence[Diary], shown: Shown) -> Verdict:
    """Compare phones and database."""
    verdict = Verdict(stuck=[one.stuck for one in diaries if one.stuck])
    verdict.stuck += [f"after the end: {left}" for left in await drained(house)]
    log = house.log.read_text(encoding="utf-8")
    verdict.stuck += [line for line in log.splitlines() if MENDED.search(line)]
    store = open_store(house.settings)
    try:
        await _judge_rows(store, diaries, shown, verdict)
        await _judge_log(store, verdict)
    finally:
        await store.close()
    return verdict


async def _judge_rows(
    store: Store, diaries: Sequence[Diary], shown: Shown, verdict: Verdict
) -> None:
    async with store.reading() as unit:
        run = unit.connection.execute
        cases = Counter((await run(select(CaseRow.number))).scalars())
        alerts = Counter((await run(select(AlertRow.number))).scalars())
        query = select(SubmissionRow.number).where(SubmissionRow.form == "visit_checkin")
        visits = Counter((await run(query)).scalars())
        # one that led to nothing is opened again, by rule: the record keeps who had it
        acked = select(CaseRow.number).join(CaseEventRow, CaseEventRow.case_id == CaseRow.id)
        noted = set((await run(acked.where(CaseEventRow.kind == "acknowledged"))).scalars())
        dead = (await run(select(InboxRow.dead).where(InboxRow.dead != ""))).scalars().all()
    told = [n for one in diaries for n in [*one.numbers, *one.from_visits]]
    seen = [n for one in diaries for n in one.visits]
    _compare("case", told, cases, verdict)
    _compare("alert", told, alerts, verdict)
    _compare("visit", seen, visits, verdict)
    reached = {number for _, number in [*shown.new, *shown.labelled]}
    verdict.lost += [f"alert {n} shown to nobody" for n in told if n not in reached]
    for what, counter in (("alert", shown.new), ("status", shown.status)):
        twice = [f"{what} {n} new {c} times on {who}" for (who, n), c in counter.items() if c > 1]
        verdict.doubled += twice
    taken = {number for one in diaries for number in one.acked}
    verdict.lost += [f"acknowledgement of {n}" for n in sorted(taken - noted)]
    verdict.lost += [f"update put aside as poison {reference}" for reference in dead]


def _compare(what: str, told: Sequence[str], kept: Counter[str], verdict: Verdict) -> None:
    """Each number a person was told exists once, and nothing exists that nobody sent."""
    promised = Counter(told)
    verdict.lost += [f"{what} {n} promised, not kept" for n in promised if n not in kept]
    verdict.doubled += [f"{what} {n} kept, sent by nobody" for n in kept if n not in promised]
    verdict.doubled += [f"{what} {n} promised twice" for n, c in promised.items() if c > 1]
    verdict.doubled += [f"{what} {n} kept {c} times" for n, c in kept.items() if c > 1]


async def _judge_log(store: Store, verdict: Verdict) -> None:
    found = await Auditor(store).look()
    if not found.well:
        verdict.stuck.append(f"auditor: {found}")
    async with store.reading() as unit:
        log = await Audit(unit).verify()
    verdict.audit_rows = log.rows
    if not log.ok:
        verdict.lost.append(f"the log is broken: {log}")
