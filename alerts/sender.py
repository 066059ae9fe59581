"""What the courier asks of a channel, and of whoever dresses a reply; nothing is sent here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from kernel.words import Edit, Send

if TYPE_CHECKING:
    from alerts.limiter import Pacer


class Presented(Protocol):
    """One message as the channel takes it."""

    @property
    def html(self) -> str:
        """Text with the channel's tags; every value in it is escaped."""
        ...

    @property
    def buttons(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """Rows of label and callback data."""
        ...


Present = Callable[[Send | Edit, str, str], Presented]
"""Dresses a reply for a chat in a language."""


class Sender(Protocol):
    """One channel's way out."""

    @property
    def pacer(self) -> Pacer:
        """The pace this channel bears."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...

    async def send(self, chat: str, message: Presented, *, lane: int) -> str:
        """Send a message; return the channel's number of it.

        Raises:
            SendError: One of its kinds says what is known of the end.
        """
        ...

    async def edit(self, chat: str, message_id: str, message: Presented, *, lane: int) -> None:
        """Change a message; one that shows this already is no error.

        Raises:
            SendError: One of its kinds says what is known of the end.
        """
        ...
