"""The end of the log, told each day to people outside the machine, who keep it in their chats."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from alerts.notices import Notice, notify
from cases.db import monotone
from cases.db.audit import Audit
from cases.db.beats import Beats
from cases.db.responders import Responders
from cases.db.walls import open_wide
from cases.people import Role
from kernel.clock import local_day
from kernel.phrases import say

if TYPE_CHECKING:
    from alerts.policy import Quiet
    from cases.db.store import Store

log = logging.getLogger(__name__)

EVERY_SECONDS = 600.0
"""How often it is looked whether a new day has begun: our default."""
_BEAT = "audit-head"


async def publish_head(store: Store, quiet: Quiet | None) -> int:
    """Tell the county's officers once a day where the log ends; return how many are told.

    The messages stand on their phones and at the platform, out of reach of whoever can rewrite
    the whole log with the key of the machine. The line in the process's log goes wherever those
    lines are collected.
    """
    async with store.unit() as unit:
        await open_wide(unit)
        day = local_day(unit.clock.now()).isoformat()
        if (await Beats(unit).details(_BEAT)).get(_BEAT) == day:
            return 0
        head = await Audit(unit).head()
        lines = (say("audit-head", date=day, head=head), say("audit-head-keep"))
        notice = Notice(lines=lines, key=f"{_BEAT}:{day}", quiet=quiet)
        told = 0
        for person_id in await Responders(unit).everyone([Role.COUNTY_OFFICER.value]):
            told += await notify(unit, person_id, notice)
        await Beats(unit).beat(_BEAT, _BEAT, await monotone.read(unit), {"key": day})
        await unit.commit()
    log.info("the audit log of %s ends in %s", day, head)
    return told
