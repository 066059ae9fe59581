from __future__ import annotations

import time
from contextlib import suppress
from datetime import date, datetime

import pytest

from forms.errors import InvalidAnswer
from forms.question import Question
from forms.reading import read, readings
from kernel.clock import CHINA

TODAY = date(2026, 11, 23)  # a Monday
CARER = (
    ("parent", "跟爸爸或妈妈"),
    ("grand", "跟爷爷奶奶"),
    ("alone", "独自住"),
    ("kin", "跟别的亲友"),
)


def asked(kind: str, choices=()) -> Question:
    return Question(ref="/data/x", type=kind, label="问", choices=tuple(choices))


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("三天", "3"),
        ("3", "3"),
        ("３", "3"),
        ("十二", "12"),
        ("两个", "2"),
        ("大概十岁", "10"),
        ("一百零五", "105"),
        ("三百五", "350"),
        ("二十", "20"),
        ("0", "0"),
        ("-2", "-2"),
        ("1万", "10000"),
    ],
)
def test_a_number_is_read_in_any_digits(typed, value):
    assert read(asked("integer"), typed, TODAY) == value


@pytest.mark.parametrize("typed", ["不知道", "三到五天", "", "3.5", "三天两夜"])
def test_what_is_no_whole_number_is_refused_in_one_sentence(typed):
    with pytest.raises(InvalidAnswer) as refused:
        read(asked("integer"), typed, TODAY)
    assert refused.value.reply.key == "forms-need-integer"


@pytest.mark.parametrize(("typed", "value"), [("2.5", "2.5"), ("两块半", "2.5"), ("半斤", "0.5")])
def test_a_decimal_is_read(typed, value):
    assert read(asked("decimal"), typed, TODAY) == value


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("2", "grand"),
        ("第二个", "grand"),
        ("跟爷爷奶奶", "grand"),
        ("爷爷", "grand"),
        ("独自", "alone"),
        ("三", "alone"),
        ("alone", "alone"),
        ("跟爷爷奶奶住", "grand"),
    ],
)
def test_a_choice_is_read_by_number_name_or_part(typed, value):
    assert read(asked("select_one", CARER), typed, TODAY) == value


def test_a_part_that_fits_several_choices_names_them():
    with pytest.raises(InvalidAnswer) as refused:
        read(asked("select_one", CARER), "跟", TODAY)
    assert refused.value.reply.key == "forms-several-fit"
    assert "跟爷爷奶奶" in str(refused.value.reply.args["labels"])


def test_an_unknown_choice_says_how_to_answer():
    with pytest.raises(InvalidAnswer) as refused:
        read(asked("select_one", CARER), "月亮", TODAY)
    assert refused.value.reply.args == {"count": 4}


YES_NO = (("yes", "有"), ("no", "没有"), ("unsure", "拿不准"))


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("是", "yes"),
        ("有", "yes"),
        ("没", "no"),
        ("没有", "no"),
        ("不", "no"),
        ("拿不准", "unsure"),
    ],
)
def test_yes_and_no_are_read_in_plain_words(typed, value):
    assert read(asked("select_one", YES_NO), typed, TODAY) == value


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1 3", "parent alone"),
        ("1、3", "parent alone"),
        ("1，3", "parent alone"),
        ("爸爸、独自", "parent alone"),
        ("爸爸和独自", "parent alone"),
        ("三", "alone"),
        ("2 2", "grand"),
    ],
)
def test_several_choices_are_read_at_once(typed, value):
    assert read(asked("select_multiple", CARER), typed, TODAY) == value


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("昨天", "2026-11-22"),
        ("前天", "2026-11-21"),
        ("大前天", "2026-11-20"),
        ("今天", "2026-11-23"),
        ("后天", "2026-11-25"),
        ("大后天", "2026-11-26"),
        ("11-20", "2026-11-20"),
        ("11/20", "2026-11-20"),
        ("11月20日", "2026-11-20"),
        ("十一月二十号", "2026-11-20"),
        ("2026年11月20日", "2026-11-20"),
        ("2026-11-20", "2026-11-20"),
        ("20261120", "2026-11-20"),
        ("1月5号", "2027-01-05"),
        ("20号", "2026-11-20"),
        ("三天前", "2026-11-20"),
        ("两周后", "2026-12-07"),
        ("上周五", "2026-11-20"),
        ("下周一", "2026-11-30"),
        ("星期天", "2026-11-29"),
    ],
)
def test_a_date_is_read_as_people_say_it(typed, value):
    assert read(asked("date"), typed, TODAY) == value


