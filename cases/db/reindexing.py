"""Blind indexes made anew with the newest index key; nothing else of a row is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import LargeBinary, and_, func, or_, select, update

from cases.db import child_seals as seals
from cases.db.people_seals import opened
from cases.db.questions import likenesses
from cases.db.rows import ChildRow, PersonRow, SubjectKeyRow, UnansweredRow
from cases.db.staff_names import name_index
from cases.people import Role
from cases.vault import INDEX_BYTES, VaultError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import InstrumentedAttribute

    from cases.db.store import Unit
    from cases.vault import Vault

CHILD_INDEXES = (ChildRow.id_index, ChildRow.twin_index, ChildRow.near_index)
INDEXES = (*CHILD_INDEXES, UnansweredRow.likeness, PersonRow.name_index)
"""Every column that holds blind indexes."""
_OF_A_WORKER = (PersonRow.id, PersonRow.role, PersonRow.area, PersonRow.sealed)


class Reindexing:
    """The blind indexes of all rows, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def older(self) -> int:
        """Count the rows that an older key indexed: until there is none, that key is needed."""
        vault, count = self._unit.vault, 0
        for table, columns in (
            (ChildRow, CHILD_INDEXES),
            (UnansweredRow, (UnansweredRow.likeness,)),
            (PersonRow, (PersonRow.name_index,)),
        ):
            query = select(func.count()).select_from(table)
            query = query.where(or_(*(_older(vault, column) for column in columns)))
            count += (await self._unit.connection.execute(query)).scalar_one()
        return count

    async def children(
        self, after: Sequence[str], limit: int, *, wait: bool
    ) -> tuple[str, ...] | None:
        """Index one piece of the files anew; what it returns is as of `Mail.reseal`."""
        vault, done = self._unit.vault, None
        query = (
            select(ChildRow.id, ChildRow.area, ChildRow.sealed, SubjectKeyRow.wrapped)
            .join(SubjectKeyRow, SubjectKeyRow.subject_id == "child:" + ChildRow.id)
            .where(or_(*(_older(vault, column) for column in CHILD_INDEXES)))
        )
        for row in await self._piece(query, ChildRow.id, after, limit, wait=wait):
            done = (row.id,)
            try:
                fresh = _indexes(vault, row)
            except VaultError:  # what cannot be read cannot be found; the others go on
                continue
            await self._unit.connection.execute(
                update(ChildRow).where(ChildRow.id == row.id).values(**fresh)
            )
        return done

    async def questions(
        self, after: Sequence[str], limit: int, *, wait: bool
    ) -> tuple[str, ...] | None:
        """Index one piece of the questions anew; what it returns is as of `Mail.reseal`."""
        vault, done = self._unit.vault, None
        query = select(UnansweredRow.id, UnansweredRow.sealed).where(
            _older(vault, UnansweredRow.likeness)
        )
        for row in await self._piece(query, UnansweredRow.id, after, limit, wait=wait):
            done = (row.id,)
            try:
                text = vault.open_mail(f"unanswered:{row.id}", row.sealed)
            except VaultError:
                continue
            await self._unit.connection.execute(
                update(UnansweredRow)
                .where(UnansweredRow.id == row.id)
                .values(likeness=likenesses(vault, text)[0])
            )
        return done

    async def workers(
        self, after: Sequence[str], limit: int, *, wait: bool
    ) -> tuple[str, ...] | None:
        """Index one piece of the roster anew; what it returns is as of `Mail.reseal`."""
        vault, done = self._unit.vault, None
        query = (
            select(*_OF_A_WORKER, SubjectKeyRow.wrapped)
            .join(SubjectKeyRow, SubjectKeyRow.subject_id == "person:" + PersonRow.id)
            .where(_older(vault, PersonRow.name_index))
        )
        for row in await self._piece(query, PersonRow.id, after, limit, wait=wait):
            done = (row.id,)
            try:
                fresh = _name_index(vault, row)
            except VaultError:
                continue
            await self._unit.connection.execute(
                update(PersonRow).where(PersonRow.id == row.id).values(name_index=fresh)
            )
        return done

    async def _piece(
        self,
        query: Select[*tuple[Any, ...]],
        key: InstrumentedAttribute[str],
        after: Sequence[str],
        limit: int,
        *,
        wait: bool,
    ) -> Sequence[Row[*tuple[Any, ...]]]:
        if after:
            query = query.where(key > after[0])
        query = query.order_by(key).limit(limit)
        query = query.with_for_update(of=key.class_, skip_locked=not wait)
        return (await self._unit.connection.execute(query)).all()


def _indexes(vault: Vault, row: Row[*tuple[Any, ...]]) -> dict[str, bytes | None]:
    """Return the indexes of a file; one that was forgotten is found by nothing."""
    if row.wrapped is None:
        return {column.key: None for column in CHILD_INDEXES}
    return seals.indexes(vault, seals.open_fields(vault, row), row.area)


def _name_index(vault: Vault, row: Row[*tuple[Any, ...]]) -> bytes | None:
    name, _ = opened(vault, row)
    return name_index(vault, Role(row.role), row.area, name)


def _older(vault: Vault, column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Match what another key made than the newest, whether or not we still have that one."""
    head, length = vault.index_head, func.length(column)
    other = length != len(head) + INDEX_BYTES
    if head:
        start = func.substr(column, 1, len(head), type_=LargeBinary)
        other = or_(other, start != head)
    return and_(length > 0, other)
