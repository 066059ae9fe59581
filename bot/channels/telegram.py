"""Telegram through aiogram: reads updates into turns and delivers replies; it holds no state."""

from __future__ import annotations

import base64
import io
import logging
from typing import TYPE_CHECKING, Any

import aiohttp
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import Response
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    Message,
    ReplyKeyboardMarkup,
)
from aiogram.types import File as TelegramFile
from aiogram.types import Update as TelegramUpdate

from bot.delivery import LaterError
from cases.db.inbox import Incoming
from kernel.errors import InputError, UnavailableError
from kernel.phrases import say
from kernel.text import clean
from kernel.words import Contact, File, FileKind, Other, Place, Said, Start, Text, Turn

if TYPE_CHECKING:
    from bot.presenting import Seals
    from bot.settings import Settings
    from cases.db.conversations import Conversation
    from cases.db.inbox import Waiting

log = logging.getLogger(__name__)

CHANNEL = "telegram"
ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"]
REQUEST_SECONDS = 15
FETCH_SECONDS = 60
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_FILES: tuple[FileKind, ...] = ("photo", "voice", "audio", "video", "document")
_HARMLESS = ("message is not modified", "query is too old", "message to delete not found")

_PINNED = (
    Response[bool],
    Response[Message],
    Response[Message | bool],
    Response[list[TelegramUpdate]],
    Response[TelegramFile],
)
"""Pydantic forgets generic models nobody holds, and makes them anew for each answer (15 ms)."""

Update = dict[str, Any]


def open_bot(token: str, api_base: str) -> Bot:
    """Make the client; `api_base` is Telegram's address or the stand-in's."""
    server = TelegramAPIServer.from_base(api_base)
    return Bot(token, session=AiohttpSession(api=server, timeout=REQUEST_SECONDS))


async def set_commands(bot: Bot, settings: Settings) -> None:
    """Tell Telegram our commands and, with webhooks, where to call; a failure is only logged.

    A deploy step may do the same; setting it again changes nothing.
    """
    try:
        if settings.receive == "webhook":
            await bot.set_webhook(
                settings.webhook_url,
                secret_token=settings.webhook_secret.get_secret_value(),
                allowed_updates=ALLOWED_UPDATES,
                max_connections=40,
            )
        else:
            await bot.delete_webhook()
    except AiogramError as error:
        log.warning("the channel could not be set up yet: %s", type(error).__name__)


def incoming(update: Update) -> Incoming:
    """Read the key and the chat of an update; strangers to both get the chat `-`."""
    return Incoming(CHANNEL, int(update["update_id"]), _chat(update), update)


def _chat(update: Update) -> str:
    query = _object(update.get("callback_query"))
    holder = update.get("message") or query.get("message") or update.get("my_chat_member")
    chat = _object(_object(holder).get("chat"))
    number = chat.get("id")
    private = chat.get("type") == "private" and isinstance(number, int)
    return str(number) if private else "-"


def _object(value: object) -> dict[str, Any]:
    """Return a JSON object, or an empty one for anything else (updates may be forged)."""
    return value if isinstance(value, dict) else {}


class TelegramEar:
    """Reads stored updates."""

    def __init__(self, seals: Seals) -> None:
        self._seals = seals

    def turn(self, waiting: Waiting, conversation: Conversation) -> Turn | None:
        """Read an update into a turn; None for groups and kinds we do not take."""
        update = waiting.payload
        if waiting.chat == "-":
            return None
        said: Said
        message: dict[str, Any] = update.get("message") or {}
        if query := update.get("callback_query"):
            message = query.get("message") or {}
            data = str(query.get("data") or "")
            state, number = conversation.state, conversation.prompt_no
            said = self._seals.read(waiting.chat, data, number, state)
        elif change := update.get("my_chat_member"):
            status = (change.get("new_chat_member") or {}).get("status")
            said = Other("blocked" if status == "kicked" else "unblocked")
        else:
            said = _said(message)
        return Turn(
            turn_id=str(waiting.update_id),
            channel=CHANNEL,
            chat=waiting.chat,
            said=said,
            at=waiting.received_at,
            message=str(message.get("message_id", "")),
        )

    def answer(self, waiting: Waiting) -> dict[str, Any] | None:
        """Return what ends the waiting sign of a pressed button."""
        number = _object(waiting.payload.get("callback_query")).get("id")
        return {"query": str(number)} if number else None


def _said(message: dict[str, Any]) -> Said:
    text = message.get("text")
    if isinstance(text, str):
        if text == "/start" or text.startswith("/start "):
            return Start(clean(text[len("/start") :], limit=64))
        return Text(clean(text))
    try:
        return _attached(message)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError):
        return Other("malformed")


