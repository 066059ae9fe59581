from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from forms import engine
from forms.errors import FormError, InvalidAnswer
from forms.form import Form, load
from forms.play import play
from kernel.clock import CHINA
from kernel.errors import StaleError

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)
CONTEXT = engine.Context(now=NOW)


def form_of(table: str, **files: str) -> Form:
    found = {name.replace("_csv", ".csv"): text.encode() for name, text in files.items()}
    return load(table.encode(), kind=".md", files=found)


HOME = form_of("""
| survey |
| | type | name | label | relevant | required | constraint | constraint_message | calculation |
| | select_one lives | lives | 跟谁住 | | yes | | | |
| | integer | days | 几天了 | ${lives} = 'alone' | yes | . < 400 | 太多了 | |
| | note | hint | 住了${days}天 | ${days} > 3 | | | | |
| | text | words | 还有什么 | | | | | |
| | begin_repeat | person | 家里人 | | | | | |
| | text | name | 叫什么 | | yes | | | |
| | integer | age | 多大 | | | | | |
| | end_repeat | | | | | | | |
| | calculate | total | | | | | | sum(${age}) |
| | date | when | 哪天 | | yes | | | |
| choices |
| | list_name | name | label |
| | lives | alone | 独自 |
| | lives | kin | 亲友 |
""")


def give(*values: str | None, form: Form = HOME) -> engine.Step:
    step = engine.current(form, engine.begin(form, CONTEXT), CONTEXT)
    for value in values:
        if value is None:
            step = engine.skip(form, step.session, CONTEXT)
        else:
            step = engine.answer(form, step.session, value, CONTEXT)
    return step


def test_one_question_comes_after_another_and_notes_come_before_it():
    step = give("alone", "5")
    assert step.question.ref == "/data/words"
    assert step.notes == ("住了5天",)
    assert (step.question.number, step.question.total) == (3, 6)


def test_a_session_is_left_as_it_was():
    before = give("alone")
    once = engine.answer(HOME, before.session, "5", CONTEXT)
    twice = engine.answer(HOME, before.session, "6", CONTEXT)
    assert engine.values(HOME, once.session, CONTEXT)["/data/days"] == "5"
    assert engine.values(HOME, twice.session, CONTEXT)["/data/days"] == "6"
    assert engine.current(HOME, before.session, CONTEXT).question.ref == "/data/days"


def test_a_refused_answer_keeps_the_question_open_with_the_forms_own_words():
    step = give("alone")
    with pytest.raises(InvalidAnswer) as refused:
        engine.answer(HOME, step.session, "999", CONTEXT)
    assert refused.value.message == "太多了"
    assert refused.value.reply.args["text"] == "太多了"
    assert engine.current(HOME, step.session, CONTEXT).question.ref == "/data/days"


@pytest.mark.parametrize("value", ["many", "1.5", "99999999999"])
def test_a_value_of_the_wrong_type_is_refused(value):
    with pytest.raises(InvalidAnswer) as refused:
        engine.answer(HOME, give("alone").session, value, CONTEXT)
    assert refused.value.reply.key == "forms-need-integer"


def test_a_required_question_cannot_be_skipped():
    with pytest.raises(InvalidAnswer) as refused:
        engine.skip(HOME, give().session, CONTEXT)
    assert refused.value.reply.key == "forms-required"


def test_back_opens_the_question_before_and_going_on_returns_to_what_is_open():
    step = give("alone", "5", None, "奶奶")
    step = engine.back(HOME, step.session, CONTEXT)
    assert step.question.ref == "/data/person[1]/name"
    assert step.question.value == "奶奶"
    step = engine.back(HOME, step.session, CONTEXT)
    step = engine.back(HOME, step.session, CONTEXT)
    assert step.question.ref == "/data/days"
    step = engine.answer(HOME, step.session, "6", CONTEXT)
    assert step.question.ref == "/data/person[1]/age"


def test_back_at_the_first_question_stays_there():
    step = engine.back(HOME, give().session, CONTEXT)
    assert step.question.ref == "/data/lives"


def test_the_person_ends_a_repeat():
    step = give("kin", None, "奶奶", "70")
    assert (step.question.type, step.question.ref) == ("repeat", "/data/person")
    step = engine.answer(HOME, step.session, "yes", CONTEXT)
    assert step.question.ref == "/data/person[2]/name"
    for value in ("爷爷", "72", "no", "2026-11-20"):
        step = engine.answer(HOME, step.session, value, CONTEXT)
    assert step.finished
    values = engine.finish(HOME, step.session, CONTEXT).values
    assert values["/data/person[2]/name"] == "爷爷"
    assert values["/data/total"] == "142"


