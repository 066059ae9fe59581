"""What every test of the case record uses: a clock to set, and one database of each kind."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support import postgresql
from support.clocks import SetClock

from cases.db.people import People
from cases.db.store import Store, open_engine
from cases.people import Principal, principal
from cases.policies import Policies, load_policies
from cases.seed import seed_demo
from cases.vault import Vault

VILLAGE, NEXT_VILLAGE = "990101101201", "990101101202"
OTHER_TOWN_VILLAGE = "990101102201"
TOWNSHIP, COUNTY = "990101101000", "990101000000"


def seed(url: str) -> None:
    async def run() -> None:
        earlier = SetClock(datetime(2026, 11, 23, 1, 0, tzinfo=UTC))
        store = Store(open_engine(url), Vault({1: b"\x01" * 32}, b"\x02" * 32), earlier)
        await seed_demo(store, load_policies())
        await store.close()

    asyncio.run(run())


@pytest.fixture(scope="session")
def policies() -> Policies:
    return load_policies()


@pytest.fixture(scope="session")
def sqlite_county(sqlite_template: Path) -> Path:
    path = sqlite_template.with_name("county.db")
    shutil.copy(sqlite_template, path)
    seed(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_county(postgres_template: str) -> Iterator[str]:
    with postgresql.database(postgres_template) as url:
        seed(url)
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    start = "county" if "county" in request.fixturenames else "template"
    if request.param == "sqlite":
        path = tmp_path / "cases.db"
        shutil.copy(request.getfixturevalue(f"sqlite_{start}"), path)
        yield f"sqlite:///{path}"
        return
    with postgresql.database(request.getfixturevalue(f"postgres_{start}")) as url:
        yield url


@pytest.fixture
async def store(url: str, vault: Vault, clock: SetClock) -> AsyncIterator[Store]:
    store = Store(open_engine(url), vault, clock)
    yield store
    await store.close()


@dataclass
class County:
    """The demo county with its people as principals."""

    store: Store
    director: Principal
    next_director: Principal
    untrained: Principal
    supervisor: Principal
    other_supervisor: Principal
    officer: Principal
    guardian: Principal
    village: str = VILLAGE
    next_village: str = NEXT_VILLAGE
    other_town_village: str = OTHER_TOWN_VILLAGE
    township: str = TOWNSHIP
    code: str = COUNTY


@pytest.fixture
async def county(store: Store) -> County:
    async with store.reading() as unit:
        everyone = {p.name: p for p in await People(unit).roster(COUNTY)}

    def who(name: str, chat: str) -> Principal:
        return principal(everyone[name], "telegram", chat)

    return County(
        store=store,
        director=who("周东方", "101"),
        next_director=who("吴南星", "102"),
        untrained=who("王北辰", "104"),
        supervisor=who("冯长青", "201"),
        other_supervisor=who("陈长河", "202"),
        officer=who("褚中和", "301"),
        guardian=who("陈远山", "900"),
    )
