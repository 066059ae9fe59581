"""Alerts and whom they were meant for, as rows; it decides no step of the ladder."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, exists, func, select, update

from cases.areas import span
from cases.casebook import ACTS
from cases.db import monotone
from cases.db.dialects import insert_or
from cases.db.prepared import Prepared, add, constants, filled, prepared, size, slots
from cases.db.rows import AlertRecipientRow, AlertRow, CaseEventRow, CaseRow
from cases.workflow import CloseReason

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from cases.db.store import Unit
    from cases.people import Principal

LIVE = ("open", "acked", "following")
_REACHED = ("queued", "unreachable", "sent", "opened", "acked")
"""States of a recipient in the order in which they may only rise."""
NO_REPORT = (CloseReason.FALSE_ALARM.value, CloseReason.DUPLICATE.value)
"""Why a case was closed that is no further report of its village."""
_TOLD = _REACHED[:-1]
"""States of somebody who was told, or should have been, and has not taken the alert on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A push that someone must acknowledge; `policy` is the ladder kept with it."""

    id: str
    number: str
    case_id: str
    severity: str
    situations: tuple[str, ...]
    area: str
    state: str
    rung: int
    round: int
    due: float | None
    fence: int
    policy: dict[str, Any]
    exclude: tuple[str, ...]
    reporter_id: str | None
    channel: str
    chat: str = field(repr=False)
    drill: bool
    made_at: datetime
    acked_by: str | None = None
    acked_at: datetime | None = None
    plan: str = ""
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One person an alert was meant for."""

    alert_id: str
    person_id: str
    role: str
    rung: int
    state: str
    queued_at: datetime
    deputy_for: str | None = None
    sent_at: datetime | None = None
    opened_at: datetime | None = None
    acked_at: datetime | None = None


_ALERT = [getattr(AlertRow, name) for name in Alert.__slots__]
_RECIPIENT = [getattr(AlertRecipientRow, name) for name in Recipient.__slots__]


@prepared
def _one(column: str, lock: bool) -> Any:  # noqa: ANN401, FBT001 SQL
    statement = select(*_ALERT).where(getattr(AlertRow, column) == bindparam("value"))
    return statement.with_for_update() if lock else statement


@prepared
def _many(count: int, lock: bool) -> Any:  # noqa: ANN401, FBT001 SQL
    statement = select(*_ALERT).where(AlertRow.id.in_(slots("id", count))).order_by(AlertRow.id)
    return statement.with_for_update() if lock else statement


@prepared
def _move(columns: tuple[str, ...]) -> Any:  # noqa: ANN401 SQL
    return (
        update(AlertRow)
        .where(AlertRow.id == bindparam("alert"), AlertRow.fence == bindparam("was"))
        .values({column: bindparam(column) for column in columns} | {"fence": AlertRow.fence + 1})
    )


@prepared
def _recipients(count: int) -> Any:  # noqa: ANN401 SQL
    return (
        select(*_RECIPIENT)
        .where(AlertRecipientRow.alert_id.in_(slots("id", count)))
        .order_by(AlertRecipientRow.rung, AlertRecipientRow.queued_at)
        .order_by(AlertRecipientRow.person_id)
    )


@prepared
def _reach(state: str) -> Any:  # noqa: ANN401 SQL
    values: dict[str, Any] = {"state": state}
    if state in {"sent", "opened", "acked"}:
        values[f"{state}_at"] = bindparam("at")
    return (
        update(AlertRecipientRow)
        .where(
            AlertRecipientRow.alert_id == bindparam("alert"),
            AlertRecipientRow.person_id == bindparam("person"),
            AlertRecipientRow.state.in_(constants(*_REACHED[: _REACHED.index(state)])),
        )
        .values(values)
    )


@prepared
def _open_counts(count: int) -> Any:  # noqa: ANN401 SQL
    return (
        select(AlertRecipientRow.person_id, func.count().label("count"))
        .join(AlertRow, AlertRow.id == AlertRecipientRow.alert_id)
        .where(AlertRecipientRow.person_id.in_(slots("id", count)))
        .where(AlertRow.state.in_(constants("open")))
        .where(AlertRecipientRow.state.in_(constants(*_TOLD)))
        .group_by(AlertRecipientRow.person_id)
    )


