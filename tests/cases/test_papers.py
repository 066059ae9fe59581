"""Papers say what they were given and leave room for what only people can say."""

from __future__ import annotations

import io
from datetime import date, datetime

import docx

from cases.children import ChildFile, ChildLine, Status
from cases.id_numbers import check_digit
from cases.masking import Masker, Mode
from cases.papers import Printing, child_paper, plan_paper
from handlers.speech import speak
from kernel.clock import CHINA


def test_a_plan_has_tasks_seasons_progress_and_room_for_words() -> None:
    printing = Printing(
        maker="样例", day=date(2026, 11, 29), speak=lambda words: speak(words, "zh-CN")
    )
    parts = (
        ("tasks", [("走访：红级", "最迟每 7 天一次")]),
        ("seasons", [("汛期排查", "06-01 – 09-30")]),
        ("progress", [("走访次数", "12")]),
    )
    written = docx.Document(io.BytesIO(plan_paper("2027", "柳湾镇", parts, printing)))
    headings = [p.text for p in written.paragraphs if p.style.name.startswith("Heading")]
    assert headings[0] == "2027 年儿童关爱保护工作计划（草稿）"
    assert headings[1:] == [
        "范围",
        "任务和现在要补的事",
        "按季节的排查",
        "今年到现在的进度",
        "计划",
    ]
    rows = [(r.cells[0].text, r.cells[1].text) for t in written.tables for r in t.rows]
    assert ("地区", "柳湾镇") in rows
    assert ("走访：红级", "最迟每 7 天一次") in rows
    assert ("汛期排查", "06-01 – 09-30") in rows
    assert {value for name, value in rows if name in {"目标", "主要做法"}} == {"_" * 16}
    assert any("附件2-1" in p.text for p in written.paragraphs)


BODY = "99010119800215001"
ID_NO = BODY + check_digit(BODY)
FILE = ChildFile(
    line=ChildLine(
        id="c1", file_no="C-1", name="陈小明", born=None, area="990101101201", focus=True
    ),
    status=Status.ACTIVE,
    version=1,
    fields={
        "name": "陈小明",
        "father_status": "away",
        "father_name": "陈远山",
        "father_id_no": ID_NO,
        "father_phone": "19900000001",
        "father_work_place": "广东东莞",
        "actual_caregiver": {"name": "陈守田", "relation": "grandparent", "birth_year": "1958"},
        "aid_received": "dibao",
        "aid_partial": "dibao",
        "bank_account": "6222000000001234",
        "photo": "attachment:1m8prtk3yh2b",
        "focus_reason": "ill",
        "lives_with": "grandparent",
    },
    changed_at=datetime(2026, 11, 29, tzinfo=CHINA),
)


def printed(masker: Masker | None) -> dict[str, dict[str, str]]:
    printing = Printing(
        maker="样例", day=date(2026, 11, 29), speak=lambda w: speak(w, "zh-CN"), masker=masker
    )
    written = docx.Document(io.BytesIO(child_paper(FILE, [], "柳湾村", printing)))
    headings = [p.text for p in written.paragraphs if p.style.name.startswith("Heading")][1:]
    tables = [{r.cells[0].text: r.cells[1].text for r in table.rows} for table in written.tables]
    return dict(zip(headings, tables, strict=True))


def test_a_file_is_printed_section_by_section_with_room_for_what_is_missing() -> None:
    parts = printed(None)
    assert parts["父母和祖辈"]["爸爸姓名"] == "陈远山"
    assert parts["父母和祖辈"]["爸爸身份证号"] == ID_NO
    assert parts["父母和祖辈"]["爸爸的情况"] == "外出务工"
    assert parts["父母和祖辈"]["爸爸职业"] == "_" * 16
    assert parts["照料人"]["谁在照料"] == "爷爷奶奶、外公外婆"
    assert parts["救助"] == {
        "低保": "没给足",
        "银行账号": "6222000000001234",
        "近期照片": "已存，在孩子的档案里打开",
    }
    assert parts["需求与重点关注"]["重点关注的原因"] == "患病"
    assert parts["走访时看到的"] == {"现在跟谁住": "跟爷爷奶奶、外公外婆"}


def test_a_masked_file_shows_words_of_lists_and_no_name_number_place_or_account() -> None:
    parts = printed(Masker(Mode.MASKED, "zh-CN"))
    shown = "\n".join(f"{k}{v}" for rows in parts.values() for k, v in rows.items())
    for secret in ("陈小明", "陈远山", ID_NO, "19900000001", "东莞", "陈守田", "62220000"):
        assert secret not in shown
    assert parts["照料人"]["照料人出生年份"] == "1958"
    assert parts["父母和祖辈"]["爸爸姓名"] == "陈*山"
    assert parts["父母和祖辈"]["爸爸的情况"] == "外出务工"
