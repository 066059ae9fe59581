"""A running form on the shelf goes to the session it belongs to, once, and to no other."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from forms import catalog, engine, running
from forms.instance import every_node
from forms.shelf import Shelf
from kernel.clock import CHINA

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)
FORM = catalog.get("visit_checkin")


def context(seconds: int = 0, **more: Any) -> engine.Context:
    known = {"child_id": "c1", "child_name": "陈小明", "child_age": "10"}
    return engine.Context(now=NOW + timedelta(seconds=seconds), params=known, **more)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every running form that was made anew from a stored session."""
    calls: list[str] = []
    restored = running.restored

    def counted(form: Any, session: Any, context: Any) -> Any:
        calls.append(session.at)
        return restored(form, session, context)

    monkeypatch.setattr(running, "restored", counted)
    return calls


def stored(session: engine.Session) -> dict[str, Any]:
    return json.loads(json.dumps(session.to_json()))


def next_answer(session: engine.Session, at: engine.Context) -> engine.Session:
    question = engine.current(FORM, session, at).question
    assert question is not None
    if question.choices:
        return engine.answer(FORM, session, question.choices[0][0], at).session
    return engine.answer(FORM, session, "2026-12-20", at).session


def test_a_dialogue_in_one_process_never_makes_its_form_anew(made: list[str]) -> None:
    shelf, session = Shelf(10), engine.begin(FORM, context())
    plain = engine.begin(FORM, context())
    for turn in range(6):
        written = stored(session)
        shelf.put("d1", written, session)
        session = next_answer(shelf.session("d1", stored(session)), context(turn))
        plain = engine.Session.from_json(stored(plain))
        before = len(made)
        plain = next_answer(plain, context(turn))
        assert len(made) == before + 1
        assert session.to_json() == plain.to_json()
    assert len(made) == 6


def test_another_session_of_the_same_draft_gets_nothing(made: list[str]) -> None:
    shelf, begun = Shelf(10), engine.begin(FORM, context())
    answered = next_answer(begun, context(1))
    shelf.put("d1", stored(answered), answered)
    older = engine.begin(FORM, context())
    read = shelf.session("d1", stored(older))
    assert engine.current(FORM, read, context(2)).question == (
        engine.current(FORM, older, context(2)).question
    )
    assert len(made) == 1


def test_it_is_handed_out_once(made: list[str]) -> None:
    shelf, session = Shelf(10), engine.begin(FORM, context())
    written = stored(session)
    shelf.put("d1", written, session)
    first, second = shelf.session("d1", written), shelf.session("d1", written)
    next_answer(first, context(1))
    assert engine.current(FORM, second, context(1)).question is not None
    assert len(made) == 1


def test_a_form_that_went_on_after_it_was_put_there_is_not_handed_out(made: list[str]) -> None:
    shelf, session = Shelf(10), engine.begin(FORM, context())
    written = stored(session)
    shelf.put("d1", written, session)
    next_answer(session, context(1))
    read = shelf.session("d1", written)
    assert read.to_json() == written
    assert engine.current(FORM, read, context(1)).session.at == session.at
    assert len(made) == 1


def test_whoever_waited_longest_goes_first(made: list[str]) -> None:
    shelf = Shelf(2)
    sessions = {key: engine.begin(FORM, context()) for key in ("a", "b", "c")}
    for key, session in sessions.items():
        shelf.put(key, stored(session), session)
    for key in ("b", "c", "a"):
        before = len(made)
        engine.current(FORM, shelf.session(key, stored(sessions[key])), context(1))
        assert len(made) == before + (key == "a")


def test_none_are_kept_where_none_shall_be(made: list[str]) -> None:
    shelf, session = Shelf(0), engine.begin(FORM, context())
    shelf.put("a", stored(session), session)
    engine.current(FORM, shelf.session("a", stored(session)), context(1))
    assert len(made) == 1


def test_every_node_is_found_at_the_path_it_gives_itself() -> None:
    form = catalog.get("delegation")
    session = engine.begin(form, context())
    live = running.claim(form, session, context())
    for series in live.outline.series:
        live.resize(series, 3)
    found = live.outline.at
    assert {ref: node.ref for ref, node in found.items()} == {ref: ref for ref in found}
    assert all(live.at(ref) is node for ref, node in found.items())
    assert len(found) == len(every_node(live.root))
