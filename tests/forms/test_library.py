"""Forms of the programme's own: the README's example, made in Excel, is offered and runs."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from forms import catalog, engine
from forms.errors import NoSuchFormError
from forms.library import STAFF, open_library
from kernel.clock import CHINA

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)


def tables() -> list[list[list[str]]]:
    """Return the tables of the README's example: survey, choices, settings."""
    text = README[README.index("## 写自己的表单") : README.index("**四、检查**")]
    found = re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE)
    assert len(found) == 3
    return [
        [[c.strip() for c in line[1:-1].split("|")] for line in table.splitlines()]
        for table in found
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, (head, _rule, *rows) in zip(
        ("survey", "choices", "settings"), tables(), strict=True
    ):
        sheet = book.create_sheet(name)
        for row in (head, *rows):
            sheet.append([cell or None for cell in row])
    book.save(tmp_path / "课后.xlsx")
    return tmp_path


def test_the_example_of_the_readme_is_offered_to_those_it_names(folder: Path) -> None:
    library = open_library(folder)
    (offer,) = library.offered
    assert (offer.name, offer.title, offer.about_child) == ("after_school", "课后去处登记", True)
    assert offer.roles == ("child_director", "child_supervisor")
    assert library.broken == {}


def test_the_example_of_the_readme_runs(folder: Path) -> None:
    form = open_library(folder).get("after_school")
    context = engine.Context(now=NOW)
    session = engine.begin(form, context)
    for value in ("centre", "3", "books", "想看书"):
        session = engine.answer(form, session, value, context).session
    values = engine.finish(form, session, context).values
    assert values["/data/days"] == "3"
    assert values["/data/severity"] == "P4"


def test_the_catalog_stands_beside_it_and_cannot_be_replaced(folder: Path) -> None:
    text = catalog.path_of("visit_checkin").read_text(encoding="utf-8")
    (folder / "visit.md").write_text(text.replace("走访登记", "别的"), encoding="utf-8")
    library = open_library(folder)
    assert library.get("visit_checkin").title == "走访登记"
    assert [offer.name for offer in library.offered] == ["after_school"]


def test_a_file_that_cannot_run_is_left_out_and_named(folder: Path) -> None:
    (folder / "bad.md").write_text("| survey |\n|  | type | name |\n|  | wrong | x |\n")
    (folder / "~$课后.xlsx").write_bytes(b"")
    library = open_library(folder)
    assert list(library.broken or {}) == ["bad.md"]
    assert [offer.name for offer in library.offered] == ["after_school"]


def test_a_form_that_names_no_role_is_for_all_staff(folder: Path, tmp_path: Path) -> None:
    (folder / "walk.md").write_text(
        "| survey |\n|  | type | name | label |\n|  | text | x | 什么？ |\n"
        "| settings |\n|  | form_title | form_id | version |\n|  | 巡查 | patrol | 1 |\n",
        encoding="utf-8",
    )
    offers = {offer.name: offer for offer in open_library(folder).offered}
    assert offers["patrol"].roles == STAFF
    assert not offers["patrol"].about_child


def test_without_a_folder_there_is_the_catalog_alone() -> None:
    library = open_library(None)
    assert library.offered == ()
    assert library.get("referral").id == "referral"
    with pytest.raises(NoSuchFormError):
        library.get("after_school")


def test_a_list_beside_a_form_is_no_form(tmp_path: Path) -> None:
    (tmp_path / "shelf.md").write_text(
        "| survey |\n| | type | name | label |\n| | select_one_from_file shelves.csv | q | Q |\n"
        "| settings |\n| | form_id | version |\n| | shelf | 1 |\n"
    )
    (tmp_path / "shelves.csv").write_text("name,label\na,A\n")
    (tmp_path / "sheet.csv").write_text(
        "survey,,,\n,type,name,label\n,text,q,Q\nsettings,,,\n,form_id,version,\n,sheet,1,\n"
    )
    library = open_library(tmp_path)
    assert set(library.own) == {"shelf", "sheet"}
    assert library.broken == {}
    assert set(library.get("shelf").files) == {"shelves.csv"}
