"""Versions, repeals and names of directives: what is in force on a day, and how it is found."""

from __future__ import annotations

from knowledge.clauses import Clause, Directive
from knowledge.desk import named_articles
from knowledge.parsing.parse import parse
from knowledge.store import (
    as_of,
    clause_number,
    find_clause,
    find_directive,
    repealed_clauses,
    shipped,
)


def law(issued: str, text: str = "甲", name: str = "走访办法", **more) -> Directive:
    clauses = (Clause(name, "1", f"第一条 {text}"), Clause(name, "2", "第二条 乙"))
    return Directive(name, name, issued=issued, kind="law", clauses=clauses, **more)


def test_the_newest_version_that_has_begun_is_in_force_and_the_old_stays_citable():
    kept = [law("2020-05-01", "新"), law("2010-01-01", "旧"), law("2030-01-01", "将来")]
    now = {d.issued: d for d in as_of(kept, "2026-11-24")}
    assert [now[x].status for x in sorted(now)] == ["replaced", "in_force", "pending"]
    assert now["2010-01-01"].effective_to == "2020-04-30"
    assert find_clause(tuple(now.values()), "走访办法#1")[1].text == "第一条 新"
    assert find_clause(as_of(kept, "2015-01-01"), "走访办法#1")[1].text == "第一条 旧"
    assert find_clause(as_of(kept, "2030-01-01"), "走访办法#1")[1].text == "第一条 将来"


def test_the_order_in_which_versions_come_in_does_not_matter():
    one, other = law("2020-05-01"), law("2010-01-01")
    for kept in ([one, other], [other, one]):
        assert {d.issued: d.status for d in as_of(kept, "2026-01-01")} == {
            "2020-05-01": "in_force",
            "2010-01-01": "replaced",
        }


def test_an_amended_law_is_in_force_from_its_amendment_not_from_its_first_day():
    kept = [
        law("2018-12-29", "新", effective_from="2006-09-01"),
        law("2006-06-29", "旧", effective_from="2006-09-01"),
    ]
    assert [d.status for d in as_of(kept, "2010-01-01")] == ["pending", "in_force"]


def test_a_repeal_ends_another_document_and_a_part_only_a_part():
    new = law("2021-01-01", name="新办法", repeals=("走访办法", "老规定#2"))
    kept = as_of([law("2010-01-01"), law("2009-01-01", name="老规定"), new], "2022-01-01")
    assert [d.status for d in kept] == ["replaced", "partly_replaced", "in_force"]
    assert kept[0].replaced_by == "新办法"
    assert repealed_clauses(kept) == {"老规定#2"}
    before = as_of([law("2010-01-01"), new], "2020-01-01")
    assert [d.status for d in before] == ["in_force", "pending"]


def test_a_document_that_runs_out_expires():
    kept = as_of([law("2019-04-30", effective_to="2024-04-30")], "2024-05-01")
    assert kept[0].status == "expired"


def test_what_a_text_says_about_its_end_and_about_others_is_read():
    text = (
        "走访办法\n2019年4月30日 公布\n第一条 甲。\n第二条 本办法自2019年6月1日起施行，有效期5年。"
        "《旧办法》（民发〔2010〕9号）、《某规定》第三条同时废止。"
    )
    found = parse(text).directive
    assert found.effective_from == "2019-06-01"
    assert found.effective_to == "2024-06-01"
    assert found.repeals == ("民发〔2010〕9号", "某规定#3")


def test_people_name_documents_and_clauses_in_many_ways():
    kept = shipped()
    for named in ("民发〔2019〕34号", "民发[2019]34号", "民发（2019）34号", kept[0].title):
        assert find_directive(kept, named) is kept[0]
    for written in ("四-(一)", "四、（一）", "四（一）"):
        assert find_clause(kept, f"民发〔2019〕34号#{written}")[1].clause == "四-(一)"
    assert [clause_number(x) for x in ("第一百二十条之一", "第13条", "13", "附件3-5")] == [
        "120-1",
        "13",
        "13",
        "附件3-5",
    ]


def test_an_article_named_with_its_law_is_found_and_none_of_a_law_that_ends_alike():
    kept = [law("2020-01-01", name="教育法"), law("2020-01-01", name="义务教育法")]
    assert named_articles("请问《教育法》第二条怎么说", kept) == ["教育法#2"]
    assert named_articles("义务教育法第一条之一", kept) == ["义务教育法#1-1"]
    assert named_articles("义务教育法第一条", kept[:1]) == []
