"""The buttons under a question: rows, pages, marks, months, hours, steps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from forms.engine import Question
from handlers import form_buttons as buttons
from handlers.form_buttons import Look, moved_month, question_rows, range_values
from handlers.speech import speak

TODAY = date(2026, 11, 24)
LOOK = Look(today=TODAY, month=date(2026, 11, 1))


def question(kind: str, *labels: str, **more: object) -> Question:
    choices = tuple((f"v{n}", label) for n, label in enumerate(labels))
    values: dict[str, object] = {"required": True, "number": 2, "total": 5} | more
    return Question("/data/x", kind, "问什么？", choices=choices, **values)  # type: ignore[arg-type]


def shown(asked: Question, look: Look = LOOK) -> list[list[str]]:
    return [[speak(button.label) for button in row] for row in question_rows(asked, look)]


def test_short_choices_stand_in_two_columns_and_long_ones_alone() -> None:
    assert shown(question("select_one", "有", "没有", "拿不准"))[:2] == [
        ["有", "没有"],
        ["拿不准"],
    ]
    assert shown(question("select_one", "这一项的话比较长一点", "没有"))[:2] == [
        ["这一项的话比较长一点"],
        ["没有"],
    ]


def test_likely_choices_stand_first_the_likeliest_on_top_and_on_the_first_page_only() -> None:
    asked = question("select_one", *(f"第{n}项" for n in range(20)))
    likely = replace(LOOK, likely=("v9", "v2", "gone"))
    assert shown(asked, likely)[:2] == [["👉 像是：第9项"], ["👉 像是：第2项"]]
    assert shown(asked, replace(likely, page=1))[0] == ["第8项", "第9项"]


def test_a_long_list_has_pages_that_turn_round() -> None:
    asked = question("select_one", *(f"第{n}项" for n in range(20)))
    first = shown(asked)
    assert ["‹ 上一页", "1/3", "下一页 ›"] in first
    last = Look(today=TODAY, month=LOOK.month, page=2)
    assert shown(asked, last)[:2] == [["第16项", "第17项"], ["第18项", "第19项"]]
    turn = question_rows(asked, last)[2]
    assert [button.value for button in turn] == ["!page:1", buttons.STILL, "!page:0"]


def test_marks_show_what_is_picked_and_what_was_answered() -> None:
    several = question("select_multiple", "书", "玩具")
    picked = Look(today=TODAY, month=LOOK.month, picked=("v1",))
    assert shown(several, picked)[:2] == [["书", "✓ 玩具"], ["选好了"]]
    assert shown(question("select_one", "有", "没有", value="v0"))[0] == ["✓ 有", "没有"]


def test_a_rank_counts_in_the_order_of_the_taps_and_ends_when_all_are_placed() -> None:
    asked = question("rank", "人手", "经费")
    one = Look(today=TODAY, month=LOOK.month, picked=("v1",))
    assert shown(asked, one)[:2] == [["人手", "1. 经费"], ["重新排"]]
    both = Look(today=TODAY, month=LOOK.month, picked=("v1", "v0"))
    assert shown(asked, both)[:2] == [["2. 人手", "1. 经费"], ["选好了", "重新排"]]


def test_a_month_is_a_grid_of_weeks_with_today_marked() -> None:
    rows = question_rows(question("date"), LOOK)
    grid = [[speak(button.label) for button in row] for row in rows]
    assert grid[0] == ["今天", "昨天", "前天"]
    assert grid[1] == ["«", "‹", "11月", "›", "»"]
    assert grid[2] == ["一", "二", "三", "四", "五", "六", "日"]
    assert grid[3] == ["·"] * 6 + ["1"]
    assert "[24]" in grid[7]
    assert [button.value for button in rows[3]][-1] == "=2026-11-01"
    assert sum(len(row) for row in rows) <= 100
    assert all(len(row) <= 8 for row in rows)


@pytest.mark.parametrize(
    ("first", "months", "then"),
    [
        (date(2026, 11, 1), 1, date(2026, 12, 1)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
        (date(2026, 11, 1), -12, date(2025, 11, 1)),
        (date(1900, 1, 1), -12, date(1900, 1, 1)),
    ],
)
def test_months_turn(first: date, months: int, then: date) -> None:
    assert moved_month(first, months) == then


def test_an_hour_then_a_minute() -> None:
    asked = question("time")
    assert shown(asked)[0][:3] == ["0:00", "1:00", "2:00"]
    nine = Look(today=TODAY, month=LOOK.month, part="T09")
    rows = question_rows(asked, nine)
    assert rows[0][0].value == "=09:00"
    day = Look(today=TODAY, month=LOOK.month, part="2026-11-20T09")
    assert question_rows(question("dateTime"), day)[1][0].value == "=2026-11-20T09:00"


@pytest.mark.parametrize(
    ("bounds", "values"),
    [
        (("1", "5", "1"), ["1", "2", "3", "4", "5"]),
        (("0", "1", "0.25"), ["0", "0.25", "0.5", "0.75", "1"]),
        (("5", "1", "2"), ["5", "3", "1"]),
        (("0", "100", "1"), []),
        (("", "", ""), []),
    ],
)
def test_a_short_range_has_a_button_for_each_step(
    bounds: tuple[str, str, str], values: list[str]
) -> None:
    assert range_values(bounds) == values


def test_only_what_may_be_skipped_can_be_and_the_first_question_has_none_before() -> None:
    assert shown(question("text"))[-1] == ["⬅ 上一步", "存草稿", "取消"]
    optional = question("text", required=False, number=1)
    assert shown(optional)[-1] == ["跳过", "存草稿", "取消"]


def test_an_answer_given_before_may_be_left_as_it_was() -> None:
    known = Look(today=TODAY, month=LOOK.month, known=True)
    assert ["不改，回去核对"] in shown(question("text"), known)
