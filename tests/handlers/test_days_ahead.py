"""A day said without its year, early in January, where only what is still to come makes sense."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from support.turn_house import CHAT, Clock, House, ground

from cases.db.matters import Matters
from cases.db.people import People
from cases.db.rows import ChildRow, MatterRow
from cases.matters import MatterKind, NewMatter
from cases.people import principal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

WHO = {"id": int(CHAT), "type": "private"}
VISIT = ("1", "1", "1", "2", "1", "1", "1", "1", "1", "跳过", "1")


class Director:
    """A director at work on 5 January 2027."""

    def __init__(self, house: House, child: str) -> None:
        self.house, self.child, self.number = house, child, 100

    async def send(self, update: dict[str, Any]) -> None:
        self.number += 1
        await self.house.get({"update_id": self.number, **update})

    async def types(self, *texts: str) -> None:
        for text in texts:
            message = {"message_id": self.number, "chat": WHO, "from": WHO, "text": text}
            await self.send({"message": message})

    async def presses(self, value: str) -> None:
        data = self.house.seals.durable(CHAT, value)
        query = {"id": str(self.number), "data": data}
        where = {"message": {"message_id": 500, "chat": WHO}}
        await self.send({"callback_query": {**query, **where}})

    async def one(self, column: Any, *where: Any) -> Any:
        async with self.house.store.reading() as unit:
            return (await unit.connection.execute(select(column).where(*where))).scalar_one()


@pytest.fixture
def county() -> tuple[Path, tuple[str, ...]]:
    return ground()


@pytest.fixture
async def director(
    county: tuple[Path, tuple[str, ...]], tmp_path: Path
) -> AsyncIterator[Director]:
    source, children = county
    shutil.copy(source, tmp_path / "bot.sqlite")
    clock = Clock()
    clock.moment = datetime(2027, 1, 5, 2, 0, tzinfo=UTC)
    house = House(tmp_path / "bot.sqlite", clock)
    await house.start()
    yield Director(house, children[0])
    await house.stop()


async def test_the_next_visit_is_never_last_december(director: Director) -> None:
    await director.presses(f"visit:{director.child}")
    await director.types(*VISIT, "12月31日", "提交")
    day = await director.one(ChildRow.next_visit_on, ChildRow.id == director.child)
    assert day <= date(2027, 12, 31)
    assert day > date(2027, 1, 5)
    draft = (await director.house.look()).submitted
    answers = await director.house.answers(draft.popitem()[1])
    assert answers["/data/next_visit_date"] == "2027-12-31"


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("12月31日 镇里，棉衣", date(2027, 12, 31)),
        ("3号 镇里，棉衣", date(2027, 2, 3)),
        ("周一 镇里，棉衣", date(2027, 1, 11)),
        ("1月5日 镇里，棉衣", date(2027, 1, 5)),
    ],
)
async def test_what_is_planned_is_still_to_come(director: Director, said: str, day: date) -> None:
    await director.presses(f"comf:{director.child}")
    await director.types(said)
    assert await director.one(MatterRow.due_on, MatterRow.kind == "comfort") == day


async def test_a_plan_on_a_day_that_does_not_exist_is_asked_again(director: Director) -> None:
    await director.presses(f"comf:{director.child}")
    await director.types("下个月30号 镇里，棉衣")
    async with director.house.store.reading() as unit:
        assert not (await unit.connection.execute(select(MatterRow.id))).all()
    await director.types("下个月28号 镇里，棉衣")
    day = await director.one(MatterRow.due_on, MatterRow.kind == "comfort")
    assert day == date(2027, 2, 28)


async def heard(director: Director, words: str) -> str:
    """Return the newest message with these words, once it has been delivered."""
    async with asyncio.timeout(10):
        while not (found := [text for text in director.house.mouth.heard if words in text]):
            await asyncio.sleep(0.01)
    return found[-1]


async def test_the_latest_day_shows_its_year_where_it_is_another(director: Director) -> None:
    await director.presses(f"comf:{director.child}")
    await director.types("明天 镇里，棉衣", "今天")
    shown = await heard(director, "今天要做的事")
    assert "最迟 2026-1" in shown
    assert "最迟 01-06" in shown


async def test_a_delegation_whose_day_has_passed_has_run_out(director: Director) -> None:
    async with director.house.store.unit() as unit:
        person = await People(unit).by_chat("telegram", CHAT)
        who = principal(person, "telegram", CHAT)
        for day in (date(2027, 1, 4), date(2027, 1, 5)):
            new = NewMatter(
                kind=MatterKind.DELEGATION, area="", child_id=director.child, due_on=day
            )
            await Matters(unit).open(who, new)
        await unit.commit()
    await director.types("今天")
    shown = await heard(director, "今天要做的事")
    assert shown.count("委托照护已到期") == 2  # the line and its button
    assert shown.count("委托照护快到期") == 2
