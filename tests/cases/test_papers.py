"""Papers say what they were given and leave room for what only people can say."""

from __future__ import annotations

import io
from datetime import date

import docx

from cases.papers import Printing, plan_paper
from handlers.speech import speak


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
