"""`tongban db`, `seed`, `invite`, `approve`, `audit`: the database from the console."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.console.output import AsJson, print_json
from bot.keys import Kind, add_key, keys_of, make_keys, provide_keys
from bot.settings import SettingsError, read_settings
from handlers.speech import speak
from kernel.errors import InputError, MissingError, UnavailableError
from kernel.phrases import say

if TYPE_CHECKING:
    from datetime import date

    from bot.settings import Settings
    from cases.db.audit import Verdict
    from cases.db.invites import Invitation
    from cases.db.store import Unit
    from cases.people import Person, Role
    from kernel.phrases import Phrase

db_cli = typer.Typer(help="数据库 (migrations).", no_args_is_help=True)
seed_cli = typer.Typer(help="样例数据 (sample data).", no_args_is_help=True)
audit_cli = typer.Typer(help="日志 (the log nobody can bend).", no_args_is_help=True)


_HEAD = re.compile(r"\b\d+:[0-9a-f]{64}\b")
FIRST_PHONE = 1001
"""Chat number of the first sample phone."""


class ChainError(UnavailableError):
    """The audit chain is broken."""


@db_cli.command()
def upgrade(
    grant: Annotated[
        str, typer.Option("--grant", help="再授权这个数据库角色来跑服务 (PostgreSQL)")
    ] = "",
) -> None:
    """把数据库升到最新结构 (bring the schema up to date)."""
    from cases.db import migrate  # noqa: PLC0415 commands that need no database stay light

    settings = read_settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    migrate.upgrade(settings.url)
    if grant:
        migrate.grant_service(settings.url, grant)
    typer.echo(speak(say("cli-database-ready")))


@db_cli.command("check")
def check_schema() -> None:
    """检查数据库结构是不是最新 (models, migrations and database agree)."""
    from cases.db import migrate  # noqa: PLC0415

    migrate.check(read_settings().url)
    typer.echo(speak(say("cli-database-ready")))


@db_cli.command("grant")
def grant_role(role: Annotated[str, typer.Argument(help="数据库角色，不是表的主人")]) -> None:
    """让一个不拥有表的数据库角色来跑服务，行级隔离才对它有效 (PostgreSQL)."""
    from cases.db import migrate  # noqa: PLC0415

    migrate.grant_service(read_settings().url, role)
    typer.echo(speak(say("cli-granted", role=role)))


@db_cli.command("keys")
def make_key_file(
    file: Annotated[
        Path | None, typer.Option("--file", help="写到哪里；不写就是设置里的密钥文件")
    ] = None,
    add: Annotated[
        Kind | None, typer.Option("--add", help="往已有的文件里加一把新的：加密用的，或查重用的")
    ] = None,
) -> None:
    """第一次部署：做一个密钥文件；已经有的不动，除非要加一把 (the key file of a deployment)."""
    settings = read_settings()
    if file is None and settings.vault_key.get_secret_value():
        typer.echo(speak(say("cli-keys-variable")))
        return
    path = file or settings.keys
    try:
        told = _keys_made(path) if add is None else _key_added(path, add)
    except OSError as error:
        where = say("cli-keys-unwritten", path=str(path))
        raise SettingsError(type(error).__name__, reply=where) from None
    typer.echo(speak(told))


def _keys_made(path: Path) -> Phrase:
    there = path.exists()
    make_keys(path)
    return say("cli-keys-kept" if there else "cli-keys-made", path=str(path))


def _key_added(path: Path, kind: Kind) -> Phrase:
    return say(f"cli-key-added-{kind.value}", number=add_key(path, kind), path=str(path))


@db_cli.command()
def rotate() -> None:
    """把加密的和查重用的都换成最新的钥匙，服务不用停；中断了再运行一次 (key rotation)."""
    settings = read_settings()
    given = bool(settings.vault_key.get_secret_value())
    if keys_of(settings).single:
        typer.echo(speak(say(f"cli-rotate-nothing{'-variable' * given}")))
        return
    batches, left = asyncio.run(_rotate(settings))
    typer.echo(speak(say("cli-rotated", count=batches)))
    if left:
        typer.echo(speak(say("cli-rotated-left", count=left)))
    if given:
        typer.echo(speak(say("cli-rotated-variable")))


async def _rotate(settings: Settings) -> tuple[int, int]:
    """Change the keys; return how many batches that took, and how many rows it did not reach."""
    from bot.wiring import open_store  # noqa: PLC0415
    from cases.db.reindexing import Reindexing  # noqa: PLC0415
    from cases.db.rotation import rotate_keys  # noqa: PLC0415

    store = open_store(settings)
    try:
        batches = await rotate_keys(store)
        async with store.reading() as unit:
            return batches, await Reindexing(unit).older()
    finally:
        await store.close()


async def prepare_demo(settings: Settings) -> list[dict[str, Any]]:
    """Bring the database and the sample county into being; return the four phones."""
    from bot.wiring import open_policies, open_store  # noqa: PLC0415
    from cases import seed  # noqa: PLC0415
    from cases.db import migrate  # noqa: PLC0415

    await asyncio.to_thread(migrate.upgrade, settings.url)
    store = open_store(settings)
    try:
        phones = await seed.seed_demo(store, open_policies(settings))
    finally:
        await store.close()
    return [
        {
            "id": FIRST_PHONE + place,
            "name": phone.name,
            "title": speak(say(f"role-{phone.role.value}")),
            "start": f"/start {phone.invite}".strip(),
        }
        for place, phone in enumerate(phones)
    ]


@seed_cli.command("demo")
def seed_demo(as_json: AsJson = False) -> None:
    """建一个虚构的样例县 (a fictional county; nothing in it is real)."""
    settings = read_settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    provide_keys(settings)
    phones = asyncio.run(prepare_demo(settings))
    if as_json:
        print_json(phones)
        return
    for phone in phones:
        typer.echo(f"{phone['title']:<12} {phone['start']}")


def invite(
    role: Annotated[str, typer.Argument(help="child_director、child_supervisor、county_officer")],
    area: Annotated[str, typer.Argument(help="行政区划代码，12位（可省略末尾的零）")],
    name: Annotated[str, typer.Option(help="姓名（实名制）")] = "",
    as_json: AsJson = False,
) -> None:
    """给一名工作人员一个一次性邀请码 (a one-time code for a worker)."""
    code, hours = asyncio.run(_invite(role, area, name))
    if as_json:
        print_json({"code": code, "start": f"/start {code}", "valid_hours": hours})
    else:
        typer.echo(speak(say("cli-invite", code=code, hours=hours)))


async def _invite(role: str, area: str, name: str) -> tuple[str, int]:
    from bot.wiring import open_store  # noqa: PLC0415
    from cases.areas import parse_code  # noqa: PLC0415
    from cases.db.invites import VALID_FOR, Invites  # noqa: PLC0415
    from cases.people import SYSTEM, role_of  # noqa: PLC0415

    store = open_store(read_settings())
    try:
        async with store.unit() as unit:
            invitation = await _invitation(unit, role_of(role), parse_code(area), name.strip())
            code = await Invites(unit).make(invitation, SYSTEM)
            await unit.commit()
    finally:
        await store.close()
    return code, VALID_FOR // timedelta(hours=1)


def approve(
    role: Annotated[str, typer.Argument(help="child_director、child_supervisor、county_officer")],
    area: Annotated[str, typer.Argument(help="行政区划代码，12位（可省略末尾的零）")],
    name: Annotated[str, typer.Option(help="姓名（实名制）")],
    as_json: AsJson = False,
) -> None:
    """批准一名工作人员再查阅一段时间档案；聊天里没有别人能批时用 (access to files goes on)."""
    until = asyncio.run(_approve(role, area, name)).isoformat()
    if as_json:
        print_json({"name": name, "until": until})
    else:
        typer.echo(speak(say("cli-approved", name=name, until=until)))


async def _approve(role: str, area: str, name: str) -> date:
    from bot.wiring import open_store  # noqa: PLC0415
    from cases.areas import parse_code  # noqa: PLC0415
    from cases.db.people import People  # noqa: PLC0415
    from cases.people import SYSTEM, role_of  # noqa: PLC0415

    store = open_store(read_settings())
    try:
        async with store.unit() as unit:
            there = await _named(unit, role_of(role), parse_code(area), name.strip())
            if there is None:
                raise MissingError(name, reply=say("cli-no-worker", name=name))
            until = await People(unit).approve(there.id, SYSTEM)
            await unit.commit()
    finally:
        await store.close()
    return until


async def _named(unit: Unit, role: Role, area: str, name: str) -> Person | None:
    """Return who stands on the roster of this very area by that name."""
    from cases.db.people import People  # noqa: PLC0415

    roster = await People(unit).roster(area, role)
    return next((one for one in roster if one.area == area and one.name == name), None)


async def _invitation(unit: Unit, role: Role, area: str, name: str) -> Invitation:
    """Invite who stands on the roster already, or somebody new.

    Raises:
        MissingError: There is no such division; a worker there would see and hear nothing.
        InputError: The post belongs to another level (child directors to villages, and so on).
    """
    from cases.areas import level_of  # noqa: PLC0415
    from cases.db.areas import Areas  # noqa: PLC0415
    from cases.db.invites import Invitation, Invites  # noqa: PLC0415
    from cases.people import POSTS  # noqa: PLC0415
    from kernel.clock import local_day  # noqa: PLC0415

    if await Areas(unit).get(area, local_day(unit.clock.now())) is None:
        raise MissingError(area, reply=say("cli-no-area", code=area))
    if role in POSTS and level_of(area) is not POSTS[role]:
        raise InputError(role.value, reply=say("cli-wrong-level"))
    there = await _named(unit, role, area, name)
    if there is None:
        return Invitation(role=role, area=area, name=name)
    await Invites(unit).revoke_for(there.id)
    return Invitation(role=role, area=area, person_id=there.id)


@audit_cli.command()
def verify(
    head: Annotated[
        list[str] | None, typer.Option("--head", help="以前抄下来的日志末尾（可以写几个）")
    ] = None,
    heads: Annotated[
        Path | None, typer.Option(help="存着以前末尾的文件（聊天里每天那条消息，照贴就行）")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """核对日志有没有被改动、删除或调换；打印现在的末尾，请抄存在别处 (and its present head)."""
    kept = [*(head or []), *(_heads_in(heads) if heads else ())]
    verdict, now = asyncio.run(_verify(kept))
    if as_json:
        found = {"whole": verdict.ok, "rows": verdict.rows, "broken_at": verdict.first_broken}
        print_json(found | {"heads_checked": len(kept), "head": now})
    if not verdict.ok:
        at = str(verdict.first_broken)
        raise ChainError(at, reply=say("cli-audit-bad", at=at))
    if not as_json:
        typer.echo(speak(say("cli-audit-good", rows=verdict.rows)))
        if kept:
            typer.echo(speak(say("cli-audit-heads", count=len(kept))))
        typer.echo(speak(say("cli-audit-head", head=now)))


def _heads_in(file: Path) -> list[str]:
    """Return the heads in whatever was kept of the daily messages.

    Raises:
        InputError: There is none in it, or it is no text.
    """
    try:
        found = _HEAD.findall(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        found = []
    if not found:
        raise InputError(reply=say("cli-audit-no-heads", name=file.name))
    return found


@audit_cli.command("export")
def export_year(
    year: Annotated[int, typer.Argument(help="哪一年，如 2026")],
    file: Annotated[Path, typer.Argument(help="以 .xlsx 结尾")],
) -> None:
    """导出一年的日志统计，供每年的合规审计用；没有人名 (figures for the yearly audit)."""
    rows, whole = asyncio.run(_export_year(year, file))
    if not whole:
        raise ChainError(reply=say("cli-audit-bad", at="?"))
    typer.echo(speak(say("cli-audit-exported", rows=rows, name=file.name)))


async def _export_year(year: int, file: Path) -> tuple[int, bool]:
    from bot.console.exports import private_file  # noqa: PLC0415
    from bot.wiring import open_store  # noqa: PLC0415
    from cases.db import audit_year  # noqa: PLC0415
    from cases.workbooks import write_xlsx  # noqa: PLC0415

    store = open_store(read_settings())
    try:
        async with store.unit() as unit:
            made = await audit_year.audit_year(unit, year)
            header = [speak(say(f"cases-audit-{name}")) for name in audit_year.HEADER]
            note = speak(say("cases-audit-note", year=str(year), head=made.head))
            content = write_xlsx(str(year), made.rows, header, note)
            audit_year.log_export(unit, year)
            with private_file(file, content):
                await unit.commit()
    finally:
        await store.close()
    return len(made.rows), made.verdict.ok


async def _verify(heads: list[str]) -> tuple[Verdict, str]:
    """Check the log against heads noted earlier; return the verdict and the present head.

    Raises:
        InputError: A head is not written as `number:hex`.
    """
    from bot.wiring import open_store  # noqa: PLC0415
    from cases.db.audit import Audit  # noqa: PLC0415

    store = open_store(read_settings())
    try:
        async with store.reading() as unit:
            log = Audit(unit)
            return await log.verify(heads), await log.head()
    except ValueError as error:
        raise InputError(reply=say("cli-audit-bad-head")) from error
    finally:
        await store.close()


def add(cli: typer.Typer) -> None:
    """Hang the commands into the tree."""
    cli.add_typer(db_cli, name="db")
    cli.add_typer(seed_cli, name="seed")
    cli.command()(invite)
    cli.command()(approve)
    cli.add_typer(audit_cli, name="audit")
