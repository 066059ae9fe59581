"""Surveys as large as real ones: three hundred questions and more, beside the reference engine.

Places, people and figures are made up. Each survey is written as a table, as programme staff
would write it, so that pyxform's part is in the comparison too.
"""

from __future__ import annotations

import json

import pytest
from support.reference import NOW, Run, compare, typical

from forms import engine, running
from forms.form import load

HEAD = (
    "type",
    "name",
    "label::中文 (zh)",
    "label::English (en)",
    "hint::中文 (zh)",
    "required",
    "relevant",
    "constraint",
    "constraint_message::中文 (zh)",
    "calculation",
    "choice_filter",
    "repeat_count",
    "appearance",
    "default",
    "parameters",
    "readonly",
    "trigger",
)

LONG = {"message": "constraint_message::中文 (zh)", "hint": "hint::中文 (zh)"}


def row(kind: str, name: str = "", label: str = "", **cells: str) -> list[str]:
    given = {"type": kind, "name": name, "label::中文 (zh)": label}
    given["label::English (en)"] = f"{name} in English" if label else ""
    given |= {LONG.get(column, column): text for column, text in cells.items()}
    assert not set(given) - set(HEAD), set(given) - set(HEAD)
    return [given.get(column, "").replace("|", "\\|") for column in HEAD]


def table(
    survey: list[list[str]], choices: list[tuple[str, ...]], columns: str, form: str
) -> bytes:
    lines = ["| survey |", "| | " + " | ".join(HEAD) + " |"]
    lines += ["| | " + " | ".join(cells) + " |" for cells in survey]
    lines += ["| choices |", f"| | {columns} |"]
    lines += ["| | " + " | ".join(cells) + " |" for cells in choices]
    lines += [
        "| settings |",
        "| | form_title | form_id | version | default_language |",
        f"| | {form} | {form} | 1 | 中文 (zh) |",
    ]
    return "\n".join(lines).encode()


def household() -> tuple[bytes, dict[str, str]]:
    """Return a household survey: cascades, nested repeats, totals, a list of a file, languages."""
    survey = [
        row("start", "begun"),
        row("today", "day"),
        row("calculate", "ref", calculation="once(concat('H-', string-length(${day})))"),
        row("begin_group", "where", "住在哪里", appearance="field-list"),
        row("select_one county", "county", "哪个县？", required="yes"),
        row(
            "select_one town", "town", "哪个镇？", required="yes", choice_filter="county=${county}"
        ),
        row("select_one village", "village", "哪个村？", choice_filter="town=${town}"),
        row(
            "select_one_from_file clinics.csv",
            "clinic",
            "最近的卫生室？",
            choice_filter="town=${town}",
        ),
        row("calculate", "far", calculation="pulldata('clinics', 'km', 'name', ${clinic})"),
        row("note", "far_note", "离${clinic}有${far}里", relevant="${far} > 3"),
        row("end_group"),
        row(
            "integer",
            "people",
            "家里几口人？",
            required="yes",
            constraint=". > 0 and . <= 20",
            message="1到20人。",
        ),
        row("begin_repeat", "member", "家里人", repeat_count="${people}"),
        row("calculate", "place", calculation="position(..)"),
        row("select_one sex", "sex", "第${place}个人，男还是女？", required="yes"),
        row(
            "integer",
            "age",
            "多大？",
            required="yes",
            constraint=". >= 0 and . < 120",
            message="岁数不对。",
        ),
        row("select_one kin or_other", "kin", "和孩子什么关系？"),
        row("select_one yn", "away", "在外打工吗？", relevant="${age} >= 16"),
        row("text", "away_where", "在哪里打工？", relevant="${away} = 'yes'"),
        row(
            "date",
            "back",
            "哪天回来过？",
            relevant="${away} = 'yes'",
            constraint=". <= today() + 40",
        ),
        row("begin_repeat", "illness", "生过的病", relevant="${age} < 18"),
        row(
            "select_multiple signs",
            "signs",
            "有哪些？",
            constraint="not(selected(., 'none') and count-selected(.) > 1)",
        ),
        row("integer", "days", "几天？", relevant="not(selected(${signs}, 'none'))"),
        row("calculate", "score", calculation="count-selected(${signs}) * coalesce(${days}, 1)"),
        row("end_repeat"),
        # XPath 1.0 makes the sum of no nodes 0, the reference makes it empty.
        row("calculate", "ill_days", calculation="if(count(${illness}) = 0, 0, sum(${days}))"),
        row("calculate", "minor", calculation="if(${age} < 18, 1, 0)"),
        row("end_repeat"),
        row("calculate", "minors", calculation="sum(${minor})"),
        row("calculate", "eldest", calculation="max(${age})"),
        row("calculate", "second_age", calculation="indexed-repeat(${age}, ${member}, 2)"),
        row(
            "note", "sum_note", "共${minors}个未成年人，最大${eldest}岁", relevant="${minors} > 0"
        ),
    ]
    for part in range(14):
        survey.append(
            row("begin_group", f"part{part}", f"第{part + 1}部分", relevant="${people} > 0")
        )
        survey += [_asked(part, n) for n in range(24)]
        survey.append(
            row(
                "calculate",
                f"total{part}",
                calculation=" + ".join(f"coalesce(${{q{part}_{n}}}, 0)" for n in (1, 7, 13, 19)),
            )
        )
        survey.append(row("end_group"))
    survey.append(
        row(
            "calculate", "grand", calculation=" + ".join(f"${{total{part}}}" for part in range(14))
        )
    )
    survey.append(row("acknowledge", "agreed", "都念给家里人听了（${grand}）", required="yes"))
    choices = [("yn", "yes", "是", "yes", "", ""), ("yn", "no", "否", "no", "", "")]
    choices += [("sex", "m", "男", "male", "", ""), ("sex", "f", "女", "female", "", "")]
    choices += [
        ("kin", k, label, k, "", "") for k, label in (("parent", "父母"), ("grand", "祖辈"))
    ]
    choices += [("signs", k, k, k, "", "") for k in ("cough", "fever", "rash", "none")]
    choices += [("county", f"c{c}", f"{c}县", f"C{c}", "", "") for c in range(4)]
    choices += [
        ("town", f"t{c}{t}", f"{c}{t}镇", f"T{c}{t}", f"c{c}", "")
        for c in range(4)
        for t in range(4)
    ]
    choices += [
        ("village", f"v{c}{t}{v}", f"{c}{t}{v}村", f"V{c}{t}{v}", f"c{c}", f"t{c}{t}")
        for c in range(4)
        for t in range(4)
        for v in range(5)
    ]
    clinics = "name,label,town,km\n" + "".join(
        f"k{c}{t}{k},{c}{t}{k}卫生室,t{c}{t},{k + c}\n"
        for c in range(4)
        for t in range(4)
        for k in range(3)
    )
    columns = "list_name | name | label::中文 (zh) | label::English (en) | county | town"
    return table(survey, choices, columns, "household"), {"clinics.csv": clinics}


