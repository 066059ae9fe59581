"""Reads the cells of a child's file in sheets as people keep them; the words are in sheet_words.

Words that nobody knows are a problem of their cell, never guessed.
"""

from __future__ import annotations

import re
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from cases.child_fields import PARENTS
from cases.id_numbers import read_id_number
from cases.sheet_cells import read_date
from cases.sheet_words import (
    ASKED,
    COUNTS,
    DATES,
    ID_NUMBERS,
    MANY,
    NUMBERS,
    PARENT,
    TEXTS,
    WORDS,
    YES_NO,
)
from kernel.errors import InputError
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from cases.sheet_cells import Cells

_NO_HELP = frozenset({"无", "没有", "未享受", "无救助"})
_COUNT = re.compile(r"(\d{1,2})[口人个位]?")
_YEAR = re.compile(r"((?:19|20)\d{2})年?")
_AGE = re.compile(r"(\d{1,3})岁?")


def read_words(name: str, text: str) -> str:
    """Return our words for a cell; several stand apart by a space, as forms write them.

    Raises:
        InputError: A word is none that the column knows, or there are two where one may stand;
            the sentence names those that may.
    """
    known = WORDS[name]
    if name == "aid_received" and text in _NO_HELP:
        return "none"
    said = list(_found(known, text))
    found = list(dict.fromkeys(word for word in said if word))
    if known is YES_NO:  # 没有 says both
        found = found[:1]
    if not said or (name not in MANY and len(found) > 1):
        words = dict.fromkeys(word for word in known if not word.isdigit())
        raise InputError(reply=say("cases-import-word", words="、".join(words)))
    return " ".join(found)


def _found(known: Mapping[str, str], text: str) -> Iterable[str]:
    """Return what words of a list stand in a cell, each sign read once, in the cell's order."""
    return (known[match] for match in _pattern(tuple(known)).findall(text))


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


def read_count(text: str) -> str:
    """Read how many people: 5, 5口, 5人.

    Raises:
        InputError: It is no number.
    """
    if match := _COUNT.fullmatch(text):
        return str(int(match[1]))
    raise InputError(reply=say("cases-import-count"))


def read_year(text: str) -> str:
    """Read a year of birth: 1955, 1955年.

    Raises:
        InputError: It is none.
    """
    if match := _YEAR.fullmatch(text):
        return match[1]
    raise InputError(reply=say("cases-import-year"))


def year_of_age(text: str, year: int) -> str:
    """Return the year of birth that an age tells in a year: 68, 68岁.

    Raises:
        InputError: It is no age.
    """
    if match := _AGE.fullmatch(text):
        return str(year - int(match[1]))
    raise InputError(reply=say("cases-import-year"))


def names_state(text: str) -> bool:
    """Say whether a cell below “父亲” tells how he is (外出务工) and not what he is called."""
    return any(word in text for word in PARENT if len(word) > 1)


def read_file(row: Cells, day: date | None) -> dict[str, Any]:
    """Return what a row says in the columns of a file; of the carer, as forms name it."""
    read = {name: row.checked(name, partial(read_words, name)) for name in WORDS}
    read |= {name: row.digits(name) if name in NUMBERS else row.text(name) for name in TEXTS}
    read |= {name: row.checked(name, read_count) for name in COUNTS}
    read |= {name: _id_number(row, name) for name in ID_NUMBERS}
    read |= {name: row.checked(name, read_date) for name in DATES}
    born = row.checked("caregiver_age", partial(year_of_age, year=day.year)) if day else None
    read["caregiver_birth_year"] = row.checked("caregiver_birth_year", read_year) or born
    _certificate(row, read)
    _people(row, read)
    kept = {name: value for name, value in read.items() if value}
    if "focus_flag" in kept:
        kept["focus_flag"] = kept["focus_flag"] == "yes"
    return kept


def _id_number(row: Cells, name: str) -> str | None:
    number: str | None = None
    if digits := row.digits(name):
        number = row.checked(name, lambda _: read_id_number(digits).number)
    return number


def _certificate(row: Cells, read: dict[str, Any]) -> None:
    """Take 有 or 无 below 残疾证 for whether there is one, and a number for its number."""
    said = str(read.get("disability_cert_no") or "")
    if said and not any(sign.isdigit() for sign in said):
        read["disability_cert"] = row.checked(
            "disability_cert_no", partial(read_words, "disability_cert")
        )
        del read["disability_cert_no"]
    elif said:
        read["disability_cert"] = read["disability_cert"] or "yes"


def _people(row: Cells, read: dict[str, Any]) -> None:
    """Read what stands below 父亲 or 祖父 alone: a name, or of a parent how they are."""
    for person in ASKED:
        if not (said := row.text(person)):
            continue
        status = f"{person}_status"
        if status in WORDS and names_state(said):
            read[status] = read[status] or row.checked(person, partial(read_words, status))
        else:
            read[f"{person}_name"] = read.get(f"{person}_name") or said
    for parent in PARENTS:
        if number := read.get(f"{parent}_id_no"):
            read[f"{parent}_birth_date"] = read_id_number(number).born.isoformat()
