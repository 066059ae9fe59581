"""What a form's file must be before it is read: not too large, no bomb, in a known encoding."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from lxml import etree

from forms.errors import FormError, Problem
from kernel.phrases import say

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_BYTES = 20 * 2**20
"""Largest file that is read (our limit; the largest real forms we know have 5 MB)."""

MOST_UNPACKED = 64 * 2**20
"""Largest content of an Excel file once unpacked (our limit)."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def refused(key: str, **args: str | int) -> FormError:
    """Make the refusal of a whole file."""
    return FormError([Problem("", 0, "", say(key, **args))])


def admitted(raw: bytes) -> bytes:
    """Return the bytes if they may be read.

    Raises:
        FormError: They are too many, packed or unpacked.
    """
    check_size(len(raw))
    if raw.startswith(b"PK"):
        check_size(_unpacked(raw), MOST_UNPACKED)
    return raw


def check_size(size: int, most: int = MOST_BYTES) -> None:
    """Refuse a size above the limit.

    Raises:
        FormError: It is above.
    """
    if size > most:
        raise refused("forms-too-large", most=most // 2**20)


def _unpacked(raw: bytes) -> int:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return 0


def decoded(raw: bytes) -> str:
    """Return text: UTF-8, UTF-16 with its mark, or what Excel writes in China (GB 18030).

    Raises:
        FormError: It is none of these.
    """
    encodings = ["utf-16"] if raw.startswith(_UTF16) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refused("forms-encoding")


def parsed(raw: bytes) -> _Element:
    """Return the top element of an XML document; nothing outside it is ever read.

    Raises:
        FormError: It is no XML, or declares entities.
    """
    check_size(len(raw))
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise refused("forms-not-xml", reason=str(error)) from None
    dtd: Any = root.getroottree().docinfo.internalDTD
    if dtd is not None and list(dtd.iterentities()):
        raise refused("forms-entities")
    return root