def _asked(part: int, n: int) -> list[str]:
    """Return one question of a part; types, rules and what they depend on change with `n`."""
    name, label = f"q{part}_{n}", f"问题{part}.{n}"
    before = f"${{q{part}_{n - 1}}}"
    match n % 8:
        case 0:
            return row("select_one yn", name, label, required="yes")
        case 1:
            return row(
                "integer",
                name,
                label,
                relevant=f"{before} = 'yes'",
                constraint=". >= 0",
                message="不能小于0。",
            )
        case 2:
            return row("decimal", name, f"{label}（上一题{before}）", constraint=". < 1000")
        case 3:
            return row("select_multiple signs", name, label, required=f"{before} > 2")
        case 4:
            return row(
                "text",
                name,
                label,
                relevant=f"selected({before}, 'fever') or {before} = ''",
                hint="写几个字",
            )
        case 5:
            return row("date", name, label, default="2026-01-02" if part % 2 else "")
        case 6:
            return row("calculate", name, calculation=f"format-date({before}, '%Y/%n/%e')")
        case _:
            return row(
                "integer", name, label, default=str(n), readonly="yes" if part % 3 == 2 else ""
            )


def centres() -> tuple[bytes, dict[str, str]]:
    """Return a survey of children's centres: repeats in repeats in repeats, triggers, ranks."""
    survey = [
        row("text", "town", "哪个镇？", required="yes", constraint="regex(., '^.{1,30}$')"),
        row("integer", "base", "从几号起编？", default="10"),
        row(
            "text",
            "noted",
            "换镇要重写的",
            trigger="${town}",
            calculation="concat('新：', ${town})",
        ),
        row("begin_repeat", "centre", "儿童之家"),
        row("calculate", "no", calculation="${base} + position(..)"),
        row("select_one kind", "kind", "第${no}号是哪一种？", required="yes"),
        row("rank needs", "needs", "最缺什么？"),
        row("range", "mark", "打几分？", parameters="start=0 end=10 step=1"),
        row("begin_repeat", "room", "房间"),
        row("text", "use", "做什么用？", default="活动"),
        row("integer", "square", "多少平米？", constraint=". > 0 or . = ''"),
        row("begin_repeat", "thing", "物品"),
        row(
            "select_one things",
            "thing_kind",
            "是什么？",
            choice_filter="kind=${kind} or kind='any'",
        ),
        row("integer", "count", "有几件？", relevant="${thing_kind} != ''"),
        row("decimal", "price", "一件多少钱？", relevant="${count} > 0"),
        row(
            "calculate",
            "worth",
            calculation="round(coalesce(${count}, 0) * coalesce(${price}, 0), 2)",
        ),
        row("end_repeat"),
        row("calculate", "room_worth", calculation="if(count(${thing}) = 0, 0, sum(${worth}))"),
        row("end_repeat"),
        row("calculate", "squares", calculation="if(count(${room}) = 0, 0, sum(${square}))"),
        row("note", "small", "第${no}号只有${squares}平米", relevant="${squares} < 20"),
        row("begin_group", "safety", "安全", relevant="${kind} != 'yard'"),
        *(
            row(
                "select_one yn",
                f"s{n}",
                f"安全{n}",
                relevant=f"${{s{n - 1}}} = 'no'" if n % 5 else "",
            )
            for n in range(60)
        ),
        row(
            "calculate",
            "bad",
            calculation=" + ".join(f"if(${{s{n}}} = 'no', 1, 0)" for n in range(0, 60, 3)),
        ),
        row("end_group"),
        row("text", "why", "为什么？", relevant="${bad} > 5", required="${bad} > 8"),
        row("end_repeat"),
        row("calculate", "worst", calculation="max(${bad})"),
        row("calculate", "first_kind", calculation="indexed-repeat(${kind}, ${centre}, 1)"),
        row(
            "calculate",
            "yards",
            calculation="count(${centre}[kind = 'yard'])".replace(
                "${centre}[kind", "/data/centre[kind"
            ),
        ),
        *(
            row(
                "select_one yn" if n % 2 else "integer",
                f"z{n}",
                f"最后{n}",
                relevant=f"${{z{n - 1}}} != ''" if n % 7 else "",
            )
            for n in range(240)
        ),
        row(
            "calculate",
            "answered",
            calculation="string-length(${town})",
        ),
    ]
    choices = [("yn", "yes", "有", "yes", ""), ("yn", "no", "没有", "no", "")]
    choices += [
        ("kind", k, label, k, "")
        for k, label in (("hall", "活动室"), ("yard", "院子"), ("school", "学校里"))
    ]
    choices += [("needs", k, k, k, "") for k in ("staff", "money", "books", "heating")]
    choices += [
        ("things", f"{k}{n}", f"{k}{n}", f"{k}{n}", k)
        for k in ("hall", "yard", "school", "any")
        for n in range(6)
    ]
    columns = "list_name | name | label::中文 (zh) | label::English (en) | kind"
    return table(survey, choices, columns, "centres"), {}


