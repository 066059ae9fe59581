"""Prepared statements do what SQLAlchemy does with the same statement, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import bindparam, exc, func, insert, select, text, update

from cases.db import prepared as prepared_module
from cases.db.prepared import Prepared, add, add_once, filled, prepared, size, slots
from cases.db.rows import AuditRow, ConversationRow, InboxRow, PersonRow
from cases.db.store import DatabaseError

if TYPE_CHECKING:
    from cases.conftest import County

    from cases.db.store import Store, Unit

MOMENT = datetime(2026, 11, 23, 9, 30, 1, 250, tzinfo=UTC)
COLUMNS = ("seq", "at", "actor", "action", "object", "area", "detail", "mac")
ADD = Prepared(insert(AuditRow).values({name: bindparam(name) for name in COLUMNS}).inline())
WHO = Prepared(select(PersonRow.id).limit(1))
INCOMING = {"channel": "telegram", "update_id": 1, "chat": "9"}
ALL = select(AuditRow.__table__).where(AuditRow.seq > bindparam("after")).order_by(AuditRow.seq)


def act(seq: int, **more: Any) -> dict[str, Any]:
    row = {"seq": seq, "at": MOMENT, "actor": "p", "action": "look", "object": "o", "area": ""}
    return {**row, "detail": {"名": [1, None, "二"]}, "mac": b"\x00\xff", **more}


async def test_rows_come_back_as_sqlalchemy_returns_them(store: Store) -> None:
    async with store.unit() as unit:
        await ADD.later(unit, [act(1001), act(1002, detail={}), act(1003, actor="")])
        ours = await Prepared(ALL).all(unit, {"after": 1000})
        theirs = (await unit.connection.execute(ALL, {"after": 1000})).all()
    assert [row._asdict() for row in ours] == [row._asdict() for row in theirs]
    assert [row.seq for row in ours] == [1001, 1002, 1003]
    assert ours[0].at == MOMENT
    assert ours[0].detail == {"名": [1, None, "二"]}


async def test_days_booleans_and_nulls_keep_their_types(county: County) -> None:
    query = select(PersonRow.active, PersonRow.qualified_on, PersonRow.on_leave_until)
    query = query.order_by(PersonRow.id)
    async with county.store.unit() as unit:
        await unit.connection.execute(update(PersonRow).values(qualified_on=date(2026, 1, 2)))
        ours = await Prepared(query).all(unit, {})
        theirs = (await unit.connection.execute(query)).all()
    assert ours
    assert [tuple(row) for row in ours] == [tuple(row) for row in theirs]
    assert all(row.active is True and row.qualified_on == date(2026, 1, 2) for row in ours)


async def test_a_number_of_the_server_is_read_whatever_its_kind(store: Store) -> None:
    query = select(func.sum(AuditRow.seq).label("sum"), func.count().label("count"))
    async with store.unit() as unit:
        row = await Prepared(query.select_from(AuditRow)).first(unit, {})
        theirs = (await unit.connection.execute(query.select_from(AuditRow))).one()
    assert tuple(row) == tuple(theirs)


async def test_constants_of_a_statement_need_no_value_even_when_they_are_empty(
    store: Store,
) -> None:
    here = {"ch": "telegram", "ct": "9"}
    made = Prepared(
        insert(ConversationRow)
        .values(channel=bindparam("ch"), chat=bindparam("ct"), revision=0, prompt_no=0)
        .values(prompt_message="", speaker=0, sealed=None, changed_at=bindparam("at"))
        .inline()
    )
    emptied = update(ConversationRow).values(sealed=None)
    emptied = emptied.where(
        ConversationRow.channel == bindparam("ch"), ConversationRow.chat == bindparam("ct")
    )
    async with store.unit() as unit:
        assert await made.run(unit, {**here, "at": MOMENT}) == 1
        assert await Prepared(emptied).run(unit, here) == 1
        assert await Prepared(emptied).run(unit, {**here, "ct": "10"}) == 0
        with pytest.raises(KeyError):
            await made.run(unit, here)


async def test_its_errors_are_sqlalchemys_and_tell_no_values(store: Store) -> None:
    async with store.unit() as unit:
        await ADD.run(unit, act(2001, object="秘密"))
        with pytest.raises(exc.IntegrityError) as caught:
            await ADD.run(unit, act(2001, object="秘密"))
    assert "秘密" not in str(caught.value)


async def test_it_runs_in_the_units_transaction_also_after_a_commit(store: Store) -> None:
    async with store.unit() as unit:
        await ADD.run(unit, act(3001))
        await unit.commit()
        await ADD.run(unit, act(3002))
    async with store.unit() as unit:
        left = await Prepared(ALL).all(unit, {"after": 3000})
    assert [row.seq for row in left] == [3001]


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)  # a file has nothing to cut
async def test_a_cut_connection_is_an_outage_and_is_not_used_again(store: Store) -> None:
    cut = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND state <> 'idle'"
    )

    async def in_the_middle() -> None:
        async with store.unit() as unit, store.unit() as other:
            await ADD.run(unit, act(4001))
            await other.connection.execute(cut)
            await ADD.run(unit, act(4002))

    with pytest.raises(DatabaseError):
        await in_the_middle()
    async with store.unit() as unit:
        assert await Prepared(ALL).all(unit, {"after": 4000}) == []


async def test_what_is_put_off_is_never_overtaken(store: Store) -> None:
    async with store.unit() as unit:
        await ADD.later(unit, [act(5001)])
        counted = await unit.connection.execute(
            select(func.count()).where(AuditRow.seq > 5000).select_from(AuditRow)
        )
        assert counted.scalar_one() == 1
        await ADD.later(unit, [act(5002), act(5003)])
        assert [row.seq for row in await Prepared(ALL).all(unit, {"after": 5000})] == [
            5001,
            5002,
            5003,
        ]
        await ADD.later(unit, [act(5004)])
        await unit.commit()
    async with store.unit() as unit:
        await ADD.later(unit, [act(5005)])
    async with store.unit() as unit:
        left = await Prepared(ALL).all(unit, {"after": 5000})
    assert [row.seq for row in left] == [5001, 5002, 5003, 5004]


async def test_an_error_of_what_was_put_off_shows_and_undoes_the_unit(store: Store) -> None:
    async def unit_with_a_clash() -> None:
        async with store.unit() as unit:
            await ADD.later(unit, [act(6001)])
            await ADD.later(unit, [act(6001)])
            await ADD.later(unit, [act(6002)])
            await unit.commit()

    with pytest.raises(exc.IntegrityError):
        await unit_with_a_clash()
    async with store.unit() as unit:
        assert await Prepared(ALL).all(unit, {"after": 6000}) == []


async def test_an_attempt_that_fails_takes_what_it_put_off_with_it(store: Store) -> None:
    async def clash(unit: Unit) -> None:
        async with unit.attempt():
            await ADD.later(unit, [act(7001)])
            raise ValueError("no")

    async with store.unit() as unit:
        await ADD.later(unit, [act(7000)])
        with pytest.raises(ValueError, match="no"):
            await clash(unit)
        await ADD.later(unit, [act(7002)])
        await unit.commit()
    async with store.unit() as unit:
        left = await Prepared(ALL).all(unit, {"after": 6999})
    assert [row.seq for row in left] == [7000, 7002]


LAST = Prepared(
    select(AuditRow.seq, AuditRow.actor).where(AuditRow.seq > bindparam("after")).order_by("seq")
)


async def test_what_is_expected_goes_the_way_with_the_statement_after_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways: list[int] = []
    on_the_way = prepared_module.send

    async def counting(unit: Unit, statements: Any = (), **how: Any) -> None:
        ways.append(len(unit.put_off) + len(statements))
        await on_the_way(unit, statements, **how)

    async with store.unit() as unit:
        await ADD.run(unit, act(8001))
        monkeypatch.setattr(prepared_module, "send", counting)
        LAST.expect(unit, {"after": 8000})
        await WHO.first(unit, {})
        rows = await LAST.all(unit, {"after": 8000})
        monkeypatch.undo()
    assert [tuple(row) for row in rows] == [(8001, "p")]
    assert ways == ([2] if store.engine.dialect.name == "postgresql" else [1, 1])


@pytest.mark.parametrize("how", ["later", "run", "core", "attempt"])
async def test_what_came_ahead_of_a_change_of_its_table_is_asked_for_anew(
    store: Store, how: str
) -> None:
    async with store.unit() as unit:
        LAST.expect(unit, {"after": 9000})
        await WHO.first(unit, {})
        if how == "later":
            await ADD.later(unit, [act(9001)])
        elif how == "run":
            await ADD.run(unit, act(9001))
        elif how == "core":
            await unit.connection.execute(insert(AuditRow).values(act(9001)))
        else:
            async with unit.attempt():
                await ADD.later(unit, [act(9001)])
        assert [row.seq for row in await LAST.all(unit, {"after": 9000})] == [9001]


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)  # a file reads nothing ahead
async def test_what_came_ahead_is_asked_for_anew_after_a_commit_and_an_undone_attempt(
    store: Store,
) -> None:
    async def undone(unit: Unit) -> None:
        async with unit.attempt():
            await ADD.later(unit, [act(9402)])
            LAST.expect(unit, {"after": 9400})
            raise ValueError("no")

    async with store.unit() as unit:
        LAST.expect(unit, {"after": 9400})
        await WHO.first(unit, {})
        await unit.commit()
        async with store.unit() as other:
            await ADD.run(other, act(9401))
            await other.commit()
        assert [row.seq for row in await LAST.all(unit, {"after": 9400})] == [9401]
        with pytest.raises(ValueError, match="no"):
            await undone(unit)
        assert [row.seq for row in await LAST.all(unit, {"after": 9400})] == [9401]


async def test_what_is_expected_serves_the_same_question_once(store: Store) -> None:
    async with store.unit() as unit:
        await ADD.later(unit, [act(9501), act(9502)])
        LAST.expect(unit, {"after": 9500})
        assert [row.seq for row in await LAST.all(unit, {"after": 9501})] == [9502]
        LAST.expect(unit, {"after": 9500})
        # what was put off before it goes first, and a change of another table leaves it
        await add(unit, InboxRow, [{**INCOMING, "received_at": MOMENT}])
        for _ in range(2):
            rows = await LAST.all(unit, {"after": 9500})
            assert [row.seq for row in rows] == [9501, 9502]


async def test_rows_are_added_with_the_defaults_of_columns_nobody_named(store: Store) -> None:
    here = {"channel": "telegram", "update_id": 1, "chat": "9", "received_at": MOMENT}
    query = select(InboxRow.chat, InboxRow.attempts, InboxRow.dead)
    async with store.unit() as unit:
        await add(unit, InboxRow, [here, {**here, "update_id": 2}])
        await add_once(unit, InboxRow, [{**here, "chat": "other"}, {**here, "update_id": 3}])
        await add_once(unit, InboxRow, [])
        rows = (await unit.connection.execute(query)).all()
        assert [tuple(row) for row in rows] == [("9", 0, "")] * 3


async def test_a_row_that_is_there_is_not_added_again_unseen(store: Store) -> None:
    here = {"channel": "telegram", "update_id": 1, "chat": "9", "received_at": MOMENT}

    async def twice() -> None:
        async with store.unit() as unit:
            await add(unit, InboxRow, [here])
            await add(unit, InboxRow, [here])
            await unit.commit()

    with pytest.raises(exc.IntegrityError):
        await twice()


async def test_a_list_that_changes_its_length_is_given_places(store: Store) -> None:
    @prepared
    def found(count: int) -> Any:
        listed = AuditRow.seq.in_(slots("no", count))
        return select(AuditRow.seq).where(listed).order_by(AuditRow.seq)

    async with store.unit() as unit:
        await ADD.later(unit, [act(seq) for seq in range(8001, 8008)])
        for wanted in ([], [8001], [8002, 8003], [8001, 8004, 8007], list(range(8001, 8008))):
            rows = await found(size(wanted)).all(unit, filled("no", wanted))
            assert [row.seq for row in rows] == wanted
    with pytest.raises(TypeError):
        await Prepared(select(AuditRow.seq).where(AuditRow.seq.in_((1, 2)))).all(unit, {})
