"""What people typed can never become a tag, a button or a message too long."""

from __future__ import annotations

import html
import re

import pytest

from bot.presenting import LIMIT, Presenter, Seals
from kernel.errors import InputError
from kernel.words import Button, Edit, Line, Send, Toast, plain

TELEGRAM_LIMIT = 4_096
SEALS = Seals(lambda text: f"{hash(text) & 0xFFFFFFFF:08x}")


@pytest.fixture
def presenter() -> Presenter:
    return Presenter(SEALS, "77", 3, "zh-CN")


def seen(text: str) -> str:
    return html.unescape(re.sub(r"</?(?:b|i|blockquote)>", "", text))


@pytest.mark.parametrize("name", ["<b>", "<a href='x'>王</a>", "a & b", "</blockquote>", "&lt;"])
@pytest.mark.parametrize("style", ["plain", "strong", "quote", "small"])
def test_names_that_look_like_tags_are_shown_as_they_are(presenter, name, style):
    [shown] = presenter.dress(Send((Line(name, style),)))
    assert seen(shown.html) == name
    assert "<a" not in shown.html


def test_a_long_text_is_cut_at_sentence_ends_and_loses_nothing(presenter):
    text = "".join(f"这是第{number}句话，说的是同一件事。" for number in range(600))
    messages = presenter.dress(Send(plain(text), ((Button("好", "yes"),),)))
    assert "".join(seen(one.html) for one in messages).replace("\n", "") == text
    assert len(messages) > 1
    for one in messages:
        assert len(one.html) <= LIMIT < TELEGRAM_LIMIT
        assert one.html.endswith("。")
    assert [bool(one.buttons) for one in messages] == [False] * (len(messages) - 1) + [True]


def test_a_long_text_of_tags_stays_within_the_limit_as_people_see_it(presenter):
    messages = presenter.dress(Send(plain("<&>" * 3_000)))
    assert all(len(seen(one.html)) <= TELEGRAM_LIMIT for one in messages)
    assert "".join(seen(one.html) for one in messages).replace("\n", "") == "<&>" * 3_000


def test_text_outside_the_basic_plane_is_counted_as_telegram_counts(presenter):
    messages = presenter.dress(Send(plain("𠮷" * 3_900)))
    assert all(len(one.html.encode("utf-16-le")) // 2 <= TELEGRAM_LIMIT for one in messages)


def test_an_edit_that_grew_too_long_edits_first_and_sends_the_rest(presenter):
    payloads = presenter.payloads([Edit(plain("很长的一句话。" * 1_000), message="5")])
    assert [one["do"] for one in payloads] == ["edit", *["send"] * (len(payloads) - 1)]


def test_button_data_fits_into_64_bytes(presenter):
    lasting = Button("打开", f"visit:{'x' * 42}", durable=True)
    [shown] = presenter.dress(Send(plain("？"), ((lasting, Button("甲" * 99, "很长" * 99)),)))
    assert all(len(data.encode()) <= 64 for row in shown.buttons for _, data in row)
    with pytest.raises(InputError):
        presenter.dress(Send(plain("？"), ((Button("打开", "x" * 64, durable=True),),)))


def test_a_toast_is_cut_to_what_telegram_takes(presenter):
    assert len(presenter.toast(Toast("话" * 999))) == 200


def test_lasting_button_data_is_good_in_its_own_chat_only():
    data = SEALS.durable("77", "ack:1")
    assert SEALS.read("77", data, 1, {}).value == "ack:1"
    assert SEALS.read("78", data, 1, {}).stale
    assert SEALS.read("77", data.replace("ack:1", "ack:2"), 1, {}).stale
