"""The texts that are data: phrasings, notes, guides, words; this module only reads them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal


def read(name: str) -> bytes:
    """Read a data file of this package."""
    return resources.files("knowledge.data").joinpath(name).read_bytes()


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(read(name).decode())


def lines(block: str) -> tuple[str, ...]:
    """Split a block into its lines, blank ones left out."""
    return tuple(line.strip() for line in block.splitlines() if line.strip())


_PHRASINGS = tuple(f"phrasings_{part}.toml" for part in "abcdefg")


@dataclass(frozen=True, slots=True)
class Note:
    """What the directives do not set, and whom to ask.

    Args:
        note: Id.
        kind: `refer` to someone, `decline` to answer, or `nothing` of ours.
        title: A few words.
        says: What we say, in our own words.
        ask: Offices to ask, as people know them.
        near: Clauses that come nearest.
        sources: Where each fact was read.
        phrasings: How people ask for it.
    """

    note: str
    kind: Literal["refer", "decline", "nothing"]
    title: str
    says: str
    ask: tuple[str, ...]
    near: tuple[str, ...]
    sources: tuple[str, ...]
    phrasings: tuple[str, ...]


@cache
def phrasings() -> dict[str, tuple[str, ...]]:
    """Return the everyday phrasings by clause key."""
    found: dict[str, tuple[str, ...]] = {}
    for name in _PHRASINGS:
        table = _table(name)
        for clause, block in table["phrasings"].items():
            key = f"{table['document']}#{clause}"
            found[key] = (*found.get(key, ()), *lines(block))
    return found


@cache
def notes() -> dict[str, Note]:
    """Return the referral notes by id."""
    table = _table("notes.toml")
    offices = table["offices"]
    more = _table("notes_more.toml")["phrasings"]
    return {
        row["id"]: Note(
            note=row["id"],
            kind=row.get("kind", "refer"),
            title=row["title"],
            says=row["says"],
            ask=tuple(offices[office] for office in row["ask"]),
            near=tuple(f"{table['document']}#{clause}" for clause in row["near"]),
            sources=tuple(row["sources"]),
            phrasings=lines(row["phrasings"] + more.get(row["id"], "")),
        )
        for row in table["note"]
    }


@cache
def domain_words() -> tuple[str, ...]:
    """Return the words that a cutter must keep whole."""
    return tuple(_table("thesaurus.toml")["domain_words"].split())


@cache
def thesaurus() -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return everyday words with the official words they stand for."""
    table = _table("thesaurus.toml")["everyday"]
    return tuple((tuple(everyday.split()), official) for everyday, official in table.items())


@cache
def titles() -> dict[str, str]:
    """Return a few words for each shipped clause, by clause key."""
    table = _table("next.toml")
    return {f"{table['document']}#{clause}": title for clause, title in table["titles"].items()}


@cache
def next_questions() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return label and question of what people ask next, by clause key."""
    table = _table("next.toml")
    return {
        f"{table['document']}#{clause}": tuple((label, question) for label, question in rows)
        for clause, rows in table["ask"].items()
    }


@cache
def next_steps() -> dict[str, tuple[str, ...]]:
    """Return what a person can do now, by clause key."""
    table = _table("next.toml")
    return {f"{table['document']}#{c}": tuple(steps) for c, steps in table["steps"].items()}


@dataclass(frozen=True, slots=True)
class Guide:
    """How one kind of help is applied for.

    Args:
        guide: Id.
        title: Its name.
        words: Patterns of what people say who mean it.
        parts: Locale key's last part (`who`, `where`, `papers`, `time`, `after`) and text.
        local: Parts read for one place only.
        sources: Where the facts were read.
    """

    guide: str
    title: str
    words: tuple[re.Pattern[str], ...]
    parts: tuple[tuple[str, str], ...]
    local: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def topic(self) -> str:
        """Return what the next question may go on about: 要什么材料, 多久能批."""
        return f"{GUIDE}{self.guide}"


GUIDE = "guide:"
"""Stands before a procedure's id where that is the topic of a talk."""
GUIDE_PARTS = ("who", "where", "papers", "time", "after")


@cache
def situations() -> dict[str, tuple[str, ...]]:
    """Return which guides may apply by situation, in the order in which to try."""
    return {key: tuple(ids) for key, ids in _table("guides.toml")["situations"].items()}


def guide_of(topic: str) -> Guide | None:
    """Return the procedure that is the topic of a talk, if one is."""
    return guides().get(topic.removeprefix(GUIDE)) if topic.startswith(GUIDE) else None


@cache
def guides() -> dict[str, Guide]:
    """Return the procedure guides by id."""
    return {
        row["id"]: Guide(
            guide=row["id"],
            title=row["title"],
            words=tuple(re.compile(word) for word in row["words"].split()),
            parts=tuple((part, row[part]) for part in GUIDE_PARTS),
            local=tuple(part for part in GUIDE_PARTS if row.get(f"{part}_local")),
            sources=tuple(row["sources"]),
        )
        for row in _table("guides.toml")["guide"]
    }
