"""What a person does with a phone: write, send, press, block; each act becomes an update."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sandbox.entities import TEXT_LIMIT, read_marked
from sandbox.errors import PersonError
from sandbox.luggage import read_luggage
from sandbox.marked import units
from sandbox.markup import DATA_BYTES
from sandbox.phones import Callback, Message, Phone

if TYPE_CHECKING:
    from sandbox.world import World

FIRST_PERSON = 1001
LARGEST_ID = 2**52


def add_person(world: World, wish: dict[str, Any]) -> Phone:
    """Give a person a phone; the same id again changes name and title and keeps the chat."""
    number = wish.get("id")
    if number is None:
        number = max(world.phones, default=FIRST_PERSON - 1) + 1
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < LARGEST_ID:
        raise PersonError(400, "bad_id", "id must be a positive whole number.")
    name = wish.get("name") or f"手机 {number}"
    if not isinstance(name, str):
        raise PersonError(400, "bad_name", "name must be text.")
    fresh = Phone(
        person=number,
        name=name,
        title=str(wish.get("title") or ""),
        username=str(wish.get("username") or ""),
        language=str(wish.get("language") or "zh-hans"),
        started=bool(wish.get("started")),
    )
    phone = world.phones.setdefault(number, fresh)
    if phone is not fresh:
        phone.name, phone.user, phone.chat = fresh.name, fresh.user, fresh.chat
        phone.title = fresh.title or phone.title
        phone.started = phone.started or fresh.started
    world.stir(phone)
    return phone


def find_person(world: World, number: str) -> Phone:
    """Return a person's phone."""
    phone = world.phones.get(int(number)) if number.isdigit() else None
    if phone is None:
        raise PersonError(404, "no_person", f"There is no person {number}; add them first.")
    return phone


def speak(world: World, phone: Phone, wish: dict[str, Any]) -> dict[str, Any]:
    """Send what a person wrote or attached."""
    if phone.blocked or phone.deactivated:
        raise PersonError(409, "blocked", "This person has blocked the bot; unblock it first.")
    content = _content(world, phone, wish)
    reply_to = wish.get("reply_to")
    if reply_to is not None and reply_to not in phone.messages:
        raise PersonError(404, "no_message", "The message to reply to is not on this phone.")
    phone.started = True
    message = world.new_message(phone, content, mine=False)
    message.reply_to = reply_to
    world.put(phone, message)
    return _told(message, _announce(world, phone, "message", world.wire(message)))


def correct(world: World, phone: Phone, number: int, wish: dict[str, Any]) -> dict[str, Any]:
    """Edit a text the person sent before."""
    message = phone.messages.get(number)
    if message is None or message.mine or "text" not in message.content:
        raise PersonError(404, "no_message", "This person sent no such text.")
    message.content = _text(wish.get("text"))
    message.edited = int(world.now())
    world.touch(phone, message)
    return _told(message, _announce(world, phone, "edited_message", world.wire(message)))


def _told(message: Message, update_id: int | None) -> dict[str, Any]:
    return {
        "message_id": message.message_id,
        "date": message.date,
        "seq": message.seq,
        "update_id": update_id,
    }


def _announce(world: World, phone: Phone, kind: str, body: dict[str, Any]) -> int | None:
    expires = world.now() + world.settings.message_life
    return world.queue.add(kind, body, lane=f"chat:{phone.person}", expires=expires)


def _content(world: World, phone: Phone, wish: dict[str, Any]) -> dict[str, Any]:
    if "text" in wish:
        return _text(wish["text"])
    return read_luggage(world, phone, wish)


def _text(text: object) -> dict[str, Any]:
    if not isinstance(text, str) or not text.strip():
        raise PersonError(400, "empty", "text must not be empty.")
    if units(text) > TEXT_LIMIT:
        raise PersonError(400, "too_long", f"A message holds {TEXT_LIMIT} characters at most.")
    marked = read_marked(text, None, None)
    content: dict[str, Any] = {"text": marked.text}
    if marked.entities:
        content["entities"] = marked.entities
    return content


