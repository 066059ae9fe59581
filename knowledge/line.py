"""An HTTP line to a server that is not trusted: no detours, no packing, and only so many bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class TooMuchError(httpx.TransportError):
    """The other side sends more than was agreed, or packs what it sends."""


class _CappedStream(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream, limit: int) -> None:
        self._inner = inner
        self._left = limit

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._inner:
            self._left -= len(part)
            if self._left < 0:
                raise TooMuchError("too many bytes")
            yield part

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Capped(httpx.AsyncBaseTransport):
    def __init__(self, limit: int) -> None:
        self._inner = httpx.AsyncHTTPTransport(trust_env=False)
        self._limit = limit

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["accept-encoding"] = "identity"
        response = await self._inner.handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise TooMuchError("packed")
        stream = response.stream
        if isinstance(stream, httpx.AsyncByteStream):
            response.stream = _CappedStream(stream, self._limit)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


def capped_line(times: httpx.Timeout, limit: int) -> httpx.AsyncClient:
    """Open a client that follows no redirect and reads at most `limit` bytes a response."""
    return httpx.AsyncClient(
        transport=_Capped(limit), timeout=times, follow_redirects=False, trust_env=False
    )
