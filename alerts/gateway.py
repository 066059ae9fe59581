"""The second channel: an HTTP gateway that turns a push into an SMS or a call; it edits nothing.

One POST of JSON to an address that the operator names: `{"id", "to", "template", "text"}`. The
text is the push itself, which holds a case number and a severity and nothing of a child. `id` is
the same for a repeat, for gateways that know a key against repeats.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from typing import TYPE_CHECKING

import aiohttp

from alerts.errors import (
    HaltedError,
    NotSentError,
    RejectedError,
    UnreachableError,
    UnsureError,
)
from alerts.limiter import Pace, Pacer
from cases.db.people import People
from kernel.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from alerts.errors import SendError
    from alerts.sender import Presented
    from cases.db.store import Store

CHANNEL = "voice"
SECONDS = 7.0
_PACE = Pace(overall=10.0, reserve=1.0, bulk=1.0, per_chat=0.2, burst=3.0)
"""SMS cost money and calls disturb: our default."""
_TAG = re.compile(r"<[^>]+>")
_OK, _TOO_MANY, _GONE = 200, 429, (404, 410)


class GatewaySender:
    """Posts a push to the gateway; a chat is a person, whose telephone is looked up then.

    Args:
        address: Where to post.
        phone_of: Finds the telephone of a person.
        token: Sent as a bearer token, if any.
        session: Holds the connections; closed with the sender.
    """

    def __init__(
        self,
        address: str,
        phone_of: Callable[[str], Awaitable[str]],
        session: aiohttp.ClientSession,
        *,
        token: str = "",
    ) -> None:
        self.pacer = Pacer(_PACE)
        self._address = address
        self._phone_of = phone_of
        self._session = session
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def send(self, chat: str, message: Presented, *, lane: int) -> str:
        """Hand a push over; return the gateway's number of it.

        Raises:
            SendError: One of its kinds says what is known of the end.
        """
        try:
            phone = await self._phone_of(chat)
        except UnavailableError as error:
            raise NotSentError from error
        if not phone:
            raise UnreachableError
        text = html.unescape(_TAG.sub("", message.html))
        body = {
            "id": hashlib.sha256(f"{chat}\0{text}".encode()).hexdigest()[:32],
            "to": phone,
            "template": "alert" if lane == 0 else "notice",
            "text": text,
        }
        try:
            return await self._post(body)
        except aiohttp.ClientConnectorError as error:
            raise NotSentError from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise UnsureError from error

    async def edit(self, chat: str, message_id: str, message: Presented, *, lane: int) -> None:
        """Let it be: what was said on the telephone can not be changed."""

    async def _post(self, body: dict[str, str]) -> str:
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        async with self._session.post(
            self._address,
            json=body,
            headers=self._headers,
            timeout=timeout,
            allow_redirects=False,  # neither telephone nor token goes where nobody set it up
        ) as answer:
            if answer.status != _OK:
                raise _refusal(answer.status, answer.headers.get("Retry-After", ""))
            return _number_in(await answer.read()) or body["id"][:24]


def phone_book(store: Store) -> Callable[[str], Awaitable[str]]:
    """Return the way from a person to the telephone on the roster."""

    async def phone_of(person_id: str) -> str:
        async with store.reading() as unit:
            person = await People(unit).get(person_id)
        return person.phone if person and person.active else ""

    return phone_of


def _number_in(answer: bytes) -> str:
    """Return the gateway's own number of a push; many say OK and nothing else."""
    try:
        told = json.loads(answer)
    except ValueError:
        return ""
    return str(told.get("id") or "")[:24] if isinstance(told, dict) else ""


def _refusal(status: int, retry_after: str) -> SendError:
    if status == _TOO_MANY:
        return HaltedError(float(retry_after) if retry_after.isdigit() else 30.0)
    if status in _GONE:
        return UnreachableError()
    return UnsureError() if status >= 500 else RejectedError()  # noqa: PLR2004 HTTP's own border
