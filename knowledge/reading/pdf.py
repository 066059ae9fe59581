"""PDF files: the printed lines of each page; pages that are pictures are recognised."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from knowledge.errors import RefusedFileError
from knowledge.reading.layout import Page, apart, paragraphs
from knowledge.reading.paper import MAX_PAGES, MAX_SCANNED, Line, Paper

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FEW = 8
"""Visible characters on a page that is a picture: a stamp, a page number."""
_COVERED = 0.3
"""Share of a page that a picture covers if the page is a scan."""
_PALE = 0xF0
_TINY = 1.5
"""Points: text this small is there to be overlooked."""
_DARK_GROUND = 200.0
"""Mean lightness below which pale text can be read on its ground."""
_CLEAR = 16
_LAST_SIGN = 0x10FFFF
_UNSEEN_MODES = (3, 7)
_OCR_DPI, _LOOK_DPI = 200, 72


@dataclass(slots=True)
class _Char:
    sign: str
    left: float
    right: float
    top: float
    bottom: float
    seen: bool


def read_pdf(data: bytes) -> Paper:
    """Read a PDF file.

    Raises:
        RefusedFileError: It is encrypted, damaged or too long, or a component is missing.
    """
    try:
        import pypdfium2  # noqa: PLC0415 only this reader needs it
    except ImportError as error:
        raise RefusedFileError("component") from error
    try:
        document = pypdfium2.PdfDocument(data)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        raise RefusedFileError("encrypted" if "assword" in str(error) else "damaged") from error
    if count > MAX_PAGES:
        raise RefusedFileError("pages")
    pages: list[Page | NDArray[np.uint8]] = []
    hidden: list[str] = []
    for number in range(count):
        try:
            page, unseen = _read_page(document[number])
        except pypdfium2.PdfiumError as error:
            raise RefusedFileError("damaged") from error
        pages.append(page)
        hidden += unseen
    return recognised(pages, tuple(hidden))


def recognised(pages: list[Page | NDArray[np.uint8]], hidden: tuple[str, ...]) -> Paper:
    """Make a paper of pages of which some are pictures still."""
    pictures = {at: page for at, page in enumerate(pages) if not isinstance(page, list)}
    if len(pictures) > MAX_SCANNED:
        raise RefusedFileError("pages")
    sure = 1.0
    if pictures:
        from knowledge.reading.picture import Recogniser  # noqa: PLC0415 loads a model

        reader = Recogniser()
        for at, picture in pictures.items():
            pages[at], score = reader.read(picture)
            sure = min(sure, score)
    text = paragraphs([page for page in pages if isinstance(page, list)])
    return Paper(text, hidden, pages=len(pages), scanned=len(pictures), sure=sure)


def _read_page(page: Any) -> tuple[Page | NDArray[np.uint8], list[str]]:  # noqa: ANN401 pdfium's own
    turned = page.get_rotation()
    page.set_rotation(0)  # places of characters know nothing of it
    chars = _chars(page)
    visible = sum(1 for c in chars if c.seen and c.sign.strip())
    if visible < _FEW and _is_picture(page):
        page.set_rotation(turned)
        picture: NDArray[np.uint8] = page.render(scale=_OCR_DPI / 72).to_numpy()
        return picture, []
    pieces: Page = []
    hidden: list[str] = []
    quarters = _quarters(page)
    for row in _split([_upright(char, quarters) for char in chars]):
        hidden += ["".join(c.sign for c in row if not c.seen)]
        pieces += [_line(piece) for piece in _pieces([c for c in row if c.seen])]
    above = min((piece.top for piece in pieces), default=0.0)
    pieces = [dataclasses.replace(piece, top=piece.top - above) for piece in pieces]
    return pieces, [piece for piece in hidden if piece.strip()]


def _quarters(page: Any) -> int:  # noqa: ANN401
    """Say by how many quarters most characters of a page are turned, against the clock."""
    import math  # noqa: PLC0415

    from pypdfium2 import raw  # noqa: PLC0415

    text = page.get_textpage()
    angles = (raw.FPDFText_GetCharAngle(text, at) for at in range(text.count_chars()))
    turns = Counter(round(-angle / (math.pi / 2)) % 4 for angle in angles if angle >= 0)
    return turns.most_common(1)[0][0] if turns else 0


def _upright(char: _Char, quarters: int) -> _Char:
    """Turn the place of a character back."""
    c = char
    left, right, top, bottom = (
        (c.left, c.right, c.top, c.bottom),
        (c.bottom, c.top, -c.left, -c.right),
        (-c.right, -c.left, -c.bottom, -c.top),
        (-c.top, -c.bottom, c.right, c.left),
    )[quarters]
    return _Char(c.sign, left, right, top, bottom, c.seen)


def _pieces(row: list[_Char]) -> list[list[_Char]]:
    """Part a row where a wide blank is; blanks that pdfium put in have no place of their own."""
    found: list[list[_Char]] = []
    end = 0.0
    for char in row:
        if not char.sign.strip():
            if found:
                found[-1].append(char)
            continue
        size = max(char.top - char.bottom, char.right - char.left)
        if not found or apart(end, char.left, size):
            found.append([])
        found[-1].append(char)
        end = char.right
    return found


def _chars(page: Any) -> list[_Char]:  # noqa: ANN401
    import ctypes  # noqa: PLC0415

    from pypdfium2 import raw  # noqa: PLC0415

    text = page.get_textpage()
    box = [ctypes.c_double() for _ in range(4)]
    shade = [ctypes.c_uint() for _ in range(4)]
    width, height = page.get_size()
    look: NDArray[np.uint8] | None = None
    found: list[_Char] = []
    for at in range(text.count_chars()):
        sign = _sign(raw.FPDFText_GetUnicode(text, at))
        raw.FPDFText_GetCharBox(text, at, *box)
        left, right, bottom, top = (x.value for x in box)
        if raw.FPDFText_IsGenerated(text, at) == 1:
            found.append(_Char(sign, left, right, top, bottom, seen=True))
            continue
        loose = raw.FS_RECTF()
        raw.FPDFText_GetLooseCharBox(text, at, loose)
        pale = False
        if raw.FPDFText_GetFillColor(text, at, *shade):
            red, green, blue, alpha = (x.value for x in shade)
            pale, clear = min(red, green, blue) >= _PALE, alpha < _CLEAR
        else:
            clear = False
        thing = raw.FPDFText_GetTextObject(text, at)
        unseen = bool(thing) and raw.FPDFTextObj_GetTextRenderMode(thing) in _UNSEEN_MODES
        outside = right < 0 or left > width or top < 0 or bottom > height
        small = abs(loose.top - loose.bottom) < _TINY
        seen = not (clear or unseen or outside or small)
        if seen and pale:
            look = page.render(scale=_LOOK_DPI / 72).to_numpy() if look is None else look
            area = look[
                max(int(height - top), 0) : int(height - bottom) + 2,
                max(int(left), 0) : int(right) + 2,
            ]
            seen = bool(area.size) and float(area.mean()) < _DARK_GROUND
        found.append(_Char(sign, left, right, top, bottom, seen))
    return found


def _sign(code: int) -> str:
    return "-" if code in {0x2, 0xFFFE} else chr(code) if 0 < code <= _LAST_SIGN else ""


def _split(chars: list[_Char]) -> list[list[_Char]]:
    """Split at the line ends that pdfium puts in."""
    lines: list[list[_Char]] = [[]]
    for char in chars:
        if char.sign in {"\r", "\n"}:
            lines += [[]] if lines[-1] else []
        else:
            lines[-1].append(char)
    return [line for line in lines if line]


def _line(chars: list[_Char]) -> Line:
    inked = [c for c in chars if c.sign.strip()]
    size = sorted(max(c.top - c.bottom, c.right - c.left) for c in inked)[len(inked) * 3 // 4]
    return Line(
        "".join(c.sign for c in chars).strip(),
        min(c.left for c in inked),
        max(c.right for c in inked),
        -max(c.top for c in inked),
        max(size, 1.0),
    )


def _is_picture(page: Any) -> bool:  # noqa: ANN401
    from pypdfium2 import raw  # noqa: PLC0415

    width, height = page.get_size()
    covered = 0.0
    for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]):
        left, bottom, right, top = thing.get_bounds()
        covered += max(0.0, right - left) * max(0.0, top - bottom)
    return bool(covered >= _COVERED * width * height)