def press(world: World, phone: Phone, wish: dict[str, Any]) -> dict[str, Any]:
    """Press a button: under a message (by data or label) or on the lasting keyboard (by label)."""
    if phone.blocked or phone.deactivated:
        raise PersonError(409, "blocked", "This person has blocked the bot; unblock it first.")
    number, data, label = wish.get("message_id"), wish.get("data"), wish.get("label")
    message = phone.messages.get(number) if isinstance(number, int) else None
    if data is not None:
        return _press_data(world, phone, number, data)
    if not isinstance(label, str):
        raise PersonError(400, "no_button", "A press needs data or label.")
    button = _inline_button(message, label) if message else None
    if button is None:
        return _press_lasting(world, phone, label)
    if "callback_data" in button:
        return _press_data(world, phone, number, button["callback_data"])
    return {"opened": button.get("url") or button}


def _press_data(world: World, phone: Phone, number: object, data: object) -> dict[str, Any]:
    if not isinstance(data, str) or not 0 < len(data.encode()) <= DATA_BYTES:
        raise PersonError(400, "bad_data", f"data must be 1 to {DATA_BYTES} bytes.")
    if not isinstance(number, int):
        raise PersonError(400, "no_message", "A press needs message_id.")
    now = world.now()
    body: dict[str, Any] = {
        "id": str(secrets.randbits(63)),
        "from": phone.user,
        "message": _pressed(world, phone, number),
        "chat_instance": str(-phone.person),
        "data": data,
    }
    callback = Callback(callback_id=body["id"], person=phone.person, message_id=number, at=now)
    world.remember(callback)
    expires = now + world.settings.callback_life
    lane = f"user:{phone.person}"
    update_id = world.queue.add("callback_query", body, lane=lane, expires=expires)
    return {"callback_id": callback.callback_id, "update_id": update_id}


def _pressed(world: World, phone: Phone, number: int) -> dict[str, Any]:
    """Return the pressed message; a vanished one is inaccessible, as in Telegram."""
    message = phone.messages.get(number)
    if message is not None and message.mine:
        return world.wire(message)
    if number in phone.deleted:
        return {"message_id": number, "chat": phone.chat, "date": 0}
    raise PersonError(404, "no_message", f"The bot sent no message {number} to this phone.")


def _inline_button(message: Message, label: str) -> dict[str, Any] | None:
    rows = message.markup["inline_keyboard"] if message.markup else []
    buttons: list[dict[str, Any]] = [button for row in rows for button in row]
    return next((button for button in buttons if button["text"] == label), None)


def _press_lasting(world: World, phone: Phone, label: str) -> dict[str, Any]:
    keyboard = phone.keyboard or {}
    buttons = [button for row in keyboard.get("keyboard", []) for button in row]
    button = next((one for one in buttons if one["text"] == label), None)
    if button is None:
        raise PersonError(404, "no_button", f"No button is labelled {label!r} now.")
    if keyboard.get("one_time_keyboard"):
        phone.keyboard = None
    if button.get("request_contact"):
        return speak(world, phone, {"contact": True})
    if button.get("request_location"):
        return speak(world, phone, {"location": True})
    return speak(world, phone, {"text": label})


def block(world: World, phone: Phone, *, blocked: bool) -> dict[str, Any]:
    """Block or unblock the bot; the bot is told of the change."""
    if phone.blocked is blocked:
        return {"blocked": blocked, "update_id": None}
    phone.blocked = blocked
    world.stir(phone)
    here = {"user": world.bot, "status": "member"}
    gone = {"user": world.bot, "status": "kicked", "until_date": 0}
    body = {
        "chat": phone.chat,
        "from": phone.user,
        "date": int(world.now()),
        "old_chat_member": here if blocked else gone,
        "new_chat_member": gone if blocked else here,
    }
    update_id = _announce(world, phone, "my_chat_member", body) if phone.started else None
    return {"blocked": blocked, "update_id": update_id}
