"""A small HTTP/1.1 client for webhooks: persistent connections and little work a request."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from ssl import SSLContext

HEAD_LIMIT = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the bot answered to a delivered update."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether the bot took the update."""
        return 200 <= self.status < 300  # noqa: PLR2004 HTTP's own numbers


class StaleConnectionError(ConnectionError):
    """A kept connection was closed before it answered."""


@dataclass(slots=True)
class _Line:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    used: bool = False


class Poster:
    """Posts JSON to one address."""

    def __init__(self, url: str, secret: str, tls: SSLContext | None = None) -> None:
        parts = urlsplit(url)
        self._tls = tls if parts.scheme == "https" else None
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        head = (
            f"POST {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            "Content-Type: application/json\r\nConnection: keep-alive\r\n"
        )
        if secret:
            head += f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\n"
        self._head = head.encode()
        self._idle: list[_Line] = []
        self._closed = False

    async def post(self, body: bytes) -> Answer:
        """Deliver a body.

        Raises:
            OSError: Nobody listens, or the connection broke.
            EOFError: The answer broke off.
        """
        while True:
            line = self._idle.pop() if self._idle else await self._open()
            try:
                return await self._exchange(line, body)
            except StaleConnectionError:
                continue
            except BaseException:
                line.writer.close()
                raise

    async def _open(self) -> _Line:
        reader, writer = await asyncio.open_connection(
            self._host, self._port, ssl=self._tls, limit=HEAD_LIMIT
        )
        return _Line(reader, writer)

    async def _exchange(self, line: _Line, body: bytes) -> Answer:
        try:
            line.writer.write(b"%bContent-Length: %d\r\n\r\n%b" % (self._head, len(body), body))
            head = await line.reader.readuntil(b"\r\n\r\n")
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            line.writer.close()
            if line.used and not getattr(error, "partial", b""):
                raise StaleConnectionError from error
            raise
        answer = await self._read(line.reader, head)
        if self._closed or answer.headers.get("connection", "").lower() == "close":
            line.writer.close()
        else:
            line.used = True
            self._idle.append(line)
        return answer

    async def _read(self, reader: asyncio.StreamReader, head: bytes) -> Answer:
        first, *lines = head.decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        status = int(first.split(" ", 2)[1])
        if "chunked" in headers.get("transfer-encoding", "").lower():
            body = await _chunks(reader)
        else:
            body = await reader.readexactly(int(headers.get("content-length", "0")))
        return Answer(status=status, headers=headers, body=body)

    async def close(self) -> None:
        """Close the idle connections; those in use close after their answer."""
        self._closed = True
        for line in self._idle:
            line.writer.close()
            with contextlib.suppress(Exception):
                await line.writer.wait_closed()
        self._idle.clear()


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts: list[bytes] = []
    while size := int((await reader.readline()).split(b";")[0], 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(parts)
