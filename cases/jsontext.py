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