@pytest.mark.parametrize("typed", ["什么时候", "13月40日", "2026-02-30"])
def test_what_is_no_date_is_refused(typed):
    with pytest.raises(InvalidAnswer) as refused:
        read(asked("date"), typed, TODAY)
    assert refused.value.reply.key == "forms-need-date"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("下午3点半", "15:30"),
        ("下午三点半", "15:30"),
        ("15:30", "15:30"),
        ("十五点三十分", "15:30"),
        ("晚上八点", "20:00"),
        ("中午", "12:00"),
        ("中午一点", "13:00"),
        ("早上七点一刻", "07:15"),
        ("凌晨两点", "02:00"),
    ],
)
def test_a_time_is_read_as_people_say_it(typed, value):
    assert read(asked("time"), typed, TODAY) == f"{value}:00.000+08:00"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("昨天下午三点", "2026-11-22T15:00:00.000+08:00"),
        ("11-20 15:30", "2026-11-20T15:30:00.000+08:00"),
        ("昨晚十点", "2026-11-22T22:00:00.000+08:00"),
        ("下午三点", "2026-11-23T15:00:00.000+08:00"),
    ],
)
def test_a_moment_is_read_as_people_say_it(typed, value):
    assert read(asked("dateTime"), typed, TODAY) == value


@pytest.mark.parametrize("typed", ["2月30日下午三点", "这个月31号上午九点", "腊月初八上午九点"])
def test_a_moment_on_a_day_that_does_not_exist_is_not_today(typed):
    with pytest.raises(InvalidAnswer) as refused:
        read(asked("dateTime"), typed, TODAY)
    assert refused.value.reply.key == "forms-need-moment"


def test_a_day_without_its_year_has_several_readings():
    today = date(2027, 1, 5)
    assert readings(asked("date"), "12月31日", today) == ("2026-12-31", "2027-12-31")
    assert readings(asked("date"), "1月8日", today) == ("2027-01-08", "2026-01-08")
    assert readings(asked("date"), "明天", today) == ("2027-01-06",)
    assert readings(asked("dateTime"), "12月31日下午三点", today) == (
        "2026-12-31T15:00:00.000+08:00",
        "2027-12-31T15:00:00.000+08:00",
    )
    assert readings(asked("text"), "12月31日", today) == ("12月31日",)


def test_just_now_is_the_present_moment_when_it_is_known():
    now = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)
    assert read(asked("dateTime"), "刚才", now) == "2026-11-23T09:30:00.000+08:00"


def test_seeing_a_note_is_answered_in_plain_words():
    assert read(asked("acknowledge"), "知道了", TODAY) == "OK"


def test_typing_where_a_photo_is_wanted_says_what_to_send():
    with pytest.raises(InvalidAnswer) as refused:
        read(asked("image"), "在这里", TODAY)
    assert refused.value.reply.args == {"kind": "image"}


def test_a_place_is_read_from_two_numbers():
    assert read(asked("geopoint"), "27.91，112.94", TODAY) == "27.91 112.94 0 0"


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("geotrace", "30.1 114.2\n30.2，114.3", "30.1 114.2 0 0; 30.2 114.3 0 0"),
        ("geotrace", "1 1 5 2; 2 2", "1 1 5 2; 2 2 0 0"),
        ("geoshape", "1 1；1 2；2 2", "1 1 0 0; 1 2 0 0; 2 2 0 0; 1 1 0 0"),
        ("geoshape", "1 1;1 2;2 2;1 1", "1 1 0 0; 1 2 0 0; 2 2 0 0; 1 1 0 0"),
    ],
)
def test_lines_and_outlines_are_typed_point_by_point(kind, typed, value):
    assert read(Question("/data/q", kind, "Q"), typed, date(2026, 11, 23)) == value


@pytest.mark.parametrize(
    ("kind", "typed"), [("geotrace", "1 1"), ("geoshape", "1 1;2 2"), ("geotrace", "门口到井边")]
)
def test_too_few_points_are_refused_with_an_example(kind, typed):
    with pytest.raises(InvalidAnswer) as refused:
        read(Question("/data/q", kind, "Q"), typed, date(2026, 11, 23))
    assert refused.value.reply.key == f"forms-need-{kind}"


