"""Lines of a document: what they open, and how broken ones are joined; no numbering is judged."""

from __future__ import annotations

import re

from knowledge.parsing.numerals import NUMERAL, to_number

CHAPTER = re.compile(rf"^#*\s*(第[{NUMERAL}]+([编章节]))[\s　]*(.*)$")
ARTICLE = re.compile(rf"^第([{NUMERAL}]+)条(?:之([{NUMERAL}]+))?([\s　]*)(.*)$", re.DOTALL)
FIRST = re.compile(r"^([一二三四五六七八九十]+)、(.*)$")
SECOND = re.compile(r"^[（(]([一二三四五六七八九十]+)[）)](.*)$")
THIRD = re.compile(r"^(\d{1,2})[.．、](?!\d)(.*)$")
ANNEX = re.compile(r"^附\s*件\s*(\d{0,2}|[一二三四五六七八九十]{1,3})\s*[:：]?$")
ANNEX_LIST = re.compile(r"^附\s*件\s*[:：]\s*\S")
_PAGE_NUMBER = re.compile(r"^[-—－·\s]*\d{1,4}[-—－·\s]*$|^第\s*\d+\s*页(\s*共\s*\d+\s*页)?$")
CLOSING_DATE = re.compile(
    r"^[（(]?\s*(\d{4}|[〇○零一二三四五六七八九]{4})\s*年\s*(\d{1,2}|[一二三四五六七八九十]{1,3})"
    r"\s*月\s*(\d{1,2}|[一二三四五六七八九十]{1,3})\s*日\s*[）)]?$"
)
_COLOPHON = re.compile(
    r"^抄\s*[送报]\s*[:：]|^[（(]此件|^[（(]联系(人|电话)|^[（(]信息公开|\d日\s*印发$|^主动公开$"
)
_PROSE_AFTER_ARTICLE = ("规定", "的", "、", "第", "和", "至", "或", "及", "所", "，")
_CELLS = re.compile(r"[^\s　]　+[^\s　]")
"""What stands between the cells of a row: rows of a table are not one sentence."""
_OFFICE = re.compile(r"[部局厅委会院府联室处办署行站]$|中心$|中央$")
_ENDS = "。！？；：:;”）)》"
_MAX_HEADING = 40
_SIGNS = "〇一二三四五六七八九零○"
_MAX_SIGNATURE = 24
_SIGNATURES = 12
"""Lines above the date of a notice that may name who issued it (our default)."""


def lines_of(text: str) -> list[str]:
    """Split into stripped lines without blank ones, page numbers and mark-up comments."""
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    stripped = (line.strip(" \t\r　\u200b\ufeff\xa0") for line in re.split(r"[\n\f\v]", text))
    return [line for line in stripped if line and not _PAGE_NUMBER.match(line)]


def without_closing(lines: list[str]) -> tuple[list[str], list[str], str]:
    """Take off who signed a notice and when, and what the printing office adds.

    Returns:
        lines: Those that stay.
        issuers: Who signed, in order.
        date: ISO date of the signature; empty where there is none.
    """
    kept: list[str] = []
    issuers: list[str] = []
    date = ""
    for line in lines:
        match = CLOSING_DATE.match(line)
        if match and not date and any(FIRST.match(x) or ends(x) for x in kept):
            date = iso(match)
            while kept and len(issuers) < _SIGNATURES and _signs(kept[-1]):
                issuers.insert(0, kept.pop())
        elif not _COLOPHON.search(line):
            kept.append(line)
    return kept, issuers, date


def ends(line: str) -> bool:
    """Say whether a line ends a sentence."""
    return line[-1] in _ENDS


def _signs(line: str) -> bool:
    """Say whether a line may name who signed; side by side only offices do, not table cells."""
    beside = bool(_CELLS.search(line))
    if ends(line) or opens_part(line) or len(line) > _MAX_SIGNATURE:
        return False
    return not beside or all(_OFFICE.search(name) for name in line.split("　") if name)


def iso(match: re.Match[str]) -> str:
    """Write a matched date as ISO; its year may be in Chinese signs: 二〇一九."""
    year = "".join(
        str(_SIGNS.index(s) % 10 if s in "〇一二三四五六七八九" else 0) if s in _SIGNS else s
        for s in match[1]
    )
    month, day = (int(x) if x.isdigit() else to_number(x) for x in (match[2], match[3]))
    return f"{year}-{month:02d}-{day:02d}"


def opens_article(line: str) -> re.Match[str] | None:
    """Match a line that opens an article; a sentence that begins by naming one does not."""
    match = ARTICLE.match(line)
    prose = match and not match[3] and match[4].startswith(_PROSE_AFTER_ARTICLE)
    return None if prose else match


def opens_part(line: str) -> bool:
    """Say whether a line opens a heading, an article, an item or an annex."""
    patterns = (CHAPTER, FIRST, SECOND, THIRD, ANNEX, ANNEX_LIST)
    return bool(opens_article(line)) or any(p.match(line) for p in patterns)


def is_heading(line: str) -> bool:
    """Say whether a line is a heading of its own, which nothing continues."""
    if CHAPTER.match(line) or ANNEX.match(line) or line.startswith("#"):
        return True
    return bool(FIRST.match(line)) and line[-1] not in _ENDS and len(line) <= _MAX_HEADING


def join_broken(lines: list[str]) -> list[str]:
    """Put paragraphs together again that a page or line break cut."""
    joined: list[str] = []
    for line in lines:
        broken = (
            joined
            and not is_heading(joined[-1])
            and not (joined[-2:-1] and ANNEX.match(joined[-2]))
            and joined[-1][-1] not in _ENDS
            and not opens_part(line)
            and not line.startswith("#")
            and not (_CELLS.search(joined[-1]) and _CELLS.search(line))
        )
        if broken:
            joined[-1] += line
        else:
            joined.append(line)
    return joined
