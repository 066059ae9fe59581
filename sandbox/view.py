"""What a phone shows, as JSON for the page and for tests; the shape is in SHAPE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.files import FileShelf
    from sandbox.phones import Message, Phone
    from sandbox.world import World

SHAPE = """
GET /sim/people/{id}/messages?after=N answers
{
  "run": str            another value: the stand-in was restarted, forget everything
  "seq": int            the newest change of this phone: the next `after`
  "person": {"id", "name", "title", "started", "blocked", "deactivated"}
  "messages": [         shown now and new or changed after N, in the order of the chat
    {"message_id", "from": "bot"|"me", "date", "seq", "edited": bool, "kind", "text",
     "entities": [...], "buttons": [[{"text", "data"|"url"|...}]], "reply_to", "pinned",
     "silent", "album", and one of "photo"|"voice"|"audio"|"video"|"document":
     {"file_id", "url", ...}, "location": {...}, "contact": {...}}]
  "deleted": [int]      message ids that vanished after N
  "notices": [{"callback_id", "message_id", "text", "alert": bool, "url", "at", "seq"}]
                        answers to presses after N; the text may be empty
  "keyboard": {"rows": [[{"text", ...}]], "one_time", "placeholder"} | null
  "force_reply": bool   the bot asks for an answer to its last message
  "action": str | null  "typing" and the like, for five seconds
  "draft": {"draft_id", "text", "entities"} | null
  "commands": [{"command", "description"}]
}
"""
FILES = ("photo", "voice", "audio", "video", "document")
PLAIN = ("location", "contact")
ACTIONS = ("url", "web_app", "copy_text", "switch_inline_query", "disabled")


def show_phone(world: World, phone: Phone, after: int) -> dict[str, Any]:
    """Return what is new or changed on a phone after a number of change."""
    return {
        "run": world.run,
        "seq": phone.seq,
        "person": show_person(phone),
        "messages": [show_message(world.files, one) for one in phone.changed_after(after)],
        "deleted": phone.deleted_after(after),
        "notices": [notice for notice in phone.notices if notice["seq"] > after],
        "keyboard": _keyboard(phone.keyboard),
        "force_reply": bool(phone.keyboard and phone.keyboard.get("force_reply")),
        "action": _action(phone, world.now()),
        "draft": phone.draft,
        "commands": world.commands,
    }


def show_person(phone: Phone) -> dict[str, Any]:
    """Return a person as lists show them."""
    return {
        "id": phone.person,
        "name": phone.name,
        "title": phone.title,
        "started": phone.started,
        "blocked": phone.blocked,
        "deactivated": phone.deactivated,
        "seq": phone.seq,
    }


def show_message(files: FileShelf, message: Message) -> dict[str, Any]:
    """Return one message as the phone shows it."""
    content = message.content
    shown: dict[str, Any] = {
        "message_id": message.message_id,
        "from": "bot" if message.mine else "me",
        "date": message.date,
        "seq": message.seq,
        "edited": bool(message.edited),
        "kind": "text",
        "text": content.get("text") or content.get("caption") or "",
        "entities": content.get("entities") or content.get("caption_entities") or [],
        "buttons": _buttons(message.markup),
        "reply_to": message.reply_to,
        "pinned": message.pinned,
        "silent": message.silent,
        "album": content.get("media_group_id"),
    }
    for kind in FILES:
        if kind in content:
            shown["kind"], shown[kind] = kind, _file(files, content[kind])
    for kind in PLAIN:
        if kind in content:
            shown["kind"], shown[kind] = kind, content[kind]
    return shown


def _file(files: FileShelf, told: Any) -> dict[str, Any]:  # noqa: ANN401 Bot API JSON
    described: dict[str, Any] = told[-1] if isinstance(told, list) else told
    kept = files.by_id(described["file_id"])
    return {
        **described,
        "url": f"/sim/files/{described['file_id']}",
        "name": kept.name if kept else "",
        "mime_type": kept.content_type if kept else "",
    }


def _buttons(markup: dict[str, Any] | None) -> list[list[dict[str, Any]]]:
    if not markup:
        return []
    return [[_button(button) for button in row] for row in markup["inline_keyboard"]]


def _button(button: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {"text": button["text"]}
    if "callback_data" in button:
        shown["data"] = button["callback_data"]
    if "style" in button:
        shown["style"] = button["style"]
    for action in ACTIONS:
        if button.get(action) is not None:
            shown[action] = button[action]
    return shown


def _keyboard(keyboard: dict[str, Any] | None) -> dict[str, Any] | None:
    if not keyboard or "keyboard" not in keyboard:
        return None
    return {
        "rows": keyboard["keyboard"],
        "one_time": bool(keyboard.get("one_time_keyboard")),
        "placeholder": keyboard.get("input_field_placeholder", ""),
    }


def _action(phone: Phone, now: float) -> str | None:
    if phone.action is None or phone.action[1] <= now:
        return None
    return phone.action[0]
