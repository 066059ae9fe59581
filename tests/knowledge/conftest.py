"""One desk over the shipped directive for the whole package; its vectors are built once."""

from __future__ import annotations

from pathlib import Path

import pytest
from fluent.runtime import FluentBundle, FluentResource

from knowledge.desk import Desk, open_desk

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def render():
    return fluent("zh-CN")


def fluent(language: str):
    bundle = FluentBundle([language], use_isolating=False)
    file = ROOT / "handlers" / "locales" / language / "knowledge.ftl"
    bundle.add_resource(FluentResource(file.read_text("utf-8")))

    def render(phrase) -> str:
        value = bundle.get_message(phrase.key).value
        text, errors = bundle.format_pattern(value, dict(phrase.args))
        assert not errors
        return text

    return render


@pytest.fixture(scope="session")
def desk(tmp_path_factory, render) -> Desk:
    opened = open_desk(tmp_path_factory.mktemp("knowledge"), render=render)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.exists():
        pytest.skip("the shared folder with laws and questions is not beside the repository")
    return SHARED
