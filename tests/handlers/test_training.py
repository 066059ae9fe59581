"""The self-test explains every mistake that can be made in it."""

from __future__ import annotations

import pytest

from forms import catalog
from forms.play import play
from handlers.speech import LANGUAGES, speak
from handlers.training import FORM
from kernel.phrases import say
from tests.forms.test_catalog import CONTEXT

LETTERS = "abc"


def played(answers: dict[str, str]) -> dict[str, str]:
    table = {f"/data/{name}": letter for name, letter in answers.items()}
    return play(catalog.get(FORM), table, CONTEXT)["values"]


def all_by(letter: str) -> dict[str, str]:
    names = [row.name for row in catalog.get(FORM).model.defs if row.control is not None]
    return dict.fromkeys(names, letter)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mistake_has_a_lesson(language):
    for letter in LETTERS:
        for name in played(all_by(letter))["/data/wrong"].split():
            assert speak(say(f"quiz-lesson-{name}"), language)


def test_one_answer_of_each_question_is_right_and_nobody_passes_by_one_letter():
    rights: dict[str, str] = {}
    for letter in LETTERS:
        values = played(all_by(letter))
        wrong = values["/data/wrong"].split()
        assert values["/data/passed"] == "no"
        assert int(values["/data/right"]) == int(values["/data/asked"]) - len(wrong)
        found = {name: letter for name in all_by(letter) if name not in wrong}
        assert not rights.keys() & found.keys()
        rights |= found
    assert rights.keys() == all_by("a").keys()
    assert played(rights)["/data/passed"] == "yes"
    assert played(rights)["/data/wrong"] == ""
