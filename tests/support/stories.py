"""Reads and plays stories: a conversation as a text file that a supervisor could write.

# what the story shows
scale 0.01                       a minute of the ladder lasts 0.6 seconds
主任> 今天                        types
主任+ photo                      sends a photo (voice, video, document, a PDF: paper)
主任+ place 30.1 114.2            sends a place
主任+ photo album 1              sends a photo that belongs to an album
主任! 做走访                      presses the newest button with these words
主任< 第1/                        must see something new with these words
主任<! 陈小明                     must see these words nowhere
主任<- 待处理                     must soon see these words nowhere any more (messages are edited)
== restart bot                   what happens around it: see support.stages
forms                            the programme's own forms of stories/own_forms are in use
nights                           the quiet hours are those that ship, not far from now
"""

from __future__ import annotations

import base64
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from support.house import House, open_house
from support.stages import WHO, set_stage

from alerts import policy

_SETTINGS = frozenset({"forms", "nights"})
_LINE = re.compile(r"^(\S+?)(<[!-]|[>!<+])\s*(.*)$")


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
    own_forms: bool = False
    nights: bool = False


def read_story(path: Path) -> Story:
    """Read a story file; a line it cannot read is an error with its number."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    titles = [line.lstrip("# ") for line in lines if line.startswith("#")]
    scales = [float(line.split()[1]) for line in lines if line.startswith("scale ")]
    moves = [
        _read_move(path, number, line)
        for number, line in enumerate(lines, 1)
        if line and line not in _SETTINGS and not line.startswith(("#", "scale "))
    ]
    scale = (scales or [1.0])[-1]
    return Story((titles or [""])[0], scale, tuple(moves), "forms" in lines, "nights" in lines)


def _read_move(path: Path, number: int, line: str) -> Move:
    if line.startswith("=="):
        return Move(number, "", "==", line[2:].strip())
    match = _LINE.match(line)
    if match is None:
        raise ValueError(f"{path.name}:{number}: cannot read {line!r}")
    if match[1] not in WHO:
        raise ValueError(f"{path.name}:{number}: nobody is called {match[1]}")
    return Move(number, match[1], match[2], match[3])


async def play_story(path: Path, folder: Path, **given: object) -> None:
    """Play a story against the real product, with the given settings."""
    story = read_story(path)
    if story.own_forms:
        given["forms"] = folder / "forms"
        shutil.copytree(path.parent / "own_forms", folder / "forms")
    if story.nights:
        given["ladder"] = policy.SHIPPED / "default.toml"
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
        case "<-":
            await phones.gone(person, move.words)
        case _:
            await set_stage(house, move.words, last)


def _attached(words: str) -> dict[str, object]:
    kind, *rest = words.split()
    if kind == "place":
        latitude, longitude = map(float, rest)
        return {"location": {"latitude": latitude, "longitude": longitude}}
    if kind == "paper":
        content = base64.b64encode(b"%PDF-1.4\n%%EOF\n").decode()
        return {"document": {"base64": content, "name": "notice.pdf", "type": "application/pdf"}}
    return {kind: True, **({"album": rest[1]} if rest[:1] == ["album"] else {})}
