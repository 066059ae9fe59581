"""Telegram through aiogram: reads updates into turns and delivers replies; it holds no state."""

from __future__ import annotations

import base64
import io
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

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
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageText,
    Response,
    SendMessage,
)
from aiogram.types import BufferedInputFile, Message
from aiogram.types import File as TelegramFile
from aiogram.types import Update as TelegramUpdate

from bot.delivery import LaterError
from cases.db.inbox import Incoming
from cases.jsontext import read, written
from kernel.errors import InputError, UnavailableError
from kernel.phrases import say
from kernel.text import clean
from kernel.words import Contact, File, FileKind, Other, Place, Said, Start, Text, Turn

if TYPE_CHECKING:
    from aiogram.methods import TelegramMethod

    from bot.presenting import Seals
    from bot.settings import Settings
    from cases.db.conversations import Conversation
    from cases.db.inbox import Waiting

log = logging.getLogger(__name__)

CHANNEL = "telegram"
ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"]
REQUEST_SECONDS = 15
FETCH_SECONDS = 60
_FILES: tuple[FileKind, ...] = ("photo", "voice", "audio", "video", "document")
_JSON = {"Content-Type": "application/json"}
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


def hushing(update: Update) -> dict[str, Any] | None:
    """Return the call that ends the waiting sign of a pressed button, for the webhook's answer."""
    number = _pressed(update)
    return {"method": "answerCallbackQuery", "callback_query_id": number} if number else None


def _pressed(update: Update) -> str:
    """Return the number of a press; empty when it is none."""
    return str(_object(update.get("callback_query")).get("id") or "")


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
        number = _pressed(waiting.payload)
        return {"query": number} if number else None


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
        self._session = cast("AiohttpSession", bot.session)
        self._patience = aiohttp.ClientTimeout(total=self._session.timeout)

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
                said = {**_text(chat, payload), **_markup(payload), "protect_content": True}
                return _number(await self._call(SendMessage, said))
            case "edit":
                said = {**_text(chat, payload), **_inline(payload), "message_id": int(message)}
                await self._call(EditMessageText, said)
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
                toast = {"callback_query_id": payload["query"]}
                if payload["text"]:
                    toast |= {"text": payload["text"], "show_alert": payload.get("alert", False)}
                await self._call(AnswerCallbackQuery, toast)
            case "forget":
                await self._call(
                    DeleteMessage, {"chat_id": chat, "message_id": int(payload["message"])}
                )
        return ""

    async def _call(self, method: type[TelegramMethod[Any]], body: dict[str, Any]) -> object:
        """Post a call as JSON and return its result; aiogram reads what was refused.

        Of the answer we need one number, so aiogram's models of the call and of the whole sent
        message are not built: that took sending from 18 % of a turn to 12 % (py-spy over
        bench/turns.py).

        Raises:
            AiogramError: As `Bot` raises it.
        """
        session = self._session
        http = await session.create_session()
        url = session.api.api_url(self._bot.token, method.__api_method__)
        try:
            async with http.post(
                url, data=written(body), headers=_JSON, timeout=self._patience
            ) as response:
                answer = await response.read()
        except (TimeoutError, aiohttp.ClientError) as error:
            asked = method.model_construct()
            raise TelegramNetworkError(method=asked, message=type(error).__name__) from error
        taken = HTTPStatus.OK <= response.status <= HTTPStatus.IM_USED
        if taken and (found := _result(answer)) is not None:
            return found
        text = answer.decode(errors="replace")
        session.check_response(self._bot, method.model_construct(), response.status, text)
        raise _not_telegrams("no result")


def _result(text: bytes) -> object | None:
    """Return the result of a call that was taken; None when somebody has to look closer."""
    try:
        answer = read(text)
    except ValueError:
        return None
    return answer.get("result") if isinstance(answer, dict) and answer.get("ok") is True else None


def _number(sent: object) -> str:
    """Return the number of a sent message.

    Raises:
        ClientDecodeError: It was taken, and the answer is not Telegram's.
    """
    found = _object(sent).get("message_id")
    if not isinstance(found, int):
        raise _not_telegrams("no message number")
    return str(found)


def _not_telegrams(why: str) -> ClientDecodeError:
    return ClientDecodeError(why, ValueError(why), None)


def _text(chat: int, payload: dict[str, Any]) -> dict[str, Any]:
    return {
        "chat_id": chat,
        "text": payload["html"],
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }


def _inline(payload: dict[str, Any]) -> dict[str, Any]:
    rows = payload.get("buttons")
    if not rows:
        return {}
    keyboard = [[{"text": label, "callback_data": data} for label, data in row] for row in rows]
    return {"reply_markup": {"inline_keyboard": keyboard}}


def _markup(payload: dict[str, Any]) -> dict[str, Any]:
    menu = payload.get("menu")
    if menu is None or payload.get("buttons"):
        return _inline(payload)
    keyboard = [[{"text": text} for text in row] for row in menu]
    return {"reply_markup": {"keyboard": keyboard, "resize_keyboard": True, "is_persistent": True}}
