"""Sends texts, places, drafts and signs of typing to a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.entities import TEXT_LIMIT, read_marked
from sandbox.errors import bad
from sandbox.marked import units
from sandbox.markup import read_markup
from sandbox.methods.common import open_chat, read_text, reply_target
from sandbox.world import ACTION_SECONDS

if TYPE_CHECKING:
    from sandbox.methods.common import Method
    from sandbox.phones import Message, Phone
    from sandbox.wire import Params
    from sandbox.world import World

NORTH, EAST = 90, 180
ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "record_audio",
        "upload_voice",
        "upload_audio",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def deliver(world: World, phone: Phone, params: Params, content: dict[str, Any]) -> Message:
    """Show a new message of the bot's with its keyboard; refuse before anything changes."""
    inline, lasting = read_markup(params.values.get("reply_markup"))
    reply_to = reply_target(phone, params)
    world.limits.check(phone.person)
    message = world.new_message(phone, content, mine=True)
    message.markup = inline
    message.reply_to = reply_to
    message.silent = params.flag("disable_notification")
    message.protected = params.flag("protect_content")
    if lasting is not None:
        message.lasting = lasting
        phone.keyboard = None if lasting.get("remove_keyboard") else lasting
    phone.action = phone.draft = None
    return world.put(phone, message)


def send_message(world: World, params: Params) -> dict[str, Any]:
    """Send a text."""
    phone = open_chat(world, params)
    marked = read_text(params)
    content: dict[str, Any] = {"text": marked.text}
    if marked.entities:
        content["entities"] = marked.entities
    return world.wire(deliver(world, phone, params, content))


def send_location(world: World, params: Params) -> dict[str, Any]:
    """Send a place."""
    phone = open_chat(world, params)
    latitude, longitude = params.decimal("latitude"), params.decimal("longitude")
    if latitude is None or abs(latitude) > NORTH:
        raise bad("wrong latitude specified" if latitude is not None else "latitude is empty")
    if longitude is None or abs(longitude) > EAST:
        raise bad("wrong longitude specified" if longitude is not None else "longitude is empty")
    content = {"location": {"latitude": latitude, "longitude": longitude}}
    return world.wire(deliver(world, phone, params, content))


def send_contact(world: World, params: Params) -> dict[str, Any]:
    """Send a telephone number with a name."""
    phone = open_chat(world, params)
    number, name = params.text("phone_number"), params.text("first_name")
    if not number:
        raise bad("phone number is empty")
    if not name:
        raise bad("first name is empty")
    content = {"contact": {"phone_number": number, "first_name": name}}
    return world.wire(deliver(world, phone, params, content))


def send_chat_action(world: World, params: Params) -> bool:
    """Show for five seconds that the bot is busy."""
    phone = open_chat(world, params)
    action = params.text("action").lower()
    if action not in ACTIONS:
        raise bad("wrong parameter action in request")
    phone.action = (action, world.now() + ACTION_SECONDS)
    world.stir(phone)
    return True


def send_message_draft(world: World, params: Params) -> bool:
    """Show a text that is still being written."""
    phone = open_chat(world, params)
    number = params.number("draft_id")
    if not number:
        raise bad("draft_id must be non-zero")
    raw = params.text("text")
    marked = read_marked(raw, params.text("parse_mode"), params.parsed("entities"))
    if units(marked.text) > TEXT_LIMIT:
        raise bad("message is too long")
    phone.draft = {"draft_id": number, "text": marked.text, "entities": marked.entities}
    world.stir(phone)
    return True


METHODS: dict[str, Method] = {
    "sendmessage": send_message,
    "sendlocation": send_location,
    "sendcontact": send_contact,
    "sendchataction": send_chat_action,
    "sendmessagedraft": send_message_draft,
}
