"""Saved web pages: the text a visitor sees, and separately what the page keeps from them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree, html

from knowledge.errors import RefusedFileError
from knowledge.reading.paper import Paper
from knowledge.reading.plain import decode

if TYPE_CHECKING:
    from collections.abc import Callable

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "nav",
        "footer",
        "aside",
        "form",
        "button",
        "select",
        "iframe",
        "object",
        "svg",
        "title",
        "head",
        "audio",
        "video",
        "canvas",
        "textarea",
    ]
)
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "table",
        "tr",
        "thead",
        "tbody",
        "blockquote",
        "pre",
        "center",
        "hr",
        "figure",
        "figcaption",
        "address",
        "body",
        "caption",
    ]
)
_REGIONS = (
    "//*[@id='UCAP-CONTENT']",
    "//*[@id='zoom' or @id='Zoom']",
    "//*[contains(concat(' ',@class,' '),' TRS_Editor ')]",
    "//*[contains(concat(' ',@class,' '),' TRS_UEDITOR ')]",
    "//*[contains(concat(' ',@class,' '),' pages_content ')]",
    "//article",
    "//main",
)
"""Where pages of Chinese authorities keep the document, surest first."""
_MOST_OF_IT = 0.5
_HIDING = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|(?<![\w-])opacity:0(?:\.0+)?(?![\d.])"
    r"|font-size:(?:0(?:\.\d+)?|1)(?:px|pt|em|rem|%)?(?![\d.])"
    r"|(?<![\w-])color:(?:#fff(?:fff|f)?(?![\da-f])|white|transparent|rgb\(255,255,255\)|rgba\([\d.,]*,0(?:\.0+)?\))"
    r"|text-indent:-\d{3,}|(?<![\w-])(?:left|top|right|bottom|margin-left|margin-top):-\d{3,}"
    r"|(?<![\w-])(?:max-)?(?:height|width):[01](?:px)?(?![\d.%a-z])|clip:rect\(0|clip:rect\(1px"
    r"|(?<![\w-])color:([^;]+);(?:.*;)?background(?:-color)?:\1(?:;|$)"
    r"|background(?:-color)?:([^;]+);(?:.*;)?color:\2(?:;|$)|clip-path:inset\((?:100|50)%|transform:scale\(0"
)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SELECTOR = re.compile(r"^([a-z][\w-]*)?(?:\.([\w-]+))?(?:#([\w-]+))?$")
_BETWEEN_HAN = re.compile(r"(?<=[^\x00-\xff])[ \t\r\n]*\n[ \t\r\n]*(?=[^\x00-\xff])")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_CHINESE = ("gb2312", "gbk", "gb18030")


def read_page(data: bytes) -> Paper:
    """Read a web page.

    Raises:
        RefusedFileError: It nests too deeply, defines entities, or holds no text.
    """
    if re.search(rb"<!ENTITY", data, re.IGNORECASE):
        raise RefusedFileError("bomb")
    named = _CHARSET.search(data[:4096])
    chinese = named is not None and named[1].decode().lower() in _CHINESE
    text = data.decode("gb18030", "replace") if chinese else decode(data)
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        page = html.document_fromstring(text.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise RefusedFileError("empty") from error
    if any("depth" in str(entry) for entry in parser.error_log):
        raise RefusedFileError("deep")
    return _Walk(page).paper()


class _Walk:
    """Goes through a page once, without recursion."""

    def __init__(self, page: html.HtmlElement) -> None:
        self._page = page
        self._hides = _style_sheet(page)
        self._seen: list[str] = []
        self._hidden: list[str] = []
        self._remarks: list[str] = []

    def paper(self) -> Paper:
        region = _region(self._page)
        if region is not self._page:
            self._titles(region)
        self._walk(region)
        lines = (
            re.sub(r"[ \t\r\n\xa0]+", " ", x).strip() for x in "".join(self._seen).split("\0")
        )
        hidden = tuple(x for x in self._hidden if x.strip())
        return Paper("\n".join(x for x in lines if x), hidden, tuple(self._remarks))

    def _titles(self, region: html.HtmlElement) -> None:
        """Take a main heading along that stands outside of the region."""
        inside = set(region.iter("h1"))
        for heading in self._page.iter("h1"):
            if heading not in inside and not self._is_hidden(heading):
                self._seen += ["\0# ", "".join(heading.itertext()), "\0"]

    def _walk(self, region: html.HtmlElement) -> None:
        skipped = hidden = 0
        for event, node in etree.iterwalk(region, events=("start", "end", "comment")):
            if event == "comment":
                self._remarks += [node.text.strip()] if (node.text or "").strip() else []
                self._put(node.tail, skipped, hidden, within=node is not region)
                continue
            if not isinstance(node.tag, str):
                continue
            skips, hides = node.tag in _SKIPPED, self._is_hidden(node)
            if event == "start":
                skipped, hidden = skipped + skips, hidden + hides
                self._open(node)
                self._put(node.text, skipped, hidden, within=True)
            else:
                skipped, hidden = skipped - skips, hidden - hides
                self._seen += ["\0"] if node.tag in _BLOCKS else []
                self._put(node.tail, skipped, hidden, within=node is not region)

    def _open(self, node: html.HtmlElement) -> None:
        if node.tag in _BLOCKS or node.tag == "br":
            self._seen.append("\0# " if node.tag == "h1" else "\0")
        elif node.tag in {"td", "th"}:
            self._seen.append("　")

    def _put(self, text: str | None, skipped: int, hidden: int, *, within: bool) -> None:
        if not text or skipped or not within:
            return
        if hidden:
            self._hidden.append(text)
        else:
            self._seen.append(_BETWEEN_HAN.sub("", text))

    def _is_hidden(self, node: html.HtmlElement) -> bool:
        style = re.sub(r"\s", "", node.get("style") or "").lower()
        colour = (node.get("color") or "").lower() if node.tag == "font" else ""
        return (
            node.get("hidden") is not None
            or colour in {"white", "#fff", "#ffffff"}
            or bool(style and _HIDING.search(style))
            or any(matches(node) for matches in self._hides)
        )


def _region(page: html.HtmlElement) -> html.HtmlElement:
    """Choose the part that holds most of the text, if the page marks one."""
    whole = len(page.text_content())
    for path in _REGIONS:
        for node in page.xpath(path):
            if len(node.text_content()) > _MOST_OF_IT * whole:
                return node
    return page


def _style_sheet(page: html.HtmlElement) -> list[Callable[[html.HtmlElement], bool]]:
    """Collect the plain selectors of rules that hide."""
    found: list[Callable[[html.HtmlElement], bool]] = []
    for sheet in page.iter("style"):
        for selectors, rule in _RULE.findall(sheet.text or ""):
            if not _HIDING.search(re.sub(r"\s", "", rule).lower()):
                continue
            for selector in selectors.split(","):
                last = selector.split()[-1:] or [""]
                match = _SELECTOR.match(last[0].strip())
                if match and any(match.groups()):
                    found.append(_matcher(match[1], match[2], match[3]))
    return found


def _matcher(
    tag: str | None, name: str | None, number: str | None
) -> Callable[[html.HtmlElement], bool]:
    def matches(node: html.HtmlElement) -> bool:
        return (
            (not tag or node.tag == tag)
            and (not name or name in (node.get("class") or "").split())
            and (not number or node.get("id") == number)
        )

    return matches
