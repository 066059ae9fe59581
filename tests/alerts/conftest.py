"""What the tests of alerts share: a clock to set, a county with its workers, a stand-in."""

from __future__ import annotations

import asyncio
import html
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select
from support import postgresql
from support.clocks import SetClock

from alerts.auditor import Auditor
from alerts.contents import Dressing
from alerts.courier import Courier
from alerts.desk import Desk
from alerts.limiter import Pace
from alerts.policy import Policies, load_policies
from alerts.raising import Raise
from alerts.receipts import End, Receipts
from alerts.telegram import TelegramSender
from alerts.timers import Timers
from alerts.worker import Chore, work
from cases.casebook import NewCase
from cases.db import monotone
from cases.db.casebook import CaseBook
from cases.db.outbox import Outbox, Want
from cases.db.people import People
from cases.db.rows import OutboxRow
from cases.db.store import Store, Unit, open_engine
from cases.people import SYSTEM, Person, Principal, Role
from cases.vault import Vault
from handlers.speech import speak
from kernel.clock import SystemClock
from kernel.ids import new_id
from kernel.nursery import Nursery
from kernel.words import Edit, Send
from sandbox.server import running

Rows = Callable[..., Awaitable[list[Any]]]
VILLAGE, TOWNSHIP, COUNTY, CITY = "990101101201", "990101101000", "990101000000", "990100000000"


@dataclass(frozen=True)
class Dressed:
    html: str
    buttons: tuple[tuple[tuple[str, str], ...], ...] = ()


def present(reply: Send | Edit, chat: str, language: str) -> Dressed:
    """Dress a reply plainly: the bot's own presenter has its own tests."""
    text = "\n".join(html.escape(speak(line.text, language)) for line in reply.lines)
    buttons = tuple(
        tuple((speak(b.label, language), f"d:{b.value}") for b in row) for row in reply.buttons
    )
    return Dressed(text, buttons)


@pytest.fixture(scope="session")
def policies() -> Policies:
    return load_policies()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "cases.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_template: str) -> Iterator[str]:
    with postgresql.database(postgres_template) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
async def store(url: str, vault: Vault, clock: SetClock) -> AsyncIterator[Store]:
    store = Store(open_engine(url), vault, clock)
    yield store
    await store.close()


@pytest.fixture
async def live_store(sqlite_url: str, vault: Vault) -> AsyncIterator[Store]:
    """A store on the machine's own clock, for tests over HTTP."""
    store = Store(open_engine(sqlite_url), vault, SystemClock())
    yield store
    await store.close()


@dataclass
class Town:
    """A township with one of each; `chat` of each person is in `chats`."""

    store: Store
    director: str = ""
    supervisor: str = ""
    deputy: str = ""
    officer: str = ""
    city: str = ""
    case_count: int = 0

    async def add(
        self, role: Role, area: str, chat: str = "", *, name: str = "", leave: date | None = None
    ) -> str:
        """Put a worker on the roster, bound to a chat if one is given."""
        person = Person(
            id="", role=role, area=area, name=name or f"工{chat}", on_leave_until=leave
        )
        async with self.store.unit() as unit:
            people = People(unit)
            added = await people.add(person, SYSTEM)
            if chat:
                await people.bind(added.id, "telegram", chat)
            await unit.commit()
        return added.id

    async def case(self, unit: Unit, *, drill: bool = False, **new: Any) -> Raise:
        """Open a case in this unit and return what is to be raised."""
        severity, situations = new.get("severity", "P1"), tuple(new.get("situations", ()))
        area = new.get("area", VILLAGE)
        reporter = Principal(
            person_id=self.director, role=Role.CHILD_DIRECTOR, area=VILLAGE, chat="101"
        )
        opened = await CaseBook(unit).open_case(
            reporter,
            NewCase(
                draft_id=new_id(),
                severity=severity,
                situations=situations,
                area=area,
                drill=drill,
            ),
        )
        return Raise(
            case_id=opened.case_id,
            number=opened.number,
            severity=severity,
            situations=situations,
            area=area,
            exclude=tuple(new.get("exclude", ())),
            channel="telegram",
            chat=new.get("chat", "101"),
            reporter_id=new.get("reporter_id", self.director),
            drill=drill,
        )

    async def raises(self, desk: Desk, **new: Any) -> Any:
        """Open a case and raise its alert in one unit."""
        async with self.store.unit() as unit:
            view = await desk.raise_alert(unit, await self.case(unit, **new))
            await unit.commit()
        return view

    async def does(self, act: Callable[[Unit], Any]) -> Any:
        """Do something in a unit of its own."""
        async with self.store.unit() as unit:
            done = await act(unit)
            await unit.commit()
        return done


