"""The book of every Bot API call received, newest kept, each with its time."""

from __future__ import annotations

import itertools
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from sandbox.wire import shown


@dataclass(slots=True, kw_only=True)
class Call:
    """One call: `at` and `answered_at` are epoch seconds; `code` 0 means cut without an answer."""

    n: int
    at: float
    method: str
    params: dict[str, Any]
    chat_id: int | None = None
    code: int | None = None
    description: str = ""
    message_id: int | None = None
    fault: str = ""
    answered_at: float | None = None
    files: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the call as `/sim/calls` shows it."""
        return {
            "n": self.n,
            "at": self.at,
            "answered_at": self.answered_at,
            "method": self.method,
            "params": shown(self.params),
            "files": self.files,
            "chat_id": self.chat_id,
            "ok": self.code == 200,  # noqa: PLR2004 the number of HTTP itself
            "code": self.code,
            "description": self.description,
            "message_id": self.message_id,
            "fault": self.fault,
        }


class CallBook:
    """Calls in order of arrival, numbered from 1; only the newest `keep` stay."""

    def __init__(self, keep: int) -> None:
        self._calls: deque[Call] = deque(maxlen=keep)
        self.total = 0

    def note(self, method: str, params: dict[str, Any], at: float) -> Call:
        """Write a call down before it is answered."""
        self.total += 1
        call = Call(n=self.total, at=at, method=method, params=params)
        self._calls.append(call)
        return call

    def after(self, number: int, limit: int | None = None) -> list[Call]:
        """Return the kept calls numbered above `number`, oldest first."""
        first = self.total - len(self._calls) + 1
        start = max(0, number + 1 - first)
        end = None if limit is None else start + limit
        return list(itertools.islice(self._calls, start, end))

    def clear(self) -> None:
        """Forget the kept calls; the numbers go on."""
        self._calls.clear()
