"""Opens zip archives and the XML in them without being made to unpack or expand too much."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib

from lxml import etree

from knowledge.errors import RefusedFileError

MAX_UNPACKED = 64 * 2**20
"""Bytes taken out of one archive altogether (our default)."""
MAX_MEMBERS = 5_000


class Archive:
    """A zip archive that is read member by member, under one limit for all of them."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise RefusedFileError("damaged") from error
        self._left = MAX_UNPACKED
        self._names = {info.filename for info in self._zip.infolist()}
        if len(self._names) > MAX_MEMBERS:
            raise RefusedFileError("bomb")
        if any(info.flag_bits & 1 for info in self._zip.infolist()):
            raise RefusedFileError("encrypted")

    def has(self, name: str) -> bool:
        """Say whether a member is there."""
        return name in self._names

    def read(self, name: str) -> bytes:
        """Unpack a member.

        Raises:
            RefusedFileError: It is missing, damaged, or larger than it may be.
        """
        if name not in self._names:
            raise RefusedFileError("damaged")
        try:
            with self._zip.open(name) as member:
                data = member.read(self._left + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,
            ValueError,
        ) as error:
            raise RefusedFileError("damaged") from error
        self._left -= len(data)
        if self._left < 0:
            raise RefusedFileError("bomb")
        return data

    def xml(self, name: str) -> etree._Element:
        """Unpack and parse a member."""
        return parse_xml(self.read(name))

    def beside(self, base: str, target: str) -> str:
        """Resolve a path that a member gives, relative to that member, inside the archive."""
        if target.startswith("/"):
            return target.lstrip("/")
        return posixpath.normpath(posixpath.join(posixpath.dirname(base), target)).lstrip("/")


def parse_xml(data: bytes) -> etree._Element:
    """Parse XML that may define no entities: documents of offices never do.

    Raises:
        RefusedFileError: It declares a document type, nests too deeply, or is no XML.
    """
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise RefusedFileError("bomb")
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=False
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise RefusedFileError("deep" if "depth" in str(error) else "damaged") from error
