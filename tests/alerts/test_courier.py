"""The courier over real HTTP: what people saw is what the stand-in's phones show."""

from __future__ import annotations

import time

from sqlalchemy import func, select, update

from alerts.limiter import Pace
from alerts.notices import Notice, notify
from cases.db.alerting import Alerts
from cases.db.outbox import Outbox, Parcel
from cases.db.rows import IdentityRow, OutboxRow
from kernel.phrases import say

FAST = Pace(overall=500.0, reserve=10.0, bulk=200.0, per_chat=100.0, burst=50.0)


async def push_of(phones, chat: int) -> list[str]:
    return [text for text in await phones.shown(chat) if "待处理" in text]


async def test_an_alert_reaches_the_supervisor_and_says_no_name(station, live_town, phones, until):
    view = await live_town.raises(station.desk)
    async with station.working():
        (text,) = await until(lambda: phones.shown(201))
        await until(lambda: phones.shown(101))
    assert text == f"P1 紧急报告 {view.number} 待处理\n请点“打开”看详情，并确认由您处理。"
    call = (await phones.calls("sendMessage"))[0]["params"]
    assert call["protect_content"] in {True, "true"}
    shown = await phones.get("/sim/people/201/messages")
    (row,) = shown["messages"][0]["buttons"]
    assert row[0]["data"] == f"d:alert:{view.alert_id}"


async def test_the_reporter_sees_one_message_that_is_edited(station, live_town, phones, until):
    desk = station.desk
    async with station.working():
        view = await live_town.raises(desk)

        async def says(words: str) -> bool:
            texts = await phones.shown(101)
            return len(texts) == 1 and words in texts[0]

        await until(lambda: says("儿童督导员冯长青：已送达"))
        await live_town.does(lambda u: desk.opened(u, view.alert_id, live_town.supervisor))
        await until(lambda: says("已打开"))
        await live_town.does(
            lambda u: desk.acknowledge(u, view.alert_id, live_town.supervisor, "on_site")
        )
        await until(lambda: says("由儿童督导员冯长青在"))
        await live_town.does(lambda u: desk.finish(u, view.alert_id))
        await until(lambda: says("已办结"))

        async def closed() -> bool:
            return "已办结" in (await phones.shown(201))[-1]

        await until(closed)
    assert len(await phones.shown(201)) == 1


async def test_a_blocked_supervisor_sends_it_to_the_county_at_once(
    station, live_town, phones, until, live_store
):
    await phones.block(201)
    view = await live_town.raises(station.desk)
    async with station.working():
        await until(lambda: phones.shown(301))

        async def told() -> bool:
            texts = await phones.shown(101)
            return bool(texts) and "联系不上" in texts[0] and "县级民政褚中和：已送达" in texts[0]

        await until(told)
    async with live_store.reading() as unit:
        query = select(IdentityRow.unreachable_since).where(IdentityRow.chat == "201")
        assert (await unit.connection.execute(query)).scalar() is not None
        states = {r.person_id: r.state for r in await Alerts(unit).recipients([view.alert_id])}
    assert states[live_town.supervisor] == "unreachable"


async def test_an_unclear_end_is_repeated_under_its_label_and_number(
    station, live_town, phones, until
):
    await phones.order(method="sendMessage", kind="drop", times=1, chat=201)
    async with station.working():
        view = await live_town.raises(station.desk)

        async def twice() -> bool:
            return len(await phones.shown(201)) == 2

        await until(twice)
    first, second = await push_of(phones, 201)
    assert not first.startswith("再次提醒")
    assert second.startswith("再次提醒")
    assert view.number in first
    assert view.number in second


async def test_a_definite_refusal_is_repeated_as_it_was(station, live_town, phones, until):
    await phones.order(method="sendMessage", kind="429", seconds=1, chat=201)
    async with station.working():
        await live_town.raises(station.desk)
        (text,) = await until(lambda: phones.shown(201))
    assert not text.startswith("再次提醒")


async def test_a_429_halts_one_chat_only(station, live_town, phones, until):
    await phones.order(method="sendMessage", kind="429", seconds=3, chat=201)
    async with station.working():
        await live_town.raises(station.desk, situations=("A1",))
        await until(lambda: phones.shown(301))
        assert await phones.shown(201) == []
        await until(lambda: phones.shown(201))


async def test_an_outage_is_waited_out(station, live_town, phones, until):
    await phones.order(method="*", kind="outage", seconds=2)
    async with station.working():
        await live_town.raises(station.desk)
        await until(lambda: phones.shown(201))
        await until(lambda: phones.shown(101))


async def test_a_refused_push_sends_it_up_and_stays_visible_as_dead(
    station, live_town, phones, until, live_store
):
    odd = {"kind": "400", "description": "Bad Request: odd"}
    await phones.order(method="sendMessage", chat=201, times=2, **odd)
    async with station.working():
        await live_town.raises(station.desk)
        await until(lambda: phones.shown(301))
    async with live_store.reading() as unit:
        query = select(OutboxRow.error).where(OutboxRow.state == "dead")
        assert (await unit.connection.execute(query)).scalars().all() == ["rejected"] * 2


async def test_a_lease_that_ran_out_is_labelled(station, live_town, phones, until, live_store):
    await live_town.raises(station.desk)
    async with live_store.unit() as unit:
        dead = {"state": "leased", "owner": "gone", "lease_until": 1.0}
        await unit.connection.execute(update(OutboxRow).values(**dead))
        await unit.commit()
    async with station.working():
        (text,) = await until(lambda: phones.shown(201))
    assert text.startswith("再次提醒")


