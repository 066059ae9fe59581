"""What happens around a conversation: parts end, people join, days pass, the log is read.

== restart bot                   ends the bot and starts it from the database
== press old                     presses the first button of a question once more
== audit                         the log must be whole
== logged child.read review      the log must hold such an act, with such a detail
== days 8                        eight days pass for everything that lies as a draft
== later 80                      bot and worker go on eighty days later
== later month                   bot and worker go on on the second day of the next month
== until 06-01 08:31             bot and worker go on then, in Beijing; also: monday 08:31, 22:00
== block 督导                      whoever holds this phone blocks the bot
== join 南星                      another worker of the sample county gets a phone
== join 新人 by 督导               someone new sends the code that this phone shows
== children 40                   forty more children stand in the director's village
== split CODE 东柳村 NEW …         a village is split into others from today on
== newer walk.md                 newer files of one's own forms, one or more; the bot begins anew
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from support.house import (
    COUNTY,
    DIRECTOR,
    GUARDIAN,
    NEIGHBOUR,
    NEWCOMER,
    OTHER_COUNTY,
    OTHER_SUPERVISOR,
    OTHER_TOWN,
    STRANGER,
    SUPERVISOR,
    House,
)

from bot.wiring import open_store
from cases.db.areas import Area, Areas
from cases.db.audit import Audit
from cases.db.children import Children
from cases.db.invites import Invitation, Invites
from cases.db.people import People
from cases.db.rows import AuditRow, DraftRow
from cases.db.successions import Successions
from cases.db.walls import open_wide
from cases.people import SYSTEM, Role, principal
from cases.policies import load_policies
from kernel.clock import local_day

if TYPE_CHECKING:
    from cases.db.store import Unit

WHO = {
    "主任": DIRECTOR,
    "督导": SUPERVISOR,
    "县里": COUNTY,
    "奶奶": GUARDIAN,
    "路人": STRANGER,
    "南星": NEIGHBOUR,
    "西岭": OTHER_TOWN,
    "陈督": OTHER_SUPERVISOR,
    "卫县": OTHER_COUNTY,
    "新人": NEWCOMER,
}
"""Who a story may speak of; from 南星 on they must be asked in with `== join`."""
_REGISTERED = {"南星": "吴南星", "西岭": "郑西岭", "陈督": "陈长河", "卫县": "卫中正"}
_COUNTY = "990101000000"


async def set_stage(house: House, words: str, last: str) -> None:
    """Do what a line beginning with `==` says; `last` is who spoke before it."""
    what, _, part = words.partition(" ")
    if what == "press":
        person = WHO[last]
        old = [row for row in house.phones.pressed[person] if row[1].startswith("p:")]
        await house.phones.press_old(person, *old[0])
    elif what in _AROUND:
        await _AROUND[what](house, part)
    elif what in _RECORD:
        await _in_record(house, _RECORD[what], part)
    else:
        raise ValueError(words)


async def _in_record(house: House, act, *words: str) -> str:
    store = open_store(house.settings)
    try:
        async with store.unit() as unit:
            await open_wide(unit)
            done = await act(unit, *words)
            await unit.commit()
            return str(done)
    finally:
        await store.close()


async def _verify(unit: Unit, _: str) -> None:
    verdict = await Audit(unit).verify()
    assert verdict.ok, verdict
    assert verdict.rows > 0


async def _logged(unit: Unit, words: str) -> None:
    action, _, detail = words.partition(" ")
    query = select(AuditRow.detail).where(AuditRow.action == action)
    found = [str(row) for row in (await unit.connection.execute(query)).scalars()]
    assert [row for row in found if detail in row], (words, found)


async def _age_drafts(unit: Unit, days: str) -> None:
    drafts = (await unit.connection.execute(select(DraftRow.id, DraftRow.changed_at))).all()
    for draft in drafts:
        await unit.connection.execute(
            update(DraftRow)
            .where(DraftRow.id == draft.id)
            .values(changed_at=draft.changed_at - timedelta(days=int(days)))
        )


async def _more_children(unit: Unit, count: str) -> None:
    roster = await People(unit).roster(_COUNTY)
    officer = next(one for one in roster if one.role is Role.COUNTY_OFFICER)
    village = next(one.area for one in roster if one.name == "周东方")
    policy = load_policies().at(village, local_day(unit.clock.now()))
    for number in range(int(count)):
        fields = {"name": f"甲{number}", "sex": "male", "birth_date": "2018-02-15"}
        await Children(unit).add(principal(officer), village, fields, policy)


async def _split(unit: Unit, words: str) -> None:
    code, *parts = words.split()
    day = local_day(unit.clock.now())
    areas, book = Areas(unit), Successions(unit)
    known = await areas.get(code, day)
    assert known is not None
    await areas.put([replace(known, valid_to=day)])
    for name, successor in zip(parts[::2], parts[1::2], strict=True):
        await areas.put([Area(code=successor, name=name, valid_from=day)])
        await book.note(code, successor, day)


_RECORD = {
    "audit": _verify,
    "logged": _logged,
    "days": _age_drafts,
    "children": _more_children,
    "split": _split,
}


async def _join(house: House, words: str) -> None:
    who, _, giver = words.partition(" by ")
    if giver:
        shown = await house.phones.all_texts(WHO[giver])
        start = next(t for t in reversed(shown) if "/start " in t)
        start = "/start " + start.rpartition("/start ")[2].split()[0]
    else:
        start = "/start " + await _in_record(house, _invited, _REGISTERED[who])
    await house.phones.add(WHO[who], who)
    await house.phones.type(WHO[who], start)
    await house.phones.expect(WHO[who], "您好")
    await house.phones.mark(WHO[who])


async def _invited(unit: Unit, name: str) -> str:
    person = next(one for one in await People(unit).roster(_COUNTY) if one.name == name)
    fresh = Invitation(role=person.role, area=person.area, person_id=person.id)
    return await Invites(unit).make(fresh, SYSTEM)


async def _block(house: House, who: str) -> None:
    await house.phones.block(WHO[who])


async def _renew(house: House, names: str) -> None:
    assert house.settings.forms is not None
    newer = Path(__file__).parents[1] / "stories" / "own_forms_next"
    for name in names.split():
        shutil.copy(newer / name, house.settings.forms / name)
    await house.restart("bot")


_AROUND = {
    "restart": House.restart,
    "stop": House.stop,
    "start": House.start,
    "later": House.later,
    "until": House.until,
    "block": _block,
    "join": _join,
    "newer": _renew,
}
