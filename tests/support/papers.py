"""Makes documents of every format from one list of paragraphs, as offices would make them."""

from __future__ import annotations

import io
import zipfile
from html import escape
from pathlib import Path

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
O = 'xmlns:ofd="http://www.ofdspec.org/2016"'  # noqa: E741
CHARACTERS, LINES = 30, 28
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
)


def wrapped(paragraphs: list[str]) -> list[list[tuple[bool, str]]]:
    """Set paragraphs in lines and pages: (set in?, text)."""
    lines: list[tuple[bool, str]] = []
    for paragraph in paragraphs:
        first, rest = paragraph[: CHARACTERS - 2], paragraph[CHARACTERS - 2 :]
        lines.append((True, first))
        lines += [(False, rest[i : i + CHARACTERS]) for i in range(0, len(rest), CHARACTERS)]
    return [lines[i : i + LINES] for i in range(0, len(lines), LINES)]


def zipped(members: dict[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def docx(paragraphs: list[str], *, extra: str = "", others: dict[str, str] | None = None) -> bytes:
    body = "".join(f"<w:p>{run(p)}</w:p>" for p in paragraphs)
    document = f'<?xml version="1.0"?><w:document {W}><w:body>{body}{extra}</w:body></w:document>'
    return zipped(
        {"[Content_Types].xml": "<Types/>", "word/document.xml": document, **(others or {})}
    )


def html(paragraphs: list[str], *, extra: str = "", head: str = "") -> bytes:
    body = "".join(f"<p>　　{escape(p)}</p>\n" for p in paragraphs)
    page = f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head>"
    page += f"<body>{body}{extra}</body></html>"
    return page.encode()


def pdf(paragraphs: list[str], *, extra: str = "") -> bytes:
    """Make a PDF whose font is not embedded; `extra` is drawn on the first page."""
    sheets = []
    for number, page in enumerate(wrapped(paragraphs), 1):
        drawn = [
            show(72 + 28 * inset, 760 - 24 * at, text) for at, (inset, text) in enumerate(page)
        ]
        drawn.append(show(290, 40, f"- {number} -"))
        sheets.append(" ".join([*drawn, extra if number == 1 else ""]))
    return sheet(*sheets)


def sheet(*drawn: str, turned: int = 0) -> bytes:
    """Make a PDF of pages as they are drawn, all of them turned by some degrees."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    objects += [
        (
            b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H"
            b"/DescendantFonts[4 0 R]>>"
        ),
        (
            b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo"
            b"<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000/FontDescriptor 5 0 R>>"
        ),
        (
            b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[0 -200 1000 900]"
            b"/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 80>>"
        ),
    ]
    kids = []
    for stream in map(str.encode, drawn):
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        kids.append(len(objects) + 1)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate %d/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>>>>>" % (turned, len(objects))
        )
    listed = b" ".join(b"%d 0 R" % k for k in kids)
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), listed)
    return bound(objects)


def show(x: float, y: float, text: str, how: str = "0 g 0 Tr", size: float = 14) -> str:
    return f"BT {how} /F {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET"


def bound(objects: list[bytes], trailer: bytes = b"") -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, thing in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, thing)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        trailer,
        start,
    )
    return bytes(out)


def ofd(paragraphs: list[str], *, extra: str = "") -> bytes:
    pages = wrapped(paragraphs)
    members: dict[str, str | bytes] = {
        "OFD.xml": f'<?xml version="1.0"?><ofd:OFD {O} Version="1.0"><ofd:DocBody><ofd:DocRoot>'
        "Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {O}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>"
        "0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>"
        + "".join(
            f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages))
        )
        + "</ofd:Pages></ofd:Document>",
    }
    for number, page in enumerate(pages):
        things = [
            ofd_text(25 + 10 * inset, 20 + 8.5 * at, t) for at, (inset, t) in enumerate(page)
        ]
        things.append(ofd_text(100, 285, f"— {number + 1} —"))
        inner = "".join(things) + (extra if number == 0 else "")
        members[f"Doc_0/Pages/Page_{number}/Content.xml"] = (
            f'<ofd:Page {O}><ofd:Content><ofd:Layer ID="9">{inner}</ofd:Layer></ofd:Content>'
            "</ofd:Page>"
        )
    return zipped(members)


def ofd_text(
    x: float, y: float, text: str, *, size: float = 5, about: str = "", inner: str = ""
) -> str:
    return (
        f'<ofd:TextObject ID="1" Boundary="{x} {y} {size * len(text)} {size}" Size="{size}" '
        f"{about}>"
        f'{inner}<ofd:TextCode X="0" Y="{size}">{escape(text)}</ofd:TextCode></ofd:TextObject>'
    )


def font() -> Path | None:
    return next((Path(name) for name in FONTS if Path(name).exists()), None)


def picture(paragraphs: list[str], kind: str = "PNG") -> bytes:
    """Print the first page of paragraphs at 150 dpi and scan it."""
    from PIL import Image, ImageDraw, ImageFont

    face = ImageFont.truetype(str(font()), 30)
    paper = Image.new("RGB", (1240, 1754), (252, 252, 250))
    pen = ImageDraw.Draw(paper)
    for at, (inset, text) in enumerate(wrapped(paragraphs)[0]):
        pen.text((150 + 60 * inset, 120 + 54 * at), text, font=face, fill=(20, 20, 20))
    packed = io.BytesIO()
    paper.save(packed, kind, **({"resolution": 150} if kind == "PDF" else {}))
    return packed.getvalue()
