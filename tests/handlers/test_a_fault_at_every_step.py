"""A fault at the 1st, 2nd … Nth statement of a turn, until none is left to fail.

The method is SQLite's own. Each time the database is the same as before the turn; one statement
(or commit) fails, the person's platform sends again what was not taken, and in the end everything
is there as if nothing had failed: one submission, one case, one alert to each addressee, once.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from sqlalchemy import func, select
from support.turn_house import CHAT, Clock, House, ground

from bot import turns
from bot.channels.telegram import incoming
from cases.db import inline_sqlite
from cases.db.audit import Audit
from cases.db.rows import (
    AlertRecipientRow,
    AlertRow,
    AuditRow,
    CaseRow,
    ChildEventRow,
    ConversationRow,
    DraftRow,
    InboxRow,
    OutboxRow,
    SubmissionRow,
    VisitRow,
)
from cases.db.store import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNTED = (
    *(SubmissionRow, VisitRow, CaseRow, AlertRow, AlertRecipientRow, OutboxRow),
    *(ChildEventRow, AuditRow, DraftRow),
)
DOORS = (
    (inline_sqlite.InlineCursor, "execute"),
    (inline_sqlite.InlineCursor, "executemany"),
    (inline_sqlite.InlineConnection, "commit"),
)
UPDATE = 900
MOST = 400
VISIT = ("1", "1", "1", "2", "1", "1", "1", "1", "1", "跳过", "1", "12月30日")


class BugError(Exception):
    """A failure that nobody foresaw."""


def locked() -> Exception:
    return sqlite3.OperationalError("database is locked")


@dataclass
class Fault:
    """Fails the Nth statement or commit from now on, once."""

    at: int
    error: Any
    seen: int = 0
    fired: bool = False

    def step(self) -> None:
        self.seen += 1
        if self.seen == self.at:
            self.fired = True
            raise self.error()

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Stand before the driver: nothing gets to the database that does not pass here."""
        with contextlib.ExitStack() as stack:
            for kind, name in DOORS:
                stack.enter_context(mock.patch.object(kind, name, self._before(kind, name)))
            yield

    def _before(self, kind: Any, name: str) -> Any:
        do = getattr(kind, name)

        async def stepped(driver: Any, *given: Any) -> Any:
            self.step()
            return await do(driver, *given)

        return stepped


class Scene:
    """A database right before one turn, and that turn."""

    def __init__(self, before: Path, update: dict[str, Any]) -> None:
        self.before, self.update = before, update

    async def played(
        self, folder: Path, fault: Fault | None, *, dies: bool, at_once: bool
    ) -> dict[str, int]:
        """Play the turn on a fresh copy; a process that dies is followed by the next."""
        path = folder / "bot.sqlite"
        for rest in folder.iterdir():
            rest.unlink()
        shutil.copy(self.before, path)
        house = House(path, Clock())
        await house.start()
        watching = fault.watching() if fault else contextlib.nullcontext()
        with watching, contextlib.suppress(DatabaseError, BugError):
            await self._heard(house, at_once=at_once)
            if dies:
                await self._until_fired(house, fault)
            else:
                await self._settled(house)
        if dies:
            await house.stop()
            house = House(path, Clock())
            await house.start()
        # what was not confirmed comes again; what was kept already is known by its number
        await house.get(self.update)
        await self._settled(house)
        counts = await self._counts(house)
        await house.stop()
        return counts

    async def _heard(self, house: House, *, at_once: bool) -> None:
        """Take the update as the webhook does, or as a poll does."""
        update = incoming(self.update)
        if not (at_once and await house.loop.at_once(update)):
            await house.loop.keep([update])

    async def _settled(self, house: House) -> None:
        async with asyncio.timeout(20):
            while house.loop._active:
                await asyncio.sleep(0.001)

    async def _until_fired(self, house: House, fault: Fault | None) -> None:
        async with asyncio.timeout(20):
            while house.loop._active and not (fault and fault.fired):
                await asyncio.sleep(0)

    async def _counts(self, house: House) -> dict[str, int]:
        async with house.store.reading() as unit:
            run = unit.connection.execute
            counts = {
                row.__tablename__: (await run(select(func.count()).select_from(row))).scalar_one()
                for row in COUNTED
            }
            waiting = select(func.count()).where(InboxRow.done_at.is_(None))
            dead = select(func.count()).where(InboxRow.dead != "")
            counts["waiting"] = (await run(waiting)).scalar_one()
            counts["dead"] = (await run(dead)).scalar_one()
            prompt = select(ConversationRow.prompt_no).where(ConversationRow.chat == CHAT)
            counts["prompt"] = (await run(prompt)).scalar_one()
            assert (await Audit(unit).verify()).ok
        return counts


def words(text: str, number: int) -> dict[str, Any]:
    who = {"id": int(CHAT), "type": "private"}
    message = {"message_id": number, "chat": who, "from": who, "text": text}
    return {"update_id": number, "message": message}


async def scene(folder: Path, said: tuple[str, ...], last: str, *, visit: bool) -> Scene:
    """Come to the point right before `last` is said."""
    source, children = await asyncio.to_thread(ground)
    path = folder / "before.sqlite"
    shutil.copy(source, path)
    house = House(path, Clock())
    await house.start()
    number = UPDATE - 100
    if visit:
        where = {"id": int(CHAT), "type": "private"}
        data = house.seals.durable(CHAT, f"visit:{children[0]}")
        message = {"message_id": 500, "chat": where}
        query = {"id": "1", "data": data, "message": message}
        await house.get({"update_id": number, "callback_query": query})
    for text in said:
        number += 1
        await house.get(words(text, number))
    await house.stop()
    return Scene(path, words(last, UPDATE))


SCENES = {
    "an answer": (("1",), "1", True),
    "a visit handed in": (VISIT, "提交", True),
    "the third answer of an emergency": (("紧急报告", "不安全", "1"), "1", False),
}


@pytest.mark.parametrize("at_once", [True, False], ids=["webhook", "poll"])
@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize(
    ("error", "dies"),
    [(locked, False), (BugError, False), (BugError, True)],
    ids=["locked", "bug", "killed"],
)
async def test_whatever_fails_everything_is_there_once(
    name: str, error: Any, dies: bool, at_once: bool, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(turns, "_POISON_PAUSE", 0.0)
    monkeypatch.setattr(turns, "_BUSY_PAUSE", (0.0,))
    said, last, visit = SCENES[name]
    start, play = tmp_path / "start", tmp_path / "play"
    start.mkdir()
    play.mkdir()
    before = await scene(start, said, last, visit=visit)
    wanted = await before.played(play, None, dies=False, at_once=at_once)
    assert wanted["waiting"] == wanted["dead"] == 0
    fired = 0
    for at in range(1, MOST):
        fault = Fault(at, error)
        found = await before.played(play, fault, dies=dies, at_once=at_once)
        assert found == wanted, f"step {at}"
        if not fault.fired:
            break
        fired += 1
    assert 10 < fired < MOST - 1, "every step of the turn was made to fail"
