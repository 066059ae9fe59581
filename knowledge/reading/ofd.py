"""OFD, the national format of official documents (GB/T 33190): its text and its scans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge.errors import RefusedFileError
from knowledge.reading.archive import Archive
from knowledge.reading.paper import MAX_PAGES, Line, Paper
from knowledge.reading.pdf import recognised

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from lxml import etree
    from numpy.typing import NDArray

    from knowledge.reading.layout import Page

O = "{http://www.ofdspec.org/2016}"  # noqa: E741 the namespace of every element
_FEW = 8
_PALE = 0xF0
_TINY = 0.5
"""Millimetres."""
_A4 = (0.0, 0.0, 210.0, 297.0)


def read_ofd(data: bytes) -> Paper:
    """Read an OFD file.

    Raises:
        RefusedFileError: It is damaged or too long.
    """
    archive = Archive(data)
    pages: list[Page | NDArray[np.uint8]] = []
    hidden: list[str] = []
    for body in _texts(archive.xml("OFD.xml"), "DocRoot"):
        root = archive.beside("OFD.xml", body)
        document = archive.xml(root)
        pictures = _pictures(archive, root, document)
        places = [x.get("BaseLoc", "") for x in document.iter(O + "Page")]
        if len(places) > MAX_PAGES:
            raise RefusedFileError("pages")
        common = next((_numbers(x.text) for x in document.iter(O + "PhysicalBox")), list(_A4))
        for place in places:
            content = archive.xml(archive.beside(root, place))
            page, unseen = _read_page(content, common)
            scans = [pictures[n] for n in _scans(content) if n in pictures]
            if scans and sum(len(line.text) for line in page) < _FEW:
                from knowledge.reading.picture import decoded  # noqa: PLC0415 loads a library

                pages += decoded(archive.read(scans[0]))
            else:
                pages.append(page)
                hidden += unseen
    return recognised(pages, tuple(hidden))


def _texts(root: etree._Element, tag: str) -> list[str]:
    return [node.text.strip() for node in root.iter(O + tag) if node.text]


def _numbers(text: str | None) -> list[float]:
    try:
        return [float(x) for x in (text or "").split()]
    except ValueError as error:
        raise RefusedFileError("damaged") from error


def _pictures(archive: Archive, root: str, document: etree._Element) -> dict[str, str]:
    """Return where each picture lies, by its number."""
    found: dict[str, str] = {}
    for tag in ("PublicRes", "DocumentRes"):
        for place in _texts(document, tag):
            name = archive.beside(root, place)
            if not archive.has(name):
                continue
            resources = archive.xml(name)
            base = str(resources.get("BaseLoc", ""))
            for media in resources.iter(O + "MultiMedia"):
                for file in _texts(media, "MediaFile"):
                    inner = archive.beside(name, f"{base}/{file}" if base else file)
                    found[str(media.get("ID", ""))] = inner
    return {number: name for number, name in found.items() if archive.has(name)}


def _scans(content: etree._Element) -> Iterator[str]:
    for image in content.iter(O + "ImageObject"):
        yield str(image.get("ResourceID", ""))


def _read_page(content: etree._Element, common: list[float]) -> tuple[Page, list[str]]:
    own = next((_numbers(x.text) for x in content.iter(O + "PhysicalBox")), common)
    width, height = (own if len(own) == len(_A4) else list(_A4))[2:]
    pieces: list[Line] = []
    hidden: list[str] = []
    for thing in content.iter(O + "TextObject"):
        box = _numbers(str(thing.get("Boundary", "")))
        if len(box) != len(_A4):
            raise RefusedFileError("damaged")
        size = next(iter(_numbers(str(thing.get("Size", "")))), 0.0)
        outside = box[0] > width or box[1] > height or box[0] + box[2] < 0 or box[1] + box[3] < 0
        for code in thing.iter(O + "TextCode"):
            text = code.text or ""
            if not text.strip():
                continue
            if outside or size < _TINY or _unseen(thing):
                hidden.append(text)
            else:
                pieces.append(_piece(code, text, box, size))
    return pieces, hidden


def _piece(code: etree._Element, text: str, box: list[float], size: float) -> Line:
    start = next(iter(_numbers(str(code.get("X", "0")))), 0.0)
    top = next(iter(_numbers(str(code.get("Y", "0")))), size)
    left = box[0] + start
    return Line(
        text.strip(), left, left + _width(code, text, box, size), box[1] + top - size, size
    )


def _width(code: etree._Element, text: str, box: list[float], size: float) -> float:
    """Add up the steps between characters; without them the box says how wide the text is."""
    words = iter(str(code.get("DeltaX", "")).split())
    steps: list[float] = []
    for word in words:
        count = int(_numbers(next(words, "0"))[0]) if word == "g" else 1
        steps += _numbers(next(words, "0") if word == "g" else word) * min(count, len(text))
    if steps:
        return sum(steps[: len(text)]) + size
    return min(box[2], size * len(text))


def _unseen(thing: etree._Element) -> bool:
    shown = [thing, *thing.iterancestors()]
    if any(str(x.get("Visible", "true")).lower() == "false" for x in shown):
        return True
    if any(str(x.get("Alpha", "255")) == "0" for x in shown):
        return True
    colour = thing.find(O + "FillColor")
    if colour is None:
        return False
    if str(colour.get("Alpha", "255")) == "0":
        return True
    parts = _numbers(str(colour.get("Value", "")))
    return len(parts) == len("rgb") and min(parts) >= _PALE
