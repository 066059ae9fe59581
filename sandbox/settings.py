"""How the stand-in is set up; it reads no environment, whoever starts it decides."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can differ between a demo, a test and a bench.

    `token` None accepts any token. Times are seconds. `keep_calls` and `keep_messages` bound
    the memory of a long run: the newest calls, and the newest messages of each phone.
    `first_number` is where update and message numbers begin: a stand-in that is started again
    must not give out numbers that a bot has seen before.
    """

    token: str | None = None
    bot_name: str = "童伴"
    bot_username: str = "tongban_bot"
    first_number: int = 0
    keep_calls: int = 100_000
    keep_messages: int = 5_000
    message_life: float = 24 * 3600
    callback_life: float = 150
    webhook_timeout: float = 60
    first_retry: float = 2
    longest_retry: float = 90
    longest_poll: float = 50
