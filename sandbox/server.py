"""Puts the bot's side, the person's side and the phone page on one port."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.api import BotApi
from sandbox.settings import Settings
from sandbox.sim import PersonSide, say_why
from sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

PAGE = Path(__file__).parent / "page"
LARGEST_BODY = 80 * 1024 * 1024
BACKLOG = 1024
GUARDS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' blob: data:; media-src 'self' blob: data:; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
WORLD: web.AppKey[World] = web.AppKey("world", World)


def create_app(settings: Settings | None = None) -> web.Application:
    """Make the whole stand-in."""
    world = World(settings or Settings())
    api, people = BotApi(world), PersonSide(world)
    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[say_why])
    app[WORLD] = world
    for method in ("GET", "POST"):
        app.router.add_route(method, "/bot{token:[^/]+}/{method:[^/]+}", api.handle)
    app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", api.file)
    app.router.add_routes(people.routes())
    app.router.add_get("/readyz", _ready)
    app.router.add_get("/", _page(PAGE / "index.html"))
    for path in sorted(PAGE.iterdir()):
        app.router.add_get(f"/page/{path.name}", _page(path))
    app.on_shutdown.append(_close)
    return app


async def _ready(_request: web.Request) -> web.Response:
    return web.json_response({"ready": True})


def _page(path: Path) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def show(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(path, headers=GUARDS)

    return show


async def _close(app: web.Application) -> None:
    await app[WORLD].close()


@contextlib.asynccontextmanager
async def running(
    settings: Settings | None = None, *, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[str]:
    """Run the stand-in inside this process; yields its address."""
    runner = web.AppRunner(create_app(settings), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        listening = socket.create_server((host, port), backlog=BACKLOG)
        await web.SockSite(runner, listening, backlog=BACKLOG).start()
        yield f"http://{host}:{listening.getsockname()[1]}"
    finally:
        await runner.cleanup()


async def serve(host: str, port: int, settings: Settings | None = None) -> None:
    """Run the stand-in until cancelled."""
    async with running(settings, host=host, port=port):
        await asyncio.Event().wait()
