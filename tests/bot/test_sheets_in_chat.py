"""A sheet sent into the chat comes in at one tap, or is shown its mistakes cell by cell."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import openpyxl
from support.house import COUNTY, DIRECTOR, GUARDIAN, SUPERVISOR, open_house

from bot.wiring import open_store
from cases.db.children import Children
from cases.db.people import People
from cases.id_numbers import check_digit
from cases.people import principal
from cases.workbooks import write_xlsx

HEADER = ("姓名", "身份证号", "所在村", "类别")
BODY = "99010120180215001"
GOOD = ("竹青", BODY + check_digit(BODY), "柳湾村", "留守")


def sheet(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> dict[str, str]:
    content = base64.b64encode(write_xlsx("s", rows, header)).decode()
    return {"base64": content, "name": "ledger.xlsx"}


def book() -> dict[str, str]:
    """A ledger and what people keep beside it: how to fill it in, and last year's, hidden."""
    made = openpyxl.Workbook()
    made.active.title = "填表说明"
    made.active.append(("本表由儿童主任填写，督导员审核。",))
    ledger = made.create_sheet("台账")
    old = made.create_sheet("去年")
    old.sheet_state = "hidden"
    for page, name in ((ledger, "竹青"), (old, "旧人")):
        page.append(HEADER)
        page.append((name, "'" + GOOD[1], *GOOD[2:]))
    content = io.BytesIO()
    made.save(content)
    return {"base64": base64.b64encode(content.getvalue()).decode(), "name": "ledger.xlsx"}


async def test_what_lies_beside_the_ledger_does_not_keep_it_out(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        phones = house.phones
        await phones.send(SUPERVISOR, document=book())
        await phones.expect(SUPERVISOR, "【填表说明】没有读")
        await phones.press(SUPERVISOR, "录入这 1 行")
        await phones.expect(SUPERVISOR, "已录入 1 行")
        await phones.never(SUPERVISOR, "去年")
        await phones.send(SUPERVISOR, document=sheet(("只有字",), header=("没有列名",)))
        await phones.expect(SUPERVISOR, "没找到写着“姓名”的那一行")


async def test_a_sheet_is_shown_first_and_taken_in_at_one_tap(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        phones = house.phones
        await phones.send(SUPERVISOR, document=sheet(GOOD, ("", "123", "别处", "")))
        await phones.expect(SUPERVISOR, "A3 格")
        await phones.expect(SUPERVISOR, "一行都没有录入")
        await phones.send(SUPERVISOR, document=sheet(GOOD))
        await phones.expect(SUPERVISOR, "1 行可以录入")
        await phones.press(SUPERVISOR, "录入这 1 行")
        await phones.expect(SUPERVISOR, "已录入 1 行")
        await phones.type(SUPERVISOR, "今天")
        workers = sheet(("红梅", "儿童主任", "柳湾村"), header=("姓名", "岗位", "所在村"))
        await phones.send(COUNTY, document=workers)
        await phones.press(COUNTY, "录入这 1 行")
        await phones.expect(COUNTY, "已录入 1 行")
        another = sheet(("青竹", "儿童主任", "柳湾村"), header=("姓名", "岗位", "所在村"))
        await phones.send(DIRECTOR, document=another)
        await phones.expect(DIRECTOR, "要由别的身份来办")
        await phones.never(DIRECTOR, "录入这 1 行")
        known = sheet(("吴南星", "儿童主任", "松岭村"), header=("姓名", "岗位", "所在村"))
        await phones.send(DIRECTOR, document=known)
        await phones.expect(DIRECTOR, "要由别的身份来办")
        await phones.never(DIRECTOR, "名册里已经有了")
        await phones.send(GUARDIAN, document=sheet(GOOD))
        await phones.never(GUARDIAN, "录入")
        store = open_store(house.settings)
        async with store.reading() as unit:
            roster = await People(unit).roster("990101000000")
            officer = next(p for p in roster if p.role.value == "county_officer")
            found = await Children(unit).find(principal(officer), "zhuqing")
            assert [line.name for line in found] == ["竹青"]
            names = [person.name for person in roster]
            assert (names.count("红梅"), names.count("青竹")) == (1, 0)
        await store.close()
