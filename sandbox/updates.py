"""The bot's incoming updates, kept until confirmed; it knows neither polling nor webhooks."""

from __future__ import annotations

import itertools
import json
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DEFAULT_KINDS = frozenset(
    {
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
        "inline_query",
        "poll",
        "poll_answer",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One update; `line` is its JSON, `lane` the queue it must keep its order in."""

    update_id: int
    kind: str
    line: str
    lane: str
    expires: float


def compact(value: object) -> str:
    """Write JSON the short way."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class UpdateQueue:
    """Unconfirmed updates in order; an OrderedDict because the front is taken all the time."""

    def __init__(self, first_id: int) -> None:
        self._pending: OrderedDict[int, Update] = OrderedDict()
        self._next_id = first_id
        self.allowed: frozenset[str] = DEFAULT_KINDS
        self.added: list[Callable[[Update], None]] = []

    def __len__(self) -> int:
        return len(self._pending)

    def __contains__(self, update_id: int) -> bool:
        return update_id in self._pending

    def allow(self, kinds: Iterable[str]) -> None:
        """Remember which kinds the bot wants from now on; none means the usual ones."""
        self.allowed = frozenset(kinds) or DEFAULT_KINDS

    def add(self, kind: str, body: dict[str, Any], *, lane: str, expires: float) -> int | None:
        """Queue an update and tell who waits; None when the bot does not want its kind."""
        if kind not in self.allowed:
            return None
        number = self._next_id
        self._next_id += 1
        line = compact({"update_id": number, kind: body})
        update = Update(update_id=number, kind=kind, line=line, lane=lane, expires=expires)
        self._pending[number] = update
        for told in self.added:
            told(update)
        return number

    def first(self, limit: int, now: float) -> list[Update]:
        """Return the oldest updates that have not expired."""
        expired = [
            update.update_id
            for update in itertools.islice(self._pending.values(), limit)
            if update.expires <= now
        ]
        for number in expired:
            del self._pending[number]
        return list(itertools.islice(self._pending.values(), limit))

    def all(self) -> list[Update]:
        """Return every unconfirmed update."""
        return list(self._pending.values())

    def confirm_below(self, offset: int) -> None:
        """Forget every update with a number below `offset`."""
        while self._pending and next(iter(self._pending)) < offset:
            self._pending.popitem(last=False)

    def keep_last(self, count: int) -> None:
        """Forget all but the newest `count` updates."""
        while len(self._pending) > count:
            self._pending.popitem(last=False)

    def done(self, update_id: int) -> None:
        """Forget one delivered update."""
        self._pending.pop(update_id, None)

    def clear(self) -> None:
        """Forget every update."""
        self._pending.clear()
