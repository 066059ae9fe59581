"""Records about no child whose time of keeping is over: reports, matters, forms; erased for good.

A child's own go with its file (`rights`). Each erasure is one transaction and stands in the log.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import aliased

from cases.db.audit import Audit
from cases.db.rights import Rights
from cases.db.rows import (
    AttachmentRow,
    CaseRow,
    MatterRow,
    MatterStepRow,
    SubjectKeyRow,
    SubmissionRow,
)
from cases.db.subjects import Subjects
from cases.db.walls import open_wide
from cases.people import SYSTEM
from kernel.clock import local_day

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy import Row, Select

    from cases.db.store import Store, Unit
    from cases.policies import Policies

    Erase = Callable[[Unit, Row[Any]], Awaitable[None]]

_AT_ONCE = 50


async def erase_expired(store: Store, policies: Policies) -> int:
    """Erase what was kept long enough by the rules of its area; return how many records."""
    count = 0
    for choose, rule, erase in (
        (_closed_cases, "keep_case", _case),
        (_ended_matters, "keep_matter", _matter),
        (_forms, "keep_form", _form),
    ):
        query = choose(store.clock.now() - policies.least(rule))
        for row in await kept_long_enough(store, policies, query, rule):
            async with store.unit() as unit:
                await open_wide(unit)
                await erase(unit, row)
                await unit.commit()
            count += 1
    return count


async def kept_long_enough(
    store: Store, policies: Policies, query: Select[*tuple[Any, ...]], rule: str
) -> list[Row[Any]]:
    """Return the rows whose `since` lies back as far as the rule of their `area` says.

    The first ones of the query, some at once; the next look finds the others.
    """
    async with store.reading() as unit:
        await open_wide(unit)
        today = local_day(unit.clock.now())
        rows = (await unit.connection.execute(query)).all()
    over = [
        row for row in rows if _day(row.since) + policies.at(row.area, today).days(rule) <= today
    ]
    return over[:_AT_ONCE]


def _day(since: date) -> date:
    return local_day(since) if isinstance(since, datetime) else since


def _closed_cases(before: datetime) -> Select[*tuple[Any, ...]]:
    """Choose closed reports that can still be read while no file of a child can."""
    of_child = aliased(SubjectKeyRow)
    file = exists().where(
        of_child.subject_id == "child:" + CaseRow.child_id, of_child.wrapped.is_not(None)
    )
    return (
        select(CaseRow.id, CaseRow.area, CaseRow.closed_at.label("since"))
        .join(SubjectKeyRow, SubjectKeyRow.subject_id == CaseRow.subject_id)
        .where(SubjectKeyRow.wrapped.is_not(None), CaseRow.closed_at <= before)
        .where(~file)
        .order_by(CaseRow.closed_at)
    )


def _ended_matters(before: datetime) -> Select[*tuple[Any, ...]]:
    """Choose matters about no child that have ended and can still be read."""
    last = func.max(MatterStepRow.at)
    return (
        select(MatterRow.id, MatterRow.area, MatterRow.subject_id, last.label("since"))
        .join(MatterStepRow, MatterStepRow.matter_id == MatterRow.id)
        .join(SubjectKeyRow, SubjectKeyRow.subject_id == MatterRow.subject_id)
        .where(MatterRow.child_id.is_(None), MatterRow.is_open.is_(False))
        .where(SubjectKeyRow.wrapped.is_not(None))
        .group_by(MatterRow.id, MatterRow.area, MatterRow.subject_id)
        .having(last <= before)
        .order_by(last)
    )


def _forms(before: datetime) -> Select[*tuple[Any, ...]]:
    """Choose forms about no child and no report."""
    return (
        select(
            SubmissionRow.id,
            SubmissionRow.area,
            SubmissionRow.draft_id,
            SubmissionRow.at.label("since"),
        )
        .where(SubmissionRow.child_id.is_(None), SubmissionRow.case_id.is_(None))
        .where(SubmissionRow.at <= before)
        .order_by(SubmissionRow.at)
    )


async def _case(unit: Unit, row: Row[Any]) -> None:
    await Rights(unit).forget_case(row.id)
    _log(unit, "case.forget", f"case:{row.id}", row.area)


async def _matter(unit: Unit, row: Row[Any]) -> None:
    await Subjects(unit).forget(row.subject_id)
    await unit.connection.execute(
        update(AttachmentRow).where(AttachmentRow.matter_id == row.id).values(sealed=None)
    )
    _log(unit, "matter.forget", f"matter:{row.id}", row.area)


async def _form(unit: Unit, row: Row[Any]) -> None:
    """Delete the answers: their key is that of whoever gave them, who may still be with us."""
    await unit.connection.execute(
        update(AttachmentRow)
        .where(AttachmentRow.draft_id == row.draft_id, AttachmentRow.case_id.is_(None))
        .values(sealed=None)
    )
    await unit.connection.execute(delete(SubmissionRow).where(SubmissionRow.id == row.id))
    _log(unit, "form.forget", f"submission:{row.id}", row.area)


def _log(unit: Unit, act: str, what: str, area: str) -> None:
    Audit(unit).append(SYSTEM.actor, act, what, area=area)
