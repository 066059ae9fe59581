"""Updates as no Telegram sends them: seeded, ever different; it posts nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

WORDS = (
    "紧急报告",
    "今天",
    "我的孩子",
    "/start",
    "/start xx",
    "改 3",
    "上一步",
    "",
    " ",
    "<b>x</b>",
    "\x00",
    "\u202e",
    "0",
    "不见了",
)
KEYS = (
    "message",
    "callback_query",
    "my_chat_member",
    "edited_message",
    "inline_query",
    "poll",
    "x",
)
FIELDS = (
    "text",
    "photo",
    "voice",
    "document",
    "location",
    "contact",
    "caption",
    "entities",
    "sticker",
    "reply_to_message",
    "from",
    "chat",
    "date",
)
DATA = (
    "p:%s:%d:%d",
    "d:%s:child:%d%d",
    "d:%s:sos:",
    "d:%s:sw:flood:%d:%d",
    "d:%s:nosuch:%d",
    "%s",
    "p:::",
    "d:",
)


def malformed_updates(
    dice: random.Random, count: int, *, chat: int, first: int = 1
) -> Iterator[Any]:
    """Yield updates that are wrong in some way; some are bytes and no JSON at all."""
    for place in range(count):
        number = first + place
        kind = dice.random()
        if kind < 0.1:
            yield _broken(dice, number)
        elif kind < 0.4:
            yield {"update_id": number, dice.choice(KEYS): value(dice, 4)}
        elif kind < 0.7:
            yield {"update_id": number, "message": _message(dice, chat)}
        else:
            yield {"update_id": number, "callback_query": _press(dice, chat)}


def value(dice: random.Random, depth: int) -> Any:
    """Return any JSON."""
    kind = dice.randrange(9 if depth else 6)
    match kind:
        case 0:
            return None
        case 1:
            return dice.choice((True, False))
        case 2:
            return dice.choice((0, -1, 1, 2**31, 2**63, 2**70, -(2**63), 10**18))
        case 3:
            return dice.choice((0.5, -1e308, 1e-300))
        case 4:
            return dice.choice(WORDS) * dice.choice((1, 1, 1, 50, 2_000))
        case 5:
            return "".join(
                chr(dice.choice((dice.randrange(0xD800), 0x1F600 + dice.randrange(80))))
                for _ in range(dice.randrange(40))
            )
        case 6:
            return [value(dice, depth - 1) for _ in range(dice.randrange(4))]
        case _:
            return {
                dice.choice((*FIELDS, "id", "type", "file_id", "message_id")): value(
                    dice, depth - 1
                )
                for _ in range(dice.randrange(5))
            }


def _message(dice: random.Random, chat: int) -> dict[str, Any]:
    who: Any = {"id": chat, "type": "private", "first_name": "x", "is_bot": False}
    body: dict[str, Any] = {
        "message_id": dice.randrange(10**6),
        "date": 1,
        "chat": who,
        "from": who,
    }
    body[dice.choice(FIELDS)] = value(dice, 3)
    if dice.random() < 0.3:
        body[dice.choice(("chat", "from", "message_id", "date"))] = value(dice, 2)
    return body


def _press(dice: random.Random, chat: int) -> dict[str, Any]:
    pattern = dice.choice(DATA)
    wanted = pattern.count("%")
    parts = (
        "".join(dice.choice("0123456789abcdef") for _ in range(dice.choice((4, 8, 16)))),
        dice.randrange(99),
        dice.randrange(99),
    )
    data: Any = pattern % parts[:wanted] if wanted else pattern
    if dice.random() < 0.3:
        data = value(dice, 2)
    who = {"id": chat, "type": "private", "first_name": "x", "is_bot": False}
    query: dict[str, Any] = {
        "id": str(dice.randrange(10**9)),
        "from": who,
        "data": data,
        "chat_instance": "1",
    }
    query["message"] = {"message_id": dice.randrange(99), "date": 1, "chat": who}
    if dice.random() < 0.3:
        query[dice.choice(("id", "from", "message"))] = value(dice, 3)
    return query


def _broken(dice: random.Random, number: int) -> bytes:
    whole = json.dumps({"update_id": number, "message": {"text": "今天"}}).encode()
    kind = dice.randrange(4)
    if kind == 0:
        return whole[: dice.randrange(len(whole))]
    if kind == 1:
        return bytes(dice.randrange(256) for _ in range(dice.randrange(200)))
    if kind == 2:
        return (
            b'{"update_id": '
            + dice.choice((b"1e5", b'"7"', b"-4", b"[]", b"true", b"9" * 30))
            + b"}"
        )
    return whole.replace(b"message", b"message\\ud800", 1)
