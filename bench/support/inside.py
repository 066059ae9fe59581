"""The product inside this process under a clock that is set: no network, no pause, real rows.

Bot and worker are the real ones over a real SQLite file; the channel only remembers what each
phone would show, and when. Whoever drives it moves the clock and lets the worker look.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, cast

from sqlalchemy import select

from alerts.auditor import Auditor
from alerts.contents import Dressing
from alerts.courier import Courier
from alerts.desk import Desk
from alerts.limiter import Pace, Pacer
from alerts.overdue_drills import OverdueDrills
from alerts.rounds import Rounds
from alerts.timers import Timers
from bot import wiring
from bot.channels.telegram import TelegramEar, incoming
from bot.conversing import Conversing
from bot.delivery import Deliverer
from bot.keys import make_keys, read_keys
from bot.presenting import Presenter, Seals
from bot.settings import read_settings
from bot.turns import TurnLoop
from cases.db import migrate, monotone
from cases.db.alerting import Alerts
from cases.db.drafts import expire_drafts
from cases.db.presence import Presence
from cases.db.retention import Retention
from cases.db.rows import OutboxRow
from cases.db.store import Store, open_engine
from cases.masking import Masker
from kernel.nursery import Nursery

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.presenting import Presented
    from kernel.words import Edit, Send

CHANNEL = "telegram"
TOKEN = "1:inside"
_FREE = Pace(overall=1e9, reserve=1.0, bulk=1e9, per_chat=1e9, burst=1e9)
"""No pace: the pace is kept by the machine's clock, which stands still here."""


@dataclass
class SetClock:
    """A clock that stands until it is moved; no two looks at it are quite the same."""

    moment: datetime

    def now(self) -> datetime:
        self.moment += timedelta(microseconds=1)
        return self.moment


@dataclass(slots=True)
class Shown:
    """One message as it stands on a phone; `order` grows with each change of any message."""

    number: int
    order: int
    text: str
    buttons: list[tuple[str, str]]
    pushed: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """Something a phone showed: a new message, an edit or a pop-up."""

    at: datetime
    chat: str
    text: str
    pushed: bool
    edit: bool
    lane: int


class Listening(Protocol):
    """Who wants to know what phones show."""

    def __call__(self, heard: Heard) -> None: ...


@dataclass
class Phones:
    """Every phone of the county."""

    clock: SetClock
    hears: Listening = lambda _heard: None
    screens: dict[str, dict[int, Shown]] = field(default_factory=dict)
    order: int = 0
    number: int = 500

    def show(
        self,
        chat: str,
        text: str,
        buttons: list[tuple[str, str]],
        *,
        number: str = "",
        pushed: bool = False,
        lane: int = 0,
    ) -> str:
        """Show a message, or change the one of this number."""
        self.order += 1
        screen = self.screens.setdefault(chat, {})
        edit = bool(number)
        if not edit:
            self.number += 1
        here = int(number) if edit else self.number
        screen[here] = Shown(here, self.order, text, buttons, pushed)
        self.hears(Heard(self.clock.moment, chat, text, pushed, edit, lane))
        for old in sorted(screen)[:-40]:
            del screen[old]
        return str(here)

    async def deliver(self, chat: str, payload: dict[str, Any], message: str) -> str:
        """Take a reply of the bot (see `bot.delivery.Mouth`)."""
        text = str(payload.get("html") or payload.get("text") or "")
        match payload["do"]:
            case "forget":
                return ""
            case "toast":
                if text:
                    self.hears(Heard(self.clock.moment, chat, text, False, False, 0))
                return ""
        buttons = [tuple(button) for row in payload.get("buttons") or [] for button in row]
        number = message if payload["do"] == "edit" else ""
        return self.show(chat, text, cast("list[tuple[str, str]]", buttons), number=number)


class Sender:
    """The worker's way to the phones (see `alerts.sender.Sender`)."""

    def __init__(self, phones: Phones) -> None:
        self.pacer = Pacer(_FREE)
        self._phones = phones

    async def close(self) -> None:
        """Nothing is open."""

    async def send(self, chat: str, message: Any, *, lane: int) -> str:
        """Show a push."""
        return self._phones.show(chat, message.html, _flat(message), pushed=True, lane=lane)

    async def edit(self, chat: str, message_id: str, message: Any, *, lane: int) -> None:
        """Change a push."""
        self._phones.show(
            chat, message.html, _flat(message), number=message_id, pushed=True, lane=lane
        )


def _flat(message: Any) -> list[tuple[str, str]]:
    return [button for row in message.buttons for button in row]