def test_the_review_lists_every_answer_and_an_edit_says_what_falls_away():
    step = give("alone", "5", None, "奶奶", "70", "no", "2026-11-20")
    items = engine.review(HOME, step.session, CONTEXT)
    assert [item.shown for item in items][:3] == ["独自", "5", ""]
    moved = engine.goto(HOME, step.session, "/data/lives", CONTEXT)
    changed = engine.answer(HOME, moved.session, "kin", CONTEXT)
    assert [item.label for item in changed.fallen] == ["几天了"]
    assert changed.finished
    back_again = engine.goto(HOME, changed.session, "/data/lives", CONTEXT)
    restored = engine.answer(HOME, back_again.session, "alone", CONTEXT)
    assert engine.values(HOME, restored.session, CONTEXT)["/data/days"] == "5"


def test_a_question_that_is_not_there_cannot_be_opened():
    with pytest.raises(StaleError):
        engine.goto(HOME, give("kin").session, "/data/days", CONTEXT)


def test_finishing_early_names_the_question_that_is_missing():
    with pytest.raises(InvalidAnswer) as refused:
        engine.finish(HOME, give("kin").session, CONTEXT)
    assert refused.value.ref == "/data/person[1]/name"


def test_a_session_survives_as_json_and_weeks():
    step = give("alone", "5", "想妈妈")
    text = json.dumps(step.session.to_json())
    later = engine.Context(now=NOW + timedelta(days=40))
    session = engine.Session.from_json(text)
    assert session == step.session
    assert engine.current(HOME, session, later).question == step.question
    assert engine.Session.from_json(json.loads(text)).to_json() == json.loads(text)


def test_a_replay_of_the_inputs_gives_the_same_values():
    step = give("alone", "5", None, "奶奶", "70", "yes", "爷爷", None, "no", "2026-11-20")
    again = engine.replay(HOME, step.session, CONTEXT)
    assert again == step.session
    assert engine.values(HOME, again, CONTEXT) == engine.values(HOME, step.session, CONTEXT)


def test_a_session_keeps_the_version_it_began_with():
    session = engine.begin(form_of(_versioned("1")), CONTEXT)
    assert (session.form, session.version) == ("v", "1")


def _versioned(version: str) -> str:
    return f"""
| survey |
| | type | name | label |
| | text | a | A |
| settings |
| | form_id | version |
| | v | {version} |
"""


def test_other_is_asked_only_when_chosen():
    form = form_of("""
| survey |
| | type | name | label |
| | select_multiple c or_other | c | C |
| choices |
| | list_name | name | label |
| | c | a | A |
| | c | b | B |
""")
    played = play(form, {"/data/c": "a other", "/data/c_other": "别的"}, CONTEXT)
    assert played["values"]["/data/c_other"] == "别的"
    assert len(play(form, {"/data/c": "a"}, CONTEXT)["asked"]) == 1


def test_choices_come_from_a_file_and_are_filtered():
    form = form_of(
        """
| survey |
| | type | name | label | choice_filter | calculation |
| | select_one p | p | 省 | | |
| | select_one_from_file towns.csv | t | 镇 | p = ${p} | |
| | calculate | people | | | pulldata('towns', 'people', 'name', ${t}) |
| choices |
| | list_name | name | label |
| | p | hn | 湖南 |
| | p | gd | 广东 |
""",
        towns_csv="name,label,p,people\nt1,桥头,hn,100\nt2,塘口,gd,200\n",
    )
    played = play(form, {"/data/p": "gd", "/data/t": "t2"}, CONTEXT)
    assert played["asked"][1]["choices"] == [["t2", "塘口"]]
    assert played["values"]["/data/people"] == "200"
    assert (
        play(form, {"/data/p": "hn", "/data/t": "t2"}, CONTEXT)["invalid"][0]["ref"] == "/data/t"
    )


def test_a_choice_that_is_filtered_away_is_cleared_and_asked_again():
    form = form_of("""
| survey |
| | type | name | label | required | choice_filter |
| | select_one p | p | 省 | yes | |
| | select_one t | t | 镇 | yes | p = ${p} |
| choices |
| | list_name | name | label | p |
| | p | hn | 湖南 | |
| | p | gd | 广东 | |
| | t | t1 | 桥头 | hn |
| | t | t2 | 塘口 | gd |
""")
    step = give("hn", "t1", form=form)
    step = engine.goto(form, step.session, "/data/p", CONTEXT)
    step = engine.answer(form, step.session, "gd", CONTEXT)
    assert step.question.ref == "/data/t"
    assert [item.ref for item in step.fallen] == ["/data/t"]
    kept = engine.Session.from_json(json.dumps(step.session.to_json()))
    assert engine.current(form, kept, CONTEXT).question.ref == "/data/t"


