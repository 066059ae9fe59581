"""What a machine may ask of a process: alive, ready, figures; no person is in any of it."""

from __future__ import annotations

import contextlib
import logging
import os
import resource
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from alerts.health import figures, problems
from bot.wiring import open_store
from cases.db.store import DatabaseError
from cases.db.walls import open_wide

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from bot.settings import Settings
    from cases.db.store import Store

log = logging.getLogger(__name__)

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PAGE = resource.getpagesize()


@contextlib.asynccontextmanager
async def monitored(settings: Settings, part: str) -> AsyncIterator[str]:
    """Serve `/healthz`, `/readyz` and `/metrics` as long as the block lasts; yield the address.

    A port that is taken is only logged: nobody shall wait for an alert because of it.
    """
    if not settings.monitor_port:
        yield ""
        return
    port = settings.monitor_port + (part == "worker")
    store = open_store(settings, pool=1)
    runner = web.AppRunner(monitor_app(store, part), access_log=None)
    address = f"http://{settings.monitor_host}:{port}"
    try:
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.monitor_host, port).start()
            log.info("figures of the %s at %s/metrics", part, address)
        except OSError as error:
            log.warning("no figures at port %d: %s", port, type(error).__name__)
            address = ""
        yield address
    finally:
        await runner.cleanup()
        await store.close()


def monitor_app(store: Store, part: str) -> web.Application:
    """Make the three addresses."""

    async def alive(_request: web.Request) -> web.Response:
        return web.json_response({"alive": True, "part": part})

    async def ready(_request: web.Request) -> web.Response:
        why = await _problems(store)
        status = 503 if why else 200
        return web.json_response({"ready": not why, "why": why}, status=status)

    async def metrics(_request: web.Request) -> web.Response:
        text = written({**await _figures(store), **_process(part)})
        return web.Response(text=text, headers={"Content-Type": METRICS_TYPE})

    app = web.Application()
    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", ready)
    app.router.add_get("/metrics", metrics)
    return app


async def _problems(store: Store) -> list[str]:
    try:
        async with store.reading() as unit:
            await open_wide(unit)
            return await problems(unit)
    except DatabaseError:
        return ["the database is away"]


async def _figures(store: Store) -> dict[str, float]:
    try:
        async with store.reading() as unit:
            await open_wide(unit)
            return {"tongban_database_up": 1.0, **await figures(unit)}
    except DatabaseError:
        return {"tongban_database_up": 0.0}


def _process(part: str) -> dict[str, float]:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {
        f'tongban_up{{part="{part}"}}': 1.0,
        "process_resident_memory_bytes": float(pages * _PAGE),
        "process_cpu_seconds_total": usage.ru_utime + usage.ru_stime,
        "process_open_fds": float(len(os.listdir("/proc/self/fd"))),  # noqa: PTH208 a count only
    }


def written(found: Mapping[str, float]) -> str:
    """Write figures as Prometheus reads them, each name with its kind: a total only grows."""
    lines: list[str] = []
    known = ""
    for name, value in found.items():
        bare = name.partition("{")[0]
        if bare != known:
            kind = "counter" if bare.endswith("_total") else "gauge"
            lines.append(f"# TYPE {bare} {kind}")
            known = bare
        lines.append(f"{name} {value:g}" if value != int(value) else f"{name} {int(value)}")
    return "\n".join(lines) + "\n"
