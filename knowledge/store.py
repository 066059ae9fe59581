"""Where directives are kept: the port, and a store in memory; SQL is wired elsewhere."""

from __future__ import annotations

import dataclasses
import threading
from importlib import resources
from typing import TYPE_CHECKING, Protocol

from knowledge.parsing.parse import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.clauses import Clause, Directive


class ClauseStore(Protocol):
    """The truth about directives; every index can be rebuilt from it."""

    def directives(self) -> Sequence[Directive]:
        """Return all directives with their clauses, in force or not."""
        ...

    def save(self, directive: Directive) -> None:
        """Store a directive, whole or not at all; the same document and date is replaced."""
        ...

    def remove(self, document: str) -> bool:
        """Remove a directive and say whether it was there."""
        ...


def shipped() -> tuple[Directive, ...]:
    """Parse the directives that come with the product."""
    folder = resources.files("knowledge.directives")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".txt")), key=lambda f: f.name)
    return tuple(parse(f.read_text("utf-8"), source=f.name).directive for f in files)


class MemoryStore:
    """A store that forgets at exit; it starts with the shipped directives."""

    def __init__(self, directives: Sequence[Directive] | None = None) -> None:
        self._lock = threading.Lock()
        self._kept = list(shipped() if directives is None else directives)

    def directives(self) -> Sequence[Directive]:
        """Return all directives."""
        return tuple(self._kept)

    def save(self, directive: Directive) -> None:
        """Store a directive; an older one of the same document stays citable as replaced."""
        with self._lock:
            self._kept = [*superseded(self._kept, directive), directive]

    def remove(self, document: str) -> bool:
        """Remove every version of a document."""
        with self._lock:
            kept = [d for d in self._kept if d.document != document]
            gone = len(kept) != len(self._kept)
            self._kept = kept
        return gone


def superseded(kept: Sequence[Directive], new: Directive) -> list[Directive]:
    """Return the older directives as they stand once a new one is stored.

    The same document of the same date is replaced outright; an earlier version of it is marked
    replaced, so that answers use the new one and the old can still be cited by date.
    """
    older: list[Directive] = []
    for directive in kept:
        if directive.document != new.document:
            older.append(directive)
        elif directive.issued != new.issued:
            older.append(
                dataclasses.replace(
                    directive,
                    status="replaced",
                    replaced_by=new.document,
                    effective_to=new.effective_from or new.issued,
                )
            )
    return older


def find_clause(directives: Sequence[Directive], key: str) -> tuple[Directive, Clause] | None:
    """Find a clause by its key, the version in force first."""
    document, _, clause_id = key.partition("#")
    named = [d for d in directives if d.document == document]
    for directive in sorted(named, key=lambda d: d.status == "replaced"):
        clause = directive.clause(clause_id)
        if clause is not None:
            return directive, clause
    return None
