"""Questions in nearly the same words are one; a number or a 不 makes them two."""

from __future__ import annotations

import pytest

from knowledge.sameness import same


@pytest.mark.parametrize(
    "other",
    ["请问村里的班车几点开？", "村里班车几点开呢", "村里的 班车几点开"],
)
def test_the_same_in_other_clothes(other: str) -> None:
    assert same("村里的班车几点开", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("六岁的孩子能上学吗", "六岁的孩子不能上学吗"),
        ("满3岁的孩子能不能上村里的幼儿园", "满5岁的孩子能不能上村里的幼儿园"),
        ("男孩几岁能上村里的小学", "女孩几岁能上村里的小学"),
        ("村里的班车几点开", "村里的诊所几点开"),
        ("村里的班车几点开", ""),
        ("？？", "！！"),
    ],
)
def test_another_question(one: str, other: str) -> None:
    assert not same(one, other)
