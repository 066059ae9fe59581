"""Takes the styling out of a form's words: a chat shows them as they are, without Markdown.

Labels and hints may hold the Markdown and the few HTML tags that the ODK XForms specification
names (emphasis, headings, links, `span`, `sub`, `sup`); the engine keeps them, people do not
see them.
"""

from __future__ import annotations

import re

_ANY = re.compile(r"[*_<#\\\]]")
_BREAK = re.compile(r"\s*<br\s*/?>\s*|</p>\s*(?=\S)", re.IGNORECASE)
_TAGS = "span|p|div|center|font|b|i|u|s|em|strong|small|big|sub|sup|mark|h[1-6]|ul|ol|li"
_TAG = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_LINK = re.compile(r"\[([^\[\]\n]+)\]\(\s*([^()\s]+)\s*\)")
_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$", re.MULTILINE)
_THREE_STARS = re.compile(r"\*{3}(?=[^\s*])([^\n]*?[^\s*\\])\*{3}(?!\*)")
_TWO_STARS = re.compile(r"\*\*(?=[^\s*])([^\n]*?[^\s*\\])\*\*(?!\*)")
_ONE_STAR = re.compile(r"(?<![\w*\\])\*(?=[^\s*])([^*\n]*?[^\s*\\])\*(?![\w*])")
_TWO_LINES = re.compile(r"(?<![\w\\])__(?=[^\s_])([^\n]*?[^\s_\\])__(?!\w)")
_ONE_LINE = re.compile(r"(?<![\w\\])_(?=[^\s_])([^\n]*?[^\s_\\])_(?!\w)")
_ESCAPED = re.compile(r"\\([*_#\\])")


def plain(text: str) -> str:
    """Return a text as it reads: without tags, stars and heading signs; links with their address.

    What only looks like styling stays: `3 * 4`, `____`, `a_b_c`, `< 5`.
    """
    if not _ANY.search(text):
        return text
    bare = _TAG.sub("", _BREAK.sub("\n", text))
    bare = _LINK.sub(r"\1 (\2)", bare)
    bare = _HEADING.sub(r"\1", bare)
    for marks in (_THREE_STARS, _TWO_STARS, _ONE_STAR, _TWO_LINES, _ONE_LINE):
        bare = marks.sub(r"\1", bare)
    return _ESCAPED.sub(r"\1", bare).strip() or text
