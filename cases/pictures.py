"""Files people send: what they really are, how large they may be, pictures without their place.

A file is judged by its first bytes, never by its name. Pictures are drawn anew, so that nothing
but the picture stays (no place, no camera, no hidden part).
"""

from __future__ import annotations

import io
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
    (b"PK\x03\x04", "application/zip"),
)
_OFFICE = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


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
    return CleanFile(media_type, content)


def sniff(content: bytes) -> str:
    """Return the media type that the bytes themselves show.

    Raises:
        InputError: None that we keep.
    """
    for start, media_type in _KINDS:
        if content.startswith(start):
            if media_type != "application/zip":
                return media_type
            for folder, office in _OFFICE.items():
                if folder in content:
                    return office
    raise InputError(reply=say("cases-file-kind"))


def _redraw(content: bytes) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
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
