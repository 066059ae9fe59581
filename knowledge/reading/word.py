"""Word documents (.docx): what is printed, with automatic numbers; hidden runs kept apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge.reading.archive import Archive
from knowledge.reading.numbering import Numbering, W, value
from knowledge.reading.paper import Paper

if TYPE_CHECKING:
    from lxml import etree

_BODY = "word/document.xml"
_TINY = 4
"""Half points: text of two points and less is there to be overlooked."""
_PALE = 0xF0
_OFF = frozenset(("0", "false", "off", "none"))
_UNPRINTED = frozenset(W + tag for tag in ("moveFrom", "del", "rt"))
_REVISED = tuple(W + tag for tag in ("ins", "del", "moveFrom", "moveTo"))
_NOTES = ("footnote", "endnote")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SIGNS = {W + "tab": "　", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
_DEEPEST = 12
"""Styles that are built on each other (our default); more is a ring."""


def read_word(data: bytes) -> Paper:
    """Read a Word document."""
    archive = Archive(data)
    styles = _Styles(archive.xml("word/styles.xml") if archive.has("word/styles.xml") else None)
    numbers = "word/numbering.xml"
    numbering = Numbering(archive.xml(numbers) if archive.has(numbers) else None)
    reader = _Reader(styles, numbering)
    body = archive.xml(_BODY)
    reader.read(body)
    remarks: list[str] = []
    if archive.has("word/comments.xml"):
        notes = archive.xml("word/comments.xml")
        remarks = ["".join(t.text or "" for t in note.iter(W + "t")) for note in notes]
    lines = (line for line in reader.lines if line.strip())
    remarks = [remark for remark in remarks if remark.strip()]
    return Paper("\n".join(lines), tuple(reader.hidden), tuple(remarks), doubts=_doubts(body))


def _doubts(body: etree._Element) -> tuple[str, ...]:
    """Say what stands in the file that the text does not show: open changes, notes below."""
    revised = next(body.iter(*_REVISED), None) is not None
    noted = next(body.iter(*(f"{W}{note}Reference" for note in _NOTES)), None) is not None
    return (*(("revised",) if revised else ()), *(("footnotes",) if noted else ()))


class _Styles:
    """What named styles say about visibility and numbers."""

    def __init__(self, styles: etree._Element | None) -> None:
        found = styles.iter(W + "style") if styles is not None else ()
        self._styles = {style.get(W + "styleId", ""): style for style in found}

    def chain(self, name: str) -> list[etree._Element]:
        """Return a style and those it is built on, nearest first."""
        chain: list[etree._Element] = []
        while name in self._styles and len(chain) < _DEEPEST:
            chain.append(self._styles[name])
            name = value(chain[-1], "basedOn")
        return chain

    def title(self, name: str) -> bool:
        """Say whether a style is that of the document's title."""
        names = {value(style, "name").lower() for style in self.chain(name)[:1]}
        return bool(names & {"title", "标题"})


class _Reader:
    def __init__(self, styles: _Styles, numbering: Numbering) -> None:
        self._styles = styles
        self._numbering = numbering
        self.lines: list[str] = []
        self.hidden: list[str] = []
        self._row: etree._Element | None = None

    def read(self, document: etree._Element) -> None:
        for paragraph in document.iter(W + "p"):
            above = {node.tag: node for node in paragraph.iterancestors()}
            if _FALLBACK in above:
                continue
            text = self._paragraph(paragraph)
            row = above.get(W + "tr")
            if row is not None and row is self._row and text:
                self.lines[-1] += f"　{text}"
            elif text:
                self.lines.append(text)
                self._row = row

    def _paragraph(self, paragraph: etree._Element) -> str:
        about = paragraph.find(W + "pPr")
        styles = self._styles.chain(value(about, "pStyle") if about is not None else "")
        numbered = [x.find(W + "pPr/" + W + "numPr") for x in styles]
        own = about.find(W + "numPr") if about is not None else None
        text = ""
        for run in paragraph.iter(W + "r"):
            above = {node.tag for node in run.iterancestors()}
            if above & _UNPRINTED or next(run.iterancestors(W + "p")) is not paragraph:
                continue
            said = _said(run)
            if self._is_hidden(run, about, styles):
                self.hidden.append(said)
            else:
                text += said
        if not text.strip():
            return ""
        label = self._numbering.label(next((x for x in (own, *numbered) if x is not None), None))
        title = bool(about is not None and self._styles.title(value(about, "pStyle")))
        return ("# " if title else "") + label + text

    def _is_hidden(
        self, run: etree._Element, about: etree._Element | None, styles: list[etree._Element]
    ) -> bool:
        own = run.find(W + "rPr")
        named = self._styles.chain(value(own, "rStyle") if own is not None else "")
        told = [own, *(style.find(W + "rPr") for style in (*named, *styles))]
        known = [x for x in told if x is not None]
        vanishes = next((x for p in known if (x := p.find(W + "vanish")) is not None), None)
        if vanishes is not None and value(vanishes).lower() not in _OFF:
            return True
        size = next((s for p in known if (s := value(p, "sz"))), "")
        if size.isdigit() and int(size) <= _TINY:
            return True
        colour = next((c for p in known if (c := value(p, "color"))), "")
        grounds = [*known, *([about] if about is not None else [])]
        return _pale(colour) and not any(_dark(p) for p in grounds)


def _said(run: etree._Element) -> str:
    return "".join(
        (node.text or "") if node.tag == W + "t" else _SIGNS.get(str(node.tag), "")
        for node in run.iterchildren()
    )


def _pale(colour: str) -> bool:
    try:
        return len(colour) == len("FFFFFF") and min(bytes.fromhex(colour)) >= _PALE
    except ValueError:
        return False


def _dark(properties: etree._Element) -> bool:
    """Say whether pale text stands on a ground that shows it."""
    shade = properties.find(W + "shd")
    fill = str(shade.get(W + "fill", "")) if shade is not None else ""
    marked = value(properties, "highlight")
    filled = bool(fill) and fill.lower() != "auto" and not _pale(fill)
    return filled or marked not in {"", "white", "none"}
