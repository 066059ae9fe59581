"""The log: whole when untouched, and every kind of tampering is found."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from cases.db import audit
from cases.db.audit import Audit
from cases.db.rows import AuditAnchorRow, AuditHeadRow, AuditRow

ROWS = 12


@pytest.fixture
async def log(store):
    for number in range(ROWS):
        async with store.unit() as unit:
            Audit(unit).append("p1", "child.read", f"child:{number}", area="99", purpose="visit")
            await unit.commit()
    return store


async def verdict(store, *published):
    async with store.reading() as unit:
        return await Audit(unit).verify(published)


async def tamper(store, *statements):
    async with store.unit() as unit:
        for statement in statements:
            await unit.connection.execute(statement)
        await unit.commit()


async def test_an_empty_log_and_an_untouched_log_are_whole(store, log):
    found = await verdict(log)
    assert found.ok
    assert found.rows == ROWS


async def test_an_act_that_is_not_committed_is_not_in_the_log(store):
    async with store.unit() as unit:
        Audit(unit).append("p1", "child.read", "child:1")
    assert (await verdict(store)).rows == 0


async def fail_inside(unit):
    async with unit.attempt():
        Audit(unit).append("p1", "lost", "child:1")
        raise ZeroDivisionError


async def test_an_attempt_that_fails_leaves_no_act(store):
    async with store.unit() as unit:
        Audit(unit).append("p1", "kept", "child:1")
        with pytest.raises(ZeroDivisionError):
            await fail_inside(unit)
        await unit.commit()
    assert (await verdict(store)).rows == 1


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "p2"},
        {"action": "child.change"},
        {"object": "child:99"},
        {"area": "98"},
        {"detail": {"purpose": "review"}},
        {"at": None},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_a_changed_row_is_found(log, clock, change):
    values = {"at": clock.now()} if "at" in change else change
    await tamper(log, update(AuditRow).where(AuditRow.seq == 5).values(**values))
    found = await verdict(log)
    assert not found.ok
    assert found.first_broken == 5


async def test_a_removed_row_is_found(log):
    await tamper(log, delete(AuditRow).where(AuditRow.seq == 7))
    assert (await verdict(log)).first_broken == 7


async def test_a_removed_row_is_found_even_when_the_rest_is_renumbered(log):
    await tamper(
        log,
        delete(AuditRow).where(AuditRow.seq == 7),
        text("UPDATE audit SET seq = seq - 1 WHERE seq = 8"),
    )
    assert (await verdict(log)).first_broken == 7


async def test_swapped_rows_are_found(log):
    await tamper(
        log,
        text("UPDATE audit SET seq = 100 WHERE seq = 3"),
        text("UPDATE audit SET seq = 3 WHERE seq = 4"),
        text("UPDATE audit SET seq = 4 WHERE seq = 100"),
    )
    assert (await verdict(log)).first_broken == 3


async def test_a_cut_tail_is_found(log):
    await tamper(log, delete(AuditRow).where(AuditRow.seq > 9))
    found = await verdict(log)
    assert not found.ok
    assert found.why == "tail"


async def test_a_cut_tail_is_found_even_when_the_head_is_gone(log):
    await tamper(log, delete(AuditRow).where(AuditRow.seq > 9), delete(AuditHeadRow))
    assert (await verdict(log)).why == "tail"


async def test_a_row_put_behind_the_last_is_found(log):
    forged = text(
        "INSERT INTO audit (seq, at, actor, action, object, area, detail, mac)"
        " SELECT seq + 1, at, actor, action, object, area, detail, mac FROM audit WHERE seq = 12"
    )
    await tamper(log, forged)
    assert (await verdict(log)).first_broken == ROWS + 1
    await tamper(log, update(AuditHeadRow).values(seq=ROWS + 1))
    assert (await verdict(log)).first_broken == ROWS + 1


async def test_an_anchor_that_was_changed_is_found(log, monkeypatch):
    monkeypatch.setattr(audit, "_ANCHOR_EVERY", 14)
    async with log.unit() as unit:
        for number in range(4):
            Audit(unit).append("p1", "child.read", f"child:{number}")
        await unit.commit()
    assert (await verdict(log)).ok
    await tamper(log, update(AuditAnchorRow).values(mac=b"\1" * 32))
    found = await verdict(log)
    assert (found.ok, found.first_broken, found.why) == (False, 14, "anchor")


@pytest.mark.parametrize("broken", ["null", "5", "[1]", '"x"'])
async def test_a_detail_that_is_no_detail_is_a_broken_row_and_no_fault(log, url, broken):
    statement = "UPDATE audit SET detail = :broken WHERE seq = 6"
    if url.startswith("postgresql"):
        statement = statement.replace(":broken", "CAST(:broken AS json)")
    await tamper(log, text(statement).bindparams(broken=broken))
    found = await verdict(log)
    assert (found.ok, found.first_broken) == (False, 6)


UNKEPT = {"at": "no moment", "mac": "text", "detail": "no json"}
"""Values that are none of their column's type. SQLite keeps whatever it is given."""


@pytest.mark.parametrize("column", sorted(UNKEPT))
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_postgresql_refuses_a_value_that_is_none_of_its_columns(log, column):
    wrong = text(f"UPDATE audit SET {column} = '{UNKEPT[column]}' WHERE seq = 9")
    if column == "mac":  # any text is bytes to it: a mark like another, and a wrong one
        await tamper(log, wrong)
        assert (await verdict(log)).first_broken == 9
    else:
        with pytest.raises(DBAPIError):
            await tamper(log, wrong)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_detail_that_is_no_json_is_a_broken_row(log):
    await tamper(log, text("UPDATE audit SET detail = 'no json' WHERE seq = 6"))
    found = await verdict(log)
    assert (found.ok, found.first_broken) == (False, 6)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_moment_or_a_mark_that_is_none_is_a_broken_row(log):
    await tamper(log, text("UPDATE audit SET at = 'yesterday' WHERE seq = 9"))
    assert (await verdict(log)).first_broken == 9
    await tamper(log, text("UPDATE audit SET mac = 'text' WHERE seq = 8"))
    assert (await verdict(log)).first_broken == 8


async def test_a_log_rolled_back_as_a_whole_is_found_by_a_published_head(log):
    async with log.reading() as unit:
        published = await Audit(unit).head()
    assert (await verdict(log, published)).ok
    await tamper(log, delete(AuditRow), delete(AuditHeadRow), delete(AuditAnchorRow))
    async with log.unit() as unit:
        Audit(unit).append("p1", "another", "story")
        await unit.commit()
    assert (await verdict(log)).ok
    assert not (await verdict(log, published)).ok


async def test_writers_at_once_make_one_chain(store):
    async def write(number):
        async with store.unit() as unit:
            Audit(unit).append(f"p{number}", "child.read", "child:1")
            await unit.commit()

    await asyncio.gather(*(write(number) for number in range(20)))
    found = await verdict(store)
    assert found.ok
    assert found.rows == 20
