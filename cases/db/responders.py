"""Who can be told of an alert, and how they are reached; it decides nobody's turn."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select, update

from cases.areas import CODE_DIGITS, Level, at_level, level_of
from cases.db.prepared import Prepared, filled, prepared, size, slots
from cases.db.rows import AreaRow, DeputyRow, IdentityRow, PersonRow
from kernel.clock import local_day

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from cases.db.store import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Responder:
    """A worker with the addresses that still work; `deputies` in their order."""

    person_id: str
    role: str
    area: str
    post: str
    language: str
    active: bool
    away: bool
    addresses: tuple[tuple[str, str], ...]
    deputies: tuple[str, ...] = ()


def _people(condition: Any) -> Any:  # noqa: ANN401 SQL
    reachable = and_(
        IdentityRow.person_id == PersonRow.id,
        IdentityRow.revoked_at.is_(None),
        IdentityRow.unreachable_since.is_(None),
    )
    return (
        select(
            PersonRow.id,
            PersonRow.role,
            PersonRow.area,
            PersonRow.post,
            PersonRow.language,
            PersonRow.active,
            PersonRow.on_leave_until,
            IdentityRow.channel,
            IdentityRow.chat,
        )
        .outerjoin(IdentityRow, reachable)
        .where(condition)
        .order_by(PersonRow.id, IdentityRow.channel, IdentityRow.bound_at)
    )


@prepared
def _around(roles: int, areas: int) -> Any:  # noqa: ANN401 SQL
    wanted = and_(PersonRow.active, PersonRow.role.in_(slots("role", roles)))
    if areas:
        wanted = and_(wanted, PersonRow.area.in_(slots("area", areas)))
    return _people(wanted)


@prepared
def _deputies(count: int) -> Any:  # noqa: ANN401 SQL
    return (
        select(DeputyRow.person_id, DeputyRow.deputy_id)
        .where(DeputyRow.person_id.in_(slots("id", count)))
        .order_by(DeputyRow.place)
    )


@prepared
def _phones(count: int) -> Any:  # noqa: ANN401 SQL
    return (
        select(AreaRow.duty_phone)
        .where(AreaRow.code.in_(slots("area", count)), AreaRow.duty_phone != "")
        .where(AreaRow.valid_to.is_(None))
        .order_by(AreaRow.code.desc())
    )


@prepared
def _these(count: int) -> Any:  # noqa: ANN401 SQL
    return _people(PersonRow.id.in_(slots("id", count)))


class Responders:
    """The workers as alerts see them."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def around(self, area: str, roles: Collection[str]) -> dict[str, Responder]:
        """Return the active workers of these roles whose area holds this one, and deputies.

        Without a known area everyone of these roles is returned.
        """
        values, places = filled("role", roles), 0
        if len(area) == CODE_DIGITS and level_of(area) >= Level.COUNTY:
            holding = _holding(area)
            values, places = values | filled("area", holding), size(holding)
        own = await self._load(_around(size(roles), places), values)
        deputies = await self._deputies(own)
        stand_ins = {one for ids in deputies.values() for one in ids} - set(own)
        others = await self.of(stand_ins) if stand_ins else {}
        return {
            person_id: _with_deputies(person, deputies)
            for person_id, person in {**own, **others}.items()
            if person.active
        }

    async def of(self, person_ids: Collection[str]) -> dict[str, Responder]:
        """Return workers by id, without their deputies."""
        if not person_ids:
            return {}
        return await self._load(_these(size(person_ids)), filled("id", person_ids))

    async def everyone(self, roles: Collection[str]) -> list[str]:
        """Return who of these roles is active and has a chat that works."""
        statement = (
            select(PersonRow.id)
            .join(IdentityRow, IdentityRow.person_id == PersonRow.id)
            .where(PersonRow.active, PersonRow.role.in_(sorted(roles)))
            .where(IdentityRow.revoked_at.is_(None), IdentityRow.unreachable_since.is_(None))
            .distinct()
            .order_by(PersonRow.id)
        )
        return list((await self._unit.connection.execute(statement)).scalars())

    async def _load(self, statement: Prepared, values: dict[str, Any]) -> dict[str, Responder]:
        today = local_day(self._unit.clock.now())
        found: dict[str, Responder] = {}
        for row in await statement.all(self._unit, values):
            known = found.get(row.id)
            before = known.addresses if known else ()
            address = ((row.channel, row.chat),) if row.chat else ()
            found[row.id] = Responder(
                person_id=row.id,
                role=row.role,
                area=row.area,
                post=row.post,
                language=row.language,
                active=row.active,
                away=row.on_leave_until is not None and row.on_leave_until >= today,
                addresses=before + address,
            )
        return found

    async def _deputies(self, person_ids: Collection[str]) -> Mapping[str, list[str]]:
        deputies: defaultdict[str, list[str]] = defaultdict(list)
        if not person_ids:
            return deputies
        statement = _deputies(size(person_ids))
        for row in await statement.all(self._unit, filled("id", person_ids)):
            deputies[row.person_id].append(row.deputy_id)
        return deputies

    async def lost(self, channel: str, chat: str, at: datetime) -> None:
        """Note that an address takes nothing from us any more."""
        await self._unit.connection.execute(
            update(IdentityRow)
            .where(
                IdentityRow.channel == channel,
                IdentityRow.chat == chat,
                IdentityRow.unreachable_since.is_(None),
            )
            .values(unreachable_since=at)
        )

    async def duty_phones(self, area: str) -> tuple[str, ...]:
        """Return the duty telephones around an area, the nearest first."""
        if not area:
            return ()
        holding = _holding(area)
        rows = await _phones(size(holding)).all(self._unit, filled("area", holding))
        return tuple(row.duty_phone for row in rows)


def _holding(area: str) -> list[str]:
    """Return the codes of the area and of all divisions that hold it."""
    full = area.ljust(CODE_DIGITS, "0")
    return sorted({at_level(full, level) for level in Level})


def _with_deputies(person: Responder, deputies: Mapping[str, list[str]]) -> Responder:
    return Responder(
        person_id=person.person_id,
        role=person.role,
        area=person.area,
        post=person.post,
        language=person.language,
        active=person.active,
        away=person.away,
        addresses=person.addresses,
        deputies=tuple(deputies.get(person.person_id, ())),
    )
