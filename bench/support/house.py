"""The product as real processes beside a stand-in in this process; it judges nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import socket
import sys
import tempfile
import uuid
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import aiohttp
import psycopg

from alerts.policy import SHIPPED
from bench.support.balancer import PATH, Balancer, balancing
from bench.support.ports import free_port
from bench.support.service import served
from bot.console.database import prepare_demo
from bot.keys import make_keys
from bot.settings import Settings, read_settings
from bot.wiring import open_store
from cases.db.areas import Area, Areas
from cases.db.invites import Invitation, Invites
from cases.db.people import People
from cases.people import SYSTEM, Person, Role
from cases.seed import DemoPhone
from sandbox.server import running
from sandbox.settings import Settings as StandIn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "1:bench"
COUNTY = "9901"
PARTS = ("bot", "worker")
FIRST_MORE = 2001
"""Chat numbers of the phones that the sample county does not have."""


class Zygote:
    """The process that forks ours (see bench.support.zygote)."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._turn = asyncio.Lock()

    async def ask(self, command: str) -> str:
        async with self._turn:
            assert self._process.stdin is not None
            self._process.stdin.write(f"{command}\n".encode())
            return await self.hear()

    async def hear(self) -> str:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("the zygote has died")
        return line.decode().strip()


@contextlib.asynccontextmanager
async def zygote(environment: dict[str, str], log: TextIO) -> AsyncIterator[Zygote]:
    script = ROOT / "bench" / "support" / "zygote.py"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(script),
        env=environment,
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=log,
    )
    try:
        one = Zygote(process)
        await one.hear()
        yield one
    finally:
        process.kill()
        await process.wait()


@dataclass(slots=True)
class Part:
    """One process of ours; `worker2` is a second worker."""

    name: str
    zygote: Zygote
    log: TextIO
    balancer: Balancer | None = None
    number: int = 0
    began_at: int = 0
    port: int = 0

    @property
    def role(self) -> str:
        return self.name.rstrip("0123456789")

    async def start(self) -> None:
        self.began_at = os.fstat(self.log.fileno()).st_size
        if self.balancer is not None:
            self.port = free_port()
            self.balancer.ports.add(self.port)
        command = f"start {self.role} {self.log.name} {self.port}"
        self.number = int(await self.zygote.ask(command))

    async def ready(self) -> None:
        """Wait until this process says that it works."""
        for _ in range(2400):
            if self._works():
                return
            await asyncio.sleep(0.025)
        told = self._written().decode(errors="replace")[-2000:]
        raise RuntimeError(f"{self.name} does not get ready; the log says:\n{told}")

    def _works(self) -> bool:
        if not self.port:
            return f"{self.role} ready".encode() in self._written()
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def _written(self) -> bytes:
        with Path(self.log.name).open("rb") as file:
            file.seek(self.began_at)
            return file.read()

    async def end(self, number: int = signal.SIGKILL) -> None:
        if not self.number:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.number, number)
        await self.zygote.ask(f"wait {self.number}")
        self.number = 0
        if self.balancer is not None:
            self.balancer.ports.discard(self.port)

    async def kill(self) -> None:
        """kill -9, and start again at once."""
        await self.end()
        await self.start()

    async def roll(self) -> None:
        """Start its successor, and ask it to end once that one works: a rolling restart."""
        old = replace(self)
        await self.start()
        await self.ready()
        await old.end(signal.SIGTERM)


