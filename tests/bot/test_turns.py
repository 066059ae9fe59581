"""One update, one transaction: once, in order, and nothing blocks a conversation for good."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import event, select
from support.desk import answered_once

from bot.channels.telegram import incoming
from bot.turns import MOST_UNSTORED, Aside, Attempt
from cases.db.inbox import Inbox
from cases.db.rows import InboxRow
from kernel.errors import InputError

OTHER = "88"


async def inbox(desk) -> dict[int, tuple[bool, str, bool]]:
    """By update: handled, reference, content still kept."""
    async with desk.store.reading() as unit:
        rows = await unit.connection.execute(select(InboxRow.__table__))
        return {r.update_id: (r.done_at is not None, r.dead, r.sealed is not None) for r in rows}


async def test_the_same_update_again_is_handled_once(desk):
    await desk.says(1, "一")
    await desk.says(1, "一")
    await desk.gets(desk.message(1, "一"), desk.message(2, "二"))
    await desk.hears("听到 一", "听到 二")
    assert desk.talk.heard == ["一", "二"]


async def test_a_handled_update_that_comes_again_after_a_restart_is_not_handled_again(opened):
    await answered_once(opened)
    async with opened() as second:
        await second.start()
        await second.says(1, "一")
        await second.says(2, "二")
        await second.hears("听到 二")
        assert second.talk.heard == ["二"]


async def test_one_person_is_answered_in_order_while_another_is_not_kept_waiting(desk):
    go = asyncio.Event()

    async def pause(word: str) -> None:
        if word == "慢" and not go.is_set():
            raise Aside(go.wait)

    desk.talk.pause = pause
    await desk.gets(desk.message(1, "慢"), desk.message(2, "快"), desk.message(3, "别人", OTHER))
    await desk.hears("听到 别人", chat=OTHER)
    assert desk.mouth.texts() == []
    go.set()
    await desk.hears("听到 慢", "听到 快")


async def test_updates_that_arrive_out_of_order_together_are_answered_by_number(desk):
    await desk.gets(desk.message(3, "三"), desk.message(1, "一"), desk.message(2, "二"))
    await desk.hears("听到 一", "听到 二", "听到 三")


async def test_a_passing_failure_is_tried_again_and_nothing_is_said_of_it(desk):
    desk.talk.fails = {"难": 2}
    await desk.says(1, "难")
    await desk.hears("听到 难")


async def test_poison_is_put_aside_after_three_tries_and_the_next_update_is_handled(desk, caplog):
    desk.talk.fails = {"毒": 99}
    await desk.gets(desk.message(1, "毒"), desk.message(2, "好"))
    await desk.until(lambda: len(desk.mouth.said) == 2)
    sorry, after = desk.mouth.texts()
    assert after == "听到 好"
    kept = await inbox(desk)
    done, reference, content = kept[1]
    assert done
    assert content, "what was put aside can be looked at"
    assert reference.startswith("R-")
    assert reference in sorry
    assert kept[2] == (True, "", False)
    assert desk.talk.fails["毒"] == 96
    assert desk.talk.secret not in caplog.text


async def at_once(desk, number: int, text: str, chat: str = "77") -> Attempt | None:
    return await desk.loop.at_once(incoming(desk.message(number, text, chat)))


def counted_commits(desk) -> list[str]:
    commits: list[str] = []
    event.listen(desk.store.engine.sync_engine, "commit", lambda _: commits.append("commit"))
    return commits


async def test_an_idle_conversation_is_stored_and_answered_by_one_commit(desk):
    assert await at_once(desk, 1, "一")  # the first one of a chat begins its conversation as well
    commits = counted_commits(desk)
    assert await at_once(desk, 2, "二")
    assert len(commits) == 1
    assert await inbox(desk) == {1: (True, "", False), 2: (True, "", False)}
    await desk.hears("听到 一", "听到 二")


async def test_an_update_that_is_answered_at_once_is_never_written_down(desk, monkeypatch):
    async def kept(*_given: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Inbox, "keep", kept)
    assert await at_once(desk, 1, "一")
    await desk.hears("听到 一")


async def test_an_update_that_comes_again_at_once_is_not_answered_again(desk):
    assert await at_once(desk, 1, "一")
    assert await at_once(desk, 1, "一")
    assert await at_once(desk, 2, "二")
    await desk.hears("听到 一", "听到 二")
    assert desk.talk.heard == ["一", "二"]


async def test_what_another_process_left_waiting_goes_first(desk):
    async with desk.store.unit() as unit:
        await Inbox(unit).keep([incoming(desk.message(1, "一"))])
        await unit.commit()
    assert not await at_once(desk, 2, "二")
    await desk.says(2, "二")
    await desk.hears("听到 一", "听到 二")


async def test_what_comes_while_the_turn_is_taken_follows_it(desk):
    go = asyncio.Event()

    async def pause(word: str) -> None:
        if word == "一":
            await go.wait()

    desk.talk.pause = pause
    first = asyncio.create_task(at_once(desk, 1, "一"))
    await asyncio.sleep(0.01)
    assert not await at_once(desk, 2, "二"), "somebody else of this chat has the turn"
    second = asyncio.create_task(desk.says(2, "二"))
    go.set()
    assert await first
    await second
    await desk.hears("听到 一", "听到 二")


async def test_slow_work_a_refusal_and_a_failure_leave_nothing_behind_at_once(desk):
    async def search() -> str:
        return "found"

    asked: list[str] = []

    async def pause(word: str) -> None:
        if word == "错":
            raise InputError
        if word == "查" and len(asked) < 2:
            asked.append(word)
            raise Aside(search)

    desk.talk.pause = pause
    desk.talk.fails = {"毒": 1}
    for number, word in enumerate(("错", "查", "毒"), start=1):
        assert not await at_once(desk, number, word)
        assert await inbox(desk) == {}
        assert desk.mouth.said == []
    for number, word in enumerate(("错", "查", "毒"), start=1):
        await desk.says(number, word)
    await desk.hears("没看懂您的回答，请按题目再答一次。", "听到 查", "听到 毒")


async def test_only_so_many_wait_unstored(desk):
    go = asyncio.Event()

    async def pause(_word: str) -> None:
        await go.wait()

    desk.talk.pause = pause
    waiting = [
        asyncio.create_task(at_once(desk, number, "等", str(1000 + number)))
        for number in range(MOST_UNSTORED)
    ]
    await asyncio.sleep(0.01)
    assert not await at_once(desk, 900, "再", "2000")
    go.set()
    assert all(await asyncio.gather(*waiting))


async def test_a_refusal_is_said_and_undoes_what_the_turn_had_done(desk):
    async def refuse(word: str) -> None:
        if word == "错":
            raise InputError

    desk.talk.pause = refuse
    await desk.gets(desk.message(1, "错"), desk.message(2, "好"))
    await desk.hears("没看懂您的回答，请按题目再答一次。", "听到 好")


async def test_a_failing_search_does_not_end_the_conversation(desk):
    async def broken() -> None:
        raise RuntimeError

    async def search(word: str) -> None:
        if word == "查":
            raise Aside(broken)

    desk.talk.pause = search
    await desk.gets(desk.message(1, "查"), desk.message(2, "好"))
    await desk.until(lambda: len(desk.mouth.said) == 2)
    assert "编号 R-" in desk.mouth.texts()[0]
    assert desk.mouth.texts()[1] == "听到 好"


async def test_a_double_tap_is_answered_once(desk):
    await desk.says(1, "问")
    await desk.hears("问题")
    data = desk.mouth.buttons()[0][1]
    await desk.gets(desk.press(2, data), desk.press(3, data))
    await desk.hears("问题", "", "答 a", "问题", "")
    done = [payload["do"] for _, payload in desk.mouth.said]
    assert done == ["send", "toast", "edit", "send", "toast"]


async def asked_twice(desk) -> str:
    """Have a question asked, and asked anew; return a button of the first."""
    await desk.says(1, "问")
    await desk.hears("问题")
    old = desk.mouth.buttons()[1][1]
    await desk.says(2, "问")
    await desk.hears("问题", "问题")
    return old


async def test_an_old_button_is_stale_and_the_open_question_is_shown_again(desk):
    old = await asked_twice(desk)
    await desk.presses(3, old)
    await desk.hears("问题", "问题", "已失效", "问题")


async def test_the_first_copy_of_a_question_works_after_an_old_button_brought_it_up_again(desk):
    """Whoever is slower than the bot would otherwise always press the copy before the last."""
    old = await asked_twice(desk)
    first_copy = desk.mouth.buttons()[0][1]
    await desk.presses(3, old)
    await desk.hears("问题", "问题", "已失效", "问题")
    assert desk.mouth.buttons()[0][1] == first_copy
    await desk.presses(4, first_copy)
    await desk.until(lambda: "答 a" in desk.mouth.texts())


@pytest.mark.parametrize(
    "forged",
    [
        "p:0000:1:0",
        "p:::",
        "p:1",
        "",
        "x",
        "d:00000000:ack:1",
        "d:",
        "p:{mark}:1:99",
        "p:{mark}:1:-1",
        "p:{mark}:1:²",
        "p:{mark}:2:0",
    ],
)
async def test_a_forged_press_does_nothing_but_show_the_question_again(desk, forged):
    await desk.says(1, "问")
    await desk.hears("问题")
    mark = desk.mouth.buttons()[0][1].split(":")[1]
    await desk.presses(2, forged.format(mark=mark))
    await desk.hears("问题", "已失效", "问题")
    assert desk.talk.heard == ["问", ""]


async def test_a_button_of_one_chat_is_forged_in_another(desk):
    await desk.says(1, "问")
    await desk.hears("问题")
    mine = desk.mouth.buttons()[0][1]
    await desk.says(2, "问", OTHER)
    await desk.hears("问题", chat=OTHER)
    await desk.presses(3, mine, OTHER)
    await desk.hears("问题", "已失效", "问题", chat=OTHER)


@pytest.mark.parametrize(
    "broken",
    [
        {"callback_query": "x"},
        {"callback_query": {"message": {"chat": {"id": 77, "type": "private"}}}},
        {"message": {"chat": {"id": 77, "type": "private"}, "photo": [1], "location": {}}},
        {"message": {"chat": {"id": 77, "type": "private"}, "contact": "x"}},
        {"message": "x"},
        {"my_chat_member": {"chat": {"id": 77, "type": "private"}}},
        {},
    ],
)
async def test_a_malformed_update_blocks_nobody(desk, broken):
    await desk.gets({"update_id": 1, **broken}, desk.message(2, "好"))
    await desk.until(lambda: "听到 好" in desk.mouth.texts())
