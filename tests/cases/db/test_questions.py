"""Questions left open: redacted text sealed, one entry for the same words, answered for all."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cases.db.question_rows import VoteRow
from cases.db.questions import DAILY, Questions
from cases.errors import DeniedError
from cases.people import Principal
from kernel.errors import MissingError

STRANGER = Principal(channel="telegram", chat="555")


async def keep(county, who, *words):
    async with county.store.unit() as unit:
        ids = [await Questions(unit).keep(who, one, "none") for one in words]
        await unit.commit()
    return ids


async def test_the_same_question_is_one_entry_and_everybody_is_told(county):
    await keep(county, county.guardian, "村里的班车几点", "村里的 班车几点")
    await keep(county, STRANGER, "村里的班车几点")
    async with county.store.unit() as unit:
        (one,) = await Questions(unit).waiting(county.officer)
        assert (one.question, one.asked) == ("村里的班车几点", 2)
        done = await Questions(unit).publish(county.officer, one.id, "早上七点", "县交通局通知")
        assert set(done.chats) == {("telegram", "900"), ("telegram", "555")}
        assert await Questions(unit).waiting(county.officer) == []
        with pytest.raises(MissingError):
            await Questions(unit).one(county.officer, one.id)
        await unit.commit()
    async with county.store.reading() as unit:
        book = Questions(unit)
        for area in (county.village, county.township, county.code, ""):
            assert await book.visible(area) == {done.answer_id}
        assert await book.visible("110101001001") == frozenset()
        (answer,) = await book.answers([done.answer_id])
        assert (answer.text, answer.source) == ("早上七点", "县交通局通知")


async def test_only_the_county_reads_the_queue(county):
    await keep(county, county.guardian, "班车几点")
    async with county.store.unit() as unit:
        for who in (county.director, county.supervisor, county.guardian):
            with pytest.raises(DeniedError):
                await Questions(unit).waiting(who)


async def test_one_chat_cannot_fill_the_queue(county):
    ids = await keep(county, STRANGER, *(f"第{n}个问题" for n in range(DAILY + 2)))
    assert ids[-2:] == [None, None]
    assert len(set(ids[:DAILY])) == DAILY


async def test_a_question_is_taken_back_by_its_own_chat_only(county):
    (mine,) = await keep(county, county.guardian, "班车几点")
    async with county.store.unit() as unit:
        await Questions(unit).take_back(STRANGER, mine)
        assert len(await Questions(unit).waiting(county.officer)) == 1
        await Questions(unit).take_back(county.guardian, mine)
        assert await Questions(unit).waiting(county.officer) == []


async def test_dismissed_and_withdrawn_are_gone(county):
    first, second = await keep(county, county.guardian, "天气如何", "班车几点")
    async with county.store.unit() as unit:
        book = Questions(unit)
        await book.dismiss(county.officer, first)
        done = await book.publish(county.officer, second, "七点", "通知")
        await book.withdraw(county.officer, done.answer_id)
        assert await book.visible(county.village) == frozenset()
        assert await book.waiting(county.officer) == []
        await unit.commit()


async def test_a_vote_keeps_no_chat(county):
    async with county.store.unit() as unit:
        vote = await Questions(unit).vote(county.guardian, "民发〔2019〕34号#附件3-3", "down")
        await Questions(unit).give_reason(vote, "unclear")
        row = (await unit.connection.execute(select(VoteRow.__table__))).one()
    assert (row.id, row.vote, row.reason) == (vote, "down", "unclear")
    assert not {county.guardian.chat, county.guardian.person_id} & set(map(str, row))


async def test_the_answers_that_stand_are_those_of_ones_own_county(county):
    first, second = await keep(county, county.guardian, "天气如何", "班车几点")
    async with county.store.unit() as unit:
        book = Questions(unit)
        gone = await book.publish(county.officer, first, "晴", "气象局")
        stays = await book.publish(county.officer, second, "七点", "通知")
        await book.withdraw(county.officer, gone.answer_id)
        found = await book.standing(county.village)
        assert [(one.id, one.question) for one in found] == [(stays.answer_id, "班车几点")]
        assert await book.standing("110101001001") == []
