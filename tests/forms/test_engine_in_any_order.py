"""Whatever a person does in whatever order: nothing is lost and a replay gives the same."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cases.jsontext import patched
from forms import catalog, engine, running
from forms.errors import InvalidAnswer
from forms.form import load
from forms.shelf import Shelf, Shelved
from kernel.clock import CHINA
from kernel.errors import StaleError

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)
LISTS = {
    "children": [{"name": "c1", "label": "陈*明"}],
    "areas": [{"name": "a1", "label": "桥头"}],
}
WORDS = ("3", "1", "0", "昨天", "2026-12-24", "2018-05-03", "13800000000", "a b", "", "x" * 600)


COUNTED = """
| survey |
| | type | name | label | relevant | readonly | required | repeat_count | choice_filter |
| | integer | kids | 几个孩子 | | | yes | | |
| | begin_repeat | kid | 孩子 | ${kids} != 2 | | | ${kids} | |
| | text | nick | 小名 | | | yes | | |
| | select_one yn | ill | 生病吗 | | | | | |
| | begin_repeat | visit | 看病 | ${ill} = 'y' | | | | |
| | date | day | 哪天 | | ${nick} = 'a b' | | | |
| | select_one place | place | 哪里 | | | yes | | of=${ill} |
| | end_repeat | | | | | | | |
| | end_repeat | | | | | | | |
| | select_one yn | settled | 核定过吗 | | | | | |
| | integer | sum | 共 | count(${kid}) > 1 | ${settled} = 'y' | yes | | |
| choices |
| | list_name | name | label | of |
| | yn | y | 是 | |
| | yn | n | 否 | |
| | place | p1 | 镇上 | y |
| | place | p2 | 县里 | n |
"""
"""What the catalog has none of: counts that answers give, entries in entries, closing."""


def same(kept: str, given: str) -> bool:
    return sorted(kept.removesuffix(".0").split()) == sorted(given.split())


class Dialogue(RuleBasedStateMachine):
    """A person with a form: answers, goes back, edits, is restarted, presses old buttons."""

    @initialize(name=st.sampled_from((*catalog.names(), "", "")))
    def open(self, name):
        self.form = catalog.get(name) if name else load(COUNTED.encode(), kind=".md")
        self.seconds = 0
        self.shelf = Shelf(1)
        self.session = engine.begin(self.form, self.context)
        self.given: dict[str, str] = {}
        self.mark, self.stands = 0, {}

    @property
    def context(self):
        now = NOW + timedelta(seconds=self.seconds)
        return engine.Context(now=now, lists=LISTS, params={"child_age": "9"})

    @property
    def step(self):
        return engine.current(self.form, self.session, self.context)

    def take(self, do, *args):
        """Do something; a refusal leaves everything as it was."""
        before = self.session.to_json()
        self.seconds += 1
        try:
            step = do(self.form, self.session, *args, self.context)
        except (InvalidAnswer, StaleError):
            assert self.session.to_json() == before
            return None
        self.session = step.session
        self.take_out(step)
        return step

    def take_out(self, step):
        """An answer whose entry is gone is gone with it; it was named."""
        stored = engine.Session.from_json(json.dumps(step.session.to_json()))
        live = running.claim(self.form, stored, self.context)
        gone = [ref for ref in self.given if live.find(ref) is None]
        assert set(gone) <= {item.ref for item in step.fallen}
        for ref in gone:
            del self.given[ref]

    @rule(data=st.data())
    def answer(self, data):
        question = self.step.question
        if question is None:
            return
        values = [value for value, _label in question.choices]
        if question.type == "select_multiple":
            picked = data.draw(st.lists(st.sampled_from(values), max_size=3, unique=True))
            value = " ".join(picked)
        else:
            value = data.draw(st.sampled_from(values or WORDS))
        step = self.take(engine.answer, value)
        if step is None or question.type == "repeat":
            return
        if value.strip():
            self.given[question.ref] = value
        else:  # nothing in place of an answer takes it back
            self.given.pop(question.ref, None)

    @rule()
    def skip(self):
        question = self.step.question
        if question is not None and self.take(engine.skip) is not None:
            self.given.pop(question.ref, None)

    @rule()
    def back(self):
        self.take(engine.back)

    @rule()
    def review(self):
        self.take(engine.to_review)

    @precondition(lambda self: bool(self.given))
    @rule(data=st.data())
    def edit(self, data):
        self.take(engine.goto, data.draw(st.sampled_from(sorted(self.given))))

    @rule(ref=st.sampled_from(("/data/nothing", "/data", "", "/data/guardian[9]/guardian_name")))
    def press_an_old_button(self, ref):
        assert self.take(engine.goto, ref) is None

    @rule(read_again=st.booleans())
    def write_down(self, read_again):
        """What is new, laid over what was written down before, is the whole."""
        news = self.session.news(str(self.mark))
        if news is None:
            self.stands = self.session.to_json()
        else:
            more = [*self.stands["inputs"], *news.inputs]
            self.stands = patched(self.stands, news.patch) | {"inputs": more}
        self.mark += 1
        self.session = self.session.written(str(self.mark))
        assert self.stands == self.session.to_json()
        if read_again:
            self.session = engine.Session.from_json(json.dumps(self.stands), str(self.mark))

    @rule()
    def restart(self):
        self.session = engine.Session.from_json(json.dumps(self.session.to_json()))

    @rule()
    def come_back(self):
        """Another turn in the same process: the running form comes from the shelf."""
        self.shelf.put("d1", "m1", Shelved(self.form, self.session, {}))
        found = self.shelf.get("d1", "m1")
        assert found is None or found.session is self.session

    @rule()
    def an_older_page_is_on_the_shelf(self):
        """A turn that was undone, or another replica: what lies there is not this session."""
        self.shelf.put("d1", "m1", Shelved(self.form, self.session, {}))
        assert self.shelf.get("d1", "m2") is None
        self.session = engine.Session.from_json(json.dumps(self.session.to_json()))

    @invariant()
    def no_answer_is_lost(self):
        """Each stands where it was given, also while its question is not asked."""
        if not hasattr(self, "form"):
            return
        stored = engine.Session.from_json(json.dumps(self.session.to_json()))
        live = running.claim(self.form, stored, self.context)
        values = engine.values(self.form, self.session, self.context)
        for ref, value in self.given.items():
            node = live.find(ref)
            assert node is not None, ref
            if self.form.sources_of(node.definition):
                continue  # what is worked out may come to something else
            kept = node.chosen or node.stored
            assert same(kept, value), ref
            assert (ref in values) is node.relevant
            if node.relevant and not node.chosen:
                assert same(values[ref], value), ref

    @invariant()
    def a_replay_gives_the_same(self):
        if not hasattr(self, "form"):
            return
        again = engine.replay(self.form, self.session, self.context)
        mine = engine.values(self.form, self.session, self.context)
        assert engine.values(self.form, again, self.context) == mine
        stored = engine.Session.from_json(json.dumps(self.session.to_json()))
        assert engine.values(self.form, stored, self.context) == mine
        assert engine.current(self.form, stored, self.context).question == self.step.question


TestDialogue = Dialogue.TestCase
TestDialogue.settings = settings(max_examples=120, stateful_step_count=25)


def test_a_lost_answer_would_be_seen():
    """The machine must be able to fail."""
    machine = Dialogue()
    machine.open("visit_checkin")
    machine.take(engine.answer, "home")
    machine.given["/data/mode"] = "home"
    machine.no_answer_is_lost()
    machine.given["/data/mode"] = "phone"
    with pytest.raises(AssertionError):
        machine.no_answer_is_lost()
