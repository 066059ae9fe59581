"""An answer to a long form opens and seals no more at its end than at its beginning: bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bench.forms import large_form
from bench.support.filled import CHAT, Filled
from cases.db.drafts import MOST_NEWS, Drafts
from cases.db.rows import DraftRow
from cases.vault import Vault
from forms import engine
from forms.form import compile_form

TENTH = 31
FORM = compile_form(large_form())


@pytest.fixture
async def filled(tmp_path: Path) -> AsyncIterator[Filled]:
    one = Filled(tmp_path, large_form())
    await one.begin("300 questions")
    yield one
    await one.end()


@pytest.fixture
def bytes_of(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """What was sealed and opened of drafts, in bytes."""
    counted: Counter[str] = Counter()
    seal, unseal = Vault.seal, Vault.open

    def sealing(self: Vault, wrapped: Any, subject: str, place: str, value: object) -> bytes:
        box = seal(self, wrapped, subject, place, value)
        counted["sealed"] += len(box) * place.startswith("drafts:")
        return box

    def opening(self: Vault, wrapped: Any, subject: str, place: str, sealed: bytes) -> Any:
        counted["opened"] += len(sealed) * place.startswith("drafts:")
        return unseal(self, wrapped, subject, place, sealed)

    monkeypatch.setattr(Vault, "seal", sealing)
    monkeypatch.setattr(Vault, "open", opening)
    return counted


async def test_what_an_answer_opens_and_seals_does_not_grow(filled, bytes_of):
    costs: list[dict[str, int]] = []
    bytes_of.clear()
    while await filled.answer("3"):
        costs.append(dict(bytes_of))
        bytes_of.clear()
    assert len(costs) >= 300
    for what in ("sealed", "opened"):
        # the median leaves out the one answer of many that writes everything down again
        first, last = (sorted(c.get(what, 0) for c in part) for part in _ends(costs))
        assert 0 < last[TENTH // 2] <= 1.5 * first[TENTH // 2], what
    whole = max(cost["sealed"] for cost in costs[-2 * MOST_NEWS :])
    seldom = [cost for cost in costs if cost["sealed"] > whole / 2]
    assert len(seldom) <= 2 * len(costs) / MOST_NEWS


async def test_what_stands_in_two_parts_is_the_session_that_a_replay_gives(filled):
    for count in range(1, MOST_NEWS + 8):
        await filled.answer("3")
        if count % 5:
            continue
        async with filled.house.store.reading() as unit:
            draft = await Drafts(unit).open_of("telegram", CHAT)
        context = engine.Context(now=filled.house.clock.now())
        kept = engine.Session.from_json(draft.session)
        again = engine.replay(FORM, kept, context)
        assert len(kept.inputs) == count
        assert engine.values(FORM, again, context) == engine.values(FORM, kept, context)
        assert again.to_json() == kept.to_json()


async def test_a_draft_of_the_release_before_goes_on(filled):
    """It has no mark, and what was hidden stood in a list."""
    await filled.answer("0")
    async with filled.house.bot_store.unit() as unit:
        draft = await Drafts(unit).open_of("telegram", CHAT)
        session = draft.session
        hidden = list(session["state"]["hidden"])
        assert hidden
        old = {**session, "state": {**session["state"], "hidden": hidden}}
        await Drafts(unit).save(draft, old)
        await unit.connection.execute(update(DraftRow).values(mark=""))
        await unit.commit()
    for _ in range(3):
        await filled.answer("3")
    async with filled.house.store.reading() as unit:
        draft = await Drafts(unit).open_of("telegram", CHAT)
    context = engine.Context(now=filled.house.clock.now())
    kept = engine.Session.from_json(draft.session)
    assert len(kept.inputs) == 4
    assert engine.replay(FORM, kept, context).to_json() == kept.to_json()


def _ends(costs: list[dict[str, int]]) -> tuple[list[dict[str, int]], list[dict[str, int]]]:
    return costs[:TENTH], costs[-TENTH:]