@prepared
def _open_cases(count: int) -> Any:  # noqa: ANN401 SQL
    return (
        select(AlertRow.case_id)
        .where(AlertRow.case_id.in_(slots("id", count)))
        .where(AlertRow.state.in_(constants("open")))
    )


_NEXT_DUE = Prepared(
    select(func.min(AlertRow.due).label("due")).where(AlertRow.state.in_(constants(*LIVE)))
)
_REPORTS = Prepared(
    select(func.count().label("count"))
    .select_from(AlertRow)
    .join(CaseRow, CaseRow.id == AlertRow.case_id)
    .where(
        AlertRow.area == bindparam("village"),
        AlertRow.made_at >= bindparam("since"),
        ~AlertRow.drill,
        CaseRow.close_reason.not_in(constants(*NO_REPORT)),
    )
)


class Alerts:
    """The alerts of one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(self, alert: Alert) -> None:
        """Keep a new alert."""
        values = {name: getattr(alert, name) for name in Alert.__slots__}
        values |= {"situations": list(alert.situations), "exclude": list(alert.exclude)}
        await add(self._unit, AlertRow, [values])

    async def get(self, alert_id: str, *, lock: bool = False) -> Alert | None:
        """Return an alert; `lock` holds it until the unit ends."""
        return await self._one("id", alert_id, lock=lock)

    async def of_case(self, case_id: str, *, lock: bool = False) -> Alert | None:
        """Return the alert of a case."""
        return await self._one("case_id", case_id, lock=lock)

    async def _one(self, column: str, value: str, *, lock: bool) -> Alert | None:
        row = await _one(column, lock).first(self._unit, {"value": value})
        return None if row is None else _alert(row)

    async def many(self, alert_ids: Collection[str], *, lock: bool = False) -> dict[str, Alert]:
        """Return alerts by id; locked, if at all, in one order, so that nobody waits in a ring."""
        if not alert_ids:
            return {}
        statement = _many(size(alert_ids), lock)
        rows = await statement.all(self._unit, filled("id", alert_ids))
        return {row.id: _alert(row) for row in rows}

    async def hand_over(self, leaver_id: str, successor_id: str) -> tuple[str, ...]:
        """Give the live alerts of a leaver to a successor, and let the ladder look at once.

        Returns:
            The alerts the leaver was told of, or had taken on.
        """
        statement = (
            select(AlertRow.id, AlertRecipientRow.role, AlertRecipientRow.rung)
            .join(AlertRecipientRow, AlertRecipientRow.alert_id == AlertRow.id)
            .where(AlertRecipientRow.person_id == leaver_id, AlertRow.state.in_(LIVE))
            .order_by(AlertRow.id)
        )
        found = (await self._unit.connection.execute(statement)).all()
        now = await monotone.read(self._unit)
        for one in found:
            values = {
                "alert_id": one.id,
                "person_id": successor_id,
                "role": one.role,
                "rung": one.rung,
                "deputy_for": leaver_id,
                "state": "queued",
                "queued_at": self._unit.clock.now(),
            }
            fresh = insert_or(self._unit, AlertRecipientRow).values(values)
            await self._unit.connection.execute(fresh.on_conflict_do_nothing())
        soon = AlertRow.id.in_([one.id for one in found])
        await self._unit.connection.execute(update(AlertRow).where(soon).values(due=now))
        return tuple(one.id for one in found)

    async def relocate(self, which: ColumnElement[bool], area: str) -> None:
        """Let the ladder of live alerts look at once for who is in charge of another area."""
        live = AlertRow.state.in_(LIVE)
        now = await monotone.read(self._unit)
        await self._unit.connection.execute(
            update(AlertRow).where(which, live).values(area=area, due=now)
        )

    async def due(self, now: float, *, limit: int) -> list[Alert]:
        """Return live alerts whose next step is due, held; those another worker holds are not."""
        statement = (
            select(*_ALERT)
            .where(AlertRow.state.in_(LIVE), AlertRow.due <= now)
            .order_by(AlertRow.due, AlertRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [_alert(row) for row in await self._unit.connection.execute(statement)]

    async def next_due(self) -> float | None:
        """Return when the next step of any alert is due."""
        row = await _NEXT_DUE.first(self._unit, {})
        return None if row.due is None else float(row.due)

    async def live(self) -> list[Alert]:
        """Return every alert that is not at its end."""
        statement = select(*_ALERT).where(AlertRow.state.in_(LIVE)).order_by(AlertRow.id)
        return [_alert(row) for row in await self._unit.connection.execute(statement)]

    async def drills_since_before(self, moment: datetime) -> list[str]:
        """Return the drills begun before a moment that nobody has ended, the oldest first."""
        statement = (
            select(AlertRow.id)
            .where(AlertRow.drill, AlertRow.state != "done", AlertRow.made_at <= moment)
            .order_by(AlertRow.made_at)
        )
        return list((await self._unit.connection.execute(statement)).scalars())

    async def move(self, alert: Alert, **values: Any) -> bool:  # noqa: ANN401 columns
        """Change an alert unless someone did since it was read; say whether it was changed."""
        statement = _move(tuple(sorted(values)))
        key = {"alert": alert.id, "was": alert.fence}
        return await statement.run(self._unit, {**values, **key}) > 0

    async def hasten(self, alert_id: str, now: float) -> None:
        """Make the next step of an open alert due at once."""
        await self._unit.connection.execute(
            update(AlertRow)
            .where(AlertRow.id == alert_id, AlertRow.state == "open")
            .values(due=now, fence=AlertRow.fence + 1)
        )

    async def waiting_for(self, person_id: str) -> list[str]:
        """Return the open alerts that were meant for someone who has not opened them."""
        statement = (
            select(AlertRow.id)
            .join(AlertRecipientRow, AlertRecipientRow.alert_id == AlertRow.id)
            .where(AlertRow.state == "open", AlertRecipientRow.person_id == person_id)
            .where(AlertRecipientRow.state.in_(("queued", "sent")))
            .order_by(AlertRow.id)
        )
        return list((await self._unit.connection.execute(statement)).scalars())

    async def unanswered_by(self, person_id: str) -> list[str]:
        """Return the open alerts that someone was told of, opened or not, the newest first.

        An exercise never stands before a real one. Those they were shut out from afterwards are
        not theirs any more.
        """
        query = _unanswered((AlertRow.id, AlertRow.exclude), person_id)
        rows = await self._unit.connection.execute(query)
        return [row.id for row in rows if person_id not in row.exclude]

    async def waiting_with(self, person_id: str) -> list[Alert]:
        """Return what `unanswered_by` names, whole."""
        rows = await self._unit.connection.execute(_unanswered(_ALERT, person_id))
        return [alert for alert in map(_alert, rows) if person_id not in alert.exclude]

    async def open_counts(self, person_ids: Collection[str]) -> dict[str, int]:
        """Return of how many open alerts each of them was told that nobody has taken."""
        if not person_ids:
            return {}
        rows = await _open_counts(size(person_ids)).all(self._unit, filled("id", person_ids))
        return {row.person_id: row.count for row in rows}

    async def open_cases(self, case_ids: Collection[str]) -> set[str]:
        """Return which of these cases have an alert that nobody has in hand."""
        if not case_ids:
            return set()
        rows = await _open_cases(size(case_ids)).all(self._unit, filled("id", case_ids))
        return {row.case_id for row in rows}

    async def unplanned_by(self, person_id: str) -> list[str]:
        """Return the cases whose alerts someone has taken on without saying what they will do."""
        statement = (
            select(AlertRow.case_id)
            .where(AlertRow.state == "acked", AlertRow.acked_by == person_id, AlertRow.plan == "")
            .order_by(AlertRow.drill, AlertRow.number.desc())
        )
        return list((await self._unit.connection.execute(statement)).scalars())

    async def recipients(self, alert_ids: Collection[str]) -> list[Recipient]:
        """Return whom the alerts were meant for, in the order in which they were told."""
        if not alert_ids:
            return []
        statement = _recipients(size(alert_ids))
        rows = await statement.all(self._unit, filled("id", alert_ids))
        return [Recipient(**row._asdict()) for row in rows]

    async def tell(self, recipients: Sequence[Recipient]) -> None:
        """Note whom an alert is meant for."""
        values = [{n: getattr(one, n) for n in Recipient.__slots__} for one in recipients]
        await add(self._unit, AlertRecipientRow, values)

    async def reached(self, alert_id: str, person_id: str, state: str, at: datetime) -> bool:
        """Raise a recipient's state; a state behind the present one changes nothing."""
        key = {"alert": alert_id, "person": person_id, "at": at}
        return await _reach(state).run(self._unit, key) > 0

    async def lost(self, alert_id: str, person_id: str) -> None:
        """Note that someone who was told will not read it any more."""
        await self._unit.connection.execute(
            update(AlertRecipientRow)
            .where(
                AlertRecipientRow.alert_id == alert_id,
                AlertRecipientRow.person_id == person_id,
                AlertRecipientRow.state.in_(("queued", "sent")),
            )
            .values(state="unreachable")
        )

    async def take_back(self, alert_id: str) -> None:
        """Take acknowledgements back: who had acknowledged has only opened it."""
        await self._unit.connection.execute(
            update(AlertRecipientRow)
            .where(AlertRecipientRow.alert_id == alert_id, AlertRecipientRow.state == "acked")
            .values(state="opened", acked_at=None)
        )

    async def acted(self, alert: Alert) -> bool:
        """Say whether the case saw any step after the alert was acknowledged."""
        if alert.acked_at is None:
            return False
        statement = select(
            exists().where(
                and_(
                    CaseEventRow.case_id == alert.case_id,
                    CaseEventRow.at > alert.acked_at,
                    CaseEventRow.kind.in_(ACTS),
                )
            )
        )
        return bool((await self._unit.connection.execute(statement)).scalar())

    async def forgotten_cases(self, severities: Collection[str]) -> list[str]:
        """Return open cases that should have an alert and have none."""
        statement = (
            select(CaseRow.id)
            .where(CaseRow.severity.in_(sorted(severities)), CaseRow.closed_at.is_(None))
            .where(~exists().where(AlertRow.case_id == CaseRow.id))
        )
        return list((await self._unit.connection.execute(statement)).scalars())

    async def counts(self) -> dict[str, int]:
        """Return how many alerts are in each state, and how many are at their ladder's end."""
        ended = func.sum(case((and_(AlertRow.state == "open", AlertRow.round > 0), 1), else_=0))
        statement = select(AlertRow.state, func.count(), ended).group_by(AlertRow.state)
        rows = (await self._unit.connection.execute(statement)).all()
        return {row[0]: row[1] for row in rows} | {"at_end": sum(row[2] or 0 for row in rows)}

    async def reports_since(self, village: str, since: datetime) -> int:
        """Return how many reports came from one village since a moment.

        Drills are none, nor what turned out to be a false alarm or another report once more.
        """
        row = await _REPORTS.first(self._unit, {"village": village, "since": since})
        return int(row.count)

    async def answers(
        self, principal: Principal, since: datetime, until: datetime
    ) -> list[float | None]:
        """Return for each alert of an area and time how many seconds it took; None: nobody yet.

        Drills do not count, nor what is kept from the reader.
        """
        within = span(principal.area)
        statement = select(
            AlertRow.made_at, AlertRow.acked_at, AlertRow.exclude, AlertRow.reporter_id
        ).where(
            AlertRow.area >= within[0],
            AlertRow.area < within[1],
            AlertRow.made_at >= since,
            AlertRow.made_at < until,
            ~AlertRow.drill,
        )
        rows = await self._unit.connection.execute(statement)
        return [
            (row.acked_at - row.made_at).total_seconds() if row.acked_at else None
            for row in rows
            if principal.person_id not in set(row.exclude) - {row.reporter_id}
        ]


def _unanswered(columns: Iterable[Any], person_id: str) -> Any:  # noqa: ANN401 SQL
    return (
        select(*columns)
        .join(AlertRecipientRow, AlertRecipientRow.alert_id == AlertRow.id)
        .where(AlertRow.state == "open", AlertRecipientRow.person_id == person_id)
        .where(AlertRecipientRow.state.in_(_TOLD))
        .order_by(AlertRow.drill, AlertRow.number.desc())
    )


def _alert(row: Any) -> Alert:  # noqa: ANN401 SQL
    values = row._asdict()
    values["situations"] = tuple(values["situations"])
    values["exclude"] = tuple(values["exclude"])
    return Alert(**values)
