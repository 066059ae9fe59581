"""Every story in tests/stories is played against the real product over HTTP."""

from pathlib import Path

import pytest
from support.stories import play_story

STORIES = sorted((Path(__file__).parent / "stories").glob("*.txt"))


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.stem)
async def test_the_story_is_true(story: Path, tmp_path: Path) -> None:
    await play_story(story, tmp_path)


def test_there_are_stories() -> None:
    assert STORIES