async def settle(store: Store) -> Town:
    town = Town(store)
    town.director = await town.add(Role.CHILD_DIRECTOR, VILLAGE, "101", name="周东方")
    town.supervisor = await town.add(Role.CHILD_SUPERVISOR, TOWNSHIP, "201", name="冯长青")
    town.officer = await town.add(Role.COUNTY_OFFICER, COUNTY, "301", name="褚中和")
    town.city = await town.add(Role.COUNTY_OFFICER, CITY, "401", name="卫清明")
    return town


@pytest.fixture
def settle_in() -> Callable[[Store], Awaitable[Town]]:
    return settle


@pytest.fixture
async def town(store: Store) -> Town:
    return await settle(store)


@pytest.fixture
async def live_town(live_store: Store) -> Town:
    return await settle(live_store)


@pytest.fixture
def desk(policies: Policies) -> Desk:
    return Desk(policies)


@pytest.fixture
def rows(store: Store) -> Rows:
    """What is in the outbox, perhaps of one kind only."""

    async def rows(kind: str = "") -> list[Any]:
        async with store.reading() as unit:
            query = select(OutboxRow.__table__).order_by(OutboxRow.id)
            found = (await unit.connection.execute(query)).all()
        return [row for row in found if not kind or row.kind == kind]

    return rows


@pytest.fixture
def deliver(store: Store) -> Callable[[], Awaitable[None]]:
    """Write receipts for everything that may leave now, as a courier would."""

    async def deliver() -> None:
        async with store.unit() as unit:
            now = await monotone.advance(unit)
            outbox = Outbox(unit)
            want = Want(channels=frozenset({"telegram"}), lane=9)
            offers = await outbox.offers(want, now + 1, lock=True)
            leased = await outbox.lease([o.id for o in offers], owner="t", until=now + 10)
            ends = [End(row, "sent", row.message or str(row.id)) for row in leased]
            await Receipts(unit, now).write(ends)
            await unit.commit()

    return deliver


class Phones:
    """The people's side of the stand-in."""

    def __init__(self, base: str, http: aiohttp.ClientSession) -> None:
        self.base = base
        self._http = http

    async def own(self, *chats: int) -> None:
        for chat in chats:
            wish = {"id": chat, "name": f"p{chat}", "started": True}
            await self._post("/sim/people", wish)

    async def order(self, **fault: Any) -> None:
        await self._post("/sim/faults", fault)

    async def block(self, chat: int) -> None:
        await self._post(f"/sim/people/{chat}/block", {})

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        async with self._http.post(self.base + path, json=body) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json()

    async def get(self, path: str) -> Any:
        async with self._http.get(self.base + path) as answer:
            return await answer.json()

    async def shown(self, chat: int) -> list[str]:
        """Return the texts a phone shows, oldest first."""
        phone = await self.get(f"/sim/people/{chat}/messages")
        return [message["text"] for message in phone["messages"]]

    async def calls(self, method: str = "") -> list[dict[str, Any]]:
        found = await self.get(f"/sim/calls?method={method}")
        calls: list[dict[str, Any]] = found["calls"] if isinstance(found, dict) else found
        return calls


@pytest.fixture
async def phones() -> AsyncIterator[Phones]:
    async with running() as base, aiohttp.ClientSession() as http:
        phones = Phones(base, http)
        await phones.own(101, 201, 202, 301, 401)
        yield phones


class Station:
    """A worker in this process, pushing to the stand-in from a store of its own clock."""

    def __init__(self, store: Store, desk: Desk, base: str) -> None:
        self.store = store
        self.desk = desk
        self._base = base

    @asynccontextmanager
    async def working(
        self, *, pace: Pace | None = None, name: str = "", chores: Sequence[Chore] = ()
    ) -> AsyncIterator[Courier]:
        sender = TelegramSender("1:test", self._base, pace)
        stop = asyncio.Event()
        async with Nursery() as nursery:
            courier = Courier(
                self.store, {"telegram": sender}, Dressing(present), nursery, name=name
            )
            timers = Timers(self.store, self.desk)
            auditor = Auditor(self.store)
            running = work(self.store, courier, timers, auditor, stop, chores=chores)
            task = nursery.start(running, name="worker")
            try:
                yield courier
            finally:
                stop.set()
                await task
                await sender.close()


async def eventually(look: Callable[[], Awaitable[Any]], *, seconds: float = 15.0) -> Any:
    """Look until something is there; the limit only ends a test that has failed."""
    async with asyncio.timeout(seconds):
        while not (found := await look()):
            await asyncio.sleep(0.02)
    return found


@pytest.fixture
def until() -> Callable[..., Awaitable[Any]]:
    return eventually


@pytest.fixture
def station(live_store: Store, desk: Desk, phones: Phones) -> Station:
    return Station(live_store, desk, phones.base)
