"""Answers presses; each press is answered once and in time, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.errors import bad
from sandbox.marked import units

if TYPE_CHECKING:
    from sandbox.methods.common import Method
    from sandbox.wire import Params
    from sandbox.world import World

NOTICE_LIMIT = 200
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def answer_callback(world: World, params: Params) -> bool:
    """Stop the button's waiting sign, with a short note or a pop-up."""
    callback = world.callbacks.get(params.text("callback_query_id"))
    now = world.now()
    if callback is None or callback.answered or now - callback.at > world.settings.callback_life:
        raise bad(TOO_OLD)
    text = params.text("text")
    if units(text) > NOTICE_LIMIT:
        raise bad("MESSAGE_TOO_LONG")
    callback.answered = True
    phone = world.phones[callback.person]
    world.stir(phone)
    phone.notices.append(
        {
            "callback_id": callback.callback_id,
            "message_id": callback.message_id,
            "text": text,
            "alert": params.flag("show_alert"),
            "url": params.text("url") or None,
            "at": now,
            "seq": phone.seq,
        }
    )
    return True


METHODS: dict[str, Method] = {"answercallbackquery": answer_callback}
