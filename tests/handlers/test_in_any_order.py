"""Whatever a director does in whatever order: no answer is lost, none lands at the wrong child.

The real turn loop on a real SQLite file, with a mouth that only remembers; every turn reads the
session from the database, as another process would.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from support.turn_house import CHAT, Clock, House, Seen, ground, inputs

from cases.db.drafts import Draft, Drafts, Words
from forms import catalog, engine
from forms.errors import InvalidAnswer
from handlers import form_buttons as buttons
from handlers import form_open
from kernel.clock import local

WORDS = ("1", "2", "1、2", "没有", "昨天", "12月30日", "想妈妈", "乱写", "改 2", "核对")
VERBS = ("newchild", "filechange", "delegate", "refer", "quiz")
ABOUT_NOBODY = ("newchild", "quiz")
"""Buttons that begin the other forms a director fills in."""
NO_LISTS: dict[str, list[dict[str, str]]] = {"children": [], "areas": []}
COMMANDS = ("上一步", "跳过", "存草稿", "选好了")


class Director(RuleBasedStateMachine):
    """A director with two children and every kind of haste."""

    def __init__(self) -> None:
        super().__init__()
        source, self.children = ground()
        self.folder = Path(tempfile.mkdtemp(prefix="tongban-order-"))
        shutil.copy(source, self.folder / "bot.sqlite")
        self.runner = asyncio.Runner()
        self.clock = Clock()
        self.house = House(self.folder / "bot.sqlite", self.clock)
        self.run(self.house.start())
        self.number = 100
        self.last: dict[str, Any] = {}
        self.lists: dict[str, Any] = {}
        self.seen = self.run(self.house.look())

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    def teardown(self) -> None:
        self.run(self.house.stop())
        self.runner.close()
        shutil.rmtree(self.folder)

    # --- what a person can do -------------------------------------------------------------

    def says(self, text: str) -> None:
        who = {"id": int(CHAT), "type": "private"}
        message = {"message_id": self.number, "chat": who, "from": who, "text": text}
        self.send({"message": message}, leaving=text in {"取消", "提交"})

    def presses(self, data: str, value: str) -> None:
        where = {"id": int(CHAT), "type": "private"}
        query = {
            "id": str(self.number),
            "data": data,
            "message": {"message_id": 500, "chat": where},
        }
        leaving = value in {buttons.CANCEL_SURE, buttons.SUBMIT} or value.startswith("!settle:")
        self.send({"callback_query": query}, leaving=leaving)

    def send(self, update: dict[str, Any], *, leaving: bool) -> None:
        self.number += 1
        self.clock.moment += timedelta(seconds=7)
        self.last = {"update_id": self.number, **update}
        before = self.seen
        self.run(self.house.get(self.last))
        self.look()
        self.compare(before, leaving=leaving)

    def look(self) -> None:
        self.seen = self.run(self.house.look())
        world = self.seen.state.get("world") or {}
        if world:
            self.lists[world["draft"]] = world["lists"]

    def compare(self, before: Seen, *, leaving: bool) -> None:
        """Check what one turn did: one draft may grow, one may leave when it was told to."""
        grown = 0
        for draft_id, old in before.drafts.items():
            new = self.seen.drafts.get(draft_id)
            if new is None:
                assert leaving, "a draft is gone that nobody threw away or handed in"
                assert draft_id == before.open_id
                if draft_id in self.seen.submitted:
                    self.check_submission(old, self.seen.submitted[draft_id])
                continue
            assert inputs(new)[: len(inputs(old))] == inputs(old), "an answer is lost"
            assert new.child_id == old.child_id
            if inputs(new) != inputs(old):
                grown += 1
                assert draft_id == before.open_id, "an answer landed in a form that was not open"
        assert grown <= 1

    def check_submission(self, draft: Draft, number: str) -> None:
        """What is filed is what doing all of it again comes to, whatever the form."""
        form, context = catalog.get(draft.form), self.context(draft)
        session = engine.replay(form, engine.Session.from_json(draft.session), context)
        again = engine.finish(form, session, context)
        assert self.run(self.house.answers(number)) == dict(again.values)

    def context(self, draft: Draft) -> engine.Context:
        return engine.Context(
            now=local(self.clock.moment), lists=self.lists.get(draft.id) or NO_LISTS
        )

    @initialize()
    def begin_at_once(self) -> None:
        self.visit(0)

    @rule()
    def begin_first(self) -> None:
        self.visit(0)

    @rule()
    def begin_second(self) -> None:
        self.visit(1)

    def visit(self, place: int) -> None:
        value = f"visit:{self.children[place]}"
        self.presses(self.house.seals.durable(CHAT, value), value)
        if self.seen.open_id:
            assert self.seen.drafts[self.seen.open_id].child_id == self.children[place]

    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        """Type a good answer to the open question."""
        draft = self.seen.drafts.get(self.seen.open_id)
        if draft is None:
            return
        question = self.question(draft)
        if question is None:
            self.says("提交")
            return
        choices = range(1, len(question.choices) + 1)
        if choices:
            self.says(str(data.draw(st.sampled_from(choices))))
        else:
            self.says(data.draw(st.sampled_from(("12月30日", "想妈妈", "石溪派出所"))))

    def question(self, draft: Draft) -> engine.Question | None:
        context = self.context(draft)
        session = engine.Session.from_json(draft.session)
        return engine.current(catalog.get(draft.form), session, context).question

    @rule(text=st.sampled_from(WORDS + COMMANDS))
    def type_anything(self, text: str) -> None:
        self.says(text)

    @rule()
    def emergency(self) -> None:
        self.says("紧急报告")

    @rule(verb=st.sampled_from(VERBS), place=st.integers(0, 1))
    def another_form(self, verb: str, place: int) -> None:
        """Begin another form of the catalog, about a child or about nobody."""
        self.begin(verb, place)

    def begin(self, verb: str, place: int = 0) -> None:
        value = f"{verb}:{'' if verb in ABOUT_NOBODY else self.children[place]}"
        self.presses(self.house.seals.durable(CHAT, value), value)

    @rule(data=st.data())
    def press_a_button(self, data: st.DataObject) -> None:
        """Press any button of the open question: back, marks, pages, change, cancel, submit."""
        values = self.seen.state.get("buttons") or []
        if not values:
            return
        place = data.draw(st.integers(0, len(values) - 1))
        self.presses(
            self.house.seals.of_prompt(CHAT, self.seen.prompt_no, place), str(values[place])
        )

    @rule(age=st.integers(1, 3), place=st.integers(0, 6))
    def press_an_old_button(self, age: int, place: int) -> None:
        kept = {key: draft.session for key, draft in self.seen.drafts.items()}
        self.presses(self.house.seals.of_prompt(CHAT, self.seen.prompt_no - age, place), "")
        assert {key: draft.session for key, draft in self.seen.drafts.items()} == kept

    @precondition(lambda self: self.last)
    @rule()
    def the_update_comes_again(self) -> None:
        kept = {key: draft.session for key, draft in self.seen.drafts.items()}
        number = self.seen.prompt_no
        self.run(self.house.get(self.last))
        self.seen = self.run(self.house.look())
        assert {key: draft.session for key, draft in self.seen.drafts.items()} == kept
        assert self.seen.prompt_no == number

    @rule()
    def restart(self) -> None:
        self.run(self.house.stop())
        self.run(self.house.start())
        self.seen = self.run(self.house.look())

    # --- what always holds ----------------------------------------------------------------

    @invariant()
    def every_draft_is_of_its_own_child_and_replays(self) -> None:
        for draft in self.seen.drafts.values():
            session = engine.Session.from_json(json.dumps(draft.session))
            assert session.params.get("child_id") == draft.child_id
            form, context = catalog.get(draft.form), self.context(draft)
            again = engine.replay(form, session, context)
            mine = engine.values(form, session, context)
            assert engine.values(form, again, context) == mine

    @invariant()
    def one_unfinished_visit_for_a_child_at_most(self) -> None:
        visits = [d.child_id for d in self.seen.drafts.values() if d.form == "visit_checkin"]
        assert len(visits) == len(set(visits))

    @invariant()
    def what_was_handed_in_can_be_finished(self) -> None:
        for draft in self.seen.drafts.values():
            assert draft.id not in self.seen.submitted


@pytest.mark.parametrize(
    "verb", ["visit", "newchild", "filechange", "delegate", "refer", "紧急报告"]
)
def test_a_form_handed_in_says_what_was_answered(verb: str) -> None:
    """A plain run to the end, so that the machine's check of submissions is known to happen."""
    director = Director()
    if verb == "紧急报告":
        director.says(verb)
    else:
        director.begin(verb)
    draft = director.seen.drafts[director.seen.open_id]
    while (question := director.question(draft)) is not None:
        word = "12月30日" if question.type == "date" else "1"
        director.says(word if question.required else "跳过")
        before, draft = draft, director.seen.drafts[director.seen.open_id]
        assert inputs(draft) != inputs(before), question.ref
    director.says("提交")
    assert director.seen.drafts == {}
    (number,) = director.seen.submitted.values()
    try:
        director.check_submission(draft, number)
    except InvalidAnswer as error:
        raise AssertionError(error.ref) from error
    director.teardown()


