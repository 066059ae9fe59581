"""People who work without pause: they report, visit and acknowledge, as their phone shows it."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bench.support.phone import Message, Phone, SilenceError, buttons, pick

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

RAISED = re.compile(r"报告已存好，编号 (A-[\d-]+)")
VISITED = re.compile(r"走访已提交，编号 (V-[\d-]+)")
ALSO_RAISED = re.compile(r"已生成 (A-[\d-]+)")
WAITING = re.compile(r"P\d (?:紧急)?报告 (A-[\d-]+) 待处理")
UNEXPECTED = re.compile(r"刚才出了意外，没有办成。编号 (\S+?)，")
LATE_SECONDS = 10.0
"""A person who sees nothing happen tries the other open question on the screen."""
_NEXT_VISIT = "下次什么时候去"
_SAYS = {"孩子自己想说的话": "想妈妈", "具体在什么地方": "村口老井旁边"}
_PRESSES = {
    "现在孩子安全吗": "不安全",
    "出了什么事": "一个人住",
    "是哪个孩子": "岁",
    "这次怎么看孩子的": "上门走访",
    "孩子有没有危险": "没有",
    "被欺负": "没发现",
    "现在跟谁住": "跟爷爷奶奶",
}
_NAVIGATION = ("上一步", "跳过", "存草稿", "取消", "下一页", "上一页", "选好了")


@dataclass(slots=True)
class Diary:
    """What one person did and what the phone said of it."""

    numbers: list[str] = field(default_factory=list)
    visits: list[str] = field(default_factory=list)
    from_visits: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    acked: dict[str, float] = field(default_factory=dict)
    stuck: str = ""


class Reporter:
    """Fills in one form after another."""

    def __init__(self, phone: Phone, dice: random.Random, *, visits: bool) -> None:
        self.phone = phone
        self.diary = Diary()
        self._dice = dice
        self._visits = visits
        self._done: set[tuple[int, int]] = set()
        self._read: set[int] = set()

    async def work(self, stop: asyncio.Event) -> None:
        """Work until told to stop; then finish what is open and do one more of each."""
        try:
            await self.phone.look()
            self._read = set(self.phone.messages)
            while not stop.is_set():
                await (self.visit() if self._wants_visit() else self.report())
                await asyncio.sleep(self._dice.uniform(0.2, 1.5))
            await self.report()
            if self._visits:
                await self.visit()
        except SilenceError as silence:
            self.diary.stuck = str(silence)

    def _wants_visit(self) -> bool:
        return self._visits and self._dice.random() < 0.5

    async def report(self) -> None:
        """Report an emergency; then leave the details, drop them, or give them."""
        await self.phone.type("紧急报告")
        number = await self._fill(lambda: self._fresh(RAISED), "a report's number")
        self.diary.numbers.append(number)
        how = self._dice.random()
        if how < 0.3:
            # a copy of an earlier receipt, sent again after a kill, is not this one
            kept = re.compile(f"补充内容已存好（{number}）")
            await self._fill(lambda: self._fresh(kept), "the details")
        elif how < 0.7:
            await self.phone.type("取消")
            await self._press_until("确定放弃", "已放弃这份表")
        else:
            await self.phone.type("存草稿")
            await self._see("草稿已存好")

    async def visit(self) -> None:
        """Visit a child and submit."""
        await self.phone.type("我的孩子")
        await self._press("岁", under="点一个打开")
        await self._press("做走访")
        number = await self._fill(lambda: self._fresh(VISITED), "a visit's number")
        self.diary.visits.append(number)

    async def _see(self, words: str) -> None:
        await self.phone.until(lambda: self._fresh(re.compile(words)), words)

    async def _press_until(self, words: str, goal: str) -> None:
        """Press until it has worked: the first button found may be an older one's."""
        seen = re.compile(goal)
        while await self._goes_on(words, seen):
            with contextlib.suppress(SilenceError):
                await self.phone.until(lambda: self._fresh(seen), goal, patience=LATE_SECONDS)
                return

    async def _goes_on(self, words: str, seen: re.Pattern[str]) -> bool:
        """Press the next such button; False when what was hoped for has come, if late."""

        def found() -> tuple[int, list[str]] | bool | None:
            return True if self._fresh(seen) else self._button(words)

        what = await self.phone.until(found, words)
        if isinstance(what, bool):
            return False
        await self._pressed(*what)
        return True

    async def _press(self, words: str, *, under: str = "") -> None:
        """Press one of the buttons with these words under a message that is new.

        `under`: words of the message; after a kill a question may stand there twice.
        """

        await self._pressed(*await self.phone.until(lambda: self._button(words, under), words))

    def _button(self, words: str, under: str = "") -> tuple[int, list[str]] | None:
        for message in self.phone.newest_first():
            data = [b["data"] for b in buttons(message) if words in b["text"]]
            if data and message["message_id"] not in self._read and under in message["text"]:
                return message["message_id"], data
        return None

    async def _pressed(self, message: int, data: list[str]) -> None:
        self._read.add(message)
        await self.phone.press(message, self._dice.choice(data))

    def _fresh(self, pattern: re.Pattern[str]) -> str | None:
        """Return what the pattern finds in a message that was not read yet."""
        for message in self.phone.newest_first():
            found = pattern.search(message["text"])
            if found and message["message_id"] not in self._read:
                self._read.add(message["message_id"])
                number = found[1] if pattern.groups else found[0]
                if number in self.diary.numbers or number in self.diary.visits:
                    continue
                if also := ALSO_RAISED.search(message["text"]):
                    self.diary.from_visits.append(also[1])
                return number
        return None

    async def _fill(self, goal: Callable[[], str | None], what: str) -> str:
        """Answer whatever is asked until the goal is on the screen."""
        acted_at = time.monotonic()
        end = acted_at + self.phone.patience
        while True:
            await self.phone.look()
            self._note_errors()
            if (found := goal()) is not None:
                return found
            late = time.monotonic() - acted_at > LATE_SECONDS
            question = self._question(late=late)
            if question is not None:
                self._done.add((question["message_id"], question["seq"]))
                await self._answer(question)
                acted_at = time.monotonic()
                end = acted_at + self.phone.patience
            elif time.monotonic() > end:
                raise SilenceError(
                    f"{self.phone.person} waits for {what}; sees:\n{self.phone.screen()}"
                )
            await asyncio.sleep(self._dice.uniform(0.05, 0.2))

    def _question(self, *, late: bool) -> Message | None:
        """Return the newest open question that was not answered as it stands."""
        for message in self.phone.newest_first():
            if not any(b.get("data", "").startswith("p:") for b in buttons(message)):
                continue
            key = (message["message_id"], message["seq"])
            if key not in self._done:
                return message
            if not late:
                return None
        return None

    async def _answer(self, question: Message) -> None:
        text, number = question["text"], question["message_id"]
        if pick(question, "✅ 提交"):
            text = ""
        if _NEXT_VISIT in text:
            # a day that is still to come on whatever clock the form was begun
            soon = datetime.now(tz=UTC) + timedelta(days=3)
            await self.phone.type(f"{soon.month}月{soon.day}日")
            return
        if words := next((say for ask, say in _SAYS.items() if ask in text), ""):
            await self.phone.type(words)
            return
        await self.phone.press(number, self._choose(question))

    def _choose(self, question: Message) -> str:
        text = question["text"]
        for wanted in ("✅ 提交", "接着填", "回到核对"):
            if data := pick(question, wanted):
                return data
        if any(b["text"].startswith("✓ ") for b in buttons(question)):
            return pick(question, "选好了") or buttons(question)[0]["data"]
        for ask, press in _PRESSES.items():
            options = [b["data"] for b in buttons(question) if press in b["text"]]
            if ask in text and options:
                return self._dice.choice(options)
        if data := pick(question, "跳过"):
            return data
        choices = [b["data"] for b in buttons(question) if not _is_navigation(b["text"])]
        return choices[0]

    def _note_errors(self) -> None:
        for message in self.phone.newest_first():
            if message["message_id"] in self._read:
                continue
            if found := UNEXPECTED.search(message["text"]):
                self._read.add(message["message_id"])
                self.diary.errors.append(found[1])