class Inside:
    """Bot and worker in this process.

    Args:
        given: Settings beside those of every such house: another database, own forms.
    """

    def __init__(self, folder: Path, clock: SetClock, **given: Any) -> None:
        self.clock = clock
        url = f"sqlite:///{folder / 'tongban.sqlite'}"
        fixed = {"data": folder, "bot_token": TOKEN, "identical_seconds": 0}
        self.settings = read_settings(**{"database_url": url, **fixed, **given})
        make_keys(self.settings.keys)
        migrate.upgrade(self.settings.url)
        self.policies = wiring.open_policies(self.settings)
        self.ladders = wiring.open_ladders(self.settings)
        self.phones = Phones(clock)
        self.took: list[float] = []
        self.update = 0
        self._nursery = Nursery()

    def _store(self, *, wide: bool) -> Store:
        vault = read_keys(self.settings.keys).vault()
        return Store(open_engine(self.settings.url, wide=wide), vault, self.clock)

    async def start(self) -> None:
        """Start bot and worker."""
        await self._nursery.__aenter__()
        await self._start_bot()
        self._start_worker()

    async def _start_bot(self) -> None:
        store = self._store(wide=False)
        self.bot_store = store
        seals = Seals(store.vault.sign)
        self.deliverer = Deliverer(store, self.phones, self._nursery, Presence(store))
        self._services = wiring.open_services(self.settings, _no_file)
        talk = Conversing(self._services)
        self.loop = TurnLoop(
            store, TelegramEar(seals), talk, seals, self.deliverer, self._nursery, parallel=1
        )
        self.deliverer.start()

    def _start_worker(self) -> None:
        self.store = store = self._store(wide=True)
        seals = Seals(store.vault.sign)

        def present(message: Send | Edit, chat: str, language: str) -> Presented:
            return Presenter(seals, chat, 0, language).dress(message)[-1]

        dressing = Dressing(present=present, worker_name=Masker().worker_name)
        self.courier = Courier(
            store,
            {CHANNEL: Sender(self.phones)},
            dressing,
            self._nursery,
            quiet=self.ladders.quiet,
        )
        desk = Desk(self.ladders)
        self.timers = Timers(store, desk)
        self.rounds = Rounds(store, self.policies, self.ladders)
        self.auditor = Auditor(store)
        self.chores = (
            partial(expire_drafts, store, self.policies),
            Retention(store, self.policies).look,
            OverdueDrills(store, desk).look,
        )

    async def stop(self) -> None:
        """End both."""
        self._services.questions.close()
        await self.loop.land(5)
        await self.deliverer.land(5)
        await self._nursery.close()
        await self.bot_store.close()
        await self.store.close()

    async def says(self, chat: str, **what: Any) -> None:
        """Let a person send or press something, and wait until it is answered."""
        self.update += 1
        where = {"id": int(chat), "type": "private"}
        if "data" in what:
            message = {"message_id": what["message"], "chat": where}
            body = {"id": str(self.update), "data": what["data"], "message": message}
            update: dict[str, Any] = {"callback_query": {**body, "from": where}}
        else:
            self.phones.number += 1
            number = self.phones.number
            update = {"message": {"message_id": number, "chat": where, "from": where, **what}}
        began = time.perf_counter()
        await self.loop.keep([incoming({"update_id": self.update, **update})])
        await self.loop.land(60)
        self.took.append((time.perf_counter() - began) * 1000)
        await self.deliverer.land(60)

    async def look(self, *, chores: bool = False) -> None:
        """Let the worker do everything that is due now."""
        if chores:
            await self.rounds.look()
            await self.auditor.look()
            for chore in self.chores:
                await chore()
        while True:
            async with self.store.reading() as unit:
                now = await monotone.read(unit)
                late = await self.timers.waiting(unit, now)
                owed = await self.courier.waiting(unit, now)
            if not (late or owed):
                return
            if late:
                await self.timers.tick()
            await self.courier.carry()
            await self.courier.land()

    async def next_due(self, before: datetime) -> datetime:
        """Return when the worker has to look next, at the latest at `before`."""
        async with self.store.reading() as unit:
            step = await Alerts(unit).next_due()
            now = self.clock.moment.timestamp()
            waiting = await unit.connection.execute(
                select(OutboxRow.not_before)
                .where(OutboxRow.state == "ready", OutboxRow.not_before > now)
                .order_by(OutboxRow.not_before)
                .limit(1)
            )
            held = waiting.scalar()
        times = [at for at in (step, held) if at is not None]
        soonest = datetime.fromtimestamp(min(times), UTC) if times else before
        return max(min(soonest, before), self.clock.moment)

    def newest_first(self, chat: str) -> Iterator[Shown]:
        """Return what a phone shows, what changed last first."""
        yield from sorted(self.phones.screens.get(chat, {}).values(), key=lambda one: -one.order)


async def _no_file(_handle: str) -> bytes:
    return b""
