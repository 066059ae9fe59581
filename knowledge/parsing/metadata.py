"""Title, number, issuer and dates of a document as its text gives them; nothing is guessed."""

from __future__ import annotations

import re

from knowledge.clauses import Directive
from knowledge.parsing.lines import ARTICLE, CHAPTER, FIRST
from knowledge.parsing.numerals import NUMERAL, to_number

_NUMBER = re.compile(r"[一-鿿]{1,10}[〔\[【(（]\s*(?:19|20)\d{2}\s*[〕\]】)）]\s*\d+\s*号")
_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_IN_FORCE = re.compile(
    r"自\s*(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日起(?:施行|实施|执行|生效)"
)
_UNTIL = re.compile(r"有效期(?:限)?至\s*(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_YEARS = re.compile(rf"有效期(?:限)?(?:为)?\s*(\d{{1,2}}|[{NUMERAL}]{{1,3}})\s*年")
_ACTS = ("通过", "修订", "修正", "公布", "发布", "印发")
_FILE_DATE = re.compile(r"[(（](\d{4}-\d{2}-\d{2})[)）]")
_SUBJECT = re.compile(r"(?:印发)?(关于.*)$")
_IS_TITLE = re.compile(
    r"关于|(?:通知|意见|方案|办法|规定|细则|公告|通告|批复|复函|决定|纲要|计划|标准|指南)$"
)
_NAMES_A_LAW = re.compile(r"(法|条例|办法|规定|细则|法典|解释|决定)$")
_HEAD_LINES = 14
_FIELDS = {
    "number": re.compile(r"^(?:发文字号|文\s*号|文件编号)\s*[:：]\s*(.+)$"),
    "issuer": re.compile(r"^(?:发文机关|发文单位|发布机构|制定机关)\s*[:：]\s*(.+)$"),
    "issued": re.compile(r"^(?:成文日期|发文日期|印发日期|公布日期)\s*[:：]\s*(.+)$"),
    "title": re.compile(r"^(?:标\s*题|名\s*称|文件名称)\s*[:：]\s*(.+)$"),
}
_OTHER_FIELD = re.compile(
    r"^(?:索\s*引\s*号|主题分类|主\s*题\s*词|发布日期|公开方式|来\s*源|信息来源|字号)\s*[:：]"
)
_CONGRESS = re.compile(r"届(全国人民代表大会(?:常务委员会)?)第")
_ORDER = re.compile(r"(国务院|[一-鿿]{2,8}部)(?:令|第\d+次常务会议|关于)")
_REPEAL = re.compile(r"[^。\n]*(?:废止|停止执行|失效)[^。\n]*")
_NAMED = re.compile(
    rf"《([^《》]+)》(?:[（(]([^（）()《》]*号)[）)])?(?:(第[{NUMERAL}]+条)(?:之([{NUMERAL}]+))?)?"
)


def iso_date(text: str) -> str:
    """Read a date written as 2019年4月30日, 2019-04-30, 2019.4.30 or 2019/4/30."""
    match = re.search(r"(\d{4})\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})", text)
    return _iso(match) if match else ""


def _iso(match: re.Match[str]) -> str:
    return f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}"


def normal_number(number: str) -> str:
    """Write a document number with its proper brackets: `民发〔2019〕34号`."""
    number = re.sub(r"\s", "", number)
    return re.sub(r"[\[【(（〔](\d{4})[\]】)）〕]", r"〔\1〕", number)


def _number(head: list[str]) -> str:
    found = (_numbered(line.lstrip("# ")) for line in head)
    return next((normal_number(number) for number in found if number), "")


