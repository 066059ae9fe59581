"""A batch of questions from a file: what Windows writes is read, what cannot is one sentence."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from bot.console import answers
from handlers.speech import speak
from kernel.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

ROW = {"id": "1", "role": "guardian", "question": "户口\u2028怎么上"}


class Desk:
    """Says again what it was asked."""

    def ask(self, question: str, *, role: str) -> SimpleNamespace:
        return SimpleNamespace(to_json=lambda: {"asked": question, "role": role})


@pytest.fixture(autouse=True)
def desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "_desk", Desk)


def ask(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    answers._ask_batch(file, "supervisor")


def test_a_file_with_a_mark_at_its_beginning_and_empty_lines_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = json.dumps(ROW, ensure_ascii=False).encode()
    bare = json.dumps({"question": "问"}).encode()
    ask(tmp_path / "b.jsonl", b"\xef\xbb\xbf" + line + b"\r\n\r\n" + bare + b"\r\n")
    first, second = map(json.loads, capsys.readouterr().out.split("\n")[:2])
    assert first == {"id": "1", "asked": ROW["question"], "role": "guardian"}
    assert second == {"id": None, "asked": "问", "role": "supervisor"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe{}", "不是 UTF-8"),
        (b'{"question": "a"}\nno json', "第 2 行"),
        (b'["question"]', "第 1 行"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(InputError) as caught:
        ask(tmp_path / "b.jsonl", content)
    assert words in speak(caught.value.reply, "zh-CN")


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        answers._ask_batch(tmp_path / "none.jsonl", "guardian")
    assert "请检查路径" in speak(caught.value.reply, "zh-CN")
