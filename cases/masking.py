"""The one renderer that decides what of a person may appear in a message; it reads no record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cases.child_fields import TELLS_NOBODY, is_name, is_number
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kernel.phrases import Words

_YEARS = {"zh-CN": "{name} {age}岁", "en": "{name}, {age}"}
_STAR = "*"
_SHORT = 2
_YEAR = len("2018")
_LONG_DIGITS = re.compile(r"\d{5,}[\dXx]?")


class Mode(StrEnum):
    """How much of a person a chat shows (design: masked by default)."""

    MASKED = "masked"
    CODED = "coded"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Masker:
    """Writes names, numbers and words as the mode allows."""

    mode: Mode = Mode.MASKED
    language: str = "zh-CN"

    @property
    def hides(self) -> bool:
        """Say whether anything of a person is hidden."""
        return self.mode is not Mode.FULL

    def child_label(self, name: str, age: int | None, file_no: str) -> str:
        """Name a child: `陈*明 8岁`, `#C-0012 8岁`, or in full."""
        shown = self.person_name(name) if name and self.mode is not Mode.CODED else f"#{file_no}"
        if age is None:
            return shown
        form = _YEARS.get(self.language, _YEARS["zh-CN"])
        return form.format(name=shown, age=age)

    def person_name(self, name: str, code: str = "") -> str:
        """Name an adult; coded shows only the given code."""
        if self.mode is Mode.FULL:
            return name
        return mask_name(name) if self.mode is Mode.MASKED else code or _STAR

    def worker_name(self, name: str) -> str:
        """Name a worker on duty: colleagues must know who acted, so masked shows it whole."""
        return _STAR if self.mode is Mode.CODED else name

    def phone(self, number: str) -> str:
        """Show a telephone number: `138****5678`; coded shows nothing of it."""
        if self.mode is Mode.FULL or not number:
            return number
        if self.mode is Mode.CODED:
            return _STAR * 4
        return f"{number[:3]}{_STAR * 4}{number[-2:]}" if len(number) > 6 else _STAR * 4  # noqa: PLR2004 3 + 2 digits shown need more than they show

    def id_number(self, number: str) -> str:
        """Show an ID number: never more than its last two places, except in full."""
        if self.mode is Mode.FULL or not number:
            return number
        return _STAR * 6 if self.mode is Mode.CODED else _STAR * 6 + number[-2:]

    def free_text(self, text: str) -> Words:
        """Show free text: only in full; else how many characters are kept."""
        return text if self.mode is Mode.FULL else say("cases-text-kept", count=len(text))

    def field(self, name: str, text: str) -> Words:
        """Show what a child's file holds in a field that is no word of a list."""
        if is_name(name):
            return self.person_name(text)
        if self.mode is Mode.MASKED and name in TELLS_NOBODY:
            return text
        if self.mode is Mode.MASKED and name.endswith("birth_date"):
            return text[:_YEAR]
        if is_number(name):
            return self.id_number(text)
        return self.phone(text) if name.endswith("phone") else self.free_text(text)

    def note(self, text: str, names: Iterable[str] = ()) -> Words:
        """Show what someone wrote for others to read: known names masked, long numbers blotted.

        It is for notes, reasons, decisions and summaries only; what was said or seen in a visit
        or a report is `free_text`.
        """
        if self.mode is Mode.FULL:
            return text
        if self.mode is Mode.CODED:
            return self.free_text(text)
        for name in sorted({name for name in names if name}, key=len, reverse=True):
            text = text.replace(name, mask_name(name))
        return without_numbers(text)

    def area_name(self, name: str, code: str) -> str:
        """Show a place: its name, or in coded its code."""
        return code if self.mode is Mode.CODED else name


def mask_name(name: str) -> str:
    """Keep the ends of a name: 陈* , 陈*明, 欧**娜; never the whole."""
    name = name.strip()
    if len(name) <= _SHORT:
        return name[:1] + _STAR if len(name) == _SHORT else _STAR
    return name[0] + _STAR * min(len(name) - 2, 3) + name[-1]


def without_numbers(text: str) -> str:
    """Blot out long digit groups (telephone and ID numbers) in text that must be kept readable."""
    return _LONG_DIGITS.sub(_STAR * 4, text)
