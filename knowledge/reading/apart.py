"""Reads files of foreign formats in a process of its own, with little memory and no network."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from knowledge.errors import WHYS, RefusedFileError
from knowledge.reading.paper import Paper

if TYPE_CHECKING:
    from collections.abc import Callable

    from knowledge.errors import Why
    from knowledge.reading.paper import Kind

MAX_MEMORY = 4 * 2**30
"""Address space; recognising text in pictures takes 0.9 GB of memory (our default)."""
MAX_SECONDS = 900
"""Processor seconds; thirty scanned pages take half of that (our default)."""
_ROOT = str(Path(__file__).parents[2])
_START = (
    f"import sys; sys.path.insert(0, {_ROOT!r}); from knowledge.reading.apart import main; main()"
)
_OUTWARD = (
    "socket.connect",
    "socket.getaddrinfo",
    "socket.sendto",
    "socket.bind",
    "socket.gethostbyname",
)
_STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn")


def read_apart(data: bytes, kind: Kind) -> Paper:
    """Read a file in a child process.

    Raises:
        RefusedFileError: With the reason the child gives; its own death is `damaged` or `slow`.
    """
    command = [sys.executable, "-I", "-c", _START, kind]
    try:
        done = subprocess.run(  # noqa: S603 our own code in our own interpreter
            command, input=data, capture_output=True, timeout=2 * MAX_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise RefusedFileError("slow") from error
    try:
        said: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise RefusedFileError("damaged") from error
    if said.get("why") in WHYS:
        raise RefusedFileError(cast("Why", said["why"]))
    lists = {name: tuple(said[name]) for name in ("hidden", "remarks", "doubts")}
    return Paper(**{**said, **lists})


def main() -> None:
    """Read standard input as the kind named, and print the paper as JSON."""
    kind = cast("Kind", sys.argv[1])
    _limit()
    try:
        said = dataclasses.asdict(reader(kind)(sys.stdin.buffer.read()))
    except RefusedFileError as error:
        said = {"why": error.why}
    except MemoryError:
        said = {"why": "bomb"}
    sys.stdout.write(json.dumps(said))


def reader(kind: Kind) -> Callable[[bytes], Paper]:
    """Return what reads a kind; each is imported only where it is used."""
    if kind == "html":
        from knowledge.reading.webpage import read_page as read  # noqa: PLC0415
    elif kind == "docx":
        from knowledge.reading.word import read_word as read  # noqa: PLC0415
    elif kind == "pdf":
        from knowledge.reading.pdf import read_pdf as read  # noqa: PLC0415
    elif kind == "ofd":
        from knowledge.reading.ofd import read_ofd as read  # noqa: PLC0415
    else:
        from knowledge.reading.picture import read_picture as read  # noqa: PLC0415
    return read


def _limit() -> None:
    """Give up memory, time, the network and other programs, for good."""
    import resource  # noqa: PLC0415 only the child limits itself

    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_refuse)


def _refuse(event: str, _arguments: tuple[Any, ...]) -> None:
    if event in _OUTWARD or event.startswith(_STARTS):
        message = f"a reader of files may not do this: {event}"
        raise PermissionError(message)
