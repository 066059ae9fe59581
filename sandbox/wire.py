"""Reads a Bot API request, however a client likes to send it, into one bag of parameters."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from sandbox.errors import ApiError, bad
from sandbox.files import Upload

if TYPE_CHECKING:
    from aiohttp import MultipartReader

UPLOAD_LIMIT = 50 * 1024 * 1024
SHOWN_TEXT = 10_000
TRUE = frozenset({"true", "1", "yes", "t"})


class Params:
    """The parameters of one call; values are text or JSON, uploads stand beside."""

    __slots__ = ("uploads", "values")

    def __init__(self, values: dict[str, Any], uploads: dict[str, Upload]) -> None:
        self.values = values
        self.uploads = uploads

    def text(self, name: str, default: str = "") -> str:
        """Return a parameter as text."""
        value = self.values.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def number(self, name: str, default: int = 0) -> int:
        """Return a parameter as a whole number, 0 where it is none (as Telegram reads it)."""
        value = self.values.get(name)
        if value is None:
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            return default

    def decimal(self, name: str) -> float | None:
        """Return a parameter as a number, None where it is none."""
        try:
            return float(self.values.get(name, ""))
        except (TypeError, ValueError):
            return None

    def flag(self, name: str) -> bool:
        """Return a parameter as yes or no."""
        value = self.values.get(name)
        return value if isinstance(value, bool) else str(value).lower() in TRUE

    def parsed(self, name: str) -> Any:  # noqa: ANN401 JSON can be anything
        """Return a JSON parameter; None when absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {name} JSON object") from None

    def upload(self, name: str) -> Upload | None:
        """Return the file sent under a field, directly or through `attach://`."""
        value = self.values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            return self.uploads.get(value.removeprefix("attach://"))
        return self.uploads.get(name)


def shown(values: dict[str, Any]) -> dict[str, Any]:
    """Return parameters as the call book shows them, JSON unpacked."""
    return {name: _shown(value) for name, value in values.items()}


def _shown(value: Any) -> Any:  # noqa: ANN401 JSON can be anything
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except ValueError:
            return value[:SHOWN_TEXT]
    return value[:SHOWN_TEXT] if isinstance(value, str) else value


async def read_params(request: web.Request) -> Params:
    """Read query, urlencoded, JSON or multipart parameters.

    Raises:
        ApiError: The body is not what its type says, or a file is too large.
    """
    values: dict[str, Any] = dict(request.query) if request.query_string else {}
    if not request.body_exists:
        return Params(values, {})
    kind = request.content_type
    if kind == "multipart/form-data":
        return await _multipart(request, values)
    body = await request.read()
    if kind == "application/json":
        values.update(_json_object(body))
    elif kind == "application/x-www-form-urlencoded":
        values.update(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    return Params(values, {})


def _json_object(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        parsed = json.loads(body)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise bad("can't parse request body as JSON object")
    return cast("dict[str, Any]", parsed)


async def _multipart(request: web.Request, values: dict[str, Any]) -> Params:
    uploads: dict[str, Upload] = {}
    try:
        reader: MultipartReader = await request.multipart()
        while (part := await reader.next()) is not None:
            if not isinstance(part, BodyPartReader) or part.name is None:
                continue
            body = await _part(part)
            if part.filename is None:
                values[part.name] = body.decode(errors="replace")
            else:
                kind = part.headers.get("Content-Type", "application/octet-stream")
                uploads[part.name] = Upload(name=part.filename, content_type=kind, body=body)
    except ValueError:
        raise bad("can't parse multipart request") from None
    return Params(values, uploads)


async def _part(part: BodyPartReader) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while chunk := await part.read_chunk(65536):
        size += len(chunk)
        if size > UPLOAD_LIMIT:
            raise ApiError(413, "Request Entity Too Large")
        chunks.append(chunk)
    return bytes(part.decode(b"".join(chunks)))
