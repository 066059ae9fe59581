"""A gateway's error page, in polling and in replies, is waited out; nobody is stuck after it."""

from pathlib import Path

from support.house import DIRECTOR, open_house


async def test_pages_instead_of_answers_are_waited_out(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        phones = house.phones
        for method in ("getUpdates", "sendMessage", "editMessageText", "answerCallbackQuery"):
            fault = {"method": method, "kind": "502", "times": 2}
            await phones.http.post(f"{phones.address}/sim/faults", json=fault)
        await phones.type(DIRECTOR, "我的孩子")
        await phones.press(DIRECTOR, "岁")
        await phones.press(DIRECTOR, "做走访")
        await phones.expect(DIRECTOR, "这次怎么看孩子的")
        await phones.press(DIRECTOR, "上门走访")
        await phones.expect(DIRECTOR, "见到了谁")
