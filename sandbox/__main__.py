"""Starts the stand-in: `python -m sandbox --port 8081 --token 123:abc`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
import time

from sandbox.server import running
from sandbox.settings import Settings

EPOCH = 1_790_000_000
NUMBERS_A_SECOND = 50
"""Numbers set aside for each second, so that a restart begins above all that were given out."""


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081, help="0 takes any free port")
    parser.add_argument("--token", help="the only accepted token; any token without it")
    parser.add_argument("--keep-calls", type=int, default=100_000)
    parser.add_argument("--keep-messages", type=int, default=5_000, help="on each phone")
    given = parser.parse_args(arguments)
    settings = Settings(
        token=given.token,
        keep_calls=given.keep_calls,
        keep_messages=given.keep_messages,
        first_number=int(time.time() - EPOCH) * NUMBERS_A_SECOND,
    )
    try:
        asyncio.run(_run(given.host, given.port, settings))
    except OSError as error:
        sys.stderr.write(f"sandbox: cannot listen on {given.host}:{given.port}: {error}\n")
        return 1
    return 0


async def _run(host: str, port: int, settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(settings, host=host, port=port) as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
