"""docs/duties.md: every clause of the directive has a feature and a story that plays it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from knowledge.store import shipped

ROOT = Path(__file__).parents[2]
STORIES = ROOT / "tests" / "stories"
ROW = re.compile(r"^\| (\S+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
ROWS = {
    clause: (feature.strip(), re.findall(r"`(\w+)`", stories))
    for clause, feature, stories, _left in ROW.findall(
        (ROOT / "docs" / "duties.md").read_text(encoding="utf-8")
    )
    if clause not in {"clause", "---"}
}
CLAUSES = [clause.clause for directive in shipped() for clause in directive.clauses]


def test_every_clause_has_a_row_and_no_other():
    assert len(CLAUSES) == 37
    assert sorted(ROWS) == sorted(CLAUSES)


@pytest.mark.parametrize("clause", CLAUSES)
def test_a_clause_has_a_feature_and_stories_that_exist(clause):
    feature, stories = ROWS[clause]
    assert len(feature) > 20
    assert stories
    assert [name for name in stories if not (STORIES / f"{name}.txt").is_file()] == []


@pytest.mark.parametrize("name", sorted({name for _, names in ROWS.values() for name in names}))
def test_a_story_that_is_named_expects_something(name):
    lines = (STORIES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    seen = [line for line in lines if re.match(r"^\S+<!?", line)]
    done = [line for line in lines if re.match(r"^\S+[>!+]", line)]
    assert seen
    assert done
