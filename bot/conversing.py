"""Opens a room for each turn and lets the conversations answer; it holds no sentence."""

from __future__ import annotations

import asyncio
from functools import partial
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, cast

from bot.turns import Aside, Outcome
from handlers.room import Room, Slow
from handlers.routing import answer_turn

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cases.db.store import Unit
    from handlers.room import Services
    from kernel.words import Turn


class Conversing:
    """Answers turns."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def expect(self, unit: Unit, channel: str, chat: str) -> None:
        """Let what every turn of a chat asks for come with the unit's next statement."""
        Room.expect(unit, channel, chat)

    async def __call__(
        self, unit: Unit, turn: Turn, state: dict[str, Any], found: object | None
    ) -> Outcome:
        """Answer one turn within its transaction.

        Raises:
            Aside: Slow work is wanted first; the turn is then begun again with its result.
        """
        room = await Room.open(unit, turn, self._services, state, found)
        try:
            await answer_turn(room)
        except Slow as slow:
            raise Aside(partial(_worked, slow.work)) from None
        return Outcome(tuple(room.replies), room.state, room.language, tuple(room.later))


async def _worked(work: Callable[[], object]) -> object:
    """Do slow work: waiting stays in the loop, computing goes to a thread."""
    if iscoroutinefunction(work.func if isinstance(work, partial) else work):
        return await cast("Awaitable[object]", work())
    return await asyncio.to_thread(work)
