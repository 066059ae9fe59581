"""The year's figures of the log for the yearly audit: what was done how often, by no name.

Source:
    未成年人网络保护条例 第三十七条 (a yearly audit of how minors' data are handled).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from cases.areas import Level, at_level
from cases.db.audit import Audit
from cases.db.rows import AuditRow
from cases.people import SYSTEM
from kernel.clock import local

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cases.db.audit import Verdict
    from cases.db.store import Unit

HEADER = ("month", "action", "purpose", "area", "count")


@dataclass(frozen=True, slots=True)
class AuditYear:
    """A year of the log: (month, action, purpose, township, count), and whether it is whole."""

    year: int
    verdict: Verdict
    head: str
    rows: Sequence[tuple[str, str, str, str, int]]


async def audit_year(unit: Unit, year: int) -> AuditYear:
    """Count a year's acts by month, action, purpose and township; verify the whole log first."""
    audit = Audit(unit)
    verdict, head = await audit.verify(), await audit.head()
    counts: Counter[tuple[str, str, str, str]] = Counter()
    query = select(AuditRow.at, AuditRow.action, AuditRow.area, AuditRow.detail)
    async for row in await unit.connection.stream(query):
        moment = local(row.at)
        if moment.year == year:
            town = at_level(row.area, Level.TOWNSHIP) if row.area else ""
            purpose = str(row.detail.get("purpose", ""))
            counts[f"{moment:%Y-%m}", row.action, purpose, town] += 1
    return AuditYear(year, verdict, head, [(*key, n) for key, n in sorted(counts.items())])


def log_export(unit: Unit, year: int) -> None:
    """Note that the year's figures were taken out."""
    Audit(unit).append(SYSTEM.actor, "audit.export", f"audit:{year}")
