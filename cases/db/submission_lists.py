"""What a form gathered: every submission of an area, opened; one alone is `submissions`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from cases.db.areas import inside
from cases.db.people import People
from cases.db.rows import CaseRow, ChildRow, SubjectKeyRow, SubmissionRow
from cases.people import STAFF, SYSTEM, Role

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Row, Select

    from cases.db.store import Unit
    from cases.people import Principal


@dataclass(frozen=True, slots=True)
class OpenedSubmission:
    """One finished form.

    Args:
        by: Name of who filed it; empty for somebody who is on no roster any more.
        of_family: It was no worker who filed it.
        file_no: Number of the child's file; empty where it is about no child.
        values: Every answer by path, positions in repeats included.
    """

    number: str
    at: datetime
    by: str = field(repr=False)
    of_family: bool
    area: str
    file_no: str
    version: str
    values: Mapping[str, str] = field(repr=False)


class SubmissionLists:
    """Lists of submissions, seen from one unit of work; the caller asks who may read them."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def count(self, form: str, scope: str) -> int:
        """Return how many there are in an area."""
        query = select(func.count()).select_from(self._in(form, scope).subquery())
        return (await self._unit.connection.execute(query)).scalar_one()

    async def forms(self, scope: str) -> list[str]:
        """Return the forms that were filed in an area."""
        query = (
            select(SubmissionRow.form)
            .where(inside(SubmissionRow.area, scope))
            .distinct()
            .order_by(SubmissionRow.form)
        )
        return list((await self._unit.connection.execute(query)).scalars())

    async def read(self, principal: Principal, form: str, scope: str) -> list[OpenedSubmission]:
        """Open every submission of a form in an area, oldest first.

        What belongs to a case that is hidden from the reader is left out, as in the list of cases;
        so is what a forgotten person or child had said: its key is gone.
        """
        rows = (await self._unit.connection.execute(self._in(form, scope))).all()
        people = People(self._unit)
        ids = {row.person_id for row in rows} - {None}
        known = {one: person for one in ids if (person := await people.get(one)) is not None}
        return [
            OpenedSubmission(
                number=row.number,
                at=row.at,
                by=person.name if (person := known.get(row.person_id)) else "",
                of_family=person is not None and person.role not in STAFF,
                area=row.area,
                file_no=row.file_no or "",
                version=row.version,
                values=self._unit.vault.open(
                    row.wrapped, row.subject_id, f"submissions:{row.id}", row.sealed
                ),
            )
            for row in rows
            if row.wrapped is not None and _may_see(principal, row)
        ]

    def _in(self, form: str, scope: str) -> Select[Any]:
        return (
            select(
                SubmissionRow.__table__,
                SubjectKeyRow.wrapped,
                ChildRow.file_no,
                CaseRow.restricted,
                CaseRow.hidden_from,
            )
            .join(SubjectKeyRow, SubjectKeyRow.subject_id == SubmissionRow.subject_id)
            .join(ChildRow, ChildRow.id == SubmissionRow.child_id, isouter=True)
            .join(CaseRow, CaseRow.id == SubmissionRow.case_id, isouter=True)
            .where(SubmissionRow.form == form)
            .where(inside(SubmissionRow.area, scope))
            .order_by(SubmissionRow.at, SubmissionRow.id)
        )


def _may_see(principal: Principal, row: Row[Any]) -> bool:
    if principal == SYSTEM:
        return True
    # a case behind the wall of rows (PostgreSQL) is not found at all
    hidden = principal.person_id in (row.hidden_from or ())
    hidden = hidden or (row.case_id is not None and row.restricted is None)
    return not hidden and (not row.restricted or principal.role is Role.COUNTY_OFFICER)
