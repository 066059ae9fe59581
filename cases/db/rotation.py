"""Changing the vault's keys while the service works; it makes no key and reads no file."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from cases.db.conversations import Conversations
from cases.db.mail import PIECE, TABLES, Mail, stale
from cases.db.reindexing import Reindexing
from cases.db.rows import ConversationRow
from cases.db.subjects import Subjects

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cases.db.mail import MailTable
    from cases.db.store import Store, Unit

    After = tuple[Any, ...]
    Done = After | None
    Piece = Callable[[Unit, After, int, bool], Awaitable[Done]]


async def rotate_keys(store: Store) -> int:
    """Put the newest keys in place of older ones, piece by piece, while the service works.

    Data keys are wrapped anew; dialogues, questions, answers and messages on their way (inbox,
    replies, outbox) are sealed anew; blind indexes are made anew, and until then what is looked
    for is looked for by every key. What a process that has not read the new key yet writes
    meanwhile is found by the next run; `Subjects.masters` and `Reindexing.older` say what is
    still in use. A run that was broken off is taken up by the next: each piece is whole.

    Returns:
        How many batches were written.
    """
    batches = 0
    after: str | None = ""
    while after is not None:
        async with store.unit() as unit:
            after = await Subjects(unit).rewrap(after)
            await unit.commit()
        batches += 1
    for table in TABLES:
        batches += await _in_pieces(store, partial(_reseal, table))
    await _reseal_dialogues(store)
    for indexed in (_reindex_children, _reindex_questions, _reindex_workers):
        batches += await _in_pieces(store, indexed)
    return batches


async def _in_pieces(store: Store, piece: Piece) -> int:
    """Treat a table in pieces: first what nobody holds, then row by row what somebody held."""
    pieces = 0
    for limit, wait in ((PIECE, False), (1, True)):
        after: tuple[Any, ...] | None = ()
        while after is not None:
            async with store.unit() as unit:
                after = await piece(unit, after, limit, wait)
                await unit.commit()
            pieces += after is not None
    return pieces


async def _reseal(table: MailTable, unit: Unit, after: After, limit: int, wait: bool) -> Done:  # noqa: FBT001 a `Piece`
    return await Mail(unit).reseal(table, after, limit, wait=wait)


async def _reindex_children(unit: Unit, after: After, limit: int, wait: bool) -> Done:  # noqa: FBT001 a `Piece`
    return await Reindexing(unit).children(after, limit, wait=wait)


async def _reindex_questions(unit: Unit, after: After, limit: int, wait: bool) -> Done:  # noqa: FBT001 a `Piece`
    return await Reindexing(unit).questions(after, limit, wait=wait)


async def _reindex_workers(unit: Unit, after: After, limit: int, wait: bool) -> Done:  # noqa: FBT001 a `Piece`
    return await Reindexing(unit).workers(after, limit, wait=wait)


async def _reseal_dialogues(store: Store) -> None:
    """Seal each dialogue's state with the newest master key, under that dialogue's own lock."""
    async with store.reading() as unit:
        query = select(ConversationRow.channel, ConversationRow.chat).where(
            stale(store.vault, ConversationRow.sealed)
        )
        chats = (await unit.connection.execute(query)).all()
    for chat in chats:
        async with store.unit() as unit:
            dialogues = Conversations(unit)
            dialogue = await dialogues.lock(chat.channel, chat.chat)
            await dialogues.save(replace(dialogue, revision=dialogue.revision - 1))
            await unit.commit()