SURVEYS = {"household": household, "centres": centres}


def picker(turn: int):
    """Give other answers in each turn; they depend on the question alone."""

    def pick(question):
        seed = sum(map(ord, question.ref)) * (turn + 1) + turn
        if question.type == "repeat":
            return (1, 3, 2, 0)[(turn + question.ref.count("[")) % 4]
        if turn and seed % 7 == 0 and not question.required:
            return None
        values = [value for value, _label in question.choices]
        if values and question.type == "select_one":
            return values[seed % len(values)]
        if question.type in ("integer", "decimal"):
            return str(seed % 9 + 1 + (0.5 if question.type == "decimal" else 0))
        return typical(question)

    return pick


def opened(name: str):
    sheet, files = SURVEYS[name]()
    return load(sheet, kind=".md", files={k: v.encode() for k, v in files.items()}), files


@pytest.mark.parametrize("name", SURVEYS)
@pytest.mark.parametrize("turn", range(4))
def test_a_large_survey_runs_as_in_the_reference(reference, name, turn):
    form, files = opened(name)
    run = Run(form)
    run.answer(picker(turn), most=4000)
    assert len(run.given) > 120
    compare(reference, form.definition, run, files=files)


@pytest.mark.parametrize("name", SURVEYS)
def test_a_large_survey_is_large(name):
    form, _files = opened(name)
    assert sum(d.control is not None for d in form.model.defs if d.leaf) > 290


@pytest.mark.parametrize("name", SURVEYS)
def test_a_large_survey_comes_back_from_its_json_and_replays_to_the_same(name):
    form, _files = opened(name)
    context = engine.Context(now=NOW)
    pick = picker(1)
    step = engine.current(form, engine.begin(form, context), context)
    for _ in range(120):
        if step.question is None:
            break
        value = pick(step.question)
        session = engine.Session.from_json(json.loads(json.dumps(step.session.to_json())))
        if step.question.type == "repeat":
            value = "no"
        if value and (kept := _try(form, session, value, context)) is not None:
            step = kept
        else:
            step = engine.skip(form, session, context)
    again = engine.replay(form, step.session, context)
    ours = running.claim(form, step.session, context)
    theirs = running.claim(form, again, context)
    assert [(ref, n.value) for ref, n in ours.outline.leaves] == [
        (ref, n.value) for ref, n in theirs.outline.leaves
    ]


def _try(form, session, value, context):
    try:
        return engine.answer(form, session, value, context)
    except engine.InvalidAnswer:
        return None