@dataclass(slots=True)
class House:
    """Stand-in, database, processes, and who holds which phone."""

    settings: Settings
    address: str
    http: aiohttp.ClientSession
    log: Path
    parts: dict[str, Part] = field(default_factory=dict)
    roles: dict[int, Role] = field(default_factory=dict)
    starts: dict[int, str] = field(default_factory=dict)

    async def call(self, method: str, path: str, body: object = None) -> Any:
        async with self.http.request(method, f"{self.address}{path}", json=body) as answer:
            if answer.status >= 300:
                raise RuntimeError(f"{path}: {answer.status} {await answer.text()}")
            return await answer.json()

    def of(self, *roles: Role) -> list[int]:
        return [person for person, role in self.roles.items() if role in roles]

    async def welcome(self) -> None:
        """Give everyone a phone that opened the chat."""
        for person, code in self.starts.items():
            name = f"{self.roles[person].value} {person}"
            await self.call("POST", "/sim/people", {"id": person, "name": name})
            await self.call("POST", f"/sim/people/{person}/messages", {"text": code})
        for person in self.starts:
            await self._greeted(person)

    async def _greeted(self, person: int) -> None:
        for _ in range(2400):
            shown = await self.call("GET", f"/sim/people/{person}/messages?after=0")
            if any(one["from"] == "bot" for one in shown["messages"]):
                return
            await asyncio.sleep(0.1)
        raise RuntimeError(f"nobody greets {person}; see {self.log}")


@contextlib.asynccontextmanager
async def database(server: str, folder: Path) -> AsyncIterator[str]:
    """Give an empty database: a SQLite file, or one of its own on a PostgreSQL server."""
    if not server or server.startswith("sqlite"):
        yield f"sqlite:///{folder / 'tongban.sqlite'}"
        return
    name = f"tongban_bench_{uuid.uuid4().hex[:12]}"
    async with await psycopg.AsyncConnection.connect(server, autocommit=True) as admin:
        await admin.execute(f'CREATE DATABASE "{name}"')
    try:
        yield f"{server.rsplit('/', 1)[0]}/{name}"
    finally:
        async with await psycopg.AsyncConnection.connect(server, autocommit=True) as admin:
            await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextlib.asynccontextmanager
async def open_house(
    server: str = "",
    *,
    scale: float = 1.0,
    strangers: int = 0,
    towns: int = 0,
    parts: Sequence[str] = PARTS,
    balanced: bool = False,
    folder: Path | None = None,
    **more: str,
) -> AsyncIterator[House]:
    """Run everything on an empty database with the sample county, all workers with phones.

    `balanced`: updates come by webhook, through a proxy to any of the bots. `folder` is where the
    data lies (a small disk), `more` goes into the processes' environment.
    """
    with contextlib.ExitStack() as kept:
        logs = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="tongban-")))
        data = folder or logs
        log_path = logs / "processes.log"
        log = kept.enter_context(log_path.open("a", encoding="utf-8"))
        async with (
            database(server, data) as url,
            running(
                StandIn(keep_calls=200_000, keep_messages=100_000, callback_life=3600)
            ) as address,
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http,
            balancing(http) as balancer,
        ):
            settings = read_settings(
                data=data,
                database_url=url,
                bot_token=TOKEN,
                api_base=address,
                ladder=_wakeful(logs),
                ladder_scale=scale,
                receive="polling",
            )
            make_keys(settings.keys)
            house = House(settings, address, http, log_path)
            await _settle(house, strangers, towns)
            hook = _hook(balancer) if balanced else {}
            with served(url) as service:
                environment = _environment(settings, service) | hook | more
                async with zygote(environment, log) as mother:
                    for name in parts:
                        behind = balancer if balanced and name.startswith("bot") else None
                        house.parts[name] = Part(name, mother, log, behind)
                    try:
                        for part in house.parts.values():
                            await part.start()
                        await house.welcome()
                        yield house
                    finally:
                        for part in house.parts.values():
                            await part.end()


def _wakeful(folder: Path) -> Path:
    """Write the shipped ladder without its quiet hours: judged by night as by day."""
    shipped = (SHIPPED / "default.toml").read_text(encoding="utf-8")
    ladder, made = re.subn(r'^(from|to) = "[\d:]+"$', r'\1 = "00:00"', shipped, flags=re.MULTILINE)
    if made != 2:
        raise RuntimeError("the shipped ladder writes its quiet hours in another way")
    path = folder / "ladder.toml"
    path.write_text(ladder, encoding="utf-8")
    return path


