"""What `or_other` adds is said in the form's languages, not in the converter's English."""

from __future__ import annotations

from datetime import datetime

import pytest

from forms import engine
from forms.check import check
from forms.errors import FormError
from forms.form import load
from kernel.clock import CHINA

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)


def sheet(labels: str, kind: str = "select_one", who: str = "谁带孩子") -> str:
    cells = " | ".join([who] * len(labels.split("|")))
    choice = " | ".join(["奶奶" if who == "谁带孩子" else "Granny"] * len(labels.split("|")))
    return f"""
| survey |
| | type | name | {labels} |
| | {kind} kin or_other | k | {cells} |
| choices |
| | list_name | name | {labels} |
| | kin | granny | {choice} |
"""


def asked(text: str, language: str = "") -> list[str]:
    form = load(text.encode(), kind=".md")
    context = engine.Context(now=NOW, language=language)
    step = engine.current(form, engine.begin(form, context), context)
    other = dict(step.question.choices)["other"]
    step = engine.answer(form, step.session, "other", context)
    assert step.question.ref == "/data/k_other"
    return [other, step.question.label]


BOTH = "label::中文 (zh) | label::English (en)"


@pytest.mark.parametrize("kind", ["select_one", "select_multiple"])
@pytest.mark.parametrize(
    ("labels", "language", "words"),
    [
        (BOTH, "zh-CN", ["其他", "其他，请写明"]),
        (BOTH, "en", ["Other", "Please say which"]),
        ("label::中文 (zh)", "", ["其他", "其他，请写明"]),
        ("label", "", ["其他", "其他，请写明"]),
    ],
)
def test_other_is_said_in_the_language_of_the_form(kind, labels, language, words):
    assert asked(sheet(labels, kind), language) == words


def test_a_form_in_english_alone_stays_so():
    assert asked(sheet("label", who="Who?")) == ["Other", "Specify other."]


@pytest.mark.parametrize(("labels", "count"), [(BOTH, 0), ("label::Uyghur (ug)", 1)])
def test_only_a_language_without_the_words_is_told(tmp_path, labels, count):
    path = tmp_path / "form.md"
    path.write_text(sheet(labels), encoding="utf-8")
    told = [p.sentence.key for p in check(path)]
    assert told.count("forms-py-other-words") == count


def test_a_row_longer_than_its_headings_is_no_crash():
    with pytest.raises(FormError):
        load(b"| survey |\n| | type | name |\n| | text | a | A |\n", kind=".md")
