"""The HTML reader by itself: offsets, nesting, and nothing a text can do breaks it."""

from __future__ import annotations

import contextlib
import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.entities import read_marked
from sandbox.errors import ApiError
from sandbox.hypertext import parse_html
from sandbox.marked import units

WORDS = st.text(max_size=60)
TAGS = st.sampled_from(["b", "i", "u", "s", "code", "pre", "blockquote", "tg-spoiler"])


def cut(marked, entity):
    wide = marked.text.encode("utf-16-le")
    start = entity["offset"] * 2
    return wide[start : start + entity["length"] * 2].decode("utf-16-le")


@given(WORDS)
def test_escaped_text_comes_back_unchanged(text):
    assert parse_html(html.escape(text)).text == text


@given(st.lists(st.tuples(TAGS, WORDS), max_size=6))
def test_each_tag_covers_exactly_its_text(parts):
    source = "".join(f"<{tag}>{html.escape(text)}</{tag}>" for tag, text in parts)
    marked = parse_html(source)
    assert [cut(marked, entity) for entity in marked.entities] == [
        text for _, text in parts if text
    ]


@given(st.text(alphabet="<>/ab &;=\"'#x1预\n😀", max_size=40))
def test_any_rubbish_is_read_or_refused_and_never_breaks_the_reader(source):
    with contextlib.suppress(ApiError):
        marked = read_marked(source, "HTML", None)
        end = units(marked.text)
        for one in marked.entities:
            assert 0 <= one["offset"] < one["offset"] + one["length"] <= end


@pytest.mark.parametrize(
    ("source", "text", "kinds"),
    [
        ("<b>a<i>b</i></b>", "ab", ["bold", "italic"]),
        ("<B>a</b>", "a", ["bold"]),
        ('<a href="https://example.org/?a=1&amp;b=2">细则</a>', "细则", ["text_link"]),
        ('<pre><code class="language-python">x</code></pre>', "x", ["pre"]),
        ("<blockquote>引</blockquote>", "引", ["blockquote"]),
        ('<span class="tg-spoiler">密</span>', "密", ["spoiler"]),
        ("&#20799;&#x7ae5;", "儿童", []),
        ("&copy; & &nbsp", "&copy; & &nbsp", []),
        (
            "/start 去 https://example.org。",
            "/start 去 https://example.org。",
            ["bot_command", "url"],
        ),
        ("<code>/start</code>", "/start", ["code"]),
    ],
)
def test_telegrams_html(source, text, kinds):
    marked = read_marked(source, "HTML", None)
    assert (marked.text, [one["type"] for one in marked.entities]) == (text, kinds)


def test_trimming_moves_the_entities_along():
    marked = read_marked("\n  <b>粗 </b>  ", "HTML", None)
    assert (marked.text, marked.entities) == ("粗", [{"type": "bold", "offset": 0, "length": 1}])


def test_entities_given_as_json_are_kept_where_they_fit():
    given_entities = [
        {"type": "bold", "offset": 0, "length": 1},
        {"type": "bold", "offset": 5, "length": 9},
        {"type": "nonsense", "offset": 0, "length": 1},
    ]
    assert read_marked("粗体", None, given_entities).entities == given_entities[:1]
