"""Files that passed through: bytes in memory, found by file id or path."""

from __future__ import annotations

import hashlib
import mimetypes
import struct
from dataclasses import dataclass
from pathlib import PurePosixPath

JPEG_SIZES = frozenset({*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC)})
PNG_HEAD = 24
GIF_HEAD = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as it came over the wire."""

    name: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A kept file and the names Telegram would give it."""

    file_id: str
    unique_id: str
    path: str
    name: str
    content_type: str
    body: bytes
    kind: str


class FileShelf:
    """All files of one run."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def put(self, upload: Upload, kind: str) -> StoredFile:
        """Keep a file under a new id."""
        unique = hashlib.sha256(upload.body).hexdigest()[:16]
        number = len(self._by_id) + 1
        ending = PurePosixPath(upload.name).suffix or mimetypes.guess_extension(
            upload.content_type
        )
        kept = StoredFile(
            file_id=f"AgACAgUAAxk{number:08d}{unique}",
            unique_id=f"AQAD{unique}",
            path=f"{kind}s/file_{number}{ending or ''}",
            name=upload.name,
            content_type=upload.content_type,
            body=upload.body,
            kind=kind,
        )
        self._by_id[kept.file_id] = kept
        self._by_path[kept.path] = kept
        return kept

    def by_id(self, file_id: str) -> StoredFile | None:
        """Find a file by its id."""
        return self._by_id.get(file_id)

    def by_path(self, path: str) -> StoredFile | None:
        """Find a file by the path `getFile` gave."""
        return self._by_path.get(path)


def image_size(body: bytes) -> tuple[int, int] | None:
    """Read width and height of a PNG, GIF, WebP or JPEG; None for anything else."""
    if body.startswith(b"\x89PNG\r\n\x1a\n") and len(body) >= PNG_HEAD:
        width, height = struct.unpack(">II", body[16:24])
        return width, height
    if body[:4] == b"GIF8" and len(body) >= GIF_HEAD:
        width, height = struct.unpack("<HH", body[6:10])
        return width, height
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return 512, 512
    if body.startswith(b"\xff\xd8"):
        return _jpeg_size(body)
    return None


def image_type(body: bytes) -> str:
    """Name the type of a picture by its first bytes, whatever its sender called it."""
    for start, name in ((b"\x89PNG", "png"), (b"GIF8", "gif"), (b"RIFF", "webp")):
        if body.startswith(start):
            return f"image/{name}"
    return "image/jpeg"


def _jpeg_size(body: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(body) and body[at] == 0xFF:  # noqa: PLR2004 marker byte of JPEG
        marker = body[at + 1]
        (length,) = struct.unpack(">H", body[at + 2 : at + 4])
        if marker in JPEG_SIZES:
            height, width = struct.unpack(">HH", body[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
