"""Changing the master key while the service works; it makes no key and reads no file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from cases.db.conversations import Conversations
from cases.db.mail import PIECE, TABLES, Mail, stale
from cases.db.rows import ConversationRow
from cases.db.subjects import Subjects

if TYPE_CHECKING:
    from cases.db.mail import MailTable
    from cases.db.store import Store


async def rotate_keys(store: Store) -> int:
    """Put the newest master key in place of older ones, piece by piece, while the service works.

    Data keys are wrapped anew; dialogues, questions, answers and messages on their way (inbox,
    replies, outbox) are sealed anew. What a process that has not read the new key yet writes
    meanwhile is found by the next run; `Subjects.masters` says which keys are still in use.

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
        batches += await _reseal(store, table)
    await _reseal_dialogues(store)
    return batches


async def _reseal(store: Store, table: MailTable) -> int:
    """Seal a table of mail anew: first what nobody holds, then row by row what somebody held."""
    pieces = 0
    for limit, wait in ((PIECE, False), (1, True)):
        after: tuple[Any, ...] | None = ()
        while after is not None:
            async with store.unit() as unit:
                after = await Mail(unit).reseal(table, after, limit, wait=wait)
                await unit.commit()
            pieces += after is not None
    return pieces


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
