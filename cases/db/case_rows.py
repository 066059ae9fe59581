"""How a case's row is read, sealed and opened; no decision and no log."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from cases.access import Action, Resource, decide
from cases.casebook import CaseLine, PoliceContact
from cases.db.areas import code_now
from cases.db.prepared import Prepared, prepared
from cases.db.rows import (
    AlertRecipientRow,
    AlertRow,
    CaseRow,
    ChildRow,
    SubjectKeyRow,
    SubmissionRow,
)
from cases.workflow import Outcome, State
from kernel.errors import MissingError

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Row, Select

    from cases.db.store import Unit
    from cases.people import Principal
    from cases.vault import Vault

Details = dict[str, Any]
CASE_MARK = "A-"
"""How the number of a case begins."""
_NOBODY = frozenset({None, ""})


def case_rows() -> Select[*tuple[Any, ...]]:
    """Begin a query for cases with their keys."""
    return select(CaseRow.__table__, SubjectKeyRow.wrapped).join(
        SubjectKeyRow, SubjectKeyRow.subject_id == CaseRow.subject_id
    )


async def find_case(unit: Unit, case_id: str, *, lock: bool = False) -> Row[Any]:
    """Return a case by id or by number.

    Raises:
        MissingError: There is none.
    """
    row: Row[Any] | None = await _case("-" in case_id, lock).first(unit, {"key": case_id})
    if row is None:
        raise MissingError
    return row


@prepared
def _case(by_number: bool, lock: bool) -> Any:  # noqa: ANN401, FBT001 SQL
    key = CaseRow.number if by_number else CaseRow.id
    query = case_rows().where(key == bindparam("key"))
    return query.with_for_update(of=CaseRow) if lock else query


async def case_resource(unit: Unit, row: Row[Any]) -> Resource:
    """Say what access decisions need to know of a case."""
    rows = await _ADDRESSEES.all(unit, {"case": row.id})
    addressees = frozenset(one.person_id for one in rows)
    return Resource(
        area=await _in_charge(unit, row),
        owner=row.reporter_id,
        reporter=row.reporter_id or f"chat:{row.channel}:{row.chat}",
        addressees=addressees,
        hidden_from=frozenset(row.hidden_from) - _NOBODY,
        restricted=row.restricted,
    )


async def _in_charge(unit: Unit, row: Row[Any]) -> str:
    """Return the area whose people answer for a case: of a closed one, where its child is now."""
    if row.state != State.CLOSED.value:
        return str(row.area)
    child = await _CHILD_AREA.first(unit, {"child": row.child_id}) if row.child_id else None
    return str(child.area) if child else await code_now(unit, row.area)


_CHILD_AREA = Prepared(select(ChildRow.area).where(ChildRow.id == bindparam("child")))
_ADDRESSEES = Prepared(
    select(AlertRecipientRow.person_id)
    .join(AlertRow, AlertRow.id == AlertRecipientRow.alert_id)
    .where(AlertRow.case_id == bindparam("case"))
)


async def unseen_refs(unit: Unit, principal: Principal, refs: Collection[str]) -> set[str]:
    """Return which numbers are of cases, or of forms of cases, that someone may not know of.

    A timeline tells nothing of them. Who may not know of a case may not find its row either (the
    wall of rows on PostgreSQL), so that what is not found counts as hidden.
    """
    forms = select(SubmissionRow.number, SubmissionRow.case_id).where(
        SubmissionRow.number.in_(refs), SubmissionRow.case_id.is_not(None)
    )
    case_of = {row.number: row.case_id for row in await unit.connection.execute(forms)}
    cases = {ref: ref for ref in refs if ref.startswith(CASE_MARK)}
    query = case_rows().where(CaseRow.number.in_(cases) | CaseRow.id.in_(case_of.values()))
    seen = set()
    for row in (await unit.connection.execute(query)).all() if cases or case_of else ():
        if decide(principal, Action.CASE_READ, await case_resource(unit, row)).allowed:
            seen |= {row.id, row.number}
    return {ref for ref, case in (cases | case_of).items() if case not in seen}


def case_line(row: Row[Any]) -> CaseLine:
    """Make the line of a row."""
    return CaseLine(
        id=row.id,
        number=row.number,
        severity=row.severity,
        situations=tuple(row.situations),
        state=State(row.state),
        area=row.area,
        child_id=row.child_id,
        reporter_id=row.reporter_id,
        opened_at=row.opened_at,
        police_contacted_at=row.police_contacted_at,
        police_receipted=row.police_receipted,
        drill=row.drill,
    )


def seal_case(vault: Vault, row: Any, body: Details) -> bytes:  # noqa: ANN401 a row or a stand-in
    """Seal details and police contact."""
    return vault.seal(row.wrapped, row.subject_id, f"cases:{row.id}", body)


def open_case_body(vault: Vault, row: Row[Any]) -> Details:
    """Open details and police contact: `{"details": …, "police": …}`."""
    body: Details = vault.open(row.wrapped, row.subject_id, f"cases:{row.id}", row.sealed)
    return body


def pack_police(contact: PoliceContact) -> Details:
    """Turn a police contact into JSON."""
    return {
        "at": contact.at.isoformat(),
        "station": contact.station,
        "officer": contact.officer,
        "receipt_no": contact.receipt_no,
        "outcome": contact.outcome.value,
    }


def unpack_police(packed: Details | None) -> PoliceContact | None:
    """Turn JSON back into a police contact."""
    if not packed:
        return None
    return PoliceContact(
        at=datetime.fromisoformat(packed["at"]),
        station=packed["station"],
        officer=packed["officer"],
        receipt_no=packed["receipt_no"],
        outcome=Outcome(packed["outcome"]),
    )
