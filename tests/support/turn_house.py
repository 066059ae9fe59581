"""The turn loop on a SQLite file without a channel: what a test says goes in, nothing is drawn."""

from __future__ import annotations

import asyncio
import functools
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from alerts.desk import Desk as Alerts
from alerts.policy import load_policies as load_ladders
from bot.channels.telegram import TelegramEar, incoming
from bot.conversing import Conversing
from bot.delivery import Deliverer
from bot.presenting import Seals
from bot.turns import TurnLoop
from cases.access import Purpose
from cases.db import migrate
from cases.db.children import Children
from cases.db.conversations import Conversations
from cases.db.drafts import Draft, Drafts
from cases.db.people import People
from cases.db.presence import Presence
from cases.db.rows import SubmissionRow
from cases.db.store import Store, open_engine
from cases.db.submissions import Submissions
from cases.masking import Masker
from cases.people import principal
from cases.policies import load_policies
from cases.seed import seed_demo
from cases.vault import Vault
from forms import catalog
from forms.shelf import Shelf
from handlers.room import Services
from kernel.nursery import Nursery
from knowledge.answer import Answer
from knowledge.danger import NONE

CHAT = "77"
POLICIES = load_policies()


class Clock:
    """A clock that moves a second with every look at the world from outside."""

    moment = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


class Mouth:
    """Takes everything and remembers it."""

    def __init__(self) -> None:
        self.said = 0
        self.heard: list[str] = []

    async def deliver(self, _chat: str, payload: dict[str, Any], message: str) -> str:
        self.said += 1
        self.heard.append(str(payload))
        return message if payload["do"] == "edit" else str(500 + self.said)


def vault() -> Vault:
    return Vault({1: b"\x01" * 32}, b"\x02" * 32)


@functools.cache
def ground() -> tuple[Path, tuple[str, ...]]:
    """Return a database with the sample county and a bound director, and two of their children."""
    path = Path(tempfile.mkdtemp(prefix="tongban-order-")) / "ground.sqlite"
    migrate.upgrade(f"sqlite:///{path}")

    async def fill() -> tuple[str, ...]:
        store = Store(open_engine(f"sqlite:///{path}"), vault(), Clock())
        phones = await seed_demo(store, POLICIES)
        async with store.unit() as unit:
            director = phones[0]
            await People(unit).bind(director.person_id, "telegram", CHAT)
            person = await People(unit).get(director.person_id)
            children = await Children(unit).mine(principal(person, "telegram", CHAT), limit=2)
            await unit.commit()
        await store.close()
        return tuple(child.id for child in children)

    return path, asyncio.run(fill())


def services(masker: Masker | None = None) -> Services:
    return Services(
        form=catalog.get,
        questions=SimpleNamespace(
            judge=lambda _text, **_role: NONE,
            ask=lambda _text, **_role: Answer("refusal", "", (), NONE),
        ),  # type: ignore[arg-type] nobody asks
        judge=lambda _text: NONE,
        policies=POLICIES,
        alerts=Alerts(load_ladders(None)),
        masker=masker or Masker(),
        fetch=lambda _handle: asyncio.sleep(0, b""),
        shelf=Shelf(1),
    )


@dataclass
class Seen:
    """What lies in the database between two turns."""

    drafts: dict[str, Draft] = field(default_factory=dict)
    open_id: str = ""
    state: dict[str, Any] = field(default_factory=dict)
    prompt_no: int = 0
    submitted: dict[str, str] = field(default_factory=dict)


def inputs(draft: Draft) -> list[Any]:
    return list(draft.session["inputs"])


class House:
    """One bot on one file; `restart` makes it anew from the file alone."""

    def __init__(self, path: Path, clock: Clock, made: Services | None = None) -> None:
        self.path, self.clock, self.services = path, clock, made or services()

    async def start(self) -> None:
        self.store = Store(open_engine(f"sqlite:///{self.path}"), vault(), self.clock)
        self.nursery = Nursery()
        await self.nursery.__aenter__()
        self.seals = Seals(self.store.vault.sign)
        self.mouth = Mouth()
        self.deliverer = Deliverer(self.store, self.mouth, self.nursery, Presence(self.store))
        ear = TelegramEar(self.seals)
        talk = Conversing(self.services)
        self.loop = TurnLoop(self.store, ear, talk, self.seals, self.deliverer, self.nursery)
        self.deliverer.start()
        await self.deliverer.resume()
        await self.loop.resume()

    async def stop(self) -> None:
        await self.nursery.close()
        await self.store.close()

    async def get(self, update: dict[str, Any]) -> None:
        await self.loop.keep([incoming(update)])
        async with asyncio.timeout(20):
            while self.loop._active:
                await asyncio.sleep(0.001)

    async def look(self) -> Seen:
        seen = Seen()
        async with self.store.unit() as unit:
            conversation = await Conversations(unit).lock("telegram", CHAT)
            seen.state, seen.prompt_no = conversation.state, conversation.prompt_no
            if (now_open := await Drafts(unit).open_of("telegram", CHAT)) is not None:
                seen.open_id, seen.drafts[now_open.id] = now_open.id, now_open
            for draft in await Drafts(unit).parked("telegram", CHAT):
                seen.drafts[draft.id] = draft
            rows = await unit.connection.execute(
                select(SubmissionRow.draft_id, SubmissionRow.number)
            )
            seen.submitted = {row.draft_id: row.number for row in rows}
            await unit.commit()
        return seen

    async def answers(self, number: str) -> dict[str, str]:
        async with self.store.unit() as unit:
            person = await People(unit).by_chat("telegram", CHAT)
            who = principal(person, "telegram", CHAT)
            return await Submissions(unit).answers(who, number, Purpose.VISIT)