def _hook(balancer: Balancer) -> dict[str, str]:
    return {
        "TONGBAN_RECEIVE": "webhook",
        "TONGBAN_WEBHOOK_URL": balancer.address,
        "TONGBAN_WEBHOOK_PATH": PATH,
        "TONGBAN_WEBHOOK_SECRET": "bench-secret",
    }


def _environment(settings: Settings, service: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_")}
    return clean | {
        "TONGBAN_DATA": str(settings.data),
        "TONGBAN_DATABASE_URL": service,
        "TONGBAN_BOT_TOKEN": TOKEN,
        "TONGBAN_API_BASE": settings.api_base,
        "TONGBAN_LADDER": str(settings.ladder),
        "TONGBAN_LADDER_SCALE": str(settings.ladder_scale),
        "TONGBAN_MONITOR_PORT": "0",
        "TONGBAN_IDENTICAL_SECONDS": "0",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(ROOT),
    }


async def _settle(house: House, strangers: int, towns: int) -> None:
    """Seed the county; give every worker a phone, and some strangers too.

    Each further invented town has one supervisor and three directors of one village.
    """
    for phone in await prepare_demo(house.settings):
        house.starts[phone["id"]] = phone["start"]
    ids = sorted(house.starts)
    order = (Role.CHILD_DIRECTOR, Role.CHILD_SUPERVISOR, Role.COUNTY_OFFICER, Role.GUARDIAN)
    house.roles |= dict(zip(ids, order, strict=True))
    if towns:
        await _add_towns(house.settings, towns)
    more = await _invite_others(house.settings)
    for place, phone in enumerate(more):
        house.roles[FIRST_MORE + place] = phone.role
        house.starts[FIRST_MORE + place] = f"/start {phone.invite}"
    for place in range(strangers):
        house.roles[FIRST_MORE + 500 + place] = Role.GUARDIAN
        house.starts[FIRST_MORE + 500 + place] = "/start"


async def _add_towns(settings: Settings, towns: int) -> None:
    store = open_store(settings)
    try:
        async with store.unit() as unit:
            for number in range(towns):
                town = f"990101{200 + number}"
                areas = {f"{town}000000"[:12]: "镇", f"{town}201000"[:12]: "村"}
                since = date(2026, 1, 1)
                rows = [
                    Area(valid_from=since, code=code, name=f"测试{number}{kind}")
                    for code, kind in areas.items()
                ]
                await Areas(unit).put(rows)
                workers = [Role.CHILD_SUPERVISOR, *[Role.CHILD_DIRECTOR] * 3]
                for place, role in enumerate(workers):
                    area = rows[0 if role is Role.CHILD_SUPERVISOR else 1].code
                    phone = f"1999{number:03d}{place:04d}"
                    person = Person(id="", role=role, area=area, name=f"测试{number}", phone=phone)
                    await People(unit).add(person, SYSTEM)
            await unit.commit()
    finally:
        await store.close()


async def _invite_others(settings: Settings) -> Sequence[DemoPhone]:
    """Make codes for the workers whom the demo gives no phone (the first of each role has one)."""
    store = open_store(settings)
    wanted = {Role.CHILD_DIRECTOR, Role.CHILD_SUPERVISOR, Role.COUNTY_OFFICER}
    seen: set[Role] = set()
    made = []
    try:
        async with store.unit() as unit:
            everyone = sorted(await People(unit).roster(COUNTY), key=lambda one: one.phone)
            for one in everyone:
                first, _ = one.role not in seen, seen.add(one.role)
                if one.role not in wanted or first:
                    continue
                invitation = Invitation(role=one.role, area=one.area, person_id=one.id)
                code = await Invites(unit).make(invitation, SYSTEM)
                made.append(DemoPhone(one.id, one.role, one.area, one.name, code))
            await unit.commit()
    finally:
        await store.close()
    return made
