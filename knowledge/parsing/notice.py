"""Parts of a notice or opinion: 一、（一）1. and annexes; laws are read elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from knowledge.clauses import Clause
from knowledge.parsing.lines import ANNEX, ANNEX_LIST, FIRST, SECOND, THIRD, is_heading
from knowledge.parsing.numerals import to_number, to_numeral

_LARGEST_GAP = 2
"""Numbers that may be lost, by a scan or a slip, before a line is taken for prose."""


@dataclass(slots=True)
class NoticeReader:
    """Takes paragraphs one by one; numbers must go up, or the line is prose."""

    document: str
    doubts: list[str] = field(default_factory=list)
    _clauses: list[Clause] = field(default_factory=list)
    _annex: str = ""
    _annexes: int = 0
    _annex_title: str = ""
    _in_list: bool = False
    _first: int = 0
    _second: int = 0
    _third: int = 0
    _heading: str = ""
    _open: list[str] = field(default_factory=list)
    _open_id: str = ""
    _loose: list[str] = field(default_factory=list)

    def take(self, line: str) -> None:
        """Read one paragraph."""
        annex = ANNEX.match(line)
        if annex:
            self._enter_annex(annex[1])
        elif ANNEX_LIST.match(line):
            self._shut()
            self._in_list = True
        elif not self._in_list:
            self._take_part(line)

    def close(self) -> list[Clause]:
        """Return the clauses in order."""
        self._leave_annex()
        return self._clauses

    def _enter_annex(self, number: str) -> None:
        self._leave_annex()
        said = (int(number) if number.isdigit() else to_number(number)) if number else 0
        self._annexes = said if said > self._annexes else self._annexes + 1
        shown = str(self._annexes) if number or self._annexes > 1 else ""
        if said and said != self._annexes:
            self.doubts.append("order")
        self._annex, self._annex_title, self._heading = f"附件{shown}-", "", ""
        self._in_list, self._first, self._second, self._third = False, 0, 0, 0

    def _leave_annex(self) -> None:
        """Close the annex; one without numbered parts is a clause as a whole."""
        self._shut()
        whole = [part for part in (self._annex_title, *self._loose) if part]
        if self._annex and whole and not (self._first or self._third):
            self._begin(self._annex[:-1], whole[0])
            self._open += whole[1:]
            self._annex_title = ""
            self._shut()
        self._loose = []

    def _take_part(self, line: str) -> None:
        for pattern, take in ((FIRST, self._take_first), (SECOND, self._take_second)):
            match = pattern.match(line)
            if match and take(to_number(match[1]), line):
                return
        third = THIRD.match(line)
        if third and self._take_third(int(third[1]), line):
            return
        if self._open:
            self._open.append(line)
        elif self._annex and not self._annex_title:
            self._annex_title = line
        elif self._annex:
            self._loose.append(line)

    def _follows(self, number: int, last: int) -> bool:
        """Say whether a number goes on from the last; a small gap is taken, and told."""
        if number == last + 1:
            return True
        if last and last < number <= last + 1 + _LARGEST_GAP:
            self.doubts.append("gap")
            return True
        if last:
            self.doubts.append("order")
        return False

    def _take_first(self, number: int, line: str) -> bool:
        if not self._follows(number, self._first):
            return False
        self._shut()
        self._first, self._second, self._third = number, 0, 0
        self._heading = line if is_heading(line) else ""
        self._begin(f"{self._annex}{to_numeral(number)}", line)
        return True

    def _take_second(self, number: int, line: str) -> bool:
        if not self._first or (number > 1 and not self._second):
            return False
        if not self._follows(number, self._second):
            return False
        if self._second == 0 and self._open == [self._heading]:
            self._open = []
        self._shut()
        self._second, self._third = number, 0
        first = to_numeral(self._first)
        self._begin(f"{self._annex}{first}-({to_numeral(number)})", line)
        return True

    def _take_third(self, number: int, line: str) -> bool:
        """Numbered items are clauses of their own only where nothing stands above them."""
        if self._first or not self._follows(number, self._third):
            return False
        self._shut()
        self._third = number
        self._begin(f"{self._annex}{number}", line)
        return True

    def _begin(self, clause_id: str, line: str) -> None:
        self._open_id, self._open = clause_id, [line]

    def _shut(self) -> None:
        if self._open:
            annex = f"{self._annex[:-1]} {self._annex_title}".strip() if self._annex else ""
            heading = self._heading if self._heading != self._open[0] else ""
            self._clauses.append(
                Clause(
                    document=self.document,
                    clause=self._open_id,
                    text="\n".join(self._open),
                    path=tuple(part for part in (annex, heading) if part),
                    order=len(self._clauses),
                )
            )
        self._open = []


_HAN = "[一二三四五六七八九十]+"
_LEAD = re.compile(rf"^(?:[（(]{_HAN}[）)]|\d+[.．、]|{_HAN}、)\s*")


def without_number(text: str) -> str:
    """Drop the number that opens a clause."""
    return _LEAD.sub("", text)