def test_values_come_from_the_last_submission():
    form = form_of("""
| survey |
| | type | name | label | default |
| | text | town | 镇 | ${last-saved#town} |
""")
    again = engine.Context(now=NOW, last_saved={"/data/town": "桥头"})
    assert engine.current(form, engine.begin(form, again), again).question.value == "桥头"
    assert engine.current(form, engine.begin(form, CONTEXT), CONTEXT).question.value == ""


def test_a_value_is_set_when_another_changes():
    form = form_of("""
| survey |
| | type | name | label | trigger | calculation |
| | text | a | A | | |
| | datetime | b | B | ${a} | now() |
""")
    step = give("x", form=form)
    assert step.question.value.startswith("2026-11-23T09:30:00")


def test_once_keeps_its_first_value():
    form = form_of("""
| survey |
| | type | name | label | calculation |
| | text | a | A | |
| | calculate | b | | once(concat(${a}, '!')) |
""")
    step = give("x", form=form)
    step = engine.goto(form, step.session, "/data/a", CONTEXT)
    step = engine.answer(form, step.session, "y", CONTEXT)
    assert engine.values(form, step.session, CONTEXT)["/data/b"] == "!"


def test_each_instance_reads_its_own_and_the_one_before():
    form = form_of("""
| survey |
| | type | name | label | calculation | repeat_count |
| | integer | n | N | | |
| | begin_repeat | r | R | | ${n} |
| | integer | x | X ${place} | | |
| | calculate | place | | position(..) | |
| | calculate | run | | ${x} + coalesce(indexed-repeat(${run}, ${r}, position(..) - 1), 0) | |
| | end_repeat | | | | |
""")
    answers = {"/data/n": 3, "/data/r[1]/x": 1, "/data/r[2]/x": 10, "/data/r[3]/x": 100}
    played = play(form, answers, CONTEXT)
    values = played["values"]
    assert [values[f"/data/r[{i}]/run"] for i in (1, 2, 3)] == ["1", "11", "111"]
    assert [question["label"] for question in played["asked"]] == ["N", "X 1", "X 2", "X 3"]


def test_a_language_is_chosen_by_its_code():
    form = form_of("""
| survey |
| | type | name | label::中文 (zh) | label::English (en) |
| | text | a | 甲 | A |
""")
    english = engine.Context(now=NOW, language="en")
    assert engine.current(form, engine.begin(form, CONTEXT), CONTEXT).question.label == "甲"
    assert engine.current(form, engine.begin(form, english), english).question.label == "A"


def test_host_lists_are_choices():
    form = form_of("""
| survey |
| | type | name | label |
| | select_one_from_file children.csv | child | 哪个孩子 |
""")
    context = engine.Context(now=NOW, lists={"children": [{"name": "c1", "label": "陈*明"}]})
    question = engine.current(form, engine.begin(form, context), context).question
    assert question.choices == (("c1", "陈*明"),)


def test_values_given_beforehand_are_taken_by_path_or_name():
    context = engine.Context(now=NOW, params={"words": "先填好", "/data/lives": "kin"})
    values = engine.values(HOME, engine.begin(HOME, context), context)
    assert (values["/data/words"], values["/data/lives"]) == ("先填好", "kin")


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ("| | calculate | a | | ${b} + 1 |\n| | calculate | b | | ${a} + 1 |", "forms-cycle"),
        ("| | calculate | a | | nonsense(1) |", "forms-bad-function"),
        ("| | calculate | a | | 1 + |", "forms-unfinished"),
        ("| | select_one none | a | A | |", "forms-lint-list"),
    ],
)
def test_a_broken_form_is_refused_before_any_dialogue(rows, key):
    with pytest.raises(FormError) as refused:
        form_of(f"| survey |\n| | type | name | label | calculation |\n{rows}\n")
    assert [problem.sentence.key for problem in refused.value.problems] == [key]


def test_a_problem_names_its_row():
    table = "| survey |\n| | type | name | label | relevant |\n| | text | a | A | |\n"
    with pytest.raises(FormError) as refused:
        form_of(f"{table}| | text | b | B | nonsense(1) |\n")
    (problem,) = refused.value.problems
    assert (problem.sheet, problem.row, problem.column) == ("survey", 3, "relevant")


