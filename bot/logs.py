"""How processes log: one line an event, times in UTC, never what a person said."""

from __future__ import annotations

import logging
import time


def set_up_logs(level: str) -> None:
    """Send logs to stderr; libraries that quote requests are kept quiet."""
    logging.Formatter.converter = time.gmtime
    logging.basicConfig(
        level=level.upper(), format="%(asctime)sZ %(levelname)s %(name)s %(message)s"
    )
    for name in ("httpx", "httpcore", "aiogram", "telegram", "chromadb", "aiohttp.access"):
        logging.getLogger(name).setLevel(logging.WARNING)


def without_values(error: BaseException) -> BaseException:
    """Keep where it happened, drop what it said: messages may quote what a person wrote."""
    bare = RuntimeError(type(error).__name__)
    return bare.with_traceback(error.__traceback__)
