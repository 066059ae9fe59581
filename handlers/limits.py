"""How often one person may ask, counted in the dialogue; emergencies are never limited."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cases.people import STAFF
from handlers import menu
from kernel.phrases import say

if TYPE_CHECKING:
    from handlers.room import Room

HOUR = 3_600.0
_KEY = "asked_at"


def may_ask(room: Room) -> bool:
    """Count a question of the public; say when to come again if there were too many.

    The count stands in the conversation, which outlives restarts. A turn that is begun again
    with the result of its search was counted in the try that was undone.
    """
    if room.principal.role in STAFF:
        return True
    now, most = room.now.timestamp(), room.services.questions_per_hour
    before = [at for at in room.state.get(_KEY) or [] if now - at < HOUR][-most:]
    if len(before) >= most:
        minutes = max(1, math.ceil((before[0] + HOUR - now) / 60))
        menu.show(room, say("limit-questions", count=len(before), minutes=minutes))
        return False
    room.state[_KEY] = [*before, now]
    return True
