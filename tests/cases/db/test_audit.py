"""The log: whole when untouched, and every kind of tampering is found."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import delete, text, update

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
