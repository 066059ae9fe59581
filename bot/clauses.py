"""Directives in the case database behind the port of `knowledge`; it joins the two, no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cases.db import migrate
from cases.db.directives import FIELDS, DirectiveTable, Kept, State
from knowledge.clauses import Clause, Directive
from knowledge.store import content_mark, same, shipped

if TYPE_CHECKING:
    from collections.abc import Sequence


class SqlClauses:
    """The shipped directives, and over them what the database holds.

    Nothing needs to be set up: without tables only the shipped directives are there. The first
    change takes the shipped ones over into the tables, which are the truth from then on; one that
    comes newer with the product counts as a new version of its document.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._table = DirectiveTable(url)

    def state(self) -> State:
        """Return how often the directives changed."""
        return self._table.state() if self._table.ready() else State()

    def directives(self) -> Sequence[Directive]:
        """Return all versions of all directives."""
        if not self._table.ready():
            return shipped()
        kept = [_directive(one) for one in self._table.all()]
        fresh = self._fresh()
        return (*fresh, *(d for d in kept if not any(same(d, new) for new in fresh)))

    def save(self, directive: Directive) -> None:
        """Store a directive, whole or not at all."""
        self._prepare()
        fresh = self._fresh()
        rows = [_kept(d) for d in fresh if not same(d, directive)]
        self._table.save([*rows, _kept(directive)], [content_mark(d) for d in fresh])

    def remove(self, document: str, issued: str = "") -> bool:
        """Remove a document, or its version of one date."""
        if not any(d.document == document for d in self.directives()):
            return False
        self._prepare()
        fresh = self._fresh()
        self._table.save([_kept(d) for d in fresh], [content_mark(d) for d in fresh])
        return self._table.remove(document, issued) > 0

    def touch(self) -> None:
        """Have every process build its index anew."""
        if self._table.ready():
            self._table.touch()

    def _fresh(self) -> list[Directive]:
        """Return the shipped directives that the tables have not taken over yet."""
        over = self._table.state().shipped
        return [d for d in shipped() if content_mark(d) not in over]

    def _prepare(self) -> None:
        if not self._table.ready():
            migrate.upgrade(self._url)


def _kept(directive: Directive) -> Kept:
    fields = {name: getattr(directive, name) for name in FIELDS}
    return Kept(fields, tuple((c.clause, c.path, c.text) for c in directive.clauses))


def _directive(kept: Kept) -> Directive:
    fields: dict[str, Any] = dict(kept.fields)
    document = str(fields["document"])
    clauses = tuple(
        Clause(document, clause, text, path, order)
        for order, (clause, path, text) in enumerate(kept.clauses)
    )
    fields["repeals"], fields["doubts"] = tuple(fields["repeals"]), tuple(fields["doubts"])
    return Directive(clauses=clauses, **fields)
