"""Troubles ordered for a test: which call, what kind, how often; a plain list, no HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.errors import ApiError, PersonError, too_many

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = {
    "429": "answer Too Many Requests with retry_after `seconds`, do nothing",
    "500": "answer Internal Server Error, do nothing",
    "502": "answer Bad Gateway, do nothing",
    "403": "answer that the bot was blocked, do nothing",
    "400": "answer Bad Request with `description`, do nothing",
    "drop": "do it, then cut the connection without an answer",
    "drop_before": "cut the connection, do nothing",
    "delay": "wait `seconds`, then do it",
    "delay_after": "do it, then wait `seconds` before answering",
    "duplicate": "do it twice; for webhook and getUpdates: deliver twice",
    "reorder": "webhook and getUpdates only: deliver out of order",
    "outage": "cut every matching connection for `seconds`, whatever `times` says",
}


@dataclass(slots=True, kw_only=True)
class Fault:
    """One ordered trouble; `times` counts down, None lasts until cleared."""

    method: str
    kind: str
    times: int | None = 1
    seconds: float = 0
    chat: int | None = None
    description: str = ""
    until: float = 0

    def as_json(self) -> dict[str, Any]:
        """Return the fault as `/sim/faults` shows it."""
        return {
            "method": self.method,
            "kind": self.kind,
            "times": self.times,
            "seconds": self.seconds,
            "chat": self.chat,
        }

    def refusal(self) -> ApiError | None:
        """Return the answer that stands in for doing anything, if this kind has one."""
        match self.kind:
            case "429":
                return too_many(max(1, round(self.seconds or 1)))
            case "500":
                return ApiError(500, "Internal Server Error")
            case "502":
                return ApiError(502, "Bad Gateway")
            case "403":
                return ApiError(403, "Forbidden: bot was blocked by the user")
            case "400":
                return ApiError(400, self.description or "Bad Request: ordered by a test")
        return None


class Faults:
    """All ordered troubles, in order; the first that matches is taken."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._ordered: list[Fault] = []

    @property
    def any(self) -> bool:
        """Whether anything is ordered at all."""
        return bool(self._ordered)

    def order(self, wish: dict[str, Any]) -> Fault:
        """Add a trouble.

        Raises:
            PersonError: The wish names no known kind or holds a wrong number.
        """
        fault = _read(wish)
        if fault.kind == "outage":
            fault.until = self._now() + fault.seconds
        self._ordered.append(fault)
        return fault

    def take(
        self, method: str, chat: int | None, kinds: frozenset[str] | None = None
    ) -> Fault | None:
        """Take the first trouble ordered for this call and count it down."""
        for fault in self._ordered:
            if not _fits(fault, method, chat) or (kinds and fault.kind not in kinds):
                continue
            if fault.kind == "outage":
                if self._now() < fault.until:
                    return fault
                self._ordered.remove(fault)
                return self.take(method, chat, kinds)
            self._count_down(fault)
            return fault
        return None

    def _count_down(self, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times <= 0:
            self._ordered.remove(fault)

    def ordered(self) -> list[Fault]:
        """Return what is still ordered."""
        return list(self._ordered)

    def clear(self) -> None:
        """Forget every ordered trouble."""
        self._ordered.clear()


def _fits(fault: Fault, method: str, chat: int | None) -> bool:
    if fault.method != method and (
        fault.method != "*" or (method == "webhook" and fault.kind != "outage")
    ):
        return False
    return fault.chat is None or fault.chat == chat


def _read(wish: dict[str, Any]) -> Fault:
    kind = str(wish.get("kind", ""))
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise PersonError(400, "unknown_kind", f"kind must be one of {known}.")
    method = wish.get("method") or "*"
    if not isinstance(method, str):
        raise PersonError(400, "bad_method", "method must be a Bot API method, webhook or *.")
    times, seconds, chat = wish.get("times", 1), wish.get("seconds", 0), wish.get("chat")
    if times is not None and (not isinstance(times, int) or times < 1):
        raise PersonError(400, "bad_times", "times must be a whole number from 1, or null.")
    if not isinstance(seconds, int | float) or seconds < 0:
        raise PersonError(400, "bad_seconds", "seconds must be a number from 0.")
    if chat is not None and not isinstance(chat, int):
        raise PersonError(400, "bad_chat", "chat must be a person's id.")
    if kind == "reorder" and method.lower() not in {"webhook", "getupdates"}:
        raise PersonError(400, "bad_kind", "reorder is for webhook and getUpdates only.")
    return Fault(
        method=method.lower(),
        kind=kind,
        times=times,
        seconds=float(seconds),
        chat=chat,
        description=str(wish.get("description", "")),
    )
