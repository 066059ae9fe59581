"""Reads a whole file, or what runs along a child, for who prints it at the office."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from cases.db.areas import Areas
from cases.db.audit import Audit
from cases.db.children import Children
from cases.db.matters import Matters
from cases.db.people import People
from cases.db.rows import ChildRow, MatterRow
from cases.db.submissions import Submissions
from cases.people import Role, principal
from kernel.clock import local_day
from kernel.errors import MissingError
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row, Select

    from cases.access import Purpose
    from cases.children import ChildFile, TimelineEntry
    from cases.db.store import Unit
    from cases.matters import MatterCard
    from cases.people import Principal
    from cases.submissions import Basis

_IN_CHARGE = (Role.CHILD_DIRECTOR, Role.CHILD_SUPERVISOR, Role.COUNTY_OFFICER)


@dataclass(frozen=True, slots=True)
class WholeFile:
    """A file as it was opened to be printed."""

    file: ChildFile = field(repr=False)
    events: Sequence[TimelineEntry] = field(repr=False)
    bases: Sequence[Basis]
    village: str
    maker: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class WholeMatter:
    """A matter as it was opened to be printed, with the child it runs along."""

    card: MatterCard = field(repr=False)
    child: ChildFile | None = field(repr=False)
    village: str
    maker: str = field(repr=False)


async def whole_file(unit: Unit, file_no: str, name: str, purpose: Purpose) -> WholeFile:
    """Open a file for a worker of the child's village, township or county; it stands in the log.

    Raises:
        MissingError: No such file, or nobody of this name is in charge there.
        DeniedError, ReasonNeededError: The decision function, as in a chat.
    """
    query = select(ChildRow.id, ChildRow.area).where(ChildRow.file_no == file_no)
    row, who, maker = await _opened_by(unit, query, file_no, name)
    book = Children(unit)
    file = await book.open(who, row.id, purpose)
    events = await book.timeline(who, row.id, purpose)
    bases = await Submissions(unit).bases(who, row.id, purpose)
    Audit(unit).append(
        who.actor, "child.print", f"child:{row.id}", area=row.area, purpose=purpose.value
    )
    return WholeFile(file, events, bases, await _village(unit, row.area), maker)


async def whole_matter(unit: Unit, number: str, name: str, purpose: Purpose) -> WholeMatter:
    """Open a matter, and the file of its child, on the same terms as `whole_file`."""
    query = select(MatterRow.child_id, MatterRow.area).where(MatterRow.number == number)
    row, who, maker = await _opened_by(unit, query, number, name)
    card = await Matters(unit).card(who, number, purpose)
    child = await Children(unit).open(who, row.child_id, purpose) if row.child_id else None
    Audit(unit).append(
        who.actor, "matter.print", f"matter:{number}", area=row.area, purpose=purpose.value
    )
    return WholeMatter(card, child, await _village(unit, row.area), maker)


async def _opened_by(
    unit: Unit, query: Select[*tuple[Any, ...]], number: str, name: str
) -> tuple[Row[Any], Principal, str]:
    """Return the row of a number, and who of that name is in charge there."""
    row = (await unit.connection.execute(query)).first()
    day = local_day(unit.clock.now())
    person = await People(unit).named(name, row.area, _IN_CHARGE, day) if row is not None else None
    if row is None or person is None:
        raise MissingError(reply=say("cli-paper-nobody", number=number))
    return row, principal(person, day=day), person.name


async def _village(unit: Unit, area: str) -> str:
    return await Areas(unit).path(area, local_day(unit.clock.now()))
