"""A proxy before several bots, as a deployment has one: any update may go to any of them."""

from __future__ import annotations

import asyncio
import contextlib
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PATH = "/telegram"
_GONE = (aiohttp.ClientError, asyncio.TimeoutError, OSError)


@dataclass(slots=True)
class Balancer:
    """Where updates are posted, and the ports behind it."""

    http: aiohttp.ClientSession
    address: str = ""
    ports: set[int] = field(default_factory=set)
    dice: random.Random = field(default_factory=lambda: random.Random(1))

    async def forward(self, request: web.Request) -> web.Response:
        """Hand it to one of the bots; to another only if the first took no connection."""
        body = await request.read()
        headers = {
            name: value for name, value in request.headers.items() if name.startswith("X-Tele")
        }
        ports = sorted(self.ports)
        self.dice.shuffle(ports)
        for port in ports:
            url = f"http://127.0.0.1:{port}{PATH}"
            try:
                async with self.http.post(url, data=body, headers=headers) as answer:
                    return web.Response(
                        status=answer.status, body=await answer.read(), headers=_passed(answer)
                    )
            except aiohttp.ClientConnectorError:
                continue
            except _GONE:
                break
        return web.Response(status=502)


def _passed(answer: aiohttp.ClientResponse) -> dict[str, str]:
    """Return what a proxy hands on: a bot without its database says when to come again."""
    return {name: answer.headers[name] for name in ("Retry-After",) if name in answer.headers}


@contextlib.asynccontextmanager
async def balancing(http: aiohttp.ClientSession) -> AsyncIterator[Balancer]:
    balancer = Balancer(http)
    app = web.Application()
    app.router.add_post(PATH, balancer.forward)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    balancer.address = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    try:
        yield balancer
    finally:
        await runner.cleanup()
