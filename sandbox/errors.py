"""The two ways the stand-in says no: to a bot as Telegram does, to a person in one sentence."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A refusal in Telegram's own shape."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def body(self) -> dict[str, Any]:
        """Return the JSON object a bot receives."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return body


class PersonError(Exception):
    """What a person tried on a phone cannot be done."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.sentence = sentence


def bad(reason: str) -> ApiError:
    """Return the refusal of a request that makes no sense."""
    return ApiError(400, f"Bad Request: {reason}")


def too_many(seconds: int) -> ApiError:
    """Return the refusal of a bot that is too fast."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=max(1, seconds))
