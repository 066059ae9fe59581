"""Words make a few situations likely; the person chooses."""

import pytest

from knowledge.situations import likeliest


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("隔壁那个娃被他爸打得满脸血", "A5"),
        ("闺女说叔叔弄疼她，内裤上有血", "N1"),
        ("孩子吃了老鼠药", "N5"),
        ("放学到现在没回家，找不到人", "A2"),
        ("奶奶昏倒了，家里就她一个小孩", "A3"),
        ("有人拉孩子上车要带走", "N7"),
    ],
)
def test_what_happened_is_among_the_likeliest(text: str, code: str) -> None:
    assert code in likeliest(text)


@pytest.mark.parametrize("text", ["", "xyz", "?" * 500, "𠮷"])
def test_strange_words_are_like_few_or_none(text: str) -> None:
    assert len(likeliest(text)) <= 3


def test_more_or_fewer_may_be_asked_for() -> None:
    assert len(likeliest("他爸拿皮带打他", 1)) == 1
