"""Reads and plays stories: a conversation as a text file that a supervisor could write.

# what the story shows
scale 0.01                       a minute of the ladder lasts 0.6 seconds
主任> 今天                        types
主任+ photo                      sends a photo (voice, document; place 30.1 114.2)
主任! 做走访                      presses the newest button with these words
主任< 第1/                        must see something new with these words
主任<! 陈小明                     must see these words nowhere
== restart bot                   ends the bot and starts it from the database
== press old                     presses the first button of a question once more
== audit                         the log must be whole
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from support.house import COUNTY, DIRECTOR, GUARDIAN, STRANGER, SUPERVISOR, House, open_house

from bot.wiring import open_store
from cases.db.audit import Audit

if TYPE_CHECKING:
    from pathlib import Path

WHO = {"主任": DIRECTOR, "督导": SUPERVISOR, "县里": COUNTY, "奶奶": GUARDIAN, "路人": STRANGER}
_LINE = re.compile(r"^(\S+?)(<!|[>!<+])\s*(.*)$")


@dataclass(frozen=True)
class Move:
    """One line of a story."""

    number: int
    who: str
    sign: str
    words: str


@dataclass(frozen=True)
class Story:
    """A whole story."""

    title: str
    scale: float
    moves: tuple[Move, ...]


def read_story(path: Path) -> Story:
    """Read a story file; a line it cannot read is an error with its number."""
    title, scale, moves = "", 1.0, []
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        if line.startswith("#"):
            title = title or line.lstrip("# ")
        elif line.startswith("scale "):
            scale = float(line.split()[1])
        elif line.startswith("=="):
            moves.append(Move(number, "", "==", line[2:].strip()))
        elif match := _LINE.match(line):
            if match[1] not in WHO:
                raise ValueError(f"{path.name}:{number}: nobody is called {match[1]}")
            moves.append(Move(number, match[1], match[2], match[3]))
        elif line:
            raise ValueError(f"{path.name}:{number}: cannot read {line!r}")
    return Story(title, scale, tuple(moves))


async def play_story(path: Path, folder: Path, **given: object) -> None:
    """Play a story against the real product, with the given settings."""
    story = read_story(path)
    async with open_house(folder, scale=story.scale, **given) as house:
        last = ""
        for move in story.moves:
            try:
                await _play(house, move, last)
            except AssertionError as error:
                raise AssertionError(f"{path.name}:{move.number}: {error}") from error
            last = move.who or last


async def _play(house: House, move: Move, last: str) -> None:
    phones, person = house.phones, WHO.get(move.who, 0)
    match move.sign:
        case ">":
            await phones.type(person, move.words)
        case "+":
            await phones.send(person, **_attached(move.words))
        case "!":
            await phones.press(person, move.words)
        case "<":
            await phones.expect(person, move.words)
        case "<!":
            await phones.never(person, move.words)
        case _:
            await _stage(house, move.words, WHO.get(last, 0))


def _attached(words: str) -> dict[str, object]:
    kind, *rest = words.split()
    if kind == "place":
        latitude, longitude = map(float, rest)
        return {"location": {"latitude": latitude, "longitude": longitude}}
    return {kind: True}


async def _stage(house: House, words: str, person: int) -> None:
    what, _, part = words.partition(" ")
    if what == "restart":
        await house.restart(part)
    elif what == "stop":
        await house.stop(part)
    elif what == "start":
        await house.start(part)
    elif what == "press":
        old = [row for row in house.phones.pressed[person] if row[1].startswith("p:")]
        await house.phones.press_old(person, *old[0])
    elif what == "audit":
        store = open_store(house.settings)
        try:
            async with store.reading() as unit:
                verdict = await Audit(unit).verify()
        finally:
            await store.close()
        assert verdict.ok, verdict
        assert verdict.rows > 0
    else:
        raise ValueError(words)
