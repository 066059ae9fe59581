"""An expression that is none is explained by what was probably meant."""

from __future__ import annotations

import pytest

from forms.check import check
from handlers.speech import speak

FORM = """| survey |
| | type | name | label | relevant |
| | integer | age | 几岁 | |
| | select_one yn | a | 上学吗 | |
| | text | b | 说说 | {relevant} |
| choices |
| | list_name | name | label |
| | yn | yes | 上 |
| | yn | no | 没上 |
"""


def told(folder, relevant: str) -> list[tuple[str, bool, str]]:
    path = folder / "form.md"
    path.write_text(FORM.format(relevant=relevant), encoding="utf-8")
    return [(p.sentence.key, p.fatal, speak(p.sentence)) for p in check(path)]


@pytest.mark.parametrize(
    ("relevant", "key", "words"),
    [
        ("${age}＞3", "forms-slip-wide", "全角的“＞”，请换成半角的 >"),
        ("selected(${a}，'yes')", "forms-slip-wide", "全角的“，”，请换成半角的 ,"),
        ("$｛a｝ = 'yes'", "forms-slip-wide", "全角的“｛”，请换成半角的 {"),
        ("${a} == 'yes'", "forms-slip-write", "== 要写成 ="),
        ("${a} = 'yes' && ${age} > 3", "forms-slip-write", "&& 要写成 and"),
        ("${a} = 'yes' AND ${age} > 3", "forms-slip-write", "AND 要写成 and"),
        ("${a} <> 'yes'", "forms-slip-write", "<> 要写成 !="),
        ("${age} => 3", "forms-slip-write", "=> 要写成 >="),
        ("${age} ≥ 3", "forms-slip-write", "≥ 要写成 >="),
        ("${a} = 'yes", "forms-slip-quote", "少了一个引号"),
        ("(${age} > 3", "forms-slip-bracket", "括号不成对"),
        ("selected(${a})", "forms-slip-parts", "selected() 的括号里要写 2 项"),
        ("round(1, 2, 3) > ${age}", "forms-slip-between", "要写 1 到 2 项"),
    ],
)
def test_a_slip_is_told_with_what_to_write_instead(tmp_path, relevant, key, words):
    [(found, fatal, sentence)] = told(tmp_path, relevant)
    assert (found, fatal) == (key, True)
    assert words in sentence


@pytest.mark.parametrize(
    "relevant", ["${a} = '是＞，＝＝ && AND'", "${a} = 'yes' and not(${age} >= 3)"]
)
def test_what_stands_in_quotes_or_is_right_is_no_slip(tmp_path, relevant):
    assert told(tmp_path, relevant) == []


def test_a_text_without_quotes_runs_but_is_told(tmp_path):
    [(key, fatal, sentence)] = told(tmp_path, "${a} = yes")
    assert (key, fatal) == ("forms-bare-word", False)
    assert "'yes'" in sentence
    assert "${yes}" in sentence


def test_a_lost_node_is_not_taken_for_a_text(tmp_path):
    [(key, _fatal, _sentence)] = told(tmp_path, "../nobody/home = 'x'")
    assert key == "forms-missing-node"


@pytest.mark.parametrize(
    "path", ["/data/nobody", "/survey/a", "sum(/survey/people/age)", "count(/survey/p[age > 3])"]
)
def test_a_path_from_the_top_that_leads_nowhere_is_told_as_a_path(tmp_path, path):
    [(key, fatal, sentence)] = told(tmp_path, f"{path} > 3")
    assert (key, fatal) == ("forms-missing-node", False)
    assert "${" not in sentence


def test_bent_quotes_are_no_mistake_beside_another_one(tmp_path):
    [(key, _fatal, sentence)] = told(
        tmp_path, "${a} != ’’ |\n| | text | c | 再说 | ${nobody} = ‘x’"
    )
    assert key == "forms-lint-reference"
    assert "nobody" in sentence
