"""Workers as people type them, in any order and with any marks."""

from __future__ import annotations

import pytest

from cases.worker_lines import WorkerLine, read_worker, split_place

PLACES = {"石溪镇": "990101101000", "柳湾村": "990101101201", "松岭村": "990101101202"}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("孙小雪 19900000188 村妇联主席", ("孙小雪", "19900000188", "村妇联主席")),
        ("孙小雪19900000188", ("孙小雪", "19900000188", "")),
        ("19900000188，孙小雪", ("孙小雪", "19900000188", "")),
        ("姓名：孙小雪、电话：199-0000-0188、职务：文书", ("孙小雪", "19900000188", "文书")),
        ("孙小雪 文书 １９９０００００１８８", ("孙小雪", "19900000188", "文书")),
        ("孙小雪/19900000188/文书", ("孙小雪", "19900000188", "文书")),
        ("名字叫孙小雪，电话号码是+86 19900000188", ("孙小雪", "19900000188", "")),
        ("孙小雪 19900000188/19900000189 文书", ("孙小雪", "19900000188", "文书")),
    ],
)
def test_a_worker_is_read_in_any_order(typed: str, read: tuple[str, str, str]) -> None:
    assert read_worker(typed) == WorkerLine(*read)


@pytest.mark.parametrize(
    ("typed", "name", "post"),
    [
        ("王 芳 19900000188 妇联主席", "王芳", "妇联主席"),
        ("孙/小雪，19900000188", "孙小雪", ""),
        ("买买提·吐尔逊 19900000188 文书", "买买提·吐尔逊", "文书"),
        ("Sun Xiaoxue 19900000188 clerk", "Sun Xiaoxue", "clerk"),
        ("19900000188 Sun Xiaoxue clerk", "Sun Xiaoxue", "clerk"),
    ],
)
def test_a_name_is_kept_whole(typed: str, name: str, post: str) -> None:
    assert read_worker(typed) == WorkerLine(name, "19900000188", post)


@pytest.mark.parametrize("typed", ["", "孙小雪", "孙小雪 1990", "19900000188", "电话 19900000188"])
def test_without_name_or_telephone_there_is_no_worker(typed: str) -> None:
    assert read_worker(typed) is None


@pytest.mark.parametrize(
    ("typed", "place", "rest"),
    [
        ("柳湾村 孙小雪 199", "990101101201", "孙小雪 199"),
        ("石溪镇柳湾村孙小雪 199", "990101101201", "孙小雪 199"),
        ("松岭，孙小雪 199", "990101101202", "孙小雪 199"),
        ("石溪镇", "990101101000", ""),
        ("孙小雪 199", "", "199"),
    ],
)
def test_a_place_stands_before_the_worker(typed: str, place: str, rest: str) -> None:
    found, left = split_place(typed, PLACES)
    assert (found, " ".join(left.split())) == (place, rest)
