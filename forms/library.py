"""The forms in use: the catalog, and those that programme staff put into a folder of their own."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forms import catalog
from forms.convert import SHEETS
from forms.errors import FormError, Problem
from forms.form import Form, load, located
from forms.list_check import list_problems
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forms.list_check import HostLists

log = logging.getLogger(__name__)
_PEEK = 65_536
"""Bytes read of a CSV file to see whether it is a form (our default)."""

ROLES = {
    "director": "child_director",
    "supervisor": "child_supervisor",
    "county": "county_officer",
    "儿童主任": "child_director",
    "督导员": "child_supervisor",
    "儿童督导员": "child_supervisor",
    "县级": "county_officer",
    "家长": "guardian",
}
"""Short words for roles in the `roles` column of the settings sheet."""
STAFF = ("child_director", "child_supervisor", "county_officer")
_ABOUT_CHILD = frozenset({"child", "孩子", "儿童"})


@dataclass(frozen=True, slots=True)
class Offer:
    """A form of the programme's own, as menus offer it.

    Args:
        place: Its place in the list; short enough for a button that names a child too.
        roles: Who may fill it in.
        about_child: It is about one child and begins on the child's card.
    """

    name: str
    title: str
    place: int
    roles: tuple[str, ...] = STAFF
    about_child: bool = False


@dataclass(frozen=True, slots=True)
class Library:
    """Every form that may be begun.

    Args:
        own: Forms of the programme's own, by id.
        offered: How menus offer them.
        broken: What is wrong with files that cannot run, by file name.
    """

    own: Mapping[str, Form]
    offered: tuple[Offer, ...] = ()
    broken: Mapping[str, FormError] | None = None

    def get(self, name: str) -> Form:
        """Return a form.

        Raises:
            NoSuchFormError: There is none of that name.
        """
        found = self.own.get(name)
        return found if found is not None else catalog.get(name)


def open_library(folder: Path | None, host_lists: HostLists | None = None) -> Library:
    """Read the folder; a file that cannot run is left out and named in the log, never fatal.

    Args:
        folder: Where the programme's own forms lie.
        host_lists: Columns of the lists that need no file.
    """
    own: dict[str, Form] = {}
    offers: list[Offer] = []
    broken: dict[str, FormError] = {}
    for path in _form_files(folder):
        try:
            form = _sound(load(path), host_lists or {})
        except FormError as error:
            log.warning("form file %s cannot run: %d problems", path.name, len(error.problems))
            broken[path.name] = error
            continue
        if form.id in own or form.id in catalog.names() or not form.id:
            log.warning("form file %s: its form_id is taken, it is left out", path.name)
            continue
        own[form.id] = form
        offers.append(_offer(form, len(offers)))
    return Library(own, tuple(offers), broken)


def _sound(form: Form, host_lists: HostLists) -> Form:
    """Return a form whose lists are all there and that is for somebody: else it is a dead end."""
    if lost := [p for p in (*list_problems(form, host_lists), *offer_problems(form)) if p.fatal]:
        raise FormError(located(lost, form.sheets))
    return form


def _form_files(folder: Path | None) -> list[Path]:
    """Return the files that may be forms: a CSV without a survey is a list of another form."""
    if folder is None or not folder.is_dir():
        return []
    return [
        path
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in SHEETS | {".xml"}
        and not path.name.startswith(("~", "."))
        and not (path.suffix.lower() == ".csv" and _is_list(path))
    ]


def _is_list(path: Path) -> bool:
    """Say whether a CSV file is a list: a form's first cell of a sheet is the sheet's name."""
    with path.open("rb") as file:
        start = file.read(_PEEK).decode("utf-8-sig", "replace")
    return not re.search(r"(?mi)^\s*\"?survey\b", start)


def offer_problems(form: Form) -> list[Problem]:
    """Name words of the settings sheet that say neither who fills the form in nor about what."""
    row = _settings(form)
    known = {*ROLES, *ROLES.values()}
    found = [
        Problem("settings", 2, "roles", say("forms-role", word=word, known="、".join(ROLES)))
        for word in _words(row.get("roles"))
        if word not in known
    ]
    about = str(row.get("about") or "").strip()
    if about and about.lower() not in _ABOUT_CHILD:
        found.append(Problem("settings", 2, "about", say("forms-about", word=about)))
    return found


def _settings(form: Form) -> Mapping[str, Any]:
    return form.sheets.settings[0] if form.sheets.settings else {}


def _words(cell: object) -> list[str]:
    return re.sub("[、，,;；/|]", " ", str(cell or "")).split()


def _offer(form: Form, place: int) -> Offer:
    row = _settings(form)
    roles = tuple(ROLES.get(word, word) for word in _words(row.get("roles")))
    about = str(row.get("about") or "").strip().lower() in _ABOUT_CHILD
    return Offer(form.id, form.title, place, roles or STAFF, about)
