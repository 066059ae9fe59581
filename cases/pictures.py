"""Files people send: what they really are, how large they may be, without where they were made.

A file is judged by its first bytes, never by its name. Pictures are drawn anew, so that nothing
but the picture stays (no place, no camera, no hidden part); films lose the place noted in them.
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass, field

from PIL import Image, UnidentifiedImageError

from kernel.errors import InputError
from kernel.phrases import say

MAX_PICTURE = 10_000_000
MAX_DOCUMENT = 20_000_000
_MAX_PIXELS = 30_000_000
_LONGEST_SIDE = 2_560
_QUALITY = 85

_KINDS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"PK\x03\x04", "application/zip"),
)
_CONTAINERS = {b"WAVE": "audio/wav", b"WEBP": "image/webp"}
"""What a RIFF file holds, by its bytes 8 to 12."""
_SPOKEN, _PICTURED = (b"M4A ", b"M4B "), (b"heic", b"heix", b"mif1", b"avif", b"msf1")
"""Brands of ISO media files (bytes 8 to 12) that hold a voice, or pictures we cannot draw anew."""
_PLACE = re.compile(rb"[+-]\d{2}\.\d{2,}[+-]\d{3}\.\d{2,}([+-][\d.]+)?/")
"""A place as films note it (ISO 6709)."""
_PLACE_BOX = re.compile(rb"loci(?=\x00{4})")
"""The same by 3GPP, in binary: this box holds nothing else."""
_BOX_MOST = 300
_OFFICE = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


_ENDINGS = {
    "image/jpeg": "jpg",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    _OFFICE[b"word/"]: "docx",
    _OFFICE[b"xl/"]: "xlsx",
}


def ending(media_type: str) -> str:
    """Return how a file of this kind should be named, so that it opens."""
    return _ENDINGS.get(media_type) or media_type.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A file fit to be kept."""

    media_type: str
    content: bytes = field(repr=False)


def clean_file(content: bytes) -> CleanFile:
    """Check a file and strip a picture of all but the picture.

    Raises:
        InputError: It is too large, broken, or of a kind we do not keep.
    """
    media_type = sniff(content)
    if media_type.startswith("image/"):
        if len(content) > MAX_PICTURE:
            raise InputError(reply=say("cases-file-too-large"))
        return CleanFile("image/jpeg", _redraw(content))
    if len(content) > MAX_DOCUMENT:
        raise InputError(reply=say("cases-file-too-large"))
    if media_type.endswith("/mp4"):
        content = _without_place(content)
    return CleanFile(media_type, content)


def sniff(content: bytes) -> str:
    """Return the media type that the bytes themselves show.

    Raises:
        InputError: None that we keep.
    """
    inner = content[8:12]
    if content.startswith(b"RIFF") and inner in _CONTAINERS:
        return _CONTAINERS[inner]
    if content[4:8] == b"ftyp" and inner not in _PICTURED:
        return "audio/mp4" if inner in _SPOKEN else "video/mp4"
    for start, media_type in _KINDS:
        if content.startswith(start):
            if media_type != "application/zip":
                return media_type
            for folder, office in _OFFICE.items():
                if folder in content:
                    return office
    raise InputError(reply=say("cases-file-kind"))


def _without_place(content: bytes) -> bytes:
    """Write zeros over the place that a film notes; lengths stay, so that it still plays."""
    kept = bytearray(_PLACE.sub(lambda found: b"0" * len(found[0]), content))
    for box in _PLACE_BOX.finditer(content):
        size = int.from_bytes(content[max(box.start() - 4, 0) : box.start()])
        end = box.start() - 4 + size
        if box.end() < end <= box.start() + _BOX_MOST:
            kept[box.end() : end] = bytes(end - box.end())
    return bytes(kept)


def _redraw(content: bytes) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP"))
            if picture.width * picture.height > _MAX_PIXELS:
                raise InputError(reply=say("cases-file-too-large"))
            upright = _upright(picture)
            upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
            target = io.BytesIO()
            upright.convert("RGB").save(target, "JPEG", quality=_QUALITY)
    except (
        UnidentifiedImageError,
        Image.DecompressionBombWarning,
        Image.DecompressionBombError,
        OSError,
        SyntaxError,
        ValueError,
    ) as error:
        raise InputError(reply=say("cases-file-broken")) from error
    return target.getvalue()


_TURNS = {3: 180, 6: 270, 8: 90}
_ORIENTATION = 0x0112


def _upright(picture: Image.Image) -> Image.Image:
    """Turn a picture as its orientation says, for the note itself is dropped."""
    turn = _TURNS.get(picture.getexif().get(_ORIENTATION, 1), 0)
    return picture.rotate(turn, expand=True) if turn else picture
