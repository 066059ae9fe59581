"""Plain text and Markdown: bytes to characters, and marks of layout taken off."""

from __future__ import annotations

import codecs
import re
import unicodedata

from knowledge.errors import RefusedFileError
from knowledge.reading.paper import Paper

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ENCODINGS = ("utf-8", "gb18030")
_LAYOUT = frozenset("\t\n\r\f\v")
_MOST = 0.9
"""Share of characters that must be such as Chinese documents have."""
_ORDINARY = re.compile(
    r"[\t\n\r\f\v -~\xa0·×—–‘-”…‰′″℃Ⅰ-ⅿ①-⒛─-╿■-◿★☆　-〿㈠-㊰㐀-䶿一-鿿！-～￥"
    r"\u200b-\u200f\ufeff\U00020000-\U0003ffff]"
)
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_HIDDEN_TAG = re.compile(
    r"<(\w+)[^>]*(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|\bhidden\b)[^>]*>"
    r"(.*?)(?:</\1>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_TAGS = re.compile(r"</?[a-zA-Z][^<>\n]{0,400}>")
_MARKS = (
    (re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)"), ""),
    (re.compile(r"\[([^\]\n]*)\]\((?:https?:|/|#|mailto:)[^)\n]*\)"), r"\1"),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*[-*+][ \t]+(?=[一-鿿（(])", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*(?:[-*_][ \t]*){3,}$", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*\|?(?:[ \t]*:?-{2,}:?[ \t]*\|?)+$", re.MULTILINE), ""),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!-])"), r"\1"),
)
_ROW = re.compile(r"^[ \t]*\|(.*)\|[ \t]*$", re.MULTILINE)


def decode(data: bytes) -> str:
    """Turn bytes into characters.

    Raises:
        RefusedFileError: They are no text in an encoding of Chinese documents.
    """
    encodings = next(((name,) for bom, name in _BOMS if data.startswith(bom)), _ENCODINGS)
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise RefusedFileError("garbled")
    if any(c not in _LAYOUT and unicodedata.category(c) == "Cc" for c in text):
        raise RefusedFileError("garbled")
    if len(_ORDINARY.findall(text)) < _MOST * len(text):
        raise RefusedFileError("garbled")
    return text


def read_text(data: bytes, *, markdown: bool) -> Paper:
    """Read plain text, or Markdown without its marks."""
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n")
    remarks = tuple(m.strip() for m in _COMMENT.findall(text) if m.strip())
    text = _COMMENT.sub("", text)
    if not markdown:
        return Paper(text, remarks=remarks)
    hidden = tuple(m[1].strip() for m in _HIDDEN_TAG.findall(text) if m[1].strip())
    text = _TAGS.sub("", _HIDDEN_TAG.sub("", text))
    for pattern, instead in _MARKS:
        text = pattern.sub(instead, text)
    text = _ROW.sub(lambda row: "　".join(cell.strip() for cell in row[1].split("|")), text)
    return Paper(text, hidden=hidden, remarks=remarks)