async def test_a_lease_that_ran_out_under_way_does_not_send_it_again_itself(
    station, live_town, phones, until, live_store
):
    """The clock was set a day ahead while the message was on its way."""
    await phones.order(method="sendMessage", kind="delay", seconds=1, chat=201)
    async with station.working() as courier:
        await live_town.raises(station.desk)

        async def flying() -> bool:
            return any(row.chat == "201" for row in courier.under_way())

        await until(flying)
        async with live_store.unit() as unit:
            await unit.connection.execute(update(OutboxRow).values(lease_until=1.0))
            await unit.commit()
        await until(lambda: push_of(phones, 201))
        await until(lambda: phones.shown(101))
    (text,) = await push_of(phones, 201)
    assert not text.startswith("再次提醒")


async def test_what_changes_during_a_send_is_edited_after_it(station, live_town, phones, until):
    await phones.order(method="sendMessage", kind="delay", seconds=1, chat=201)
    desk = station.desk
    async with station.working() as courier:
        view = await live_town.raises(desk)

        async def flying() -> bool:
            return any(row.chat == "201" for row in courier.under_way())

        await until(flying)
        await live_town.does(lambda u: desk.acknowledge(u, view.alert_id, live_town.supervisor))

        async def closed() -> bool:
            texts = await phones.shown(201)
            return bool(texts) and "已确认" in texts[0]

        await until(closed)
    assert len(await phones.shown(201)) == 1


async def test_a_status_the_reporter_deleted_is_sent_anew(station, live_town, phones, until):
    desk = station.desk
    async with station.working():
        view = await live_town.raises(desk)

        async def delivered() -> bool:
            texts = await phones.shown(101)
            return bool(texts) and "已送达 " in texts[0]

        await until(delivered)
        await phones.order(
            method="editMessageText",
            kind="400",
            chat=101,
            description="Bad Request: message to edit not found",
        )
        await live_town.does(lambda u: desk.acknowledge(u, view.alert_id, live_town.supervisor))

        async def anew() -> bool:
            return len(await phones.shown(101)) == 2

        await until(anew)
    assert "已有人确认" in (await phones.shown(101))[-1]


async def test_a_notice_is_sealed_until_it_leaves(station, live_town, phones, until, live_store):
    notice = Notice(lines=(say("alerts-push-how"), "随访 V-1 被退回"), buttons=(("看", "v:1"),))
    await live_town.does(lambda u: notify(u, live_town.director, notice))
    async with live_store.reading() as unit:
        sealed = (await unit.connection.execute(select(OutboxRow.sealed))).scalar()
    assert sealed is not None
    assert "退回".encode() not in sealed
    async with station.working():
        (text,) = await until(lambda: phones.shown(101))
    assert "随访 V-1 被退回" in text


async def test_an_emergency_is_not_held_up_by_a_broadcast_to_ten_thousand(
    station, live_town, phones, until, live_store
):
    async with live_store.unit() as unit:
        for first in range(5000, 15_000, 500):
            await Outbox(unit).put([_bulk(unit, chat) for chat in range(first, first + 500)])
        await unit.commit()
    await phones.own(*range(5000, 5200))
    async with station.working():
        await until(lambda: phones.shown(5000))
        await live_town.raises(station.desk)
        raised = time.time()
        await until(lambda: phones.shown(201))
    calls = await phones.calls("sendMessage")
    (pushed,) = [c["at"] for c in calls if c["chat_id"] == 201]
    before = [c for c in calls if c["chat_id"] >= 5000 and raised <= c["at"] <= pushed]
    assert len(before) <= Pace().bulk, "what the bulk lane may send in one second"


async def test_a_chat_that_is_flooded_with_emergencies_does_not_hold_up_another(
    station, live_town, phones, until, live_store
):
    flood = Pace().burst * 2 + 1
    async with live_store.unit() as unit:
        rows = [_push(f"p:{n}", "301") for n in range(400)] + [_push("p:last", "201")]
        await Outbox(unit).put(rows)
        await unit.commit()
    async with station.working() as worker:
        await until(lambda: _left(live_store, "201"))
    assert worker is not None
    async with live_store.reading() as unit:
        query = select(func.count()).where(OutboxRow.chat == "301", OutboxRow.state != "ready")
        gone = (await unit.connection.execute(query)).scalar_one()
    assert gone <= flood, "the flooded chat keeps to its own pace"


async def _left(store, chat: str) -> bool:
    async with store.reading() as unit:
        query = select(OutboxRow.state).where(OutboxRow.chat == chat)
        return (await unit.connection.execute(query)).scalar_one() != "ready"


def _push(key: str, chat: str) -> Parcel:
    """An emergency that nothing stands behind: it is leased, found needless and closed."""
    return Parcel(key=key, lane=0, channel="telegram", chat=chat, kind="alert", ref="gone")


def _bulk(unit, chat: int) -> Parcel:
    key = f"n:many:{chat}:telegram"
    sealed = unit.vault.seal_mail(f"outbox:{key}", _packed("例行提醒"))
    return Parcel(
        key=key, lane=9, channel="telegram", chat=str(chat), kind="notice", sealed=sealed
    )


def _packed(text: str) -> dict[str, object]:
    return {"lines": [text], "buttons": []}


async def test_several_workers_never_send_one_message_twice(station, live_town, phones, until):
    async with station.working(pace=FAST, name="a"), station.working(pace=FAST, name="b"):
        views = [await live_town.raises(station.desk) for _ in range(20)]

        async def all_there() -> bool:
            return len(await phones.shown(201)) >= 20

        await until(all_there)
    texts = await phones.shown(201)
    assert sorted(text.split()[2] for text in texts) == sorted(view.number for view in views)
