"""The end of the log leaves the machine each day, and tells later what was changed on it."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

from sqlalchemy import delete, select
from support.clocks import SetClock

from bot.publishing import publish_head
from bot.settings import read_settings
from bot.wiring import open_store
from cases.db.audit import Audit
from cases.db.people import People
from cases.db.rows import AuditAnchorRow, AuditHeadRow, AuditRow, OutboxRow
from cases.db.walls import open_wide
from cases.people import Role
from handlers.speech import speak
from kernel.phrases import Phrase


async def two_days():
    """Let two days begin, and return what the officer's phone shows."""
    store = open_store(read_settings())
    store.clock = SetClock()
    async with store.unit() as unit:
        officer = (await People(unit).roster("990101000000", Role.COUNTY_OFFICER))[0]
        await People(unit).bind(officer.id, "telegram", "301")
        await unit.commit()
    assert [await publish_head(store, None) for _ in range(3)] == [1, 0, 0]
    async with store.unit() as unit:
        Audit(unit).append("x", "child.read", "child:y")
        await unit.commit()
    store.clock.moment += timedelta(days=1)
    assert await publish_head(store, None) == 1
    async with store.reading() as unit:
        await open_wide(unit)
        query = select(OutboxRow.key, OutboxRow.sealed).where(OutboxRow.chat == "301")
        rows = (await unit.connection.execute(query.order_by(OutboxRow.id))).all()
    await store.close()
    packed = [store.vault.open_mail(f"outbox:{row.key}", row.sealed) for row in rows]
    return ["\n".join(speak(Phrase(*line)) for line in one["lines"]) for one in packed]


async def forge():
    """Write the log anew without its last act, as whoever has key and machine can."""
    store = open_store(read_settings())
    async with store.unit() as unit:
        rows = (await unit.connection.execute(select(AuditRow).order_by(AuditRow.seq))).all()
        for table in (AuditRow, AuditHeadRow, AuditAnchorRow):
            await unit.connection.execute(delete(table))
        await Audit(unit).write([row for row in rows if row.action != "child.read"])
        await unit.commit()
    await store.close()


def test_a_log_written_anew_does_not_end_in_the_heads_that_were_published(console, tmp_path):
    console.run("seed", "demo")
    console.settle()
    first, second = asyncio.run(two_days())
    assert first != second
    kept = tmp_path / "kept.txt"
    kept.write_text(f"县里 08:31\n{first}\n\n{second}\n", "utf-8")
    assert "2 个末尾都对得上" in console.run("audit", "verify", "--heads", kept)
    asyncio.run(forge())
    assert console.json("audit", "verify")["whole"]
    out, error = console.both("audit", "verify", "--heads", kept, "--json", code=1)
    assert not json.loads(out)["whole"]
    assert "断开" in error
    kept.write_text("空", "utf-8")
    assert "没有找到" in console.run("audit", "verify", "--heads", kept, code=1)
