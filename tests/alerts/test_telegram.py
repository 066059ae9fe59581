from __future__ import annotations

import httpx
import pytest
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from alerts.errors import (
    GoneError,
    HaltedError,
    NotSentError,
    RejectedError,
    UnreachableError,
    UnsureError,
)
from alerts.telegram import known


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.filterwarnings("ignore:.*retry_after")
def test_a_429_tells_how_long():
    error = known(RetryAfter(7))
    assert isinstance(error, HaltedError)
    assert error.seconds == 7


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Forbidden("Forbidden: bot was blocked by the user"), UnreachableError),
        (Forbidden("Forbidden: user is deactivated"), UnreachableError),
        (BadRequest("Bad Request: chat not found"), UnreachableError),
        (BadRequest("Bad Request: PEER_ID_INVALID"), UnreachableError),
        (BadRequest("Bad Request: message to edit not found"), GoneError),
        (BadRequest("Bad Request: message can't be edited"), GoneError),
        (BadRequest("Bad Request: can't parse entities"), RejectedError),
        (InvalidToken(), NotSentError),
        (Conflict("Conflict"), NotSentError),
        (caused(NetworkError("x"), httpx.ConnectError("x")), NotSentError),
        (caused(TimedOut(), httpx.ConnectTimeout("x")), NotSentError),
        (caused(TimedOut(), httpx.PoolTimeout("x")), NotSentError),
        (caused(TimedOut(), httpx.ReadTimeout("x")), UnsureError),
        (caused(NetworkError("x"), httpx.RemoteProtocolError("x")), UnsureError),
        (NetworkError("Bad Gateway"), UnsureError),
    ],
    ids=str,
)
def test_every_end_is_known_for_what_it_is(error: TelegramError, kind: type):
    assert type(known(error)) is kind
