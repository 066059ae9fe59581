"""A PostgreSQL server of a bench's own, in a folder of its own, that may be restarted at will."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pwd
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

USER = "postgres"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server: its address, and the folder and the programs it runs from."""

    url: str
    folder: Path
    programs: Path

    async def restart(self, how: str = "immediate") -> None:
        """End it (`immediate` is as good as kill -9: it has to recover) and start it again."""
        await self.control("restart", "-m", how, "-w")

    async def control(self, *words: str) -> None:
        log = self.folder / "server.log"
        await _run(self.programs / "pg_ctl", "-D", self.folder / "data", "-l", log, *words)


class NoServerError(Exception):
    """No server of one's own can be run here; says why, and what to install."""


def programs() -> Path:
    """Return where PostgreSQL's programs are.

    Raises:
        NoServerError: They are not on the PATH, nor where Debian puts them.
    """
    if found := shutil.which("pg_ctl"):
        return Path(found).parent
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    if not places:
        message = "a server to restart needs initdb and pg_ctl (Debian: postgresql): not found"
        raise NoServerError(message)
    return places[-1].parent


async def _run(*command: str | Path) -> None:
    # PostgreSQL refuses to run as root
    user = USER if os.geteuid() == 0 else None
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        cwd="/",
        user=user,
        group=user,
        extra_groups=None if user is None else [],
    )
    _, told = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{Path(command[0]).name}: {told.decode()[-400:]}")


@contextlib.asynccontextmanager
async def own_cluster() -> AsyncIterator[Cluster]:
    """Run a server of one's own as long as the block lasts.

    Raises:
        NoServerError: PostgreSQL's programs are not installed.
    """
    where, port = programs(), free_port()
    with tempfile.TemporaryDirectory(prefix="tongban-pg-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            owner = pwd.getpwnam(USER)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data = folder / "data"
        await _run(where / "initdb", "-D", data, "-A", "trust", "-U", USER, "--no-sync")
        with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(f"port = {port}\nlisten_addresses = '127.0.0.1'\n")
            file.write(f"unix_socket_directories = '{folder}'\n")
        cluster = Cluster(f"postgresql://{USER}@127.0.0.1:{port}/postgres", folder, where)
        await cluster.control("start", "-w")
        try:
            yield cluster
        finally:
            await cluster.control("stop", "-m", "immediate", "-w")
