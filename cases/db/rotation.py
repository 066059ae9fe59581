"""Changing the master key while the service works; it makes no key and reads no file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from cases.db.conversations import Conversations
from cases.db.rows import ConversationRow
from cases.db.subjects import Subjects

if TYPE_CHECKING:
    from cases.db.store import Store


async def rotate_keys(store: Store) -> int:
    """Wrap every data key with the newest master key, batch by batch, while the service works.

    Dialogue states are sealed anew too. Messages on their way (inbox, replies, outbox) are not:
    keep the old master key until those of the day of rotation are gone.

    Returns:
        How many batches were written.
    """
    await _reseal_dialogues(store)
    batches, after = 0, ""
    while True:
        async with store.unit() as unit:
            last = await Subjects(unit).rewrap(after)
            await unit.commit()
        batches += 1
        if last is None:
            return batches
        after = last


async def _reseal_dialogues(store: Store) -> None:
    """Seal each dialogue's state with the newest master key, under that dialogue's own lock."""
    async with store.reading() as unit:
        query = select(ConversationRow.channel, ConversationRow.chat)
        chats = (await unit.connection.execute(query)).all()
    for chat in chats:
        async with store.unit() as unit:
            dialogues = Conversations(unit)
            dialogue = await dialogues.lock(chat.channel, chat.chat)
            await dialogues.save(replace(dialogue, revision=dialogue.revision - 1))
            await unit.commit()
