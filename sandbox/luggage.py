"""What a person can attach to a message: photos, voices, documents, places, contacts."""

from __future__ import annotations

import base64
import binascii
import struct
import zlib
from typing import TYPE_CHECKING, Any

from sandbox.entities import CAPTION_LIMIT, read_marked
from sandbox.errors import ApiError, PersonError
from sandbox.files import Upload
from sandbox.marked import units
from sandbox.methods.media import describe, keep_file

if TYPE_CHECKING:
    from sandbox.phones import Phone
    from sandbox.world import World

SAMPLE_PLACE = {"latitude": 29.5647, "longitude": 106.5507}
KINDS = {
    "photo": ("photo.jpg", "image/jpeg"),
    "voice": ("voice.ogg", "audio/ogg"),
    "audio": ("audio.mp3", "audio/mpeg"),
    "video": ("video.mp4", "video/mp4"),
    "document": ("document.bin", "application/octet-stream"),
}
_EMPTY_FILM = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08mdat"
"""The outermost boxes of an MP4 file, with no frame inside."""
TIMED = frozenset({"voice", "audio", "video"})
WISHES = "text, photo, voice, audio, video, document, location or contact"


def read_luggage(world: World, phone: Phone, wish: dict[str, Any]) -> dict[str, Any]:
    """Return the content of a message that is not plain text.

    A file is base64 text, a data URL, {"base64", "name", "type", "duration"}, {"file_id"} of
    one sent before, or true for a sample; a place and a contact may be true for a sample too.
    Files with the same `album` were sent together.
    """
    for kind in KINDS:
        if wish.get(kind):
            content = {**_file(world, kind, wish[kind]), **_caption(wish.get("caption"))}
            album = {"media_group_id": str(wish["album"])} if wish.get("album") else {}
            return {**content, **album}
    if wish.get("location"):
        return {"location": _place(wish["location"])}
    if wish.get("contact"):
        return {"contact": _contact(phone, wish["contact"])}
    raise PersonError(400, "empty", f"A message needs one of {WISHES}.")


def _caption(caption: object) -> dict[str, Any]:
    if not caption:
        return {}
    if not isinstance(caption, str) or units(caption) > CAPTION_LIMIT:
        raise PersonError(400, "too_long", f"A caption holds {CAPTION_LIMIT} characters at most.")
    marked = read_marked(caption, None, None)
    entities = {"caption_entities": marked.entities} if marked.entities else {}
    return {"caption": marked.text, **entities}


def _file(world: World, kind: str, value: object) -> dict[str, Any]:
    given: dict[str, Any] = value if isinstance(value, dict) else {"base64": value}
    extra = {"duration": int(given.get("duration") or 1)} if kind in TIMED else None
    if "file_id" in given:
        known = world.files.by_id(str(given["file_id"]))
        if known is None:
            raise PersonError(404, "no_file", "No file has this file_id.")
        return describe(known, kind, extra)
    upload = _sample(kind) if given.get("base64") is True else _upload(kind, given)
    try:
        return describe(keep_file(world, upload, kind), kind, extra)
    except ApiError as refusal:
        reason = refusal.description.removeprefix("Bad Request: ")
        sentence = f"This {kind} cannot be sent: {reason}."
        raise PersonError(400, "bad_file", sentence) from None


def _upload(kind: str, given: dict[str, Any]) -> Upload:
    name, content_type = KINDS[kind]
    encoded = given.get("base64")
    if not isinstance(encoded, str):
        raise PersonError(400, "bad_file", f"{kind} must be base64 text, a data URL or true.")
    if encoded.startswith("data:"):
        head, _, encoded = encoded.partition(",")
        content_type = head.removeprefix("data:").partition(";")[0] or content_type
    try:
        body = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise PersonError(400, "bad_file", f"The {kind} is not valid base64.") from None
    return Upload(
        name=str(given.get("name") or name),
        content_type=str(given.get("type") or content_type),
        body=body,
    )


def _sample(kind: str) -> Upload:
    if kind == "photo":
        return Upload(name="sample.png", content_type="image/png", body=sample_photo())
    if kind == "voice":
        return Upload(name="sample.wav", content_type="audio/wav", body=_sample_voice())
    name, content_type = KINDS[kind]
    if kind == "video":
        return Upload(name=name, content_type=content_type, body=_EMPTY_FILM)
    return Upload(name=name, content_type=content_type, body=b"a sample file of the stand-in\n")


def sample_photo(width: int = 240, height: int = 160) -> bytes:
    """Draw hills under a sky."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            hill = height * 0.62 + abs((x * 3) % 160 - 80) * 0.35
            green, blue = bytes((96, 150 - y // 4, 92)), bytes((150 + y // 3, 196, 226))
            rows += green if y > hill else blue
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows))), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _sample_voice(rate: int = 8000) -> bytes:
    """Hum for a second."""
    sound = bytes(128 + (24 if at // 20 % 2 else -24) for at in range(rate))
    form = struct.pack("<IHHIIHH", 16, 1, 1, rate, rate, 1, 8)
    body = b"WAVEfmt " + form + b"data" + struct.pack("<I", len(sound)) + sound
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _place(value: object) -> dict[str, Any]:
    place = SAMPLE_PLACE if value is True else value
    try:
        latitude = float(place["latitude"])  # type: ignore[index]
        longitude = float(place["longitude"])  # type: ignore[index]
    except (TypeError, KeyError, ValueError):
        latitude = longitude = 999.0
    if abs(latitude) > 90 or abs(longitude) > 180:  # noqa: PLR2004 the globe
        raise PersonError(400, "bad_place", "location needs latitude and longitude in degrees.")
    return {"latitude": latitude, "longitude": longitude}


def _contact(phone: Phone, value: object) -> dict[str, Any]:
    given: dict[str, Any] = value if isinstance(value, dict) else {}
    number = given.get("phone_number") or f"139{phone.person % 10**8:08d}"
    if not isinstance(number, str) or not number.strip():
        raise PersonError(400, "bad_contact", "contact needs phone_number as text.")
    contact = {"phone_number": number, "first_name": str(given.get("first_name") or phone.name)}
    if not given.get("phone_number") or given.get("own"):
        contact["user_id"] = phone.person  # type: ignore[assignment]
    return contact