def test_a_choice_that_names_an_answer_never_shows_anothers() -> None:
    form = load(
        b"| survey |\n|  | type | name | label |\n|  | text | who | Who? |\n"
        b"|  | select_one c | pick | Pick |\n| choices |\n|  | list_name | name | label |\n"
        b"|  | c | a | Take ${who} |\n|  | c | b | Do not |\n"
        b"| settings |\n|  | form_title | form_id | version |\n|  | t | t | 1 |\n",
        kind=".md",
    )
    for name in ("Chen", "Li"):
        step = engine.answer(form, engine.begin(form, CONTEXT), name, CONTEXT)
        assert step.question is not None
        assert step.question.choices == (("a", f"Take {name}"), ("b", "Do not"))


DAY = form_of("""
| survey |
| | type | name | label | relevant |
| | text | first | 先 | |
| | begin_group | late | 晚 | ${first} != '' and today() > date('2026-11-24') |
| | text | why | 为什么 | |
| | end_group | | | |
| | text | last | 后 | |
""")


def test_an_old_draft_keeps_the_relevance_it_had_when_the_day_decided():
    later = engine.Context(now=NOW + timedelta(days=3))
    step = engine.answer(DAY, engine.begin(DAY, CONTEXT), "x", later)
    assert step.question.ref == "/data/late/why"
    read = engine.Session.from_json(json.dumps(step.session.to_json()))
    assert engine.current(DAY, read, later).question.ref == "/data/late/why"
    done = engine.answer(DAY, read, "y", later)
    assert engine.values(DAY, done.session, later)["/data/late/why"] == "y"


def test_a_draft_from_before_relevance_was_kept_is_still_read():
    step = give("kin")
    kept = step.session.to_json()
    del kept["state"]["hidden"]
    read = engine.Session.from_json(json.dumps(kept))
    assert engine.current(HOME, read, CONTEXT).question.ref == "/data/words"
    assert "/data/days" not in engine.values(HOME, read, CONTEXT)


def test_a_filter_of_two_columns_is_found_by_index():
    rows = "".join(f"v{i},村{i},c{i % 3},{'a' if i % 2 else 'b'}\n" for i in range(12))
    form = form_of(
        """
| survey |
| | type | name | label | choice_filter |
| | text | county | 县 | |
| | text | kind | 类 | |
| | select_one_from_file villages.csv | village | 村 | county = ${county} and kind = ${kind} |
""",
        villages_csv="name,label,county,kind\n" + rows,
    )
    step = give("c1", "a", form=form)
    assert [value for value, _label in step.question.choices] == ["v1", "v7"]
    assert [place[2] for place in form.indexes] == ["county"]


def test_the_guidance_of_a_question_stands_beside_its_hint():
    sheet = b"""
| survey |
| | type | name | label::zh | hint::zh | guidance_hint::zh | guidance_hint::en |
| | integer | a | A | H | G ${b} | E |
| | integer | b | B | H | | |
| | integer | c | C | | only | |
"""
    form = load(sheet, kind=".md")
    context = engine.Context(now=NOW)
    step = engine.current(form, engine.begin(form, context), context)
    seen = []
    while step.question is not None:
        asked = step.question
        seen.append((asked.ref, asked.hint, asked.guidance))
        step = engine.answer(form, step.session, "3", context)
    assert seen == [("/data/a", "H", "G"), ("/data/b", "H", ""), ("/data/c", "", "only")]


def test_two_questions_that_set_each_other_come_to_an_end():
    form = form_of("""
| survey |
| | type | name | label | trigger | calculation |
| | integer | a | A | ${b} | ${b} + 1 |
| | integer | b | B | ${a} | ${a} + 1 |
""")
    step = engine.answer(form, engine.begin(form, CONTEXT), "1", CONTEXT)
    assert engine.values(form, step.session, CONTEXT)["/data/b"] == "2"


def test_a_value_worked_out_as_itself_stays_and_is_no_circle():
    """CHT writes `calculate="."` for the ids that its host fills in."""
    form = load(
        b"| survey |\n| | type | name | label | calculation |\n"
        b"| | text | who | Who? | |\n| | calculate | kept | | . |\n",
        kind=".md",
    )
    session = engine.begin(form, CONTEXT)
    session = engine.answer(form, session, "Li", CONTEXT).session
    assert engine.values(form, session, CONTEXT)["/data/kept"] == ""
    filled = replace(CONTEXT, params={"kept": "c-7"})
    session = engine.begin(form, filled)
    session = engine.answer(form, session, "Li", filled).session
    assert engine.values(form, session, filled)["/data/kept"] == "c-7"


XFORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>t</h:title><model><instance>
 <data id="t"><kin><more><age/></more></kin><meta><instanceID/></meta></data></instance>
 <bind nodeset="/data/kin/more/age" type="int"/></model></h:head><h:body>
 <group ref="/data/kin"><repeat nodeset="/data/kin">%s<group ref="/data/kin/more">%s
 <input ref="/data/kin/more/age"><label>几岁</label></input></group></repeat></group>
 </h:body></h:html>"""
SET = (
    '<setvalue event="odk-instance-first-load odk-new-repeat" ref="/data/kin/more/age" value="7"/>'
)


@pytest.mark.parametrize("places", [(SET, ""), ("", SET)], ids=["repeat", "group in it"])
def test_a_value_set_in_a_repeat_stands_in_the_first_entry_too(places):
    """As older converters write dynamic defaults: both events, inside the repeat."""
    form = load((XFORM % places).encode(), kind=".xml")
    session = engine.begin(form, CONTEXT)
    assert engine.values(form, session, CONTEXT)["/data/kin[1]/more/age"] == "7"
    session = engine.answer(form, session, "9", CONTEXT).session
    session = engine.answer(form, session, "yes", CONTEXT).session
    assert engine.values(form, session, CONTEXT)["/data/kin[2]/more/age"] == "7"


def test_a_default_that_is_no_choice_is_not_taken_for_an_answer():
    form = form_of("""
| survey |
| | type | name | label | default |
| | select_one yn | a | 上学吗 | maybe |
| | select_multiple yn | b | 哪些 | no maybe |
| | begin_repeat | kin | 家里人 | |
| | select_one yn | c | 在家吗 | maybe |
| | end_repeat | | | |
| choices |
| | list_name | name | label |
| | yn | yes | 是 |
| | yn | no | 否 |
""")
    session = engine.begin(form, CONTEXT)
    values = engine.values(form, session, CONTEXT)
    assert values["/data/a"] == ""
    assert values["/data/b"] == "no"
    assert values["/data/kin[1]/c"] == ""
    back = engine.Session.from_json(json.loads(json.dumps(session.to_json())))
    assert engine.values(form, back, CONTEXT)["/data/a"] == ""


def test_ages_are_counted_as_the_community_health_toolkit_counts_them():
    form = form_of("""
| survey |
| | type | name | label | calculation |
| | date | born | 哪天生 | |
| | calculate | months | | difference-in-months(${born}, today()) |
| | calculate | years | | cht:difference-in-years(${born}, today()) |
| | calculate | weeks | | cht:difference-in-weeks(${born}, today()) |
| | calculate | days | | cht:difference-in-days(${born}, today()) |
| | calculate | due | | format-date(add-date(${born}, 1, 1, 1), '%Y-%m-%d') |
| | calculate | old | | if(${months} > 30, 'x') |
| | calculate | day | | format-date(parse-timestamp-to-date(1700000000000), '%Y-%m-%d') |
""")

    def counted(born: str) -> list[str]:
        session = engine.answer(form, engine.begin(form, CONTEXT), born, CONTEXT).session
        values = engine.values(form, session, CONTEXT)
        names = ("months", "years", "weeks", "days", "due", "old", "day")
        return [values[f"/data/{name}"] for name in names]

    assert counted("2024-02-24") == ["32", "2", "143", "1003", "2025-03-25", "x", "2023-11-15"]
    assert counted("2026-11-23")[:4] == ["0", "0", "0", "0"]
    assert counted("2026-12-24")[:2] == ["-1", "0"]


FIRST_AND_SECOND = """
| survey | | | | |
| | type | name | label | choice_filter |
| | select_one c | c | C | |
| | select_one t | t | T | c=${c} |
| choices |
| | list_name | name | label | c |
| | c | 1 | 1 | |
| | c | 2 | 2 | |
| | t | 11 | 11 | 1 |
| | t | 21 | 21 | 2 |
"""


def test_a_choice_that_fell_away_is_kept_with_the_session():
    form = load(FIRST_AND_SECOND.encode(), kind=".md")
    session = engine.begin(form, CONTEXT)
    for ref, value, second in (
        ("/data/c", "1", ""),
        ("/data/t", "11", "11"),
        ("/data/c", "2", ""),
        ("/data/c", "1", "11"),
    ):
        session = engine.goto(form, session, ref, CONTEXT).session
        session = engine.answer(form, session, value, CONTEXT).session
        session = engine.Session.from_json(json.loads(json.dumps(session.to_json())))
        assert engine.values(form, session, CONTEXT).get("/data/t", "") == second
        again = engine.replay(form, session, CONTEXT)
        assert engine.values(form, again, CONTEXT).get("/data/t", "") == second
