"""Changes, deletes and pins messages; an edit that changes nothing is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.errors import bad
from sandbox.markup import read_inline
from sandbox.methods.common import (
    known_chat,
    message_number,
    open_chat,
    own_message,
    read_caption,
    read_text,
)

if TYPE_CHECKING:
    from sandbox.methods.common import Method
    from sandbox.phones import Message, Phone
    from sandbox.wire import Params
    from sandbox.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
MOST_DELETED = 100
FILES = ("photo", "document", "voice", "audio", "video")


def _change(
    world: World,
    phone: Phone,
    message: Message,
    content: dict[str, Any],
    markup: dict[str, Any] | None,
) -> dict[str, Any]:
    if content == message.content and markup == message.markup:
        raise bad(NOT_MODIFIED)
    world.limits.check(phone.person)
    if content != message.content:
        message.edited = int(world.now())
    message.content, message.markup = content, markup
    world.touch(phone, message)
    return world.wire(message)


def edit_text(world: World, params: Params) -> dict[str, Any]:
    """Replace the text of a message, and its buttons with what is given now."""
    phone, message = own_message(world, params)
    if "text" not in message.content:
        raise bad("there is no text in the message to edit")
    marked = read_text(params)
    content: dict[str, Any] = {"text": marked.text}
    if marked.entities:
        content["entities"] = marked.entities
    return _change(world, phone, message, content, read_inline(params.values.get("reply_markup")))


def edit_caption(world: World, params: Params) -> dict[str, Any]:
    """Replace the caption of a photo or another file."""
    phone, message = own_message(world, params)
    if not any(kind in message.content for kind in FILES):
        raise bad("there is no caption in the message to edit")
    kept = {
        name: value
        for name, value in message.content.items()
        if name not in {"caption", "caption_entities"}
    }
    content = {**kept, **read_caption(params)}
    return _change(world, phone, message, content, read_inline(params.values.get("reply_markup")))


def edit_markup(world: World, params: Params) -> dict[str, Any]:
    """Replace the buttons under a message."""
    phone, message = own_message(world, params)
    markup = read_inline(params.values.get("reply_markup"))
    return _change(world, phone, message, message.content, markup)


def delete_message(world: World, params: Params) -> bool:
    """Take a message off the phone."""
    phone = known_chat(world, params)
    number = message_number(params)
    if number not in phone.messages:
        raise bad("message to delete not found")
    world.remove(phone, number)
    return True


def delete_messages(world: World, params: Params) -> bool:
    """Take several messages off the phone; those already gone are passed over."""
    phone = known_chat(world, params)
    numbers = params.parsed("message_ids")
    if not isinstance(numbers, list) or not numbers:
        raise bad("message identifiers are not specified")
    if len(numbers) > MOST_DELETED:
        raise bad("too many message identifiers specified")
    for number in numbers:
        if isinstance(number, int) and number in phone.messages:
            world.remove(phone, number)
    return True


def _pin(world: World, params: Params, *, pinned: bool) -> bool:
    phone = open_chat(world, params)
    message = phone.messages.get(message_number(params))
    if message is None:
        raise bad(f"message to {'pin' if pinned else 'unpin'} not found")
    if message.pinned is not pinned:
        message.pinned = pinned
        world.touch(phone, message)
    return True


def pin_message(world: World, params: Params) -> bool:
    """Pin a message to the top of the chat."""
    return _pin(world, params, pinned=True)


def unpin_message(world: World, params: Params) -> bool:
    """Unpin a message."""
    return _pin(world, params, pinned=False)


METHODS: dict[str, Method] = {
    "editmessagetext": edit_text,
    "editmessagecaption": edit_caption,
    "editmessagereplymarkup": edit_markup,
    "deletemessage": delete_message,
    "deletemessages": delete_messages,
    "pinchatmessage": pin_message,
    "unpinchatmessage": unpin_message,
}
