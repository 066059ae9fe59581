"""A running form on the shelf goes to the session it belongs to, once, and to no other."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from forms import catalog, engine, running
from forms.instance import every_node
from forms.shelf import Shelf, Shelved
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


def put(shelf: Shelf, mark: str, session: engine.Session, key: str = "d1") -> None:
    shelf.put(key, mark, Shelved(FORM, session, {}))


def got(shelf: Shelf, mark: str, key: str = "d1") -> engine.Session | None:
    found = shelf.get(key, mark)
    return found.session if found else None


def test_a_dialogue_in_one_process_never_makes_its_form_anew(made: list[str]) -> None:
    shelf, session = Shelf(10), engine.begin(FORM, context())
    plain = engine.begin(FORM, context())
    for turn in range(6):
        put(shelf, f"m{turn}", session)
        found = got(shelf, f"m{turn}")
        assert found is not None
        session = next_answer(found, context(turn))
        plain = engine.Session.from_json(stored(plain))
        before = len(made)
        plain = next_answer(plain, context(turn))
        assert len(made) == before + 1
        assert session.to_json() == plain.to_json()
    assert len(made) == 6


def test_nothing_is_handed_out_under_another_mark() -> None:
    """Another replica went on with the draft, or what was put there was undone."""
    shelf, session = Shelf(10), engine.begin(FORM, context())
    put(shelf, "m1", session)
    assert got(shelf, "m0") is None
    assert got(shelf, "m1", key="d2") is None
    assert got(shelf, "m1") is session


def test_a_form_that_went_on_after_it_was_put_there_is_not_handed_out() -> None:
    shelf, session = Shelf(10), engine.begin(FORM, context())
    put(shelf, "m1", session)
    next_answer(session, context(1))
    assert got(shelf, "m1") is None


def test_a_form_that_somebody_else_took_out_is_made_from_what_was_kept(made: list[str]) -> None:
    shelf, session = Shelf(10), engine.begin(FORM, context())
    written = stored(session)
    put(shelf, "m1", session)
    found = got(shelf, "m1")
    assert found is not None
    second = replace(found, kept=lambda: written["state"])
    next_answer(found, context(1))
    assert engine.current(FORM, second, context(1)).session.at == session.at
    assert len(made) == 1
    assert stored(second) == written


def test_whoever_waited_longest_goes_first() -> None:
    shelf = Shelf(2)
    for key in ("a", "b", "c"):
        put(shelf, key, engine.begin(FORM, context()), key)
    assert [key for key in "abc" if got(shelf, key, key)] == ["b", "c"]


def test_none_are_kept_where_none_shall_be() -> None:
    shelf = Shelf(0)
    put(shelf, "m1", engine.begin(FORM, context()))
    assert got(shelf, "m1") is None


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
