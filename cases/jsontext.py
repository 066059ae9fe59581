"""JSON of what is sealed and sent, written and read by the quicker of two libraries."""

from __future__ import annotations

import json
from typing import Any

import orjson

_AS_JSON = (
    orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)


def written(value: object) -> bytes:
    """Write a value; numbers beyond 64 bits and keys that are no words are left to `json`.

    Raises:
        TypeError: It is no JSON.
        UnicodeEncodeError: It holds half a character.
    """
    try:
        return orjson.dumps(value, option=_AS_JSON)
    except TypeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def read(text: bytes) -> Any:  # noqa: ANN401 JSON
    """Read what was written."""
    return orjson.loads(text)


def patched(whole: Any, patch: Any) -> Any:  # noqa: ANN401 JSON
    """Return a JSON value with a merge patch laid over it (RFC 7386): None takes away."""
    return _laid(whole, patch, keep_none=False)


def joined(first: Any, second: Any) -> Any:  # noqa: ANN401 JSON
    """Return the one patch that does what two do, one after the other."""
    return _laid(first, second, keep_none=True)


def _laid(whole: Any, patch: Any, *, keep_none: bool) -> Any:  # noqa: ANN401 JSON
    if not isinstance(patch, dict):
        return patch
    laid = dict(whole) if isinstance(whole, dict) else {}
    for name, value in patch.items():
        if value is None and not keep_none:
            laid.pop(name, None)
        else:
            laid[name] = _laid(laid.get(name), value, keep_none=keep_none)
    return laid
