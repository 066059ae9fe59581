"""One text in every format comes out as the same clauses; scans within a stated tolerance."""

from __future__ import annotations

import difflib
import re

import pytest
from support import papers

from knowledge.ingest import Ingested, read_directive

LAW = [
    "中华人民共和国乡村儿童关爱法",
    "2024年4月26日 第十四届全国人民代表大会常务委员会第九次会议通过",
    "第一章 总则",
    (
        "第一条 为了保护乡村儿童的身心健康，"
        "保障他们的合法权益，促进他们在德智体美劳方面全面发展，根据宪法，制定本法。"
    ),
    "第二条 有下列情形之一的，县级人民政府民政部门应当在十五个工作日内作出答复：",
    "（一）父母双方外出务工六个月以上，没有委托照护人的；",
    "（二）受委托照护人没有照护能力，或者不履行照护职责，经村民委员会两次劝告后仍不改正的。",
    "前款规定的期限，自收到书面材料之日起计算；材料不全的，应当一次告知需要补正的全部内容，不得以此为由拒绝受理。",
    "第二条之一 第一条规定的合法权益，包括受教育的权利。",
    "第二章 照护责任",
    (
        "第三条 任何组织或者个人发现乡村儿童受到侵害的，有权向公安机关报告，"
        "公安机关应当立即出警处置，并将处置情况告知报告人所在的村民委员会。"
    ),
    "第四条 本法自2024年7月1日起施行。",
]
NOTICE = [
    "民政部关于做好乡村儿童走访工作的通知",
    "民发〔2024〕18号",
    "各省、自治区、直辖市民政厅（局）：",
    "现就做好乡村儿童走访工作通知如下：",
    "一、明确走访内容",
    "（一）看一看居住环境。走访时要查看儿童居住的房屋是否安全，用火用电是否规范，被褥衣物是否整洁，有没有危险物品。",
    "（二）问一问近况。要向儿童本人和照护人分别了解近期生活、学习和健康情况。",
    "二、做好记录上报。走访结束后三个工作日内将情况录入信息系统，发现侵害线索的应当立即报告公安机关。",
    "民政部",
    "2024年3月15日",
]
MADE = {
    "txt": lambda p: "\n".join(f"　　{x}" for x in p).encode("gb18030"),
    "md": lambda p: "\n\n".join([f"# {p[0]}", *p[1:]]).encode(),
    "html": papers.html,
    "docx": papers.docx,
    "pdf": papers.pdf,
    "ofd": papers.ofd,
}
SCANNED = {"png": papers.picture, "pdf": lambda p: papers.picture(p, "PDF")}
TOLERANCE = 0.97
"""Of the characters of a clause, brackets and widths folded, in a clean scan of 150 dpi."""


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def folded(text: str) -> str:
    return bare(text).translate(str.maketrans("（），；：【】", "(),;:〔〕"))


def read(tmp_path, made: bytes, ending: str) -> Ingested:
    file = tmp_path / f"文件.{ending}"
    file.write_bytes(made)
    return read_directive(file)


@pytest.mark.parametrize("paragraphs", [LAW, NOTICE], ids=["law", "notice"])
@pytest.mark.parametrize("ending", MADE)
def test_the_same_clauses_come_out_of_every_format(tmp_path, ending, paragraphs):
    found = read(tmp_path, MADE[ending](paragraphs), ending).directive
    plain = read(tmp_path, "\n".join(paragraphs).encode(), "txt").directive
    assert [c.clause for c in plain.clauses] == (
        ["1", "2", "2-1", "3", "4"] if paragraphs is LAW else ["一-(一)", "一-(二)", "二"]
    )
    assert [(c.clause, bare(c.text), c.path) for c in found.clauses] == [
        (c.clause, bare(c.text), c.path) for c in plain.clauses
    ]
    about = ("document", "issuer", "issued", "effective_from", "kind")
    assert [getattr(found, x) for x in about] == [getattr(plain, x) for x in about]
    assert found.issued == ("2024-04-26" if paragraphs is LAW else "2024-03-15")
    assert found.document == ("乡村儿童关爱法" if paragraphs is LAW else "民发〔2024〕18号")


@pytest.mark.parametrize("ending", SCANNED)
def test_a_scan_gives_the_same_clauses_within_the_tolerance(tmp_path, ending):
    pytest.importorskip("rapidocr", reason="the extra `ocr` is not installed")
    if papers.font() is None:
        pytest.skip("no font with Chinese characters to print the page with")
    found = read(tmp_path, SCANNED[ending](NOTICE), ending)
    plain = read(tmp_path, "\n".join(NOTICE).encode(), "txt").directive
    assert found.scanned == 1
    assert "scanned" in found.directive.doubts
    assert found.directive.document == "民发〔2024〕18号"
    assert [c.clause for c in found.directive.clauses] == [c.clause for c in plain.clauses]
    for one, other in zip(found.directive.clauses, plain.clauses, strict=True):
        alike = difflib.SequenceMatcher(None, folded(one.text), folded(other.text)).ratio()
        assert alike >= TOLERANCE, one.text


def test_numbers_that_word_counts_by_itself_are_read(tmp_path):
    numbering = (
        f'<w:numbering {papers.W}><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0">'
        '<w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>'
        '<w:lvlText w:val="第%1条　"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )
    numbered = "".join(
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr></w:pPr>'
        f"{papers.run(text)}</w:p>"
        for text in ("为了孩子，制定本办法。", "村里应当每月走访一次。")
    )
    made = papers.docx(
        ["走访办法", "2024年1月2日 公布"], extra=numbered, others={"word/numbering.xml": numbering}
    )
    found = read(tmp_path, made, "docx").directive
    assert [c.text for c in found.clauses] == [
        "第一条　为了孩子，制定本办法。",
        "第二条　村里应当每月走访一次。",
    ]