def _fields(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """Read the table that a government page puts before a text; return the rest too."""
    found: dict[str, str] = {}
    rest: list[str] = []
    for at, line in enumerate(lines):
        named = ((name, p.match(line)) for name, p in _FIELDS.items()) if at < _HEAD_LINES else ()
        hit = next(((name, match[1].strip()) for name, match in named if match), None)
        if hit:
            found.setdefault(*hit)
        elif at >= _HEAD_LINES or not _OTHER_FIELD.match(line):
            rest.append(line)
    return found, rest


def _notice_title(head: list[str]) -> str:
    """Join the lines that name a notice.

    On a web page they stand above the number; on paper the letterhead (`某县民政局文件`) stands
    there, and they come below it.
    """
    above, title = "", ""
    for line in head:
        plain = line.lstrip("# ")
        if _numbered(plain):
            if _IS_TITLE.search(title):
                break
            above, title = above or title, ""
        elif plain[-1:] in "。：:" or FIRST.match(plain):
            break
        else:
            title += plain if _SUBJECT.search(title) else f" {plain}"
    return (title or above).strip()


def _numbered(line: str) -> str:
    """Return the document number that a line consists of; who signs may stand behind it."""
    bare = re.sub(r"\s|签发人.*", "", line)
    return bare if _NUMBER.fullmatch(bare) else ""


def _law_title(head: list[str]) -> str:
    titles = [line.lstrip("# ").strip() for line in head if line.startswith("# ")]
    if not titles:
        for line in head:
            if (
                line[:1] in "（("
                or ARTICLE.match(line)
                or CHAPTER.match(line)
                or _DATE.search(line)
            ):
                break
            titles.append(re.sub(r"\s", "", line))
        named = [at for at, title in enumerate(titles) if _NAMES_A_LAW.search(title)]
        titles = ["".join(titles[: named[0] + 1]), *titles[named[0] + 1 :]] if named else []
        titles = titles[:1] + [t for t in titles[1:2] if t.endswith("编") or t in ("总则", "附则")]
    return "·".join(titles)


def short_title(title: str) -> str:
    """Drop the state's name: 中华人民共和国义务教育法 is cited as 义务教育法."""
    return title.replace("中华人民共和国", "").replace("·", "-").strip("《》 ")


def _issued(head: list[str], source: str) -> str:
    dates = [_iso(m) for x in head if any(a in x for a in _ACTS) for m in _DATE.finditer(x)]
    named = _FILE_DATE.search(source)
    return max([*dates, *([named[1]] if named else [])], default="")


def _law_issuer(head: list[str]) -> str:
    """Name who made a law, from the last line that tells of an act."""
    for line in reversed([x for x in head if _DATE.search(x)]):
        for pattern in (_CONGRESS, _ORDER):
            match = pattern.search(line)
            if match:
                return match[1]
    return ""


def _until(text: str, start: str) -> str:
    match = _UNTIL.search(text)
    if match:
        return _iso(match)
    years = _YEARS.search(text)
    if not years or len(start) != len("2019-04-30"):
        return ""
    count = int(years[1]) if years[1].isdigit() else to_number(years[1])
    return f"{int(start[:4]) + count}{start[4:]}"


def _repeals(text: str, own: str) -> tuple[str, ...]:
    """Name what the text says it ends: documents and titles, a part as `TITLE#CLAUSE`."""
    named: list[str] = []
    for sentence in _REPEAL.findall(text):
        for title, number, article, inserted in _NAMED.findall(sentence):
            name = normal_number(number) if number else short_title(title)
            if article:
                part = str(to_number(article[1:-1]))
                named.append(
                    f"{name}#{part}-{to_number(inserted)}" if inserted else f"{name}#{part}"
                )
            elif name != own:
                named.append(name)
    return tuple(dict.fromkeys(named))


def read(lines: list[str], *, source: str, law: bool, signed: tuple[list[str], str]) -> Directive:
    """Read what the head and the end of a document say about it.

    Args:
        lines: All of its lines, the closing taken off.
        source: Name of its file, which may hold its date.
        law: Whether it is cited by article.
        signed: Who signed it, and the ISO date.
    """
    fields, lines = _fields(lines)
    head = lines[:_HEAD_LINES]
    text = "\n".join(lines)
    force = _IN_FORCE.search(text) or next(
        (m for x in head if "施行" in x for m in _DATE.finditer(x)), None
    )
    number = normal_number(fields.get("number", "")) or _number(head)
    title = fields.get("title", "") or (_law_title(head) if law else _notice_title(head))
    year = re.search(r"〔(\d{4})〕", number)
    subject = None if law else _SUBJECT.search(title)
    issuers, date = signed
    issued = _issued(head, source) or iso_date(fields.get("issued", "")) or date
    starts = _iso(force) if force else ""
    issuer = title[: subject.start()].strip() if subject else _law_issuer(head) if law else ""
    document = number or short_title(title)
    return Directive(
        document=document,
        title=subject[1] if subject else title,
        issuer=issuer or fields.get("issuer", "") or " ".join(issuers),
        issued=issued or (year[1] if year else ""),
        effective_from=starts,
        effective_to=_until(text, max(starts, issued)),
        source=source,
        kind="law" if law else "notice",
        repeals=_repeals(text, document),
    )


def missing(about: Directive) -> tuple[str, ...]:
    """Name what the text does not say and a person has to: a law needs no number."""
    numbered = about.kind == "law" or "〔" in about.document
    wanted = {"number": numbered, "title": bool(about.title), "date": bool(about.issued)}
    return tuple(key for key, there in wanted.items() if not there)


def doubts(about: Directive) -> tuple[str, ...]:
    """Name what the text does not say."""
    unsaid = [f"no-{key}" for key in missing(about)]
    return (*unsaid, *(() if about.issuer else ("no-issuer",)))
