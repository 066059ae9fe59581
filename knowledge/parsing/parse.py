"""The one door from plain text to a parsed directive."""

from __future__ import annotations

import dataclasses

from knowledge.clauses import Parsed
from knowledge.parsing import metadata
from knowledge.parsing.law import LawReader
from knowledge.parsing.lines import join_broken, lines_of, opens_article, without_closing
from knowledge.parsing.notice import NoticeReader

_ARTICLES_OF_A_LAW = 2
"""One line that opens with 第一条 may be a quotation."""


def parse(text: str, *, source: str = "") -> Parsed:
    """Read a document; a text with articles is a law, any other a notice."""
    lines, issuers, date = without_closing(lines_of(text))
    body = join_broken(lines)
    law = sum(1 for line in body if opens_article(line)) >= _ARTICLES_OF_A_LAW
    about = metadata.read(lines, source=source, law=law, signed=(issuers, date))
    reader = LawReader(about.document) if law else NoticeReader(about.document)
    for line in body:
        reader.take(line)
    clauses = tuple(reader.close())
    doubts = (*metadata.doubts(about), *reader.doubts, *(() if clauses else ("no-clauses",)))
    doubts = tuple(dict.fromkeys(doubts))
    return Parsed(dataclasses.replace(about, clauses=clauses, doubts=doubts), doubts)
