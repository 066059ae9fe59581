"""The way out to Telegram: python-telegram-bot's ExtBot behind our own pace; it never polls.

The only module that imports that library. Its own AIORateLimiter is not used: measured, it knows
no pace per chat and no priority, and a 429 halts every chat and is freed early.
"""

from __future__ import annotations

import asyncio
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.ext import BaseRateLimiter, Defaults, ExtBot
from telegram.request import HTTPXRequest
from telegram.warnings import PTBDeprecationWarning

from alerts.errors import (
    GoneError,
    HaltedError,
    NotSentError,
    RejectedError,
    UnreachableError,
    UnsureError,
)
from alerts.limiter import Pace, Pacer

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from alerts.errors import SendError
    from alerts.sender import Presented

READ_SECONDS = 7.0
CONNECT_SECONDS = 3.0
POOL_SECONDS = 1.0
"""Within the courier's time limit of a send: our defaults."""
CONNECTIONS = 80
_UNREACHABLE = re.compile(
    r"chat not found|user not found|peer_id_invalid|user is deactivated|bot was blocked"
    r"|bot can't initiate",
    re.IGNORECASE,
)
_UNCHANGED = re.compile(r"message is not modified", re.IGNORECASE)
_GONE = re.compile(
    r"message to edit not found|message can't be edited|message_id_invalid", re.IGNORECASE
)
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True, slots=True)
class Permit:
    """What a request says to the limiter: its lane, and whether its share is taken already."""

    lane: int
    taken: bool = False


class PacedRequests(BaseRateLimiter[Permit]):
    """Lets requests out at our pace; a 429 stops one chat only and is never retried here."""

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer

    async def initialize(self) -> None:
        """Nothing to begin."""

    async def shutdown(self) -> None:
        """Nothing to end."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,  # noqa: ANN401 the library's seam
        kwargs: dict[str, Any],
        endpoint: str,  # noqa: ARG002
        data: dict[str, Any],
        rate_limit_args: Permit | None,
    ) -> Any:  # noqa: ANN401
        """Wait for a share, ask Telegram, and note a 429 for its chat."""
        chat = str(data.get("chat_id", ""))
        permit = rate_limit_args or Permit(1)
        while not (permit.taken or self._pacer.take(chat, permit.lane)):  # noqa: ASYNC110 time frees it
            await asyncio.sleep(self._pacer.wait(chat, permit.lane))
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as error:
            self._pacer.halt(chat, _seconds(error))
            raise


class TelegramSender:
    """Sends and edits messages through one bot token.

    Args:
        token: The bot's token.
        api_base: Address of the Bot API or its stand-in, without `/bot`.
        pace: What the token bears.
    """

    def __init__(
        self, token: str, api_base: str = "https://api.telegram.org", pace: Pace | None = None
    ) -> None:
        # At each 429 the library warns of a later type of its pause; `_seconds` takes both.
        warnings.filterwarnings("ignore", r".*retry_after", category=PTBDeprecationWarning)
        self.pacer = Pacer(pace or Pace())
        self._request = HTTPXRequest(
            connection_pool_size=CONNECTIONS,
            read_timeout=READ_SECONDS,
            write_timeout=READ_SECONDS,
            connect_timeout=CONNECT_SECONDS,
            pool_timeout=POOL_SECONDS,
        )
        self._bot: ExtBot[Permit] = ExtBot(
            token,
            base_url=f"{api_base.rstrip('/')}/bot",
            request=self._request,
            get_updates_request=self._request,
            rate_limiter=PacedRequests(self.pacer),
            defaults=Defaults(
                parse_mode="HTML",
                protect_content=True,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            ),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._request.shutdown()

    async def send(self, chat: str, message: Presented, *, lane: int) -> str:
        """Send a message whose share the courier has taken from the pacer."""
        try:
            sent = await self._bot.send_message(
                chat,
                message.html,
                reply_markup=_keyboard(message),
                rate_limit_args=Permit(lane, taken=True),
            )
        except TelegramError as error:
            raise known(error) from error
        return str(sent.message_id)

    async def edit(self, chat: str, message_id: str, message: Presented, *, lane: int) -> None:
        """Change a message; one that shows this already is as it should be."""
        try:
            await self._bot.edit_message_text(
                message.html,
                chat,
                int(message_id),
                reply_markup=_keyboard(message),
                rate_limit_args=Permit(lane, taken=True),
            )
        except TelegramError as error:
            if isinstance(error, BadRequest) and _UNCHANGED.search(error.message):
                return
            raise known(error) from error


def known(error: TelegramError) -> SendError:
    """Say what is known of the end of a request."""
    match error:
        case RetryAfter():
            return HaltedError(_seconds(error))
        case Forbidden():
            return UnreachableError()
        case BadRequest():
            return _refused(error.message)
        case ChatMigrated():
            return UnreachableError()
        case InvalidToken() | Conflict():
            return NotSentError()
        case NetworkError() if isinstance(error.__cause__, _NOT_SENT):
            return NotSentError()
        case _:
            return UnsureError()


def _refused(text: str) -> SendError:
    if _UNREACHABLE.search(text):
        return UnreachableError()
    return GoneError() if _GONE.search(text) else RejectedError()


def _seconds(error: RetryAfter) -> float:
    pause = error.retry_after
    return float(pause) if isinstance(pause, int | float) else pause.total_seconds()


def _keyboard(message: Presented) -> InlineKeyboardMarkup | None:
    if not message.buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(label, callback_data=data) for label, data in row]
            for row in message.buttons
        ]
    )
