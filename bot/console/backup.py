"""`tongban backup` and `tongban restore`: the whole record in a folder, without its keys."""

from __future__ import annotations

import asyncio
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.console.output import AsJson, print_json
from bot.keys import keys_of
from bot.settings import read_settings
from handlers.speech import speak
from kernel.clock import SystemClock
from kernel.phrases import say

if TYPE_CHECKING:
    from bot.settings import Settings
    from cases.db.audit import Verdict
    from cases.db.backups import Manifest

BackupFolder = Annotated[Path, typer.Argument(help="备份的文件夹", metavar="DIR")]


def backup(folder: BackupFolder, as_json: AsJson = False) -> None:
    """备份整个数据库，服务不用停；加密的仍是加密的，密钥不在里面 (backup while running)."""
    manifest = asyncio.run(_backup(read_settings(), folder))
    rows = int(manifest.head.partition(":")[0])
    if as_json:
        value = {"folder": folder.name, "size": manifest.size, "log_rows": rows}
        print_json({**value, "revision": manifest.revision, "head": manifest.head})
        return
    typer.echo(speak(say("cli-backup-done", folder=folder.name, size=manifest.size, rows=rows)))


async def _backup(settings: Settings, folder: Path) -> Manifest:
    from bot.wiring import open_store  # noqa: PLC0415 commands load only what they use
    from cases.db import backups, migrate  # noqa: PLC0415
    from cases.db.audit import Audit  # noqa: PLC0415
    from cases.db.subjects import Subjects  # noqa: PLC0415

    store = open_store(settings)
    try:
        async with store.reading() as unit:
            head = await Audit(unit).head()
            keys = await Subjects(unit).masters()
        made_at = SystemClock().now().astimezone(UTC)
        file = await asyncio.to_thread(backups.copy_database, settings.url, folder)
        manifest = backups.Manifest(
            database=store.engine.dialect.name,
            revision=migrate.current(settings.url) or "",
            made_at=f"{made_at:%Y-%m-%dT%H:%M:%SZ}",
            head=head,
            keys=keys,
            size=file.stat().st_size,
            sha256=backups.digest_of(file),
        )
        backups.write_manifest(folder, manifest)
    finally:
        await store.close()
    return manifest


def restore(folder: BackupFolder, as_json: AsJson = False) -> None:
    """把备份恢复到空的数据库，并核对日志；不完整就什么都不做 (restore and verify)."""
    verdict = asyncio.run(_restore(read_settings(), folder))
    if as_json:
        print_json({"whole": verdict.ok, "log_rows": verdict.rows})
    else:
        typer.echo(speak(say("cli-restore-done", rows=verdict.rows)))


async def _restore(settings: Settings, folder: Path) -> Verdict:
    from bot.console.database import ChainError  # noqa: PLC0415
    from bot.wiring import open_store  # noqa: PLC0415
    from cases.db import backups  # noqa: PLC0415
    from cases.db.audit import Audit  # noqa: PLC0415

    ring = keys_of(settings).ring
    manifest = await asyncio.to_thread(backups.read_manifest, folder)
    if missing := [number for number in manifest.keys if number not in ring]:
        reply = say("cli-restore-keys", number=missing[0])
        raise backups.BackupError(reply=reply)
    await asyncio.to_thread(backups.bring_back, settings.url, folder, manifest)
    store = open_store(settings)
    try:
        async with store.reading() as unit:
            verdict = await Audit(unit).verify([manifest.head])
    finally:
        await store.close()
    if not verdict.ok:
        backups.discard(settings.url)
        at = str(verdict.first_broken)
        raise ChainError(at, reply=say("cli-audit-bad", at=at))
    return verdict


def add(cli: typer.Typer) -> None:
    """Hang the commands into the tree."""
    cli.command()(backup)
    cli.command()(restore)
