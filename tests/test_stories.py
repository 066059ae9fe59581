"""Every story in tests/stories is played against the real product over HTTP."""

from pathlib import Path

import pytest
from support import postgresql
from support.stories import play_story

from bench.support.ports import free_port

FOLDER = Path(__file__).parent / "stories"
STORIES = sorted(FOLDER.glob("*.txt"))


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.stem)
async def test_the_story_is_true(story: Path, tmp_path: Path) -> None:
    # every answer is read from the database; over webhooks below, running forms are kept
    await play_story(story, tmp_path, running_forms=0)


async def test_the_visit_is_the_same_over_webhooks(tmp_path: Path) -> None:
    port = free_port()
    await play_story(
        FOLDER / "02_visit.txt",
        tmp_path,
        receive="webhook",
        webhook_url=f"http://127.0.0.1:{port}/telegram",
        webhook_port=port,
        webhook_secret="a-secret-of-this-test",
    )


ON_POSTGRESQL = (
    "02_visit",
    "03_emergency",
    "335_restart_in_the_middle",
    "343_old_lists",
    "505_lost_phone",
    "508_month_summary",
)
"""A few of every kind; all of them: `make stories-postgresql`."""


@pytest.mark.parametrize("name", ON_POSTGRESQL)
async def test_the_story_is_true_on_postgresql(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgresql.needed()
    monkeypatch.setenv("TONGBAN_TEST_DATABASE_URL", postgresql.SERVER)
    await play_story(FOLDER / f"{name}.txt", tmp_path, running_forms=0)
