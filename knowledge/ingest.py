"""The one door from a file to a directive: limits, reading, suspicion, parsing; keeps nothing."""

from __future__ import annotations

import dataclasses
import hashlib
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.errors import RefusedFileError
from knowledge.parsing import metadata
from knowledge.parsing.parse import parse
from knowledge.reading.apart import read_apart
from knowledge.reading.formats import kind_of
from knowledge.reading.plain import read_text
from knowledge.reading.suspicion import checked, commands

if TYPE_CHECKING:
    from knowledge.clauses import Directive
    from knowledge.reading.paper import Kind, Paper

MAX_BYTES = 50 * 2**20
"""Of one file (our default)."""
UNSURE = 0.9
"""Mean confidence of a recognised page below which it wants to be read through."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a person says about a document; it wins over what the text says."""

    number: str = ""
    issuer: str = ""
    title: str = ""
    date: str = ""


NOTHING_GIVEN = Given()


@dataclass(frozen=True, slots=True)
class Ingested:
    """A directive read from a file, not kept yet.

    Args:
        directive: With what its parser was unsure of.
        missing: What neither the text nor a person says: `number`, `title`, `date`.
        digest: SHA-256 of the file.
        kind: How it was read.
        pages: Number of pages; 0 where the format has none.
        scanned: Pages recognised from pictures.
    """

    directive: Directive
    missing: tuple[str, ...]
    digest: str
    kind: Kind
    pages: int = 0
    scanned: int = 0


def read_directive(path: Path, given: Given = NOTHING_GIVEN) -> Ingested:
    """Read a file.

    Raises:
        RefusedFileError: It is not there as a file, too large, broken, hostile or no directive.
        OSError: It cannot be opened.
    """
    return read_bytes(_bytes(path), path.name, given)


def read_bytes(data: bytes, name: str, given: Given = NOTHING_GIVEN) -> Ingested:
    """Read what a file holds.

    Args:
        data: Its bytes.
        name: Its name, which stands in for a title that nobody says.
        given: What a person says about it.

    Raises:
        RefusedFileError: Too large, broken, hostile or no directive.
    """
    if len(data) > MAX_BYTES:
        raise RefusedFileError("too-large")
    kind = kind_of(data, name)
    paper = checked(read_paper(data, kind, name))
    parsed = parse(paper.text, source=name)
    if not parsed.directive.clauses:
        raise RefusedFileError("no-clauses")
    if any(commands(c.text.replace("\n", "")) for c in parsed.directive.clauses):
        raise RefusedFileError("commands")  # broken over two lines, it is whole only here
    directive = _completed(parsed.directive, given, Path(name).stem)
    missing = metadata.missing(directive)
    unsaid = metadata.doubts(directive)
    others = [doubt for doubt in parsed.doubts if not doubt.startswith("no-")]
    read = ("scanned",) if paper.scanned else ()
    poor = ("scan-poor",) if paper.sure < UNSURE else ()
    directive = dataclasses.replace(
        directive,
        title=directive.title or Path(name).stem,
        doubts=(*unsaid, *others, *paper.doubts, *read, *poor),
    )
    digest = hashlib.sha256(data).hexdigest()
    return Ingested(directive, missing, digest, kind, paper.pages, paper.scanned)


def read_paper(data: bytes, kind: Kind, name: str) -> Paper:
    """Read bytes as a kind; everything but plain text is read in a process of its own."""
    if kind == "text":
        return read_text(data, markdown=name.lower().endswith((".md", ".markdown")))
    return read_apart(data, kind)


def _bytes(path: Path) -> bytes:
    about = path.stat()
    if not stat.S_ISREG(about.st_mode):
        raise RefusedFileError("unlike")
    if about.st_size > MAX_BYTES:
        raise RefusedFileError("too-large")
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise RefusedFileError("too-large")
    return data


def _completed(found: Directive, given: Given, stem: str) -> Directive:
    """Put what a person said in place of what the text says."""
    title = given.title.strip("《》 ") or found.title
    number = metadata.normal_number(given.number)
    document = number or (
        found.document
        if found.document and not given.title
        else metadata.short_title(title or stem)
    )
    return dataclasses.replace(
        found,
        document=document,
        title=title,
        issuer=given.issuer or found.issuer,
        issued=metadata.iso_date(given.date) or found.issued,
        clauses=tuple(dataclasses.replace(c, document=document) for c in found.clauses),
    )