CARE = (("able", "能照料"), ("ill", "重病或重残，照料不了"), ("dead", "去世了"))
HEALTH = (("untreated", "生病，没治"), ("injured", "有外伤"), ("healthy", "健康"))
LEAVE = (("leave", "请假"), ("fights", "打架"), ("hazard", "有安全隐患"), ("none", "没发现"))
DANGER = (("no", "没有"), ("yes", "有"), ("unsure", "不清楚"))


@pytest.mark.parametrize(
    ("choices", "text"),
    [
        (CARE, "不能照料"),
        (HEALTH, "不健康"),
        (LEAVE, "没请假"),
        (LEAVE, "没打架"),
        (LEAVE, "没有安全隐患"),
        (LEAVE, "发现"),
        (DANGER, "清楚"),
        (DANGER, "有没有"),
        (DANGER, "好"),
        (DANGER, "可以"),
    ],
)
def test_what_is_turned_into_its_opposite_is_asked_again(choices, text):
    with pytest.raises(InvalidAnswer):
        read(choosing(choices), text, TODAY)


@pytest.mark.parametrize(
    ("choices", "text", "value"),
    [
        (CARE, "照料不了", "ill"),
        (CARE, "还能照料吧", "able"),
        (HEALTH, "孩子很健康", "healthy"),
        (DANGER, "没有危险", "no"),
        (DANGER, "现在有危险", "yes"),
        (DANGER, "没有啊", "no"),
        (DANGER, "有的", "yes"),
    ],
)
def test_a_choice_may_stand_among_filling_and_words_of_the_question(choices, text, value):
    assert read(choosing(choices), text, TODAY) == value


def choosing(choices):
    return Question(ref="/x", type="select_one", label="孩子现在有没有危险？", choices=choices)


SEEN = (("child", "孩子本人"), ("none", "都没见到"))
SAID = (("child", "见到孩子"), ("child", "本人"), ("none", "没人在家"), ("none", "没见到"))


def who_was_seen() -> Question:
    label = "见到了谁？"
    return Question(ref="/data/x", type="select_one", label=label, choices=SEEN, said=SAID)


@pytest.mark.parametrize(
    ("typed", "value"),
    [("见到孩子了", "child"), ("本人", "child"), ("没人在家", "none"), ("没见到孩子", "none")],
)
def test_a_choice_is_read_by_what_people_say(typed, value):
    assert read(who_was_seen(), typed, TODAY) == value


@pytest.mark.parametrize("typed", ["没在家", "不是本人", "见到孩子的姑姑", "有人在家", "见到"])
def test_what_turns_the_words_is_asked_again(typed):
    with pytest.raises(InvalidAnswer):
        read(who_was_seen(), typed, TODAY)


def test_a_label_goes_before_what_people_say():
    said = (("none", "孩子本人"),)
    question = Question(ref="/x", type="select_one", label="谁？", choices=SEEN, said=said)
    assert read(question, "孩子本人", TODAY) == "child"


NUMBERS = ("integer", "decimal", "range", "date", "time", "dateTime", "select_one", "geopoint")


@pytest.mark.parametrize("kind", [*NUMBERS, "select_multiple", "rank", "geotrace", "geoshape"])
@pytest.mark.parametrize(
    "word", ["9", "９", "九", "万", "9天前", "9百", "9点", "1,000", "0.", "😀"]
)
def test_a_message_full_of_digits_is_read_at_once(kind, word):
    """A message holds 4,096 signs: what a pattern does with it must not grow by their square."""
    choices = (
        (("a", "有"), ("b", "没有")) if kind in {"select_one", "select_multiple", "rank"} else ()
    )
    question = asked(kind, choices)
    began = time.process_time()
    with suppress(InvalidAnswer):
        readings(question, word * (4096 // len(word)), datetime(2026, 11, 23, 9, tzinfo=CHINA))
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("kind", NUMBERS[:3])
def test_a_number_that_no_sheet_can_hold_is_asked_again(kind):
    with pytest.raises(InvalidAnswer):
        read(asked(kind), "9" * 400, TODAY)
