"""Names, telephones, ID numbers and free text: in no chat, no log and no byte of the database."""

import logging
import tomllib
from pathlib import Path

import pytest
from support.house import DIRECTOR, GUARDIAN, SUPERVISOR, open_house

import cases.seed

WORDS = "妈妈走的时候没有回头看我一眼"
PLACE = "晒谷场边第三间土屋"


def secrets_of_the_sample() -> set[str]:
    """Return what the sample county holds of children and families in clear."""
    folder = Path(cases.seed.__file__).with_name("demo")
    sheet = tomllib.loads((folder / "county.toml").read_text(encoding="utf-8"))
    found = {child["name"] for child in sheet["children"]}
    for child in sheet["children"]:
        if guardian := child.get("guardian"):
            found |= {guardian["name"], guardian["phone"]}
    assert len(found) > 24
    return found


async def test_nothing_of_a_child_leaves_the_vault(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with open_house(tmp_path) as house:
        phones = house.phones
        await phones.type(DIRECTOR, "我的孩子")
        await phones.press(DIRECTOR, "岁")
        for label in ("做走访", "上门走访", "孩子本人", "选好了", "没有", "跟爷爷奶奶", "年纪大"):
            await phones.press(DIRECTOR, label)
        for label in ("签了", "一周以内", "都好", "选好了", "没发现"):
            await phones.press(DIRECTOR, label)
        await phones.expect(DIRECTOR, "孩子自己想说的话")
        await phones.type(DIRECTOR, WORDS)
        await phones.expect(DIRECTOR, "这次做了什么")
        assert not [t for t in await phones.all_texts(DIRECTOR) if WORDS in t], (
            "the typed words stay"
        )
        await phones.type(DIRECTOR, "紧急报告")
        for label in ("不安全", "一个人住", "岁", "不是"):
            await phones.press(DIRECTOR, label)
        await phones.press(SUPERVISOR, "打开")
        await phones.expect(SUPERVISOR, "脱离监护单独居住")
        await phones.type(GUARDIAN, "帮助")
        await phones.expect(GUARDIAN, "您可以")
        async with phones.http.get(f"{phones.address}/sim/calls") as answer:
            sent = await answer.text()
        on_screens = "\n".join(
            [t for who in (SUPERVISOR, GUARDIAN) for t in await phones.all_texts(who)]
        )
        url = house.settings.url
    stored = b"".join(
        path.read_bytes() for path in tmp_path.glob("tongban.sqlite*") if url.startswith("sqlite")
    )
    for secret in {*secrets_of_the_sample(), WORDS, PLACE}:
        escaped = secret.encode("ascii", "backslashreplace").decode()
        for where, text in (("calls", sent), ("screens", on_screens), ("log", caplog.text)):
            assert secret not in text, (where, secret)
            assert escaped not in text, (where, secret)
        assert secret.encode() not in stored, secret
        assert secret.encode("utf-16-le") not in stored, secret
