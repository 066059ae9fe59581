"""Checks the keyboards a bot sends, with Telegram's limits and complaints."""

from __future__ import annotations

import json
from typing import Any

from sandbox.errors import bad

DATA_BYTES = 64
INLINE_BUTTONS = 100
LASTING_BUTTONS = 300
PER_ROW = 8
COPY_LIMIT = 256
INLINE_ACTIONS = (
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "copy_text",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "callback_game",
    "pay",
    "disabled",
)

Markup = dict[str, Any]


def read_markup(raw: object) -> tuple[Markup | None, Markup | None]:
    """Return the inline keyboard and the lasting keyboard (or its removal) of a message."""
    if raw is None or raw in ("", "null"):
        return None, None
    markup = _parsed(raw)
    if "inline_keyboard" in markup:
        return _inline(markup), None
    if "keyboard" in markup:
        return None, _lasting(markup)
    if markup.get("remove_keyboard"):
        return None, {"remove_keyboard": True}
    if markup.get("force_reply"):
        return None, {**markup, "force_reply": True}
    return None, None


def read_inline(raw: object) -> Markup | None:
    """Return the inline keyboard of an edit; no other keyboard may stand there."""
    inline, lasting = read_markup(raw)
    if lasting is not None:
        raise bad("inline keyboard expected")
    return inline


def _parsed(raw: object) -> Markup:
    if isinstance(raw, str):
        try:
            raw = json.loads(raw)
        except ValueError:
            raise bad("can't parse reply keyboard markup JSON object") from None
    if not isinstance(raw, dict):
        raise bad("object expected as reply markup")
    return raw


def _rows(markup: Markup, name: str, kind: str) -> list[list[Any]]:
    rows = markup[name]
    if not isinstance(rows, list):
        raise bad(f'field "{name}" of the {kind} must be of type Array')
    for row in rows:
        if not isinstance(row, list):
            raise bad(f'field "{name}" of the {kind} must be an Array of Arrays')
    return [row for row in rows if row]


def _inline(markup: Markup) -> Markup | None:
    rows = _rows(markup, "inline_keyboard", "InlineKeyboardMarkup")
    if not rows:
        return None
    if sum(map(len, rows)) > INLINE_BUTTONS or max(map(len, rows)) > PER_ROW:
        raise bad("reply markup is too long")
    for row in rows:
        for button in row:
            _check_inline(button)
    return {"inline_keyboard": rows}


def _check_inline(button: object) -> None:
    trouble = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad(f"{trouble}InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise bad(f'{trouble}can\'t find field "text"')
    if not text.strip():
        raise bad("BUTTON_TEXT_INVALID")
    actions = [name for name in INLINE_ACTIONS if button.get(name) is not None]
    if not actions:
        raise bad(f"{trouble}Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad("BUTTON_TYPE_INVALID")
    _check_action(actions[0], button[actions[0]])


def _check_action(action: str, value: object) -> None:
    if action == "callback_data":
        size = len(value.encode()) if isinstance(value, str) else 0
        if not 0 < size <= DATA_BYTES:
            raise bad("BUTTON_DATA_INVALID")
    elif action == "url":
        address = str(value)
        if not address.startswith(("http://", "https://", "tg://")) or " " in address:
            raise bad(f"inline keyboard button URL '{address}' is invalid: Wrong HTTP URL")
    elif action == "copy_text":
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(text, str) or not 0 < len(text) <= COPY_LIMIT:
            raise bad("BUTTON_COPY_TEXT_INVALID")


def _lasting(markup: Markup) -> Markup:
    rows = _rows(markup, "keyboard", "ReplyKeyboardMarkup")
    if sum(map(len, rows)) > LASTING_BUTTONS:
        raise bad("reply markup is too long")
    kept = [[_lasting_button(button) for button in row] for row in rows]
    return {**markup, "keyboard": kept}


def _lasting_button(button: object) -> Markup:
    trouble = "can't parse keyboard button: "
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise bad(f"{trouble}KeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise bad(f'{trouble}can\'t find field "text"')
    if not text.strip():
        raise bad("KEYBOARD_BUTTON_TEXT_INVALID")
    return button
