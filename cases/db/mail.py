"""What is sealed as mail, with a key made of the master key itself; it tells nobody its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import LargeBinary, func, select, tuple_, update

from cases.db.rows import (
    ConversationRow,
    InboxRow,
    OfficeAnswerRow,
    OutboxRow,
    ReplyRow,
    UnansweredRow,
)
from cases.vault import VaultError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute

    from cases.db.columns import Row
    from cases.db.store import Unit
    from cases.vault import Vault

PIECE = 500
"""Rows that one transaction seals anew."""


class MailTable(NamedTuple):
    """A table of mail: its key, what its place is made of, and the place a row is bound to."""

    row: type[Row]
    sealed: InstrumentedAttribute[Any]
    key: tuple[InstrumentedAttribute[Any], ...]
    of: tuple[InstrumentedAttribute[Any], ...]
    place: Callable[..., str]


def _outbox(key: str) -> str:
    """Name the place of a parcel; a late copy (`Outbox.keep_copy`) holds what its first sealed."""
    return f"outbox:{key.partition('~')[0]}"


TABLES = (
    MailTable(
        OfficeAnswerRow,
        OfficeAnswerRow.sealed,
        (OfficeAnswerRow.id,),
        (OfficeAnswerRow.id,),
        "office_answer:{}".format,
    ),
    MailTable(
        UnansweredRow,
        UnansweredRow.sealed,
        (UnansweredRow.id,),
        (UnansweredRow.id,),
        "unanswered:{}".format,
    ),
    MailTable(
        InboxRow,
        InboxRow.sealed,
        (InboxRow.channel, InboxRow.update_id),
        (InboxRow.channel, InboxRow.update_id),
        "inbox:{}:{}".format,
    ),
    MailTable(
        ReplyRow,
        ReplyRow.sealed,
        (ReplyRow.id,),
        (ReplyRow.channel, ReplyRow.chat),
        "reply:{}:{}".format,
    ),
    MailTable(OutboxRow, OutboxRow.sealed, (OutboxRow.id,), (OutboxRow.key,), _outbox),
)
"""All but the dialogues, which are sealed anew under their own locks (`cases.db.rotation`)."""
_SEALED = (ConversationRow.sealed, *(table.sealed for table in TABLES))


class Mail:
    """The mail of all tables, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def masters(self) -> frozenset[int]:
        """Return the numbers of our master keys that mail is sealed with.

        What a key sealed that the ring has lost is lost, and no reason to ask for that key.
        """
        vault, numbers = self._unit.vault, set()
        for sealed in _SEALED:
            query = select(_head(sealed)).where(sealed.is_not(None)).distinct()
            heads = (await self._unit.connection.execute(query)).scalars()
            numbers |= {vault.master_of(bytes(head)) for head in heads}
        return frozenset(numbers) & vault.numbers

    async def reseal(
        self,
        table: MailTable,
        after: Sequence[Any] = (),
        limit: int = PIECE,
        *,
        wait: bool = False,
    ) -> tuple[Any, ...] | None:
        """Seal one piece of a table with the newest master key.

        Rows that somebody else holds are passed over. With `wait` they are waited for: ask for
        one row at a time then, since who waits and holds nothing is in nobody's way. A row whose
        seal is broken stays as it is, and does not keep the others from the new key.

        Returns:
            The key of the last row done, to go on from; None when there is no more.
        """
        vault = self._unit.vault
        query = (
            select(*(column.label(f"key_{n}") for n, column in enumerate(table.key)))
            .add_columns(*(column.label(f"of_{n}") for n, column in enumerate(table.of)))
            .add_columns(table.sealed.label("box"))
            .where(stale(vault, table.sealed))
            .order_by(*table.key)
            .limit(limit)
            .with_for_update(skip_locked=not wait)
        )
        if after:
            query = query.where(tuple_(*table.key) > tuple(after))
        done: tuple[Any, ...] | None = None
        for row in (await self._unit.connection.execute(query)).all():
            done, of = tuple(row[: len(table.key)]), row[len(table.key) : -1]
            place = table.place(*of)
            try:
                fresh = vault.seal_mail(place, vault.open_mail(place, row.box))
            except VaultError:
                continue
            here = [column == value for column, value in zip(table.key, done, strict=True)]
            await self._unit.connection.execute(
                update(table.row).where(*here).values(sealed=fresh)
            )
        return done


def stale(vault: Vault, sealed: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Match what an older key of ours sealed; what no key of ours opens is left as it is."""
    heads = [vault.mail_head(number) for number in sorted(vault.numbers - {vault.current})]
    return _head(sealed).in_(heads)


def _head(sealed: InstrumentedAttribute[Any]) -> ColumnElement[bytes]:
    return func.substr(sealed, 1, 3, type_=LargeBinary)
