"""The county sends a new directive into the chat: shown first, taken in at a tap, taken back."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from support.house import COUNTY, DIRECTOR, SUPERVISOR, open_house
from support.papers import docx, html

from cases.workbooks import write_xlsx

if TYPE_CHECKING:
    from pathlib import Path

    from support.phones import Phones

NOTICE = [
    "云桥县民政局文件",
    "云民发〔2026〕7号",
    "云桥县民政局关于做好冬季农村留守儿童取暖安全工作的通知",
    "各乡镇人民政府：",
    "为做好冬季农村留守儿童取暖安全工作，现通知如下。",
    "一、开展入户排查",
    "（一）儿童主任十二月底前逐户查看取暖炉、烟囱和一氧化碳报警器。",
    "（二）发现隐患当天告诉监护人，三天内回访。",
    "二、加强宣传",
    "（一）乡镇每月至少讲一次取暖安全课。",
    "云桥县民政局",
    "2026年11月20日",
]
NAMELESS = ["一、开展入户排查", "（一）逐户查看取暖炉。", "二、加强宣传", "（一）每月讲一次课。"]


def file(content: bytes, name: str) -> dict[str, str]:
    return {"base64": base64.b64encode(content).decode(), "name": name}


async def send(phones: Phones, who: int, content: bytes, name: str = "通知.docx") -> None:
    await phones.send(who, document=file(content, name))


async def test_a_directive_is_shown_taken_in_answers_and_is_taken_back(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        phones = house.phones
        await phones.type(COUNTY, "政策文件")
        await phones.expect(COUNTY, "回答依据的文件（1份）")
        await phones.expect(COUNTY, "民发〔2019〕34号 · 现行有效")
        await send(phones, COUNTY, docx(NOTICE))
        await phones.expect(COUNTY, "云民发〔2026〕7号")
        await phones.press(COUNTY, "收入")
        await phones.expect(COUNTY, "已收入《关于做好冬季")
        await send(phones, COUNTY, html(NOTICE), "通知.html")
        await phones.expect(COUNTY, "这份文件已经在里面了")
        await phones.type(DIRECTOR, "政策文件")
        await phones.expect(DIRECTOR, "回答依据的文件（2份）")
        await phones.never(DIRECTOR, "撤回")
        await phones.type(COUNTY, "政策文件")
        await phones.press(COUNTY, "撤回 云民发〔2026〕7号")
        await phones.press(COUNTY, "撤回")
        await phones.expect(COUNTY, "已撤回《关于做好冬季")
        await phones.type(COUNTY, "政策文件")
        await phones.expect(COUNTY, "回答依据的文件（1份）")


async def test_what_is_no_directive_changes_nothing(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        phones = house.phones
        await send(phones, COUNTY, docx(NAMELESS))
        await phones.expect(COUNTY, "文件里没有找到：文号")
        await phones.never(COUNTY, "收入后，所有人")
        await send(phones, COUNTY, docx(["今天天气很好。"]))
        await phones.expect(COUNTY, "条款")
        await send(phones, COUNTY, b"%PDF-1.7 broken", "x.pdf")
        await phones.expect(COUNTY, "文件坏了")
        workers = write_xlsx("s", [("红梅", "儿童主任", "柳湾村")], ("姓名", "岗位", "所在村"))
        await send(phones, COUNTY, workers, "名册.xlsx")
        await phones.expect(COUNTY, "1 行可以录入")
        text = "姓名,岗位,所在村\n红梅,儿童主任,柳湾村\n".encode()
        await send(phones, COUNTY, text, "名册.csv")
        await phones.expect(COUNTY, "1 行可以录入")
        await send(phones, SUPERVISOR, docx(NOTICE))
        await phones.never(SUPERVISOR, "云民发")
        await phones.type(COUNTY, "政策文件")
        await phones.expect(COUNTY, "回答依据的文件（1份）")
