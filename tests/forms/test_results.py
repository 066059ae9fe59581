"""What a form gathered is a table people can read: questions as headings, labels as answers."""

from __future__ import annotations

from forms.form import load
from forms.results import Answered, columns_of, tables, totals

HEAD = "| survey |\n| | type | name | label::中文 (zh) | label::English (en) | calculation |\n"
SURVEY = """| | select_one place | place | 在哪里？ | Where? | |
| | select_multiple need | need | 缺什么？ | Needs? | |
| | text | words | 怎么说？ | What? | |
| | integer | days | 几天？ | Days? | |
| | image | photo | 照片 | Photo | |
| | note | hint | 看一看 | Look | |
| | hidden | secret | | | |
| | calculate | sev | | | 1 + 1 |
"""
REPEAT = """| | begin_repeat | kin | 家里人 | Kin | |
| | text | who | 谁？ | Who? | |
| | begin_repeat | ill | 病 | Illness | |
| | integer | age | 几岁起？ | Since? | |
| | end_repeat | | | | |
| | end_repeat | | | | |
"""
CHOICES = """| choices |
| | list_name | name | label::中文 (zh) | label::English (en) |
| | place | home | 家里 | Home |
| | need | a | 书 | Books |
| | need | b | 人 | People |
| settings |
| | form_title | form_id | version | default_language |
| | 去处 | place | 1 | 中文 (zh) |
"""
VALUES = {
    "/data/place": "home",
    "/data/need": "a b",
    "/data/words": "怕黑",
    "/data/days": "3",
    "/data/photo": "telegram:abc",
    "/data/secret": "s",
    "/data/sev": "2",
    "/data/kin[1]/who": "奶奶",
    "/data/kin[2]/who": "爷爷",
    "/data/kin[2]/ill[1]/age": "61",
}


def laid_out(filled, *, clear):
    return tables(filled, columns_of(filled, clear=clear), lambda answer: f"✓ {answer[-3:]}")


def form(rows=SURVEY + REPEAT):
    return load((HEAD + rows + CHOICES).encode(), kind=".md")


def test_answers_stand_under_their_questions_in_the_words_of_their_choices():
    main, kin, ill = laid_out([Answered(("S-1", "柳湾村"), form(), VALUES)], clear=True)
    assert main.header == ("在哪里？", "缺什么？", "怎么说？", "几天？", "照片", "sev")
    assert main.rows == (("S-1", "柳湾村", "家里", "书、人", "怕黑", 3, "✓ abc", "2"),)
    assert (kin.repeat, kin.header) == ("家里人", ("谁？",))
    assert kin.rows == (("S-1", "1", "奶奶"), ("S-1", "2", "爷爷"))
    assert (ill.repeat, ill.rows) == ("病", (("S-1", "2.1", 61),))


def test_own_words_are_left_out_of_what_goes_through_a_chat():
    found = laid_out([Answered(("S-1",), form(), VALUES)], clear=False)
    assert "怎么说？" not in found[0].header
    assert "怕黑" not in str(found)
    assert "奶奶" not in str(found)


def test_versions_share_columns_and_what_only_an_old_one_asked_comes_last():
    old = form(SURVEY.replace("days | 几天？", "hours | 几小时？"))
    new = form(SURVEY)
    answered = [
        Answered(("S-1",), old, {"/data/hours": "9", "/data/place": "gone"}),
        Answered(("S-2",), new, {"/data/days": "2"}),
    ]
    [main] = laid_out(answered, clear=True)
    assert main.header[:4] == ("在哪里？", "缺什么？", "怎么说？", "几天？")
    assert main.header[-1] == "几小时？"
    assert main.rows[0] == ("S-1", "gone", "", "", "", "", "", 9)
    assert main.rows[1] == ("S-2", "", "", "", 2, "", "", "")


def test_questions_asked_alike_are_told_apart_by_their_names():
    twice = SURVEY.replace("days | 几天？", "days | 在哪里？")
    [main] = laid_out([Answered(("S-1",), form(twice), {})], clear=True)
    assert main.header[0] == "在哪里？ (place)"
    assert main.header[3] == "在哪里？ (days)"


def test_choices_are_counted_and_numbers_summed_up():
    filled = [
        Answered(("S-1",), form(), VALUES),
        Answered(("S-2",), form(), {"/data/place": "gone", "/data/days": "6", "/data/need": "b"}),
    ]
    found = [
        (t.question, t.answer or t.kind, t.value)
        for t in totals(filled, columns_of(filled, clear=False))
    ]
    assert found == [
        ("在哪里？", "家里", 1),
        ("在哪里？", "gone", 1),
        ("缺什么？", "书", 1),
        ("缺什么？", "人", 2),
        ("几天？", "least", 3),
        ("几天？", "most", 6),
        ("几天？", "mean", 4.5),
        ("几岁起？", "least", 61),
        ("几岁起？", "most", 61),
        ("几岁起？", "mean", 61),
    ]