class Answerer:
    """Opens alerts and takes them in hand; leaves some of them for a while."""

    def __init__(self, phone: Phone, dice: random.Random, *, patient: float) -> None:
        self.phone = phone
        self.diary = Diary()
        self._dice = dice
        self._patient = patient
        self._since: dict[str, float] = {}

    async def work(self, stop: asyncio.Event) -> None:
        """Acknowledge until told to stop."""
        try:
            while not stop.is_set():
                await self.phone.look()
                waiting = self._waiting()
                if waiting is None:
                    await asyncio.sleep(self._dice.uniform(0.2, 0.5))
                else:
                    await self._take(*waiting)
        except SilenceError as silence:
            self.diary.stuck = str(silence)

    def _waiting(self) -> tuple[str, Message] | None:
        now = time.monotonic()
        for message in self.phone.newest_first():
            found = WAITING.search(message["text"])
            if found is None:
                continue
            seen = self._since.setdefault(found[1], now + self._dice.uniform(0.3, self._patient))
            if now >= seen:
                self._since[found[1]] = now + 30.0
                return found[1], message
        return None

    async def _take(self, number: str, alert: Message) -> None:
        known = set(self.phone.messages)
        await self.phone.press(alert["message_id"], pick(alert, "打开") or "")
        card = await self.phone.until(lambda: self._card(number, known), f"the card of {number}")
        data = pick(card, "我来处理")
        if data is None:
            return
        await self.phone.press(card["message_id"], data)
        reply = await self.phone.until(lambda: self._reply(known), f"the receipt for {number}")
        self.diary.acked[number] = time.monotonic()
        if plan := pick(reply, "我去现场"):
            await self.phone.press(reply["message_id"], plan)

    def _card(self, number: str, known: set[int]) -> Message | None:
        for message in self.phone.newest_first():
            fresh = message["message_id"] not in known
            if fresh and "进展：" in message["text"] and number in message["text"]:
                return message
        return None

    def _reply(self, known: set[int]) -> Message | None:
        for message in self.phone.newest_first():
            fresh = message["message_id"] not in known
            if fresh and ("您准备怎么做" in message["text"] or "已经确认了" in message["text"]):
                return message
        return None


def _is_navigation(label: str) -> bool:
    return any(word in label for word in _NAVIGATION)
