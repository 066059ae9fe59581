"""What can go wrong with a policy file or a delivery; no decision is taken here.

    TongbanError
    ├── InputError
    │   └── PolicyError          the ladder's file is wrong: file and line
    └── UnavailableError
        └── SendError            a message did not surely arrive
            ├── HaltedError      the channel wants a pause for this chat (429)
            ├── NotSentError     it surely did not leave; try again
            ├── UnsureError      it may have arrived: a repeat must say so
            ├── UnreachableError this address will not get anything any more
            ├── GoneError        the message to edit is no longer there
            └── RejectedError    the channel will never take this message

The courier repeats, labels, escalates or gives up by these names alone.
"""

from __future__ import annotations

from kernel.errors import InputError, UnavailableError
from kernel.phrases import say


class PolicyError(InputError):
    """The alert policy cannot be used."""

    def __init__(self, place: str, problem: str) -> None:
        self.place = place
        super().__init__(
            f"{place}: {problem}", reply=say("alerts-policy-wrong", place=place, problem=problem)
        )


class SendError(UnavailableError):
    """A message did not surely arrive."""


class HaltedError(SendError):
    """The channel asked for a pause."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"for {seconds:g} s")
        self.seconds = seconds


class NotSentError(SendError):
    """The message surely did not leave."""


class UnsureError(SendError):
    """Nobody knows whether the message arrived."""


class UnreachableError(SendError):
    """The address takes no message from us any more."""


class GoneError(SendError):
    """The message to edit is no longer there."""


class RejectedError(SendError):
    """The channel will never take this message."""
