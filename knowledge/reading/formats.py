"""Which format a file is in: its first bytes say so, its name may not say otherwise."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePath
from typing import TYPE_CHECKING

from knowledge.errors import RefusedFileError

if TYPE_CHECKING:
    from knowledge.reading.paper import Kind

_BY_NAME: dict[str, Kind] = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".markdown": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".docx": "docx",
    ".pdf": "pdf",
    ".ofd": "ofd",
    ".png": "image",
    ".jpg": "image",
    ".jpeg": "image",
    ".tif": "image",
    ".tiff": "image",
    ".bmp": "image",
    ".webp": "image",
}
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WHOLE_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S
)
_TAG = re.compile(rb"<(?:p|div|span|body|h[1-6]|table|br|article|section|font)\b[^>]*>", re.I)
_HEAD = 4_096


def kind_of(data: bytes, name: str) -> Kind:
    """Say how to read a file.

    Raises:
        RefusedFileError: It is empty, of no kind that is read here, or not what its name says.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise RefusedFileError("empty")
    found = _by_content(data)
    ending = PurePath(name).suffix.lower()
    if ending and ending not in _BY_NAME:
        raise RefusedFileError("old-word" if ending in {".doc", ".wps"} else "kind")
    named = _BY_NAME.get(ending)
    if found == "text" and named == "html" and _TAG.search(data):
        return "html"
    if named is not None and named != found:
        raise RefusedFileError("mismatch")
    return found


def _by_content(data: bytes) -> Kind:
    head = data[:_HEAD]
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _in_zip(data)
    if head.startswith(_COMPOUND):
        raise RefusedFileError("encrypted" if _ENCRYPTED in data else "old-word")
    if head.startswith(_PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "image"
    if head.startswith(b"{\\rtf"):
        raise RefusedFileError("kind")
    return "html" if _WHOLE_PAGE.match(head) else "text"


def _in_zip(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError) as error:
        raise RefusedFileError("damaged") from error
    if "word/document.xml" in names:
        return "docx"
    if "OFD.xml" in names:
        return "ofd"
    raise RefusedFileError("kind")
