"""The forms that ship with tongban, as XLSForm tables; each is converted and compiled once."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from forms.convert import convert
from forms.errors import NoSuchFormError
from forms.form import Form, compile_form

FOLDER = Path(__file__).parent


def names() -> tuple[str, ...]:
    """Return the names of the forms."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.md")))


def path_of(name: str) -> Path:
    """Return the file of a form.

    Raises:
        NoSuchFormError: There is none of that name.
    """
    if name not in names():
        raise NoSuchFormError(name)
    return FOLDER / f"{name}.md"


@lru_cache(maxsize=64)
def get(name: str, cache: Path | None = None) -> Form:
    """Return a form, ready to run.

    Args:
        name: Its name, such as `visit_checkin`.
        cache: Folder that keeps converted forms between starts, so that a start needs no pyxform.

    Raises:
        NoSuchFormError: There is none of that name.
    """
    raw = path_of(name).read_bytes()
    if cache is None:
        definition, sheets = convert(raw, ".md")
        return compile_form(definition, sheets=sheets)
    kept = cache / f"{name}-{hashlib.sha256(raw).hexdigest()[:16]}.xml"
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(convert(raw, ".md")[0])
    return compile_form(kept.read_bytes())
