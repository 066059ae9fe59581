"""Walks a TOML file and says file and line of whatever is wrong; it knows no alert."""

from __future__ import annotations

import re
import tomllib
from datetime import time
from typing import TYPE_CHECKING, Any, NoReturn

from alerts.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Set
    from pathlib import Path

Place = tuple[str | int, ...]
_HEADER = re.compile(r"^\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_-]+)\s*=")
_PART = re.compile(r'"([^"]*)"|\'([^\']*)\'|([A-Za-z0-9_-]+)')
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(s|m|h|d)")
_UNIT = {"s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}


class Section:
    """One table of the file; what is read from it is checked off."""

    def __init__(self, file: str, lines: dict[Place, int], place: Place, table: Any) -> None:  # noqa: ANN401 TOML
        self._file = file
        self._lines = lines
        self._place = place
        self._table: dict[str, Any] = table if isinstance(table, dict) else {}
        self._read: set[str] = set()
        if not isinstance(table, dict):
            self.fail("a table is expected here")

    def fail(self, problem: str, key: str = "") -> NoReturn:
        """Stop with the file, the line and the problem.

        Raises:
            PolicyError: Always.
        """
        self.fail_at((key,) if key else (), problem)

    def fail_at(self, within: Place, problem: str) -> NoReturn:
        """Stop likewise at a place within this table, or at the nearest one around it.

        Raises:
            PolicyError: Always.
        """
        place = (*self._place, *within)
        while place and place not in self._lines:
            place = place[:-1]
        raise PolicyError(f"{self._file}:{self._lines.get(place, 1)}", problem)

    def has(self, key: str) -> bool:
        """Say whether the key is there."""
        return key in self._table

    def table(self, key: str) -> Section:
        """Return the table of that name."""
        if key not in self._table:
            self.fail(f"there is no [{key}]")
        return self._child(key)

    def tables(self, key: str, *, required: bool) -> Iterator[tuple[str, Section]]:
        """Yield the tables [key.name] with their names."""
        if key not in self._table and not required:
            return
        yield from self.table(key)._children()  # noqa: SLF001 another of our own kind

    def _children(self) -> Iterator[tuple[str, Section]]:
        return ((name, self._child(name)) for name in self._table)

    def rows(self, key: str) -> Iterator[Section]:
        """Yield the tables [[key]]."""
        self._read.add(key)
        found = self._table.get(key, [])
        if not isinstance(found, list):
            self.fail(f"write [[{key}]]", key)
        for index, row in enumerate(found):
            yield Section(self._file, self._lines, (*self._place, key, index), row)

    def _child(self, key: str) -> Section:
        self._read.add(key)
        return Section(self._file, self._lines, (*self._place, key), self._table[key])

    def _value(self, key: str, kind: type, fallback: Any, expected: str) -> Any:  # noqa: ANN401 TOML
        self._read.add(key)
        value = self._table.get(key, fallback)
        if value is None:
            self.fail(f"`{key}` is missing")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.fail(f"`{key}` must be {expected}", key)
        return value

    def word(self, key: str) -> str:
        """Return a text, empty when it is not there."""
        return str(self._value(key, str, "", "a text"))

    def flag(self, key: str) -> bool:
        """Return true or false; false when it is not there."""
        return bool(self._value(key, bool, False, "true or false"))  # noqa: FBT003 TOML's own default

    def number(self, key: str) -> int:
        """Return a whole number above zero."""
        number = int(self._value(key, int, None, "a whole number"))
        if number < 1:
            self.fail(f"`{key}` must be above zero", key)
        return number

    def words(self, key: str, allowed: Set[str] | None = None) -> tuple[str, ...]:
        """Return a list of texts, each of them allowed; empty when it is not there."""
        found = self._value(key, list, [], "a list of texts")
        for word in found:
            if not isinstance(word, str):
                self.fail(f"`{key}` must be a list of texts", key)
            if allowed is not None and word not in allowed:
                self.fail(f"`{key}` knows no {word}; use {', '.join(sorted(allowed))}", key)
        return tuple(found)

    def seconds(self, key: str) -> float:
        """Return a time such as 30s, 5m, 2h or 7d in seconds."""
        text = self._value(key, str, None, "a time such as 30s, 5m, 2h, 7d")
        found = _DURATION.fullmatch(text)
        if found is None or float(found[1]) <= 0:
            self.fail(f"`{key}` must be a time such as 30s, 5m, 2h, 7d", key)
        return float(found[1]) * _UNIT[found[2]]

    def time_of_day(self, key: str) -> time:
        """Return a time such as 07:30."""
        text = self._value(key, str, None, "a time such as 07:30")
        try:
            return time.fromisoformat(text)
        except ValueError:
            self.fail(f"`{key}` must be a time such as 07:30", key)

    def sourced(self) -> None:
        """Check that the table says where its numbers come from, and holds nothing unread."""
        if not str(self._value("source", str, None, "a text")).strip():
            self.fail("`source` is empty", "source")
        self.done()

    def done(self) -> None:
        """Check that nothing is left that nobody reads (a misspelt key)."""
        for key in self._table:
            if key not in self._read:
                self.fail(f"`{key}` means nothing here", key)


def read_policy_file(path: Path) -> Section:
    """Open a TOML file.

    Raises:
        PolicyError: It is not there, or is not TOML.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")  # editors on Windows put a mark before it
    except UnicodeDecodeError as error:
        raise PolicyError(str(path), "is not UTF-8; save it as UTF-8") from error
    except OSError as error:
        raise PolicyError(str(path), "cannot be read") from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise PolicyError(f"{path}:{line[1] if line else 1}", str(error)) from error
    return Section(str(path), _line_numbers(text), (), table)


def _line_numbers(text: str) -> dict[Place, int]:
    """Return the line on which each table and key stands."""
    lines: dict[Place, int] = {(): 1}
    counts: dict[Place, int] = {}
    place: Place = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            place = _located(header[2], counts, repeated=header[1] == "[[")
            lines[place] = number
        elif key := _KEY.match(line):
            lines[(*place, key[1])] = number
    return lines


def _located(header: str, counts: dict[Place, int], *, repeated: bool) -> Place:
    """Return the place of a header; a list on the way means its last row."""
    place: Place = ()
    parts = ["".join(found) for found in _PART.findall(header)]
    for depth, part in enumerate(parts):
        place = (*place, part)
        if repeated and depth == len(parts) - 1:
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place = (*place, counts[place])
    return place
