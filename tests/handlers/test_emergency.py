"""What typed words tell of a child's safety: never more than was said."""

import pytest

from handlers.emergency import safety


@pytest.mark.parametrize("text", ["没事了", "现在安全了", "已经救上来了", "找到了，在外婆家"])
def test_a_child_is_safe_where_that_is_said(text: str) -> None:
    assert safety(text, alarming=False) == "safe"


@pytest.mark.parametrize(
    "text", ["不知道安全了没有", "安全了吗", "可能没事了", "还没找到了他", "快点", ""]
)
def test_doubt_is_asked_again(text: str) -> None:
    assert safety(text, alarming=False) == ""


def test_alarming_words_are_unsafe_and_mixed_ones_are_asked() -> None:
    assert safety("他爸在打她", alarming=True) == "unsafe"
    assert safety("现在没打", alarming=True) == ""
    assert safety("掉水里，救上来了", alarming=True) == ""
