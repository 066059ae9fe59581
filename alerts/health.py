"""Figures of alerts and outbox for metrics and readiness; no person, no area, no case in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.db import monotone
from cases.db.alerting import Alerts
from cases.db.beats import ALIVE_SECONDS, Beats
from cases.db.gauges import waiting
from cases.db.letters import Letters

if TYPE_CHECKING:
    from cases.db.store import Unit

OLDEST_UPDATE = 60.0
"""What somebody said that waits longer than this makes the product unready: our default."""
OLDEST_EMERGENCY = 30.0
"""An emergency that waits longer than this makes the product unready: our default."""


async def figures(unit: Unit) -> dict[str, float]:
    """Return the figures by metric name, labels in braces as Prometheus writes them."""
    now = await monotone.read(unit)
    letters = Letters(unit)
    found: dict[str, float] = {
        "tongban_outbox_unsure": float(await letters.unsure()),
        "tongban_outbox_dead": float(len(await letters.dead(limit=1000))),
    }
    for lane in await letters.lanes(unit.clock.now()):
        found[f'tongban_outbox_waiting{{lane="{lane.lane}"}}'] = float(lane.waiting)
        found[f'tongban_outbox_oldest_seconds{{lane="{lane.lane}"}}'] = lane.oldest
    for state, count in (await Alerts(unit).counts()).items():
        found[f'tongban_alerts{{state="{state}"}}'] = float(count)
    found |= await waiting(unit)
    seen = await Beats(unit).last("worker")
    found["tongban_worker_silence_seconds"] = now - seen if seen is not None else now
    return found


async def problems(unit: Unit) -> list[str]:
    """Return why the product is not ready to alert anybody; empty when it is."""
    found = await figures(unit)
    why = []
    if found["tongban_worker_silence_seconds"] > ALIVE_SECONDS:
        why.append("no worker is alive")
    if found["tongban_inbox_oldest_seconds"] > OLDEST_UPDATE:
        why.append("what people said waits too long")
    if found.get('tongban_outbox_oldest_seconds{lane="0"}', 0.0) > OLDEST_EMERGENCY:
        why.append("an emergency waits too long")
    return why