def test_a_form_that_leaked_into_another_child_would_be_seen(monkeypatch) -> None:
    """The machine must be able to fail: here a form is found again whoever it is about."""

    async def careless(room, name, _child_id=None, _case_id=None):
        return await waiting_of(room, name)

    async def waiting_of(room, name):
        for draft in await Drafts(room.unit).parked(room.turn.channel, room.turn.chat):
            if draft.form == name:
                return await form_open.resume(room, draft.id)
        return await form_open.open_form(room)

    monkeypatch.setattr(form_open, "waiting", careless)
    director = Director()
    director.visit(0)
    director.says("1")
    with pytest.raises(AssertionError):
        director.visit(1)
    director.teardown()


def test_a_lost_answer_would_be_seen() -> None:
    director = Director()
    director.visit(0)
    director.says("1")
    before = director.seen
    (draft,) = before.drafts.values()
    shorter = dict(draft.session) | {"inputs": inputs(draft)[:-1]}
    director.seen = replace(
        before, drafts={draft.id: replace(draft, words=Words(lambda: shorter, lambda: None))}
    )
    with pytest.raises(AssertionError, match="an answer is lost"):
        director.compare(before, leaving=False)
    director.teardown()


TestDirector = Director.TestCase
TestDirector.settings = settings(max_examples=12, stateful_step_count=30)
