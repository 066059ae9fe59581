"""A language model behind any OpenAI-compatible address: asks it for claims and trusts none.

The card with the clause never waits for it. One call at a time has a time limit to connect, to
the first word and in all; after some failures in a row it is left alone for a while. Nothing but
the question, redacted by the caller, and public clauses leaves.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from knowledge import claims, data

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence

    import httpx
    from langchain_core.messages import AIMessageChunk
    from langchain_openai import ChatOpenAI

    from knowledge.answer import Citation
    from knowledge.claims import Checked

log = logging.getLogger(__name__)

SENT = 6
"""Clauses sent at most."""
MAX_QUESTION = 200
MAX_BYTES = 262_144
"""What is read of one response at most, whatever the other side sends."""
MAX_ANSWER = 6_000
"""Characters of an answer at most; three claims need some five hundred."""
TOKENS = 800
WAITING = 8
"""Calls that may wait for a place; more are not made: everybody has the card already."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the model is, and how long it may take; times in seconds are our defaults.

    Args:
        url: Base address, `https://…/v1`.
        name: The model's name there.
        key: Its key; empty where none is asked.
        connect: To be connected.
        first: To the first word.
        total: For the whole answer.
        at_once: Calls side by side.
        failures: In a row, after which it is left alone.
        pause: How long it is left alone.
    """

    url: str
    name: str
    key: str = field(default="", repr=False)
    connect: float = 3.0
    first: float = 8.0
    total: float = 25.0
    at_once: int = 2
    failures: int = 3
    pause: float = 300.0


class Breaker:
    """Counts failures in a row; open, it lets nobody through until a pause is over."""

    def __init__(self, failures: int, pause: float, clock: Callable[[], float]) -> None:
        self._limit = failures
        self._pause = pause
        self._clock = clock
        self._failed = 0
        self._until = 0.0

    @property
    def closed(self) -> bool:
        """Say whether a call may be made; after the pause, one failure opens it again."""
        return self._clock() >= self._until

    def worked(self) -> None:
        """Forget earlier failures."""
        self._failed = 0

    def failed(self) -> None:
        """Count a failure."""
        self._failed += 1
        if self._failed >= self._limit:
            self._until = self._clock() + self._pause
            self._failed = self._limit - 1


class Model:
    """Asks the model; never raises: without a good answer there are no claims."""

    def __init__(self, endpoint: Endpoint, clock: Callable[[], float] = time.monotonic) -> None:
        self._endpoint = endpoint
        self._breaker = Breaker(endpoint.failures, endpoint.pause, clock)
        self._places = asyncio.Semaphore(endpoint.at_once)
        self._waiting = 0
        self._opening = asyncio.Lock()
        self._chat: ChatOpenAI | None = None
        self._line: httpx.AsyncClient | None = None

    async def claims(self, question: str, citations: Sequence[Citation]) -> Checked:
        """Return what the model says to a redacted question and can prove by these clauses."""
        nothing = claims.Checked((), readable=False)
        if not citations or not self._breaker.closed or self._waiting >= WAITING:
            return nothing
        self._waiting += 1
        try:
            async with self._places:
                if not self._breaker.closed:
                    return nothing
                return await self._tried(question, citations[:SENT])
        finally:
            self._waiting -= 1

    async def _tried(self, question: str, citations: Sequence[Citation]) -> Checked:
        try:
            chat = await self._opened()
            async with asyncio.timeout(self._endpoint.total):
                raw = await self._said(chat, _messages(question, citations))
        except Exception as error:  # noqa: BLE001 whatever the other side does, the card stands
            self._breaker.failed()
            log.warning("model failed: %s", type(error).__name__)
            return claims.Checked((), readable=False)
        checked = claims.check(raw, citations)
        if checked.readable:
            self._breaker.worked()
        else:
            self._breaker.failed()
        log.info(
            "model: %d claims kept, dropped for %s",
            len(checked.claims),
            " ".join(sorted(checked.dropped)) or "nothing",
        )
        return checked

    async def _said(self, chat: ChatOpenAI, messages: list[tuple[str, str]]) -> str:
        """Read the answer as it comes, up to what a summary can need."""
        from langsmith import tracing_context  # noqa: PLC0415 comes with the library

        said = ""
        with tracing_context(enabled=False):
            async with contextlib.aclosing(_words(chat, messages)) as stream:
                said = await asyncio.wait_for(anext(stream, ""), self._endpoint.first)
                async for piece in stream:
                    said += piece
                    if len(said) > MAX_ANSWER:
                        break
        return said

    async def _opened(self) -> ChatOpenAI:
        async with self._opening:
            if self._chat is not None:
                return self._chat
            # the library takes a second to load; that is not the other side's time
            line, chat = await asyncio.to_thread(_open, self._endpoint)
            self._line, self._chat = line, chat
            return chat

    async def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            await self._line.aclose()
        self._line = self._chat = None


async def _words(chat: ChatOpenAI, messages: list[tuple[str, str]]) -> AsyncGenerator[str, None]:
    stream = cast("AsyncGenerator[AIMessageChunk, None]", chat.astream(messages))
    async with contextlib.aclosing(stream):
        async for chunk in stream:
            if isinstance(chunk.content, str) and chunk.content:
                yield chunk.content


def _messages(question: str, citations: Sequence[Citation]) -> list[tuple[str, str]]:
    asked = {
        "question": question[:MAX_QUESTION],
        "clauses": [
            {"id": f"C{number}", "where": " ".join((*one.path, one.label)), "text": one.text}
            for number, one in enumerate(citations, 1)
        ],
    }
    prompt = data.read("prompt.txt").decode()
    return [("system", prompt), ("user", json.dumps(asked, ensure_ascii=False))]


def _open(endpoint: Endpoint) -> tuple[httpx.AsyncClient, ChatOpenAI]:
    """Open the line; slow, for the library is large."""
    import httpx  # noqa: PLC0415
    from langchain_openai import ChatOpenAI  # noqa: PLC0415
    from pydantic import SecretStr  # noqa: PLC0415

    from knowledge.line import capped_line  # noqa: PLC0415

    times = httpx.Timeout(endpoint.first, connect=endpoint.connect)
    line = capped_line(times, MAX_BYTES)
    settings: dict[str, Any] = {
        "model": endpoint.name,
        "base_url": endpoint.url,
        "api_key": SecretStr(endpoint.key or "none"),
        "http_async_client": line,
        "http_client": httpx.Client(trust_env=False),
        "timeout": times,
        "max_retries": 0,
        "temperature": 0,
        "stream_usage": False,
        "extra_body": {"max_tokens": TOKENS},
    }
    return line, ChatOpenAI(**settings)
