"""Bulletins (附件1-8, 附件2-6): a policy in plain words to many, and who has opened it.

No child is in them: they hold what an office tells the public. What was written is sealed all the
same, since nobody can know what a person types.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from cases.access import Action, Resource, require
from cases.areas import span
from cases.db.audit import Audit
from cases.db.numbers import day_number
from cases.db.rows import BulletinReaderRow, BulletinRow, PersonRow, SubjectKeyRow
from cases.db.subjects import Subjects
from cases.errors import DeniedError, GuardError
from cases.people import MANAGERS, Role
from kernel.errors import MissingError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Row

    from cases.db.store import Unit
    from cases.people import Principal

DUE = "training"
AUDIENCES: dict[str, tuple[Role, ...]] = {
    "workers": (Role.CHILD_DIRECTOR, Role.CHILD_SUPERVISOR),
    "everyone": (Role.CHILD_DIRECTOR, Role.CHILD_SUPERVISOR, Role.GUARDIAN),
    DUE: (Role.CHILD_DIRECTOR, Role.CHILD_SUPERVISOR),
}
"""Whom a bulletin may be for, within the sender's area; `DUE`: whose training is due."""
_LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """A bulletin with its counts; `readers` is zero until it was sent."""

    number: str
    area: str
    audience: str
    made_by: str
    made_at: datetime
    sent_at: datetime | None
    readers: int
    opened: int
    text: str = field(repr=False)


class Bulletins:
    """Bulletins, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def draft(self, principal: Principal, audience: str, text: str) -> Bulletin:
        """Write one down; nobody is told yet.

        Raises:
            DeniedError: Only a supervisor or the county may.
            GuardError: Nothing was written, or nobody knows this audience.
        """
        _require_manager(principal, principal.area)
        if not text.strip() or audience not in AUDIENCES:
            raise GuardError("topic")
        number = await day_number(self._unit, "T")
        subject = f"bulletin:{number}"
        wrapped = await Subjects(self._unit).ensure(subject)
        await self._unit.connection.execute(
            insert(BulletinRow).values(
                number=number,
                area=principal.area,
                audience=audience,
                made_by=principal.person_id,
                made_at=self._unit.clock.now(),
                subject_id=subject,
                sealed=self._unit.vault.seal(wrapped, subject, _place(number), text),
            )
        )
        self._log(principal, "bulletin.draft", number, principal.area)
        return await self.own(principal, number)

    async def send(
        self, principal: Principal, number: str, only: Collection[str] | None = None
    ) -> Sequence[str]:
        """Fix who it is for and return their ids; sent once more it is for nobody new.

        Args:
            principal: Who sends it.
            number: Which.
            only: Ids it is for, among those of its audience.

        Raises:
            DeniedError: Only who is in charge of its area may.
            GuardError: `only` leaves nobody.
        """
        row = await self._row(number, lock=True)
        _require_manager(principal, row.area)
        if row.sent_at is not None:
            return ()
        low, high = span(row.area)
        roles = [role.value for role in AUDIENCES[row.audience]]
        query = (
            select(PersonRow.id)
            .where(PersonRow.area >= low, PersonRow.area < high, PersonRow.active)
            .where(PersonRow.role.in_(roles), PersonRow.id != principal.person_id)
        )
        found = list((await self._unit.connection.execute(query)).scalars())
        if only is not None:
            found = [one for one in found if one in only]
            if not found:
                raise GuardError("readers")
        if found:
            values = [{"number": number, "person_id": one} for one in found]
            await self._unit.connection.execute(insert(BulletinReaderRow), values)
        await self._unit.connection.execute(
            update(BulletinRow)
            .where(BulletinRow.number == number)
            .values(sent_at=self._unit.clock.now())
        )
        self._log(principal, "bulletin.send", number, row.area, count=str(len(found)))
        return found

    async def open(self, principal: Principal, number: str) -> Bulletin:
        """Return what a reader was sent, and note that it was opened.

        Raises:
            DeniedError: It was not sent to this person, nor made in their area of charge.
        """
        seen = await self._unit.connection.execute(
            update(BulletinReaderRow)
            .where(BulletinReaderRow.number == number)
            .where(BulletinReaderRow.person_id == (principal.person_id or ""))
            .values(read_at=func.coalesce(BulletinReaderRow.read_at, self._unit.clock.now()))
            .returning(BulletinReaderRow.person_id)
        )
        if seen.first() is None:
            return await self.own(principal, number)
        return await self._bulletin(await self._row(number))

    async def own(self, principal: Principal, number: str) -> Bulletin:
        """Return one to whoever is in charge of its area."""
        row = await self._row(number)
        _require_manager(principal, row.area)
        return await self._bulletin(row)

    async def readers(self, principal: Principal, number: str) -> Sequence[str]:
        """Return whom it was sent to."""
        return await self._told(principal, number, unread=False)

    async def unread(self, principal: Principal, number: str) -> Sequence[str]:
        """Return who has not opened it."""
        return await self._told(principal, number, unread=True)

    async def _told(self, principal: Principal, number: str, *, unread: bool) -> Sequence[str]:
        row = await self._row(number)
        _require_manager(principal, row.area)
        query = select(BulletinReaderRow.person_id).where(BulletinReaderRow.number == number)
        if unread:
            query = query.where(BulletinReaderRow.read_at.is_(None))
        return list((await self._unit.connection.execute(query)).scalars())

    async def listed(self, principal: Principal) -> list[Bulletin]:
        """Return the bulletins of one's area, the latest first."""
        _require_manager(principal, principal.area)
        low, high = span(principal.area)
        query = (
            _bulletins()
            .where(BulletinRow.area >= low, BulletinRow.area < high)
            .order_by(BulletinRow.made_at.desc())
            .limit(_LISTED)
        )
        rows = list(await self._unit.connection.execute(query))
        return [await self._bulletin(row) for row in rows]

    async def _row(self, number: str, *, lock: bool = False) -> Row[Any]:
        query = _bulletins().where(BulletinRow.number == number)
        if lock:
            query = query.with_for_update(of=BulletinRow)
        row = (await self._unit.connection.execute(query)).first()
        if row is None:
            raise MissingError
        return row

    async def _bulletin(self, row: Row[Any]) -> Bulletin:
        query = select(func.count(), func.count(BulletinReaderRow.read_at)).where(
            BulletinReaderRow.number == row.number
        )
        readers, opened = (await self._unit.connection.execute(query)).one()
        text = self._unit.vault.open(row.wrapped, row.subject_id, _place(row.number), row.sealed)
        return Bulletin(
            number=row.number,
            area=row.area,
            audience=row.audience,
            made_by=row.made_by,
            made_at=row.made_at,
            sent_at=row.sent_at,
            readers=readers,
            opened=opened,
            text=str(text),
        )

    def _log(self, by: Principal, act: str, number: str, area: str, **detail: str) -> None:
        Audit(self._unit).append(by.actor, act, f"bulletin:{number}", area=area, **detail)


def _bulletins() -> Any:  # noqa: ANN401 SQL
    return select(BulletinRow.__table__, SubjectKeyRow.wrapped).join(
        SubjectKeyRow, SubjectKeyRow.subject_id == BulletinRow.subject_id
    )


def _place(number: str) -> str:
    return f"bulletins:{number}"


def _require_manager(principal: Principal, area: str) -> None:
    require(principal, Action.MATTER_OPEN, Resource(area=area))
    if principal.role not in MANAGERS:
        raise DeniedError("role")
