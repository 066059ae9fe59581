"""Reads a child's whole file for who prints it at the office; it writes no paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from cases.db.areas import Areas
from cases.db.audit import Audit
from cases.db.children import Children
from cases.db.people import People
from cases.db.rows import ChildRow
from cases.db.submissions import Submissions
from cases.people import Role, principal
from kernel.clock import local_day
from kernel.errors import MissingError
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cases.access import Purpose
    from cases.children import ChildFile, TimelineEntry
    from cases.db.store import Unit
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


async def whole_file(unit: Unit, file_no: str, name: str, purpose: Purpose) -> WholeFile:
    """Open a file for a worker of the child's village, township or county; it stands in the log.

    Raises:
        MissingError: No such file, or nobody of this name is in charge there.
        DeniedError, ReasonNeededError: The decision function, as in a chat.
    """
    query = select(ChildRow.id, ChildRow.area).where(ChildRow.file_no == file_no.strip().upper())
    row = (await unit.connection.execute(query)).first()
    day = local_day(unit.clock.now())
    person = await People(unit).named(name, row.area, _IN_CHARGE, day) if row is not None else None
    if row is None or person is None:
        raise MissingError(reply=say("cli-paper-nobody", number=file_no))
    who, book = principal(person, day=day), Children(unit)
    file = await book.open(who, row.id, purpose)
    events = await book.timeline(who, row.id, purpose)
    bases = await Submissions(unit).bases(who, row.id, purpose)
    Audit(unit).append(
        who.actor, "child.print", f"child:{row.id}", area=row.area, purpose=purpose.value
    )
    return WholeFile(file, events, bases, await Areas(unit).path(row.area, day), person.name)
