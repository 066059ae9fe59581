"""Copies of the whole database, made while it works, and brought back whole or not at all.

What is sealed stays sealed: a copy holds no key. SQLite is copied page by page in one snapshot,
PostgreSQL by its own pg_dump. A manifest beside the copy says what it is and how long its log was.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url

from cases.db import migrate
from kernel.errors import InputError, UnavailableError
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.engine import URL

MANIFEST = "manifest.json"
_COPIES = {"sqlite": "record.sqlite", "postgresql": "record.dump"}
_CHUNK = 1 << 20


class BackupError(UnavailableError):
    """A copy could not be made or brought back; the database is as it was."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy is.

    Args:
        head: End of the log as `number:hex` when the copy was begun: the copy holds it or more.
        keys: Numbers of the master keys that wrap its data keys or seal its mail.
    """

    database: str
    revision: str
    made_at: str
    head: str
    keys: tuple[int, ...]
    size: int
    sha256: str


def copy_database(url: str, folder: Path) -> Path:
    """Copy a database in use into an empty folder; return the file.

    Raises:
        InputError: The folder holds something already.
        BackupError: The copy did not succeed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise InputError(reply=say("cli-backup-exists", folder=folder.name))
    folder.chmod(0o700)
    parsed = make_url(url)
    file = folder / _COPIES[parsed.get_backend_name()]
    if parsed.get_backend_name() == "sqlite":
        _copy_sqlite(Path(str(parsed.database)), file)
    else:
        options = ("--format=custom", "--no-owner", "--no-privileges", f"--file={file}")
        _run_tool("pg_dump", parsed, options)
    file.chmod(0o600)
    return file


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put the manifest beside the copy; only with it a backup is whole."""
    text = json.dumps(asdict(manifest), indent=1)
    part = folder / f"{MANIFEST}.part"
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / MANIFEST)


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a backup and check its copy against it.

    Raises:
        BackupError: There is no whole backup, or the copy is not what was written.
    """
    try:
        values = json.loads((folder / MANIFEST).read_text("utf-8"))
        manifest = Manifest(**{**values, "keys": tuple(values["keys"])})
        file = folder / _COPIES[manifest.database]
        digest = digest_of(file)
    except (OSError, ValueError, KeyError, TypeError) as error:
        reply = say("cli-backup-missing", folder=folder.name)
        raise BackupError(type(error).__name__, reply=reply) from error
    if digest != manifest.sha256:
        raise BackupError(reply=say("cli-backup-broken"))
    return manifest


def digest_of(file: Path) -> str:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while piece := source.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def bring_back(url: str, folder: Path, manifest: Manifest) -> None:
    """Bring a copy back into an empty database, whole or not at all; then renew its tables.

    Raises:
        BackupError: The database holds data, is of the other kind, or the tool failed.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != manifest.database:
        raise BackupError(reply=say("cli-backup-broken"))
    file = folder / _COPIES[manifest.database]
    if manifest.database == "sqlite":
        _bring_back_sqlite(file, Path(str(parsed.database)))
    else:
        if migrate.current(url) is not None:
            raise BackupError(reply=say("cli-restore-not-empty"))
        options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
        _run_tool("pg_restore", parsed, (*options, f"--dbname={parsed.database}", str(file)))
    migrate.upgrade(url)


def discard(url: str) -> None:
    """Throw away a SQLite file that was brought back but did not pass the checks."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        for end in ("", "-wal", "-shm"):
            Path(f"{parsed.database}{end}").unlink(missing_ok=True)


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.exists():
        raise BackupError(reply=say("cli-no-file", name=source.name))
    try:
        with closing(sqlite3.connect(source)) as used, closing(sqlite3.connect(target)) as copy:
            used.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            whole = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        reply = say("cli-backup-failed", name="SQLite", why=type(error).__name__)
        raise BackupError(reply=reply) from error
    if whole != "ok":
        raise BackupError(reply=say("cli-backup-failed", name="SQLite", why="integrity"))
    _sync(target)


def _bring_back_sqlite(file: Path, target: Path) -> None:
    if target.exists() and target.stat().st_size:
        raise BackupError(reply=say("cli-restore-not-empty"))
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    shutil.copyfile(file, part)
    part.chmod(0o600)
    _sync(part)
    for end in ("-wal", "-shm"):
        target.with_name(target.name + end).unlink(missing_ok=True)
    part.replace(target)


def _sync(file: Path) -> None:
    with file.open("rb") as handle:
        os.fsync(handle.fileno())


def _run_tool(name: str, url: URL, options: Sequence[str]) -> None:
    tool = shutil.which(name)
    if tool is None:
        raise BackupError(reply=say("cli-backup-tool", name=name))
    done = subprocess.run(  # noqa: S603 our own arguments, no shell
        [tool, *options], env=_environment(url), capture_output=True, check=False, text=True
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        why = lines[0][:200] if lines else str(done.returncode)
        raise BackupError(why, reply=say("cli-backup-failed", name=name, why=why))


def _environment(url: URL) -> Mapping[str, str]:
    """Say where the server is, so that no password stands on a command line."""
    given = {
        "PGHOST": url.host,
        "PGPORT": str(url.port) if url.port else None,
        "PGUSER": url.username,
        "PGPASSWORD": str(url.password) if url.password else None,
        "PGDATABASE": url.database,
        "PATH": os.defpath,
    }
    return {name: value for name, value in given.items() if value}
