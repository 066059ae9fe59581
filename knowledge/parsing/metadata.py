"""Title, number, issuer and dates of a document as its text gives them; nothing is guessed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from knowledge.clauses import Directive

if TYPE_CHECKING:
    from pathlib import PurePath

_NUMBER = re.compile(r"[一-鿿]{1,10}[〔\[【(（]\s*(?:19|20)\d{2}\s*[〕\]】)）]\s*\d+\s*号")
_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_IN_FORCE = re.compile(r"自(\d{4})年(\d{1,2})月(\d{1,2})日起(?:施行|实施|执行)")
_ACTS = ("通过", "修订", "修正", "公布", "发布", "印发")
_FILE_DATE = re.compile(r"[(（](\d{4}-\d{2}-\d{2})[)）]")
_SUBJECT = re.compile(r"(?:印发)?(关于.*)$")
_HEAD_LINES = 14


def _iso(match: re.Match[str], first: int = 1) -> str:
    return f"{match[first]}-{int(match[first + 1]):02d}-{int(match[first + 2]):02d}"


def normal_number(number: str) -> str:
    """Write a document number with its proper brackets: `民发〔2019〕34号`."""
    number = re.sub(r"\s", "", number)
    return re.sub(r"[\[【(（](\d{4})[\]】)）]", r"〔\1〕", number)


def _number(head: list[str]) -> str:
    for line in head:
        match = _NUMBER.fullmatch(re.sub(r"\s", "", line))
        if match:
            return normal_number(match[0])
    return ""


def _notice_title(head: list[str]) -> str:
    """Join the lines that stand before the number or the first sentence."""
    title = ""
    for line in head:
        plain = line.lstrip("# ")
        if _NUMBER.fullmatch(re.sub(r"\s", "", plain)) or plain[-1:] in "。：:":
            break
        title += plain if _SUBJECT.search(title) else f" {plain}"
    return title.strip()


def _law_title(head: list[str]) -> str:
    titles = [line.lstrip("# ").strip() for line in head if line.startswith("# ")]
    if titles:
        return "·".join(titles)
    return next((re.sub(r"\s", "", x) for x in head if re.search(r"(法|条例|办法|规定)$", x)), "")


def short_title(title: str) -> str:
    """Drop the state's name: 中华人民共和国义务教育法 is cited as 义务教育法."""
    return title.replace("中华人民共和国", "").replace("·", "-").strip()


def _issued(head: list[str], source: str) -> str:
    dates = [_iso(m) for x in head if any(a in x for a in _ACTS) for m in _DATE.finditer(x)]
    named = _FILE_DATE.search(source)
    return max([*dates, *([named[1]] if named else [])], default="")


def read(lines: list[str], *, source: str, law: bool) -> Directive:
    """Read what the head and the end of a document say about it."""
    head = lines[:_HEAD_LINES]
    text = "\n".join(lines)
    force = _IN_FORCE.search(text) or next(
        (m for x in head if "施行" in x for m in _DATE.finditer(x)), None
    )
    number = _number(head)
    title = _law_title(head) if law else _notice_title(head)
    year = re.search(r"〔(\d{4})〕", number)
    subject = None if law else _SUBJECT.search(title)
    return Directive(
        document=number if number and not law else short_title(title),
        title=subject[1] if subject else title,
        issuer=title[: subject.start()].strip() if subject else "",
        issued=_issued(head, source) or (year[1] if year else ""),
        effective_from=_iso(force) if force else "",
        source=source,
        kind="law" if law else "notice",
    )


def doubts(about: Directive) -> tuple[str, ...]:
    """Name what the text does not say and a person has to."""
    missing = {"no-number": about.document, "no-title": about.title, "no-date": about.issued}
    return tuple(key for key, value in missing.items() if not value)


def source_name(path: PurePath) -> str:
    """Name a file without its folder, which may tell of the machine."""
    return path.name
