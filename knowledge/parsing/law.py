"""Articles of a law, with chapter and section above them; notices are read elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from knowledge.clauses import Clause
from knowledge.parsing.lines import CHAPTER, opens_article
from knowledge.parsing.numerals import to_number

if TYPE_CHECKING:
    import re

_LEVELS = "编章节"
_ENDS = "。；：:;，、）)"
_MAX_BARE_HEADING = 20


@dataclass(slots=True)
class LawReader:
    """Takes paragraphs one by one; numbers must go up, or the line is prose."""

    document: str
    doubts: list[str] = field(default_factory=list)
    _clauses: list[Clause] = field(default_factory=list)
    _path: dict[str, str] = field(default_factory=dict)
    _last: tuple[int, int] = (0, 0)
    _open: list[str] = field(default_factory=list)
    _open_path: tuple[str, ...] = ()

    def take(self, line: str) -> None:
        """Read one paragraph."""
        chapter = CHAPTER.match(line)
        if chapter and len(line) <= 40:  # noqa: PLR2004 a longer line is prose about a chapter
            self._close_article()
            self._enter(chapter)
            return
        if line.startswith("#"):
            self._close_article()
            return
        article = opens_article(line)
        if article and self._enters(article):
            self._open, self._open_path = [line], tuple(self._path.values())
        elif self._open:
            self._open.append(line)

    def close(self) -> list[Clause]:
        """Return the articles in order."""
        self._close_article()
        return self._clauses

    def _enter(self, chapter: re.Match[str]) -> None:
        level = _LEVELS.index(chapter[2])
        for lower in _LEVELS[level:]:
            self._path.pop(lower, None)
        name = "".join(chapter[3].split())
        self._path[chapter[2]] = f"{chapter[1]} {name}".strip()

    def _enters(self, article: re.Match[str]) -> bool:
        number = to_number(article[1]), to_number(article[2] or "")
        last = self._last
        if number <= last:
            self.doubts += ["order"] if article[3] else []
            return False
        expected = {(last[0] + 1, 0), (last[0], last[1] + 1), (last[0] + 1, 1)}
        if last != (0, 0) and number not in expected:
            if not article[3]:
                return False
            self.doubts.append("gap")
        self._close_article()
        self._last = number
        return True

    def _close_article(self) -> None:
        heading = self._bare_heading()
        if self._open:
            number, inserted = self._last
            self._clauses.append(
                Clause(
                    document=self.document,
                    clause=f"{number}-{inserted}" if inserted else str(number),
                    text="\n".join(self._open),
                    path=self._open_path,
                    order=len(self._clauses),
                )
            )
        self._open = []
        if heading:
            self._path = {"章": heading}

    def _bare_heading(self) -> str:
        """Take a chapter heading that lost its number off the end of the open article."""
        heading = ""
        while len(self._open) > 1 and self._open[-1][-1] not in _ENDS:
            if len(self._open[-1]) > _MAX_BARE_HEADING:
                break
            heading = "".join(self._open.pop().split()) + heading
        return heading
