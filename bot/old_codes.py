"""Says which policy sheets still name a code that has become another; it rewrites none."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from cases.db.successions import Successions
from handlers.speech import speak
from kernel.phrases import say

if TYPE_CHECKING:
    from alerts.policy import Policies as Ladders
    from cases.db.store import Store, Unit
    from cases.policies import Policies

log = logging.getLogger(__name__)


async def old_codes(unit: Unit, policies: Policies, ladders: Ladders) -> list[str]:
    """Return a line for each code named by work policies or ladders that has become another.

    What such a sheet says no longer applies: the default does. Only who signed it may say that
    it holds for the new code as well.
    """
    prefixes = {region.prefix for region in ladders.regions if region.prefix}
    named = policies.codes() | prefixes
    renamed = await Successions(unit).renamed(named)
    return [
        speak(say("policies-old-code", code=code, now="、".join(became)))
        for code, became in renamed.items()
    ]


async def warn_of_old_codes(store: Store, policies: Policies, ladders: Ladders) -> None:
    """Put into the log of the process what an operator should change; a chore of the worker."""
    async with store.reading() as unit:
        lines = await old_codes(unit, policies, ladders)
    for line in lines:
        log.warning("%s", line)
