"""The book of cases: opened once per report, moved by rule, read only by those it concerns."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select, update

from cases.access import Action, Purpose, decide, require
from cases.areas import span
from cases.casebook import ACTS, CaseCard, CaseLine, Opened
from cases.db import child_seals
from cases.db.areas import inside
from cases.db.audit import Audit
from cases.db.case_events import NewEvent, add_event, case_events
from cases.db.case_rows import (
    case_line,
    case_resource,
    case_rows,
    find_case,
    open_case_body,
    pack_police,
    seal_case,
    unpack_police,
)
from cases.db.numbers import day_number
from cases.db.prepared import Prepared, add
from cases.db.rows import CaseEventRow, CaseRow, ChildRow
from cases.db.subjects import Subjects, case_subject
from cases.db.timelines import Note, Timelines
from cases.people import Role
from cases.workflow import (
    CloseReason,
    Closing,
    State,
    advance,
    after_police,
    is_restricted,
    may_close,
)
from kernel.clock import local_day
from kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime, timedelta

    from sqlalchemy import ColumnElement, Row, Select

    from cases.casebook import NewCase, PoliceContact
    from cases.children import ChildLine
    from cases.db.store import Unit
    from cases.people import Principal

_LISTED = 100

_KNOWN = Prepared(select(CaseRow.id, CaseRow.number).where(CaseRow.draft_id == bindparam("draft")))


class CaseBook:
    """The cases, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def open_case(self, principal: Principal, new: NewCase) -> Opened:
        """Open a case; anyone may. The same draft again returns the same case."""
        if known := await _KNOWN.first(self._unit, {"draft": new.draft_id}):
            return Opened(known.id, known.number, is_new=False)
        case_id = new_id()
        subject = case_subject(case_id)
        wrapped = await Subjects(self._unit).ensure(subject)
        number = await day_number(self._unit, "A")
        key = SimpleNamespace(id=case_id, subject_id=subject, wrapped=wrapped)
        values = {
            "id": case_id,
            "number": number,
            "draft_id": new.draft_id,
            "severity": new.severity,
            "situations": list(new.situations),
            "state": State.ALERT_SENT.value,
            "child_id": new.child_id,
            "area": new.area,
            "reporter_id": principal.person_id,
            "channel": principal.channel,
            "chat": principal.chat,
            "restricted": is_restricted(new.situations),
            "hidden_from": list(new.hidden_from),
            "drill": new.drill,
            "opened_at": self._unit.clock.now(),
            "subject_id": subject,
            "sealed": seal_case(self._unit.vault, key, {"details": dict(new.details)}),
        }
        await add(self._unit, CaseRow, [values])
        row = await find_case(self._unit, case_id)
        await self._event(row, principal, "opened", State.ALERT_SENT)
        self._log(principal, "case.open", row, severity=new.severity, drill=new.drill)
        if new.child_id and not row.restricted and not new.drill:
            note = Note(child_id=new.child_id, kind="case", by=principal.person_id, ref=number)
            await Timelines(self._unit).note(note)
        return Opened(case_id, number, is_new=True)

    async def add_details(
        self, principal: Principal, case_id: str, details: Mapping[str, Any]
    ) -> frozenset[str]:
        """Add answers to a case; what stood there under another name stays.

        Returns:
            The names whose values are new; where there are none nothing is written.
        """
        row = await self._allowed(principal, Action.CASE_ADD, case_id)
        body = open_case_body(self._unit.vault, row)
        known = body["details"]
        added = {name: value for name, value in details.items() if known.get(name, "") != value}
        if not added:
            return frozenset()
        body["details"] = {**known, **added}
        await self._change(row, sealed=seal_case(self._unit.vault, row, body))
        await self._event(row, principal, "details", note=added)
        self._log(principal, "case.add", row)
        return frozenset(added)

    async def regrade(
        self, principal: Principal, case_id: str, severity: str, situations: tuple[str, ...]
    ) -> None:
        """Set severity and situations anew when later answers change them."""
        row = await self._allowed(principal, Action.CASE_ADD, case_id)
        if (row.severity, tuple(row.situations)) == (severity, situations):
            return
        await self._change(
            row,
            severity=severity,
            situations=list(situations),
            restricted=row.restricted or is_restricted(situations),
        )
        await self._event(row, principal, "regraded")
        self._log(principal, "case.regrade", row, severity=severity)

    async def shut_out(self, principal: Principal, case_id: str, persons: tuple[str, ...]) -> None:
        """Hide a case from persons it names as involved (conflict of interest)."""
        row = await self._allowed(principal, Action.CASE_ADD, case_id)
        if set(persons) <= set(row.hidden_from):
            return
        await self._change(row, hidden_from=sorted({*row.hidden_from, *persons}))
        await self._event(row, principal, "shut_out")
        self._log(principal, "case.shut_out", row)

    async def police(self, principal: Principal, case_id: str, contact: PoliceContact) -> State:
        """Note a contact with the police; return the state after it."""
        row = await self._allowed(principal, Action.CASE_POLICE, case_id)
        state = advance(State(row.state), after_police(contact.outcome), principal.role)
        body = open_case_body(self._unit.vault, row)
        contact = contact.after(unpack_police(body.get("police")))
        body["police"] = pack_police(contact)
        await self._change(
            row,
            sealed=seal_case(self._unit.vault, row, body),
            police_contacted_at=contact.at,
            police_outcome=contact.outcome.value,
            police_receipted=bool(contact.receipt_no.strip()),
            state=state.value,
        )
        await self._event(row, principal, "police", state, note=body["police"])
        self._log(principal, "case.police", row, outcome=contact.outcome.value)
        return state

    async def acknowledge(self, principal: Principal, case_id: str) -> State:
        """Note that a supervisor or the county has taken the case on."""
        row = await self._allowed(principal, Action.CASE_ACK, case_id)
        county = principal.role is Role.COUNTY_OFFICER
        step = State.ACKED_COUNTY if county else State.ACKED_SUPERVISOR
        return await self._step(principal, row, step, "acknowledged", {})

    async def step(self, principal: Principal, case_id: str, step: State, note: str = "") -> State:
        """Take a step of the work after the alarm (safety, assessment, plan, follow-up)."""
        row = await self._allowed(principal, Action.CASE_STEP, case_id)
        return await self._step(principal, row, step, "step", {"note": note} if note else {})

    async def close(
        self, principal: Principal, case_id: str, reason: CloseReason, note: str = ""
    ) -> None:
        """Close a case.

        Raises:
            DeniedError, GuardError: Not in charge, or something is still missing.
        """
        row = await self._allowed(principal, Action.CASE_CLOSE, case_id)
        closing = Closing(
            row.severity, State(row.state), row.police_contacted_at is not None, reason
        )
        may_close(closing, principal.role)
        await self._change(
            row,
            state=State.CLOSED.value,
            closed_at=self._unit.clock.now(),
            closed_by=principal.person_id,
            close_reason=reason.value,
        )
        await self._event(
            row, principal, "closed", State.CLOSED, note={"note": note} if note else {}
        )
        self._log(principal, "case.close", row, reason=reason.value)

    async def card(
        self, principal: Principal, case_id: str, purpose: Purpose = Purpose.EMERGENCY
    ) -> CaseCard:
        """Open a case by id or number; the opening stands in the log."""
        row = await find_case(self._unit, case_id)
        resource = await case_resource(self._unit, row)
        require(principal, Action.CASE_READ, resource, purpose)
        body = open_case_body(self._unit.vault, row)
        self._log(principal, "case.read", row, purpose=purpose.value)
        return CaseCard(
            line=case_line(row),
            details=body["details"],
            police=unpack_police(body.get("police")),
            child=await self._child(row.child_id),
            events=await case_events(self._unit, row),
            resource=resource,
            closed_at=row.closed_at,
            closed_by=row.closed_by,
            close_reason=CloseReason(row.close_reason) if row.close_reason else None,
        )

    async def lines(
        self, principal: Principal, *, only_open: bool = True, limit: int = _LISTED
    ) -> list[CaseLine]:
        """Return the cases someone may see, the latest first: of the area, or raised by them."""
        low, high = span(principal.area) if principal.area else ("", "")
        tie: ColumnElement[bool] = (CaseRow.area >= low) & (CaseRow.area < high)
        if principal.area and not only_open:
            tie = inside(CaseRow.area, principal.area)
        if principal.person_id:
            tie = tie | (CaseRow.reporter_id == principal.person_id)
        else:
            tie = (CaseRow.channel == principal.channel) & (CaseRow.chat == principal.chat)
        query = case_rows().where(tie)
        if only_open:
            query = query.where(CaseRow.state != State.CLOSED.value)
        query = query.order_by(CaseRow.opened_at.desc(), CaseRow.id).limit(limit)
        return await self._seen(principal, query)

    async def worked_on(self, case_ids: Sequence[str]) -> dict[str, date]:
        """Return the day of the last work on record, of cases that saw any."""
        query = (
            select(CaseEventRow.case_id, func.max(CaseEventRow.at).label("last"))
            .where(CaseEventRow.case_id.in_(case_ids), CaseEventRow.kind.in_(ACTS))
            .group_by(CaseEventRow.case_id)
        )
        rows = await self._unit.connection.execute(query)
        return {row.case_id: local_day(row.last) for row in rows}

    async def own_around(
        self, principal: Principal, moment: datetime, within: timedelta
    ) -> list[CaseLine]:
        """Return the open cases someone raised just now and may see, the latest first.

        A case of tomorrow (the clock was set back since) is not of just now.
        """
        tie = CaseRow.reporter_id == principal.person_id
        if not principal.person_id:
            chat = (CaseRow.channel == principal.channel) & (CaseRow.chat == principal.chat)
            tie = CaseRow.reporter_id.is_(None) & chat
        query = (
            case_rows()
            .where(
                tie,
                CaseRow.opened_at.between(moment - within, moment + within),
                CaseRow.state != State.CLOSED.value,
            )
            .order_by(CaseRow.opened_at.desc(), CaseRow.id)
        )
        return await self._seen(principal, query)

    async def _seen(self, principal: Principal, query: Select[*tuple[Any, ...]]) -> list[CaseLine]:
        rows = (await self._unit.connection.execute(query)).all()
        return [
            case_line(row)
            for row in rows
            if decide(principal, Action.CASE_READ, await case_resource(self._unit, row)).allowed
        ]

    async def _step(
        self,
        principal: Principal,
        row: Row[Any],
        step: State,
        kind: str,
        note: dict[str, Any],
    ) -> State:
        state = advance(State(row.state), step, principal.role)
        if state is not State(row.state):
            await self._change(row, state=state.value)
        await self._event(row, principal, kind, step, note=note)
        self._log(principal, f"case.{kind}", row, step=step.value)
        return state

    async def _allowed(self, principal: Principal, action: Action, case_id: str) -> Row[Any]:
        row = await find_case(self._unit, case_id, lock=True)
        require(principal, action, await case_resource(self._unit, row), Purpose.EMERGENCY)
        return row

    async def _change(self, row: Row[Any], **values: Any) -> None:  # noqa: ANN401 column values
        await self._unit.connection.execute(
            update(CaseRow)
            .where(CaseRow.id == row.id)
            .values(version=CaseRow.version + 1, **values)
        )

    async def _event(
        self,
        row: Row[Any],
        principal: Principal,
        kind: str,
        state: State | None = None,
        note: dict[str, Any] | None = None,
    ) -> None:
        step = NewEvent(kind, state.value if state else "", principal.person_id, note or {})
        await add_event(self._unit, row, step)

    async def _child(self, child_id: str | None) -> ChildLine | None:
        if child_id is None:
            return None
        query = child_seals.lines().where(ChildRow.id == child_id)
        row = (await self._unit.connection.execute(query)).first()
        return child_seals.child_line(self._unit.vault, row) if row else None

    def _log(self, by: Principal, act: str, row: Row[Any], **detail: str | bool) -> None:
        Audit(self._unit).append(by.actor, act, f"case:{row.number}", area=row.area, **detail)
