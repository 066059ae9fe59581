"""What the methods share: finding the chat and its messages, or refusing as Telegram does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.entities import CAPTION_LIMIT, TEXT_LIMIT, read_marked
from sandbox.errors import ApiError, bad
from sandbox.marked import Marked, units
from sandbox.wire import Params
from sandbox.world import World

if TYPE_CHECKING:
    from sandbox.phones import Message, Phone

Method = Callable[[World, Params], Any | Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Told:
    """A result with the remark Telegram adds to some answers."""

    result: Any
    description: str


def known_chat(world: World, params: Params) -> Phone:
    """Return the chat a call names; a bot knows only people who wrote to it first."""
    raw = params.text("chat_id")
    if not raw:
        raise bad("chat_id is empty")
    try:
        phone = world.phones.get(int(raw))
    except ValueError:
        phone = None
    if phone is None or not phone.started:
        raise bad("chat not found")
    return phone


def open_chat(world: World, params: Params) -> Phone:
    """Return the chat a call writes to, if the person still lets the bot write."""
    phone = known_chat(world, params)
    if phone.deactivated:
        raise ApiError(403, "Forbidden: user is deactivated")
    if phone.blocked:
        raise ApiError(403, "Forbidden: bot was blocked by the user")
    return phone


def message_number(params: Params) -> int:
    """Return the message id of a call."""
    number = params.number("message_id")
    if number <= 0:
        raise bad("message identifier is not specified")
    return number


def own_message(world: World, params: Params) -> tuple[Phone, Message]:
    """Return a message of the bot's that may be edited."""
    if params.text("inline_message_id"):
        raise bad("MESSAGE_ID_INVALID")
    phone = open_chat(world, params)
    message = phone.messages.get(message_number(params))
    if message is None:
        raise bad("message to edit not found")
    if not message.mine or message.lasting is not None:
        raise bad("message can't be edited")
    return phone, message


def read_text(params: Params) -> Marked:
    """Return the text of a message within Telegram's limits."""
    raw = params.text("text")
    marked = read_marked(raw, params.text("parse_mode"), params.parsed("entities"))
    if not marked.text:
        raise bad("message text is empty")
    if units(marked.text) > TEXT_LIMIT:
        raise bad("message is too long")
    return marked


def read_caption(values: Params) -> dict[str, Any]:
    """Return the caption fields of a message within Telegram's limits."""
    raw = values.text("caption")
    if not raw:
        return {}
    marked = read_marked(raw, values.text("parse_mode"), values.parsed("caption_entities"))
    if units(marked.text) > CAPTION_LIMIT:
        raise bad("message caption is too long")
    fields: dict[str, Any] = {"caption": marked.text} if marked.text else {}
    if marked.text and marked.entities:
        fields["caption_entities"] = marked.entities
    return fields


def reply_target(phone: Phone, params: Params) -> int | None:
    """Return the message a message answers to, if it is there."""
    wish = params.parsed("reply_parameters")
    if isinstance(wish, dict):
        number = int(wish.get("message_id") or 0)
        lenient = bool(wish.get("allow_sending_without_reply"))
    else:
        number = params.number("reply_to_message_id")
        lenient = params.flag("allow_sending_without_reply")
    if not number:
        return None
    if number not in phone.messages:
        if lenient:
            return None
        raise bad("message to be replied not found")
    return number
