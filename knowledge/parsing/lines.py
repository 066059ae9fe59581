"""Lines of a document: what they open, and how broken ones are joined; no numbering is judged."""

from __future__ import annotations

import re

from knowledge.parsing.numerals import NUMERAL

CHAPTER = re.compile(rf"^#*\s*(第[{NUMERAL}]+([编章节]))[\s　]*(.*)$")
ARTICLE = re.compile(rf"^第([{NUMERAL}]+)条(?:之([{NUMERAL}]+))?([\s　]*)(.*)$", re.DOTALL)
FIRST = re.compile(r"^([一二三四五六七八九十]+)、(.*)$")
SECOND = re.compile(r"^[（(]([一二三四五六七八九十]+)[）)](.*)$")
THIRD = re.compile(r"^(\d{1,2})[.．、](?!\d)(.*)$")
ANNEX = re.compile(r"^附件\s*(\d{0,2})[:：]?$")
ANNEX_LIST = re.compile(r"^附件\s*[:：]\s*\S")
_PAGE_NUMBER = re.compile(r"^[-—－·\s]*\d{1,4}[-—－·\s]*$|^第\s*\d+\s*页(\s*共\s*\d+\s*页)?$")
_PROSE_AFTER_ARTICLE = ("规定", "的", "、", "第", "和", "至", "或", "及", "所", "，")
_ENDS = "。！？；：:;”）)》"
_MAX_HEADING = 40


def lines_of(text: str) -> list[str]:
    """Split into stripped lines without blank ones, page numbers and mark-up comments."""
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    stripped = (line.strip(" \t\r　\u200b\ufeff\xa0") for line in re.split(r"[\n\f\v]", text))
    return [line for line in stripped if line and not _PAGE_NUMBER.match(line)]


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
        )
        if broken:
            joined[-1] += line
        else:
            joined.append(line)
    return joined
