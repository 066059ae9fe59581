"""Whatever the numbers and wherever a page breaks, clauses come out whole, once and in order."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from knowledge.parsing.numerals import to_number, to_numeral
from knowledge.parsing.parse import parse

WORDS = st.text("村里应当每月走访儿童家庭并且记录情况", min_size=6, max_size=60).map(
    lambda t: f"{t}。"
)


@given(st.integers(1, 9_999))
def test_numerals_are_read_as_they_are_written(number):
    assert to_number(to_numeral(number)) == number


@st.composite
def laws(draw):
    """Draw articles (number, inserted, text) that go up, inserted ones between."""
    number, articles = draw(st.integers(1, 1_200)), []
    for _ in range(draw(st.integers(2, 12))):
        articles.append((number, 0, draw(WORDS)))
        articles += [(number, k, draw(WORDS)) for k in range(1, 1 + draw(st.integers(0, 2)))]
        number += 1
    return articles


def opening(number: int, inserted: int) -> str:
    return f"第{to_numeral(number)}条" + (f"之{to_numeral(inserted)}" if inserted else "")


@given(laws(), st.data())
def test_articles_come_out_whole_wherever_the_page_breaks(articles, data):
    lines = []
    for number, inserted, text in articles:
        whole = f"{opening(number, inserted)} {text}"
        at = data.draw(st.integers(len(whole) - len(text) + 1, len(whole) - 2))
        page = data.draw(st.sampled_from(["", "\n", "\n\n- 3 -\n\n", "\n第 3 页\n", "\f"]))
        lines.append(whole[:at] + page + whole[at:])
    found = parse("# 某法\n\n" + "\n\n".join(lines)).directive.clauses
    assert [c.clause for c in found] == [f"{n}-{k}" if k else str(n) for n, k, _ in articles]
    assert [re.sub(r"\s", "", c.text) for c in found] == [
        f"{opening(n, k)}{text}" for n, k, text in articles
    ]


@given(st.lists(st.lists(WORDS, max_size=4), min_size=1, max_size=12), st.integers(0, 3))
def test_parts_of_a_notice_are_numbered_as_they_stand(parts, annexes):
    lines, ids = ["关于走访的通知", "民发〔2024〕18号", "通知如下："], []
    for first, items in enumerate(parts, 1):
        lines.append(f"{to_numeral(first)}、做好工作" + ("" if items else "。"))
        ids += [] if items else [to_numeral(first)]
        for second, text in enumerate(items, 1):
            lines.append(f"（{to_numeral(second)}）{text}")
            ids.append(f"{to_numeral(first)}-({to_numeral(second)})")
    for annex in range(1, annexes + 1):
        lines += [f"附件{annex}", "走访职责", "1.看一看。", "2.问一问。"]
        ids += [f"附件{annex}-1", f"附件{annex}-2"]
    assert [c.clause for c in parse("\n".join(lines)).directive.clauses] == ids


@given(
    st.lists(
        st.sampled_from(
            [
                "第一条 甲。",
                "第三条 乙。",
                "第二条 丙",
                "一、丁。",
                "（二）戊。",
                "附件",
                "附件2",
                "1.己。",
                "3.庚。",
                "第十条规定的除外。",
                "2024年1月1日",
            ]
        ),
        max_size=30,
    )
)
def test_no_text_gives_one_clause_twice_or_breaks_the_parser(lines):
    found = [c.clause for c in parse("\n".join(lines)).directive.clauses]
    assert len(found) == len(set(found))


def test_a_lost_number_is_told_and_a_repeated_one_is_prose():
    gap = parse("某通知\n一、甲。\n三、丙。")
    assert [c.clause for c in gap.directive.clauses] == ["一", "三"]
    assert "gap" in gap.doubts
    again = parse("某通知\n一、甲。\n二、乙。\n二、又一个。")
    assert [c.clause for c in again.directive.clauses] == ["一", "二"]
    assert "order" in again.doubts


def test_an_annex_without_numbers_is_a_clause_as_a_whole():
    found = parse(
        "某通知\n一、甲。\n附件：1.样表\n附件1\n登记表\n姓名和地址由村里填写。"
    ).directive
    assert [(c.clause, c.text) for c in found.clauses][1:] == [
        ("附件1", "登记表\n姓名和地址由村里填写。")
    ]


def test_the_signature_is_no_part_of_the_last_clause():
    found = parse(
        "某通知\n一、甲。\n二、乙。\n民政部\n财政部\n二〇一九年四月三十日\n（此件公开发布）"
    ).directive
    assert found.clauses[-1].text == "二、乙。"
    assert (found.issuer, found.issued) == ("民政部 财政部", "2019-04-30")
