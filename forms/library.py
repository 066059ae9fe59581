"""The forms in use: the catalog, and those that programme staff put into a folder of their own."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms import catalog
from forms.check import refusals
from forms.columns import ABOUT_CHILD, ROLES, settings_of, words_of
from forms.convert import SHEETS
from forms.errors import FormError
from forms.form import Form, load, located

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forms.list_check import HostLists

log = logging.getLogger(__name__)
_PEEK = 65_536
"""Bytes read of a CSV file to see whether it is a form (our default)."""

STAFF = ("child_director", "child_supervisor", "county_officer")


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
    """Return a form that no dialogue on it can come to a dead end of."""
    if found := refusals(form, host_lists):
        raise FormError(located(found, form.sheets))
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


def _offer(form: Form, place: int) -> Offer:
    row = settings_of(form.sheets)
    roles = tuple(ROLES.get(word, word) for word in words_of(row.get("roles")))
    about = str(row.get("about") or "").strip().lower() in ABOUT_CHILD
    return Offer(form.id, form.title, place, roles or STAFF, about)
