"""The data keys of subjects (a child, a case, a person, a chat); what they seal lies elsewhere.

A subject is `child:<id>`, `case:<id>`, `person:<id>` or `chat:<channel>:<chat>`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select, update

from cases.db.mail import Mail
from cases.db.prepared import Prepared, add_once
from cases.db.rows import SubjectKeyRow

if TYPE_CHECKING:
    from cases.db.store import Unit

_BATCH = 500


def child_subject(child_id: str) -> str:
    """Name a child's key."""
    return f"child:{child_id}"


def case_subject(case_id: str) -> str:
    """Name a case's key."""
    return f"case:{case_id}"


def person_subject(person_id: str) -> str:
    """Name a person's key."""
    return f"person:{person_id}"


def chat_subject(channel: str, chat: str) -> str:
    """Name the key of a chat that no person is bound to."""
    return f"chat:{channel}:{chat}"


_KEY = Prepared(
    select(SubjectKeyRow.wrapped).where(SubjectKeyRow.subject_id == bindparam("subject"))
)


class Subjects:
    """Makes, finds and erases data keys."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def key(self, subject: str) -> bytes | None:
        """Return the wrapped key; None when there is none or it was erased."""
        row = await _KEY.first(self._unit, {"subject": subject})
        return row.wrapped if row else None

    async def ensure(self, subject: str) -> bytes | None:
        """Return the wrapped key, made now if the subject has none; an erased one stays so."""
        row = await _KEY.first(self._unit, {"subject": subject})
        if row is None:
            fresh = {
                "subject_id": subject,
                "wrapped": self._unit.vault.new_key(subject),
                "made_at": self._unit.clock.now(),
            }
            await add_once(self._unit, SubjectKeyRow, [fresh])
            row = await _KEY.first(self._unit, {"subject": subject})
        wrapped: bytes | None = row.wrapped
        return wrapped

    async def forget(self, subject: str) -> None:
        """Erase the key: what it sealed can never be read again (and no new key is made)."""
        await self._unit.connection.execute(
            update(SubjectKeyRow).where(SubjectKeyRow.subject_id == subject).values(wrapped=None)
        )

    async def masters(self) -> tuple[int, ...]:
        """Return the numbers of the master keys in use, so that none is thrown away too early.

        Mail counts as well: it is sealed with a master key and not with a subject's.
        """
        start = func.substr(SubjectKeyRow.wrapped, 1, 3)
        query = select(start).where(SubjectKeyRow.wrapped.is_not(None)).distinct()
        found = (await self._unit.connection.execute(query)).scalars()
        wrapping = {self._unit.vault.master_of(bytes(head)) for head in found}
        return tuple(sorted(wrapping | await Mail(self._unit).masters()))

    async def rewrap(self, after: str = "", limit: int = _BATCH) -> str | None:
        """Wrap one batch of keys with the newest master key.

        Returns:
            The last subject done, to go on from; None when there is no more.
        """
        vault = self._unit.vault
        query = (
            select(SubjectKeyRow.subject_id, SubjectKeyRow.wrapped)
            .where(SubjectKeyRow.subject_id > after)
            .order_by(SubjectKeyRow.subject_id)
            .limit(limit)
            .with_for_update()
        )
        rows = (await self._unit.connection.execute(query)).all()
        for row in rows:
            if row.wrapped is not None and vault.master_of(row.wrapped) != vault.current:
                fresh = vault.wrap(vault.unwrap(row.wrapped, row.subject_id), row.subject_id)
                await self._unit.connection.execute(
                    update(SubjectKeyRow)
                    .where(SubjectKeyRow.subject_id == row.subject_id)
                    .values(wrapped=fresh)
                )
        return rows[-1].subject_id if len(rows) == limit else None
