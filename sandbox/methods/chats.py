"""Tells a bot about itself, its chats and its menu."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox.errors import bad
from sandbox.methods.common import known_chat

if TYPE_CHECKING:
    from sandbox.methods.common import Method
    from sandbox.wire import Params
    from sandbox.world import World

MOST_COMMANDS = 100
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
DESCRIPTION_LIMIT = 256
MENU_TYPES = frozenset({"default", "commands", "web_app"})
GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


def get_me(world: World, _params: Params) -> dict[str, Any]:
    """Tell the bot who it is."""
    return {
        **world.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_commands(world: World, params: Params) -> bool:
    """Write the commands into the phone's menu."""
    commands = params.parsed("commands")
    if not isinstance(commands, list):
        raise bad("can't parse commands JSON object")
    if len(commands) > MOST_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    world.commands = [_command(one) for one in commands]
    for phone in world.phones.values():
        world.stir(phone)
    return True


def _command(one: object) -> dict[str, Any]:
    if not isinstance(one, dict):
        raise bad("can't parse BotCommand: expected an Object")
    name = str(one.get("command", "")).removeprefix("/").lower()
    if not COMMAND.fullmatch(name):
        raise bad("BOT_COMMAND_INVALID")
    description = str(one.get("description", ""))
    if not 0 < len(description) <= DESCRIPTION_LIMIT:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def get_commands(world: World, _params: Params) -> list[dict[str, Any]]:
    """Return the commands of the menu."""
    return world.commands


def delete_commands(world: World, _params: Params) -> bool:
    """Empty the menu."""
    world.commands = []
    return True


def set_menu_button(world: World, params: Params) -> bool:
    """Say what the button beside the text field does."""
    button = params.parsed("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in MENU_TYPES:
        raise bad("can't parse menu button: MenuButton has unsupported type")
    if params.text("chat_id"):
        known_chat(world, params).menu_button = button
    else:
        world.menu_button = button
    return True


def get_menu_button(world: World, params: Params) -> dict[str, Any]:
    """Return what the button beside the text field does."""
    own = known_chat(world, params).menu_button if params.text("chat_id") else None
    return own or world.menu_button


def get_chat(world: World, params: Params) -> dict[str, Any]:
    """Tell about a chat."""
    phone = known_chat(world, params)
    told: dict[str, Any] = {
        **phone.chat,
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(GIFTS, True),
    }
    pinned = [message for message in phone.messages.values() if message.pinned]
    if pinned:
        told["pinned_message"] = world.wire(pinned[-1])
    return told


def get_chat_member(world: World, params: Params) -> dict[str, Any]:
    """Tell whether someone is in a chat."""
    phone = known_chat(world, params)
    number = params.number("user_id")
    if not number:
        raise bad("invalid user_id specified")
    if number == phone.person:
        return {"status": "member", "user": phone.user}
    if number == world.bot["id"]:
        gone = {"status": "kicked", "user": world.bot, "until_date": 0}
        return gone if phone.blocked else {"status": "member", "user": world.bot}
    raise bad("PARTICIPANT_ID_INVALID")


METHODS: dict[str, Method] = {
    "getme": get_me,
    "setmycommands": set_commands,
    "getmycommands": get_commands,
    "deletemycommands": delete_commands,
    "setchatmenubutton": set_menu_button,
    "getchatmenubutton": get_menu_button,
    "getchat": get_chat,
    "getchatmember": get_chat_member,
}