def _attached(message: dict[str, Any]) -> Said:
    for kind in _FILES:
        if kind in message:
            return _file(kind, message[kind], str(message.get("media_group_id") or ""))
    if place := message.get("location"):
        return Place(float(place["latitude"]), float(place["longitude"]))
    if contact := message.get("contact"):
        sender = (message.get("from") or {}).get("id")
        return Contact(str(contact.get("phone_number", "")), contact.get("user_id") == sender)
    return Other("unknown")


def _file(kind: FileKind, value: Any, album: str) -> File:  # noqa: ANN401 JSON
    largest = value[-1] if isinstance(value, list) else value
    size = int(largest.get("file_size") or 0)
    return File(kind, str(largest["file_id"]), size, clean(album, limit=64))


class TelegramFiles:
    """Fetches what people send."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def fetch(self, handle: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            InputError: It is too large for the Bot API (20 MB), or Telegram has lost it.
            UnavailableError: Telegram did not answer; the person may send it again.
        """
        try:
            found = await self._bot.get_file(handle)
            body = io.BytesIO()
            await self._bot.download_file(found.file_path or "", body, timeout=FETCH_SECONDS)
        except TelegramBadRequest as error:
            raise InputError(reply=say("file-lost")) from error
        except (AiogramError, aiohttp.ClientError, TimeoutError) as error:
            raise UnavailableError(reply=say("file-later")) from error
        return body.getvalue()


class TelegramMouth:
    """Delivers replies through the Bot API."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def deliver(self, chat: str, payload: dict[str, Any], message: str) -> str:
        """Send one reply; what can never arrive is dropped, what may arrive is tried again."""
        try:
            return await self._send(int(chat), payload, message)
        except TelegramRetryAfter as error:
            raise LaterError(float(error.retry_after)) from error
        except (TelegramNetworkError, TelegramServerError, ClientDecodeError) as error:
            # a gateway's page instead of JSON is an outage too
            raise LaterError from error
        except TelegramForbiddenError:
            return ""
        except TelegramBadRequest as error:
            if payload["do"] == "edit" and not any(w in str(error) for w in _HARMLESS):
                return await self._instead(int(chat), payload)
            if payload["do"] == "send":
                log.warning("a reply was refused and dropped")
            return message if payload["do"] == "edit" else ""
        except AiogramError as error:
            # also an answer that is not Telegram's: a gateway's error page
            raise LaterError from error

    async def _instead(self, chat: int, payload: dict[str, Any]) -> str:
        """Send anew what can no longer be edited, if it asks something."""
        if not payload.get("buttons"):
            return ""
        return await self.deliver(str(chat), {**payload, "do": "send"}, "")

    async def _send(self, chat: int, payload: dict[str, Any], message: str) -> str:
        match payload["do"]:
            case "send":
                sent = await self._bot.send_message(
                    chat,
                    payload["html"],
                    parse_mode="HTML",
                    reply_markup=_markup(payload),
                    link_preview_options=_NO_PREVIEW,
                    protect_content=True,
                )
                return str(sent.message_id)
            case "edit":
                await self._bot.edit_message_text(
                    payload["html"],
                    chat_id=chat,
                    message_id=int(message),
                    parse_mode="HTML",
                    reply_markup=_inline(payload),
                    link_preview_options=_NO_PREVIEW,
                )
                return message
            case "paper":
                content = base64.b64decode(payload["content"])
                sent = await self._bot.send_document(
                    chat,
                    BufferedInputFile(content, payload["name"]),
                    caption=payload["html"],
                    parse_mode="HTML",
                )
                return str(sent.message_id)
            case "toast":
                await self._bot.answer_callback_query(
                    payload["query"],
                    text=payload["text"] or None,
                    show_alert=payload.get("alert", False),
                )
            case "forget":
                await self._bot.delete_message(chat, int(payload["message"]))
        return ""


def _inline(payload: dict[str, Any]) -> InlineKeyboardMarkup | None:
    rows = payload.get("buttons")
    if not rows:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=label, callback_data=data) for label, data in row]
            for row in rows
        ]
    )


def _markup(payload: dict[str, Any]) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    menu = payload.get("menu")
    if menu is None or payload.get("buttons"):
        return _inline(payload)
    return ReplyKeyboardMarkup(
        keyboard=[[KeyboardButton(text=text) for text in row] for row in menu],
        resize_keyboard=True,
        is_persistent=True,
    )
