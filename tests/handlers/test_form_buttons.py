"""The buttons under a question: rows, pages, marks, months, hours, steps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from forms.engine import Question
from forms.errors import InvalidAnswer
from forms.question import Item
from forms.reading import read
from handlers import form_buttons as buttons
from handlers.form_buttons import Look, moved_month, question_rows, range_values
from handlers.form_page import Head, answered, question_lines, review_page
from handlers.speech import speak
from kernel.clock import CHINA

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=CHINA)
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


LONG_LABEL = "监护情况较差、失学辍学、无户籍、患病、残疾等重点儿童"


@pytest.mark.parametrize("kind", ["select_one", "select_multiple"])
def test_choices_that_a_button_would_cut_off_are_read_whole_above_it(kind: str) -> None:
    asked = question(kind, "所有儿童", LONG_LABEL)
    lines = [speak(line.text) for line in question_lines(asked, Head("陈某", "测验", speak))]
    assert lines[-2:] == ["1. 所有儿童", f"2. {LONG_LABEL}"]
    assert shown(asked)[:2] == [["1. 所有儿童"], ["2. 监护情况较差、失学辍学、无户籍、患病、…"]]


def test_the_numbers_of_a_later_page_go_on_and_may_be_typed() -> None:
    asked = question("select_one", *(f"{n}{LONG_LABEL}" for n in range(12)))
    lines = question_lines(asked, Head("陈某", "测验", speak), page=1)
    assert f"9. 8{LONG_LABEL}" in [speak(line.text) for line in lines]
    assert read(asked, "9", NOW) == "v8"


def test_a_list_without_choices_says_so_and_can_be_left() -> None:
    asked = question("select_multiple", required=False)
    lines = [speak(line.text) for line in question_lines(asked, Head("陈某", "测验", speak))]
    assert lines[-1] == "这一题眼下没有可选的，点“跳过”就行。"
    assert shown(asked) == [["⬅ 上一步", "跳过", "存草稿", "取消"]]
    with pytest.raises(InvalidAnswer) as refused:
        read(asked, "书", NOW)
    assert speak(refused.value.reply) == "这一题眼下没有可选的，请点“跳过”。"


def test_a_question_of_many_pages_is_answered_and_reviewed_by_its_beginning() -> None:
    asked = question("integer")
    item = Item("/data/x", "问" * 5000, "3", "3", sensitive=False)
    page = review_page([item], Head("陈某", "测验", speak))
    assert speak(page.lines[1].text) == f"1. {'问' * 200}…：3"
    edit = answered(replace(asked, label="问" * 5000), "3")
    assert len(speak(edit.lines[0].text)) == 201


def test_an_answer_too_long_for_a_sentence_is_cut_not_lost() -> None:
    item = Item("/data/x", "说说", "字" * 9000, "字" * 9000, sensitive=False)
    words = speak(review_page([item], Head("陈某", "测验", speak)).lines[1].text)
    assert words.startswith("1. 说说：字字字")
    assert words.endswith("…")
