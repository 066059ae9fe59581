"""The shipped directive and the national laws come out clause by clause, verbatim."""

from __future__ import annotations

import re

import pytest

from knowledge.parsing.parse import parse
from knowledge.store import shipped

IDS = [
    *(f"{a}-({b})" for a, n in zip("一二三四", (3, 3, 3, 4), strict=True) for b in "一二三四"[:n]),
    *(f"附件{a}-{b}" for a, n in ((1, 10), (2, 8), (3, 6)) for b in range(1, n + 1)),
]


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]", "", text)


def test_the_shipped_directive_has_its_37_clauses_in_order():
    (directive,) = shipped()
    assert [clause.clause for clause in directive.clauses] == IDS
    assert directive.document == "民发〔2019〕34号"
    assert directive.title == "关于进一步健全农村留守儿童和困境儿童关爱服务体系的意见"
    assert directive.issuer.startswith("民政部 教育部")
    assert directive.issued == "2019"


def test_every_clause_stands_verbatim_in_the_text_once_page_breaks_are_closed():
    from importlib import resources

    (directive,) = shipped()
    raw = resources.files("knowledge.directives").joinpath(directive.source).read_text("utf-8")
    for clause in directive.clauses:
        assert squeezed(clause.text) in squeezed(raw)
        assert "\n" not in clause.text


def test_page_breaks_inside_a_word_are_closed():
    (directive,) = shipped()
    assert "困境儿童关爱服务等工作的专门机构" in directive.clause("一-(一)").text
    assert "儿童主任职责（见附件3)" in directive.clause("二-(二)").text


def test_headings_lead_to_each_clause():
    (directive,) = shipped()
    assert directive.clause("附件3-5").path == ("附件3 儿童主任工作职责",)
    assert directive.clause("二-(一)").path == ("二、加强基层儿童工作队伍建设",)


def test_all_laws_give_every_article_once_and_in_order(shared):
    for file in sorted((shared / "laws").glob("*.md")):
        text = file.read_text("utf-8")
        parsed = parse(text, source=file.name)
        opened = re.findall(r"^第[一二三四五六七八九十百千零]+条(?:之.)?\s", text, re.MULTILINE)
        numbers = [tuple(map(int, c.clause.split("-"))) for c in parsed.directive.clauses]
        assert numbers == sorted(set(numbers)), file.name
        assert len(numbers) == len(opened), file.name
        assert parsed.directive.kind == "law"
        assert parsed.directive.issued
        for clause in parsed.directive.clauses:
            assert squeezed(clause.text) in squeezed(text)


def test_an_inserted_article_keeps_its_own_number():
    parsed = parse("# 某法\n\n第一条 甲。\n\n第一条之一 乙。\n\n第二条 丙。")
    assert [c.clause for c in parsed.directive.clauses] == ["1", "1-1", "2"]


def test_a_sentence_that_names_an_article_does_not_open_one():
    parsed = parse("# 某法\n\n第一条 甲。\n\n第二条 乙：\n\n第十条规定的情形除外。\n\n第三条 丙。")
    assert [c.clause for c in parsed.directive.clauses] == ["1", "2", "3"]
    assert parsed.directive.clause("2").text.endswith("第十条规定的情形除外。")


def test_a_text_without_parts_says_so_instead_of_inventing_one():
    assert "no-clauses" in parse("今天开会。\n大家辛苦了。").doubts
    assert parse("").directive.clauses == ()


PAPER = """{above}
某县民政局关于做好冬季取暖安全工作的通知
各乡镇人民政府：
一、开展排查
（一）逐户查看取暖炉。
某县民政局
2026年11月20日"""


@pytest.mark.parametrize(
    "above",
    [
        "某县民政局文件\n某民发〔2026〕7号",
        "某县民政局\n某县财政局\n文件\n某民发〔2026〕7号",
        "某民发〔2026〕7号",
        "特急\n某县民政局文件\n某民发〔2026〕7号　　签发人：某某",
    ],
)
def test_a_letterhead_is_not_taken_for_the_title(above):
    found = parse(PAPER.format(above=above), source="x.txt").directive
    assert found.document == "某民发〔2026〕7号"
    assert found.title == "关于做好冬季取暖安全工作的通知"
    assert found.issuer == "某县民政局"
    assert found.issued == "2026-11-20"


def test_a_title_above_the_number_is_the_title():
    text = "某县民政局关于取暖的通知\n某民发〔2026〕7号\n各乡镇：\n一、开展排查\n（一）查看。"
    assert parse(text, source="x.txt").directive.title == "关于取暖的通知"
