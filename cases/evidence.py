"""The hand-over of a case to police or court as one file: what was said, done, kept and read.

Everything in it is in clear, so it is made on the office's computer and never in a chat. A list
of SHA-256 sums shows later whether anything in it was changed.

Source:
    民发〔2019〕34号 附件1-10 (help the judicial authorities); 附件3-5 (reports to the police).
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cases.pictures import ending
from cases.workbooks import write_csv
from kernel.clock import local
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from kernel.phrases import Speak

SUMS = "SHA256SUMS"
_OLDEST = (1980, 1, 1, 0, 0, 0)
"""The first moment a zip file can name: the file's own times would only say when it was packed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One event of the case, by whom, in words."""

    at: datetime
    by: str = field(repr=False)
    what: str
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One row of the log about the case: its number and its link in the chain."""

    seq: int
    at: datetime
    by: str = field(repr=False)
    action: str
    mac: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One kept file, as it was cleaned when it came in."""

    id: str
    media_type: str
    at: datetime
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is handed over of one case.

    Args:
        paper: The report as a .docx, names in full.
        head: End of the whole log when it was made (`number:hex`).
    """

    number: str
    made_by: str = field(repr=False)
    made_at: datetime
    head: str
    paper: bytes = field(repr=False)
    events: Sequence[Happened] = field(repr=False)
    log: Sequence[Logged] = field(repr=False)
    files: Sequence[Kept] = field(repr=False)


def write_evidence(evidence: Evidence, speak: Speak) -> bytes:
    """Pack the hand-over as a .zip; the same content gives the same bytes."""
    parts = _parts(evidence, speak)
    sums = "".join(f"{hashlib.sha256(raw).hexdigest()}  {name}\n" for name, raw in parts.items())
    parts[SUMS] = sums.encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, raw in parts.items():
            entry = zipfile.ZipInfo(name, _OLDEST)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            packed.writestr(entry, raw)
    return target.getvalue()


def _parts(evidence: Evidence, speak: Speak) -> dict[str, bytes]:
    def name(key: str) -> str:
        return speak(say(f"evidence-file-{key}"))

    parts = {
        f"{name('read')}.txt": _explained(evidence, speak),
        f"{name('report')}.docx": evidence.paper,
        f"{name('events')}.csv": _table(
            [(_moment(one.at), one.by, one.what, one.note) for one in evidence.events],
            ("at", "by", "what", "note"),
            speak,
        ),
        f"{name('log')}.csv": _table(
            [(one.seq, _moment(one.at), one.by, one.action, one.mac) for one in evidence.log],
            ("seq", "at", "by", "action", "mac"),
            speak,
        ),
    }
    for place, one in enumerate(evidence.files, 1):
        parts[f"{name('kept')}/{place:02d}-{one.id[:8]}.{ending(one.media_type)}"] = one.content
    return parts


def _explained(evidence: Evidence, speak: Speak) -> bytes:
    given: Mapping[str, str | int] = {
        "number": evidence.number,
        "who": evidence.made_by,
        "at": _moment(evidence.made_at),
        "head": evidence.head,
        "events": len(evidence.events),
        "rows": len(evidence.log),
        "files": len(evidence.files),
    }
    keys = ("made", "holds", "files", "sums", "chain", "keep")
    return "\n".join(speak(say(f"evidence-{key}", **given)) for key in keys).encode() + b"\n"


def _table(rows: Sequence[Sequence[object]], columns: Sequence[str], speak: Speak) -> bytes:
    header = [speak(say(f"evidence-column-{one}")) for one in columns]
    return write_csv([list(row) for row in rows], header, "")


def _moment(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M:%S}"
