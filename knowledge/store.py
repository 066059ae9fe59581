"""Where directives are kept: the port, and a store in memory; SQL is wired elsewhere."""

from __future__ import annotations

import dataclasses
import hashlib
import re
import threading
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Protocol

from knowledge.parsing.metadata import normal_number, short_title
from knowledge.parsing.numerals import NUMERAL, to_number
from knowledge.parsing.parse import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.clauses import Clause, Directive

ANSWERING = ("in_force", "partly_replaced", "unknown")
"""States in which a directive answers; in any other it can only be cited by date."""
_FULL_DATE = len("2019-04-30")
_ARTICLE = re.compile(rf"^第?([{NUMERAL}]+|\d+)条?(?:(?:之|-)([{NUMERAL}]+|\d+))?$")


class ClauseStore(Protocol):
    """The truth about directives; every index can be rebuilt from it."""

    def directives(self) -> Sequence[Directive]:
        """Return all versions of all directives with their clauses, as they were taken in."""
        ...

    def save(self, directive: Directive) -> None:
        """Store a directive, whole or not at all; the same document and date is replaced."""
        ...

    def remove(self, document: str, issued: str = "") -> bool:
        """Remove a document, or its version of one date, and say whether it was there."""
        ...


@cache
def shipped() -> tuple[Directive, ...]:
    """Parse the directives that come with the product."""
    folder = resources.files("knowledge.directives")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".txt")), key=lambda f: f.name)
    return tuple(parse(f.read_text("utf-8"), source=f.name).directive for f in files)


def content_mark(directive: Directive) -> str:
    """Name what a directive says, to know it again; the name of its file does not count."""
    said = repr(dataclasses.replace(directive, source=""))
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


class MemoryStore:
    """A store that forgets at exit; it starts with the shipped directives."""

    def __init__(self, directives: Sequence[Directive] | None = None) -> None:
        self._lock = threading.Lock()
        self._kept = list(shipped() if directives is None else directives)

    def directives(self) -> Sequence[Directive]:
        """Return all versions of all directives."""
        return tuple(self._kept)

    def save(self, directive: Directive) -> None:
        """Store a directive; the same document of the same date is replaced."""
        with self._lock:
            self._kept = [*(d for d in self._kept if not same(d, directive)), directive]

    def remove(self, document: str, issued: str = "") -> bool:
        """Remove a document, or its version of one date."""
        with self._lock:
            kept = [
                d for d in self._kept if d.document != document or (issued and d.issued != issued)
            ]
            gone = len(kept) != len(self._kept)
            self._kept = kept
        return gone


def same(one: Directive, other: Directive) -> bool:
    """Say whether two are the same version of the same document."""
    return (one.document, one.issued) == (other.document, other.issued)


def is_kept(directive: Directive, kept: Sequence[Directive]) -> bool:
    """Say whether the very same text of the very same document is kept already."""
    mark = content_mark(directive)
    return any(same(d, directive) and content_mark(d) == mark for d in kept)


def ended_by(directive: Directive, kept: Sequence[Directive]) -> list[str]:
    """Name the documents here that a new one says it repeals as a whole."""
    whole = [name for name in directive.repeals if "#" not in name]
    found = (find_directive(kept, name) for name in whole)
    return [d.document for d in found if d is not None and d.document != directive.document]


def as_of(kept: Sequence[Directive], day: str) -> tuple[Directive, ...]:
    """Return the directives with the force they have on an ISO day.

    The last version that has begun by then is in force; the ones before it are replaced, the ones
    after it pending. What a directive in force repeals is replaced, or partly so.
    """
    found = [_on(directive, kept, day) for directive in kept]
    ended = _repealed([d for d in found if d.status in ANSWERING])
    return tuple(_after_repeal(d, ended) for d in found)


def _on(directive: Directive, kept: Sequence[Directive], day: str) -> Directive:
    if directive.starts > day:
        return dataclasses.replace(directive, status="pending")
    later = [d for d in kept if d.document == directive.document and d.starts <= day]
    newest = max(later, key=lambda d: d.starts)
    if newest.starts > directive.starts:
        following = min(d.starts for d in later if d.starts > directive.starts)
        return dataclasses.replace(
            directive,
            status="replaced",
            replaced_by=directive.document,
            effective_to=day_before(following),
        )
    if directive.effective_to and directive.effective_to < day:
        return dataclasses.replace(directive, status="expired")
    return directive


def _repealed(ruling: Sequence[Directive]) -> dict[str, tuple[str, str]]:
    """Return what directives in force repeal: name to the repealing document and its day."""
    return {name: (d.document, d.starts) for d in ruling for name in d.repeals}


def _after_repeal(directive: Directive, ended: dict[str, tuple[str, str]]) -> Directive:
    if directive.status not in ANSWERING:
        return directive
    names = {directive.document, short_title(directive.title)}
    for name, (document, since) in ended.items():
        whole, _, part = name.partition("#")
        if whole not in names or document == directive.document or since < directive.starts:
            continue
        if part:
            directive = dataclasses.replace(
                directive, status="partly_replaced", replaced_by=document
            )
            continue
        return dataclasses.replace(
            directive, status="replaced", replaced_by=document, effective_to=day_before(since)
        )
    return directive


def day_before(day: str) -> str:
    """Return the day before an ISO date; a year alone stays as it is."""
    if len(day) != _FULL_DATE:
        return day
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def repealed_clauses(kept: Sequence[Directive]) -> frozenset[str]:
    """Return the keys of single clauses that a directive in force has ended."""
    parts = [name for d in kept if d.status in ANSWERING for name in d.repeals if "#" in name]
    titles = {short_title(d.title): d.document for d in kept}
    split = (name.partition("#") for name in parts)
    return frozenset(f"{titles.get(whole, whole)}#{clause}" for whole, _, clause in split)


def find_directive(kept: Sequence[Directive], named: str) -> Directive | None:
    """Find a directive as people name it; the version in force first, else the newest."""
    wanted = {named.strip("《》 "), normal_number(named), short_title(named)}
    found = [d for d in kept if wanted & {d.document, d.title, short_title(d.title)}]
    return max(found, key=lambda d: (d.status in ANSWERING, d.starts), default=None)


def find_clause(kept: Sequence[Directive], key: str) -> tuple[Directive, Clause] | None:
    """Find a clause by its key, the version in force first."""
    document, _, clause_id = key.partition("#")
    directive = find_directive(kept, document)
    if directive is None:
        return None
    clause = directive.clause(clause_id) or directive.clause(clause_number(clause_id))
    return (directive, clause) if clause else None


def clause_number(written: str) -> str:
    """Return a clause id from how people write it: 第十三条之一 is 13-1, 一、（一） is 一-(一)."""
    text = re.sub(r"\s", "", written)
    article = _ARTICLE.match(text)
    if article:
        numbers = [int(x) if x.isdigit() else to_number(x) for x in article.groups() if x]
        return "-".join(map(str, numbers))
    return re.sub(r"[-－—、]?[（(]([^（()）]+)[）)]", r"-(\1)", text.replace("－", "-"))
