"""Somebody with a phone of bench.support.inside: types, presses, fills in what is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from datetime import date

    from bench.support.inside import Inside, Shown
    from cases.people import Role

MOST_QUESTIONS = 60
_NAVIGATION = ("上一步", "跳过", "存草稿", "取消", "下一页", "上一页", "选好了", "先不答")


@dataclass
class Worker:
    """Somebody with a phone, and how they work."""

    name: str
    role: Role
    area: str
    chat: str
    id: str = ""
    diligence: float = 0.9
    away_until: date | None = None
    gone: bool = False
    dropped: set[str] = field(default_factory=set)


class Stuck(Exception):  # noqa: N818 the person gives up, nothing is wrong yet
    """Somebody does not find on the phone what they look for."""


def shape(words: str) -> str:
    """Return what words look like, without their numbers and names."""
    first = re.sub(r"<[^>]+>", "", words).split("\n")
    line = " / ".join(first[:2]) if len(first[0]) < 8 else first[0]
    line = re.sub(r"[A-Z]-[\d-]+", "N", line)
    line = re.sub(r"\S\*\S*", "某", line)
    return re.sub(r"\d+", "#", line)[:70]


class Phone:
    """What somebody does with a phone."""

    def __init__(self, house: Inside, owner: Worker, dice: random.Random) -> None:
        self.house, self.owner, self.dice = house, owner, dice
        self._since = 0

    def _wait(self) -> None:
        self._since = self.house.phones.order
        self.house.clock.moment += timedelta(seconds=self.dice.uniform(4, 20))

    async def type(self, words: str) -> list[Shown]:
        self._wait()
        await self.house.says(self.owner.chat, text=words)
        return self.fresh()

    async def press(self, message: Shown, data: str) -> list[Shown]:
        self._wait()
        await self.house.says(self.owner.chat, message=message.number, data=data)
        return self.fresh()

    def fresh(self) -> list[Shown]:
        """Return what the last act brought up, the newest first."""
        found = [m for m in self.house.newest_first(self.owner.chat) if m.order > self._since]
        return [one for one in found if not one.pushed]

    async def tap(self, words: str, among: list[Shown] | None = None) -> list[Shown]:
        """Press the newest button with these words.

        Raises:
            Stuck: There is none.
        """
        for message in among or self.house.newest_first(self.owner.chat):
            for label, data in message.buttons:
                if words in label:
                    return await self.press(message, data)
        seen = shape(self.fresh()[0].text) if self.fresh() else "nothing"
        raise Stuck(f"{self.owner.role.value}: no {words!r} under {seen!r}")

    async def walk(self, *words: str) -> list[Shown]:
        """Type the first words, then press one button after another."""
        shown = await self.type(words[0])
        for each in words[1:]:
            shown = await self.tap(each)
        return shown

    async def fill(self, shown: list[Shown], answers: dict[str, str], goal: str) -> str:
        """Answer what is asked until the goal is on the screen.

        Raises:
            Stuck: It does not come.
        """
        last = ""
        for _ in range(MOST_QUESTIONS):
            for message in shown:
                if re.search(goal, message.text):
                    return message.text
            question = next((m for m in shown if m.text), None)
            if question is None:
                raise Stuck(f"silence after {shape(last)!r}")
            now = f"{question.text}{question.buttons}"
            if now == last:
                raise Stuck(f"nothing but {last[:120]!r}")
            last = now
            shown = await self._answer(question, answers)
        raise Stuck(f"no end at {last[:120]!r}")

    async def _answer(self, question: Shown, answers: dict[str, str]) -> list[Shown]:
        labels = {label: data for label, data in question.buttons if data.startswith("p:")}
        for label, data in labels.items():
            if "✅ 提交" in label or "接着填" in label:
                return await self.press(question, data)
        picked = any(label.startswith("✓ ") for label in labels)
        done = next((data for label, data in labels.items() if "选好了" in label), None)
        if picked and done:
            return await self.press(question, done)
        for asks, wish in answers.items():
            if asks in question.text:
                hits = [data for label, data in labels.items() if wish in label]
                if hits:
                    return await self.press(question, hits[0])
                if re.search(r"\d", wish) or not _choices(labels):
                    return await self.type(wish)
        for label, data in labels.items():
            if "跳过" in label:
                return await self.press(question, data)
        if choices := _choices(labels):
            return await self.press(question, choices[0])
        return await self.type("老样子，没有别的要说")


def _choices(labels: dict[str, str]) -> list[str]:
    return [data for label, data in labels.items() if not any(w in label for w in _NAVIGATION)]
