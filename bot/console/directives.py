"""`tongban directives …`: the documents that answers rest on."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.console.output import AsJson, print_json
from bot.settings import read_settings
from handlers.speech import speak
from kernel.clock import SystemClock, local_day
from kernel.errors import InputError, MissingError, TongbanError
from kernel.phrases import say

if TYPE_CHECKING:
    from bot.clauses import SqlClauses
    from knowledge.clauses import Directive
    from knowledge.ingest import Given, Ingested

directives_cli = typer.Typer(help="文件和条款 (directives and clauses).", no_args_is_help=True)

OnDay = Annotated[str, typer.Option("--on", help="看哪一天有效的版本，如 2020-01-01")]


def _store() -> SqlClauses:
    from bot.clauses import SqlClauses  # noqa: PLC0415 commands load only what they use

    settings = read_settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    return SqlClauses(settings.url)


def _today() -> str:
    return local_day(SystemClock().now()).isoformat()


def _on(day: str) -> str:
    from knowledge.parsing.metadata import iso_date  # noqa: PLC0415

    asked = iso_date(day) if day else _today()
    if not asked:
        raise InputError(reply=say("cli-directive-bad-date", date=day))
    return asked


@directives_cli.command("list")
def list_directives(day: OnDay = "", as_json: AsJson = False) -> None:
    """列出收入的文件和每份的效力 (documents, and the force of each)."""
    from knowledge.store import as_of  # noqa: PLC0415

    rows = [_row(one) for one in as_of(_store().directives(), _on(day))]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        status = speak(say(f"knowledge-status-{row['status']}"))
        head = f"{row['document']}  {row['clauses']:>3}  {status}"
        typer.echo(f"{head}  {row['issued']}  《{row['title']}》")


def _row(one: Directive) -> dict[str, Any]:
    return {
        "document": one.document,
        "title": one.title,
        "issuer": one.issuer,
        "issued": one.issued,
        "effective_from": one.effective_from,
        "effective_to": one.effective_to,
        "status": one.status,
        "replaced_by": one.replaced_by,
        "clauses": len(one.clauses),
        "source": one.source,
        "doubts": list(one.doubts),
    }


@directives_cli.command()
def show(
    document: Annotated[str, typer.Argument(help="文号或简称，如 民发〔2019〕34号")],
    clause: Annotated[str, typer.Argument(help="条款，如 附件3-5、13、第十三条")],
    day: OnDay = "",
    as_json: AsJson = False,
) -> None:
    """显示一条原文，可以看以前某一天的版本 (a clause, verbatim, on any day)."""
    from knowledge.errors import NoSuchClauseError  # noqa: PLC0415
    from knowledge.store import as_of, find_clause  # noqa: PLC0415

    found = find_clause(as_of(_store().directives(), _on(day)), f"{document}#{clause}")
    if found is None or (day and found[0].status == "pending"):
        raise NoSuchClauseError
    directive, one = found
    if as_json:
        value = {"document": one.document, "clause": one.clause, "text": one.text}
        more = {"title": directive.title, "path": list(one.path)}
        print_json({**value, **more, "status": directive.status, "issued": directive.issued})
    else:
        typer.echo(one.text)


@directives_cli.command("add")
def add_files(  # noqa: PLR0913, PLR0917 one flag for each thing a text may leave unsaid
    files: Annotated[list[Path], typer.Argument(help="文件：txt md html docx pdf ofd 图片")],
    number: Annotated[str, typer.Option(help="文号，如 民发〔2019〕34号")] = "",
    issuer: Annotated[str, typer.Option(help="发文机关")] = "",
    title: Annotated[str, typer.Option(help="标题")] = "",
    date: Annotated[str, typer.Option(help="成文日期，如 2019-04-30")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="缺的就缺着，照此收入")] = False,
    as_json: AsJson = False,
) -> None:
    """收入文件：拆成条款，报告没有把握的地方 (take documents in, clause by clause)."""
    from knowledge.ingest import Given  # noqa: PLC0415

    if len(files) > 1 and (number or title):
        raise typer.BadParameter(speak(say("cli-directive-one-file")))
    if date:
        _on(date)
    store = _store()
    given = Given(number, issuer, title, date)
    results: list[dict[str, Any]] = []
    for file in files:
        try:
            results.append(_add_one(store, file, given, yes=yes, quiet=as_json))
        except TongbanError as error:
            line = speak(error.reply)
            results.append({"file": file.name, "status": "refused", "error": line})
            typer.echo(f"tongban: {file.name}：{line}", err=True)
    if any(one["status"] == "added" for one in results):
        _index(store, quiet=True)
    if as_json:
        print_json(results)
    if any(one["status"] == "refused" for one in results):
        raise typer.Exit(1)


def _add_one(
    store: SqlClauses, file: Path, given: Given, *, yes: bool, quiet: bool
) -> dict[str, Any]:
    from knowledge.ingest import read_directive  # noqa: PLC0415
    from knowledge.store import ended_by, is_kept  # noqa: PLC0415

    try:
        found = read_directive(file, given)
    except OSError as error:
        raise InputError(reply=say("cli-no-file", name=file.name)) from error
    kept = store.directives()
    directive = found.directive
    report = {"file": file.name, "status": "added", **_row(directive)}
    report |= {"force": report.pop("status"), "status": "added", "read_as": found.kind}
    report |= {"pages": found.pages, "scanned": found.scanned}
    if is_kept(directive, kept):
        report["status"] = "unchanged"
    else:
        _confirm(found, ended_by(directive, kept), yes=yes)
        store.save(directive)
    if not quiet:
        _tell(report)
    return report


def _confirm(found: Ingested, ended: list[str], *, yes: bool) -> None:
    """Ask about what neither the text nor a flag says.

    Raises:
        InputError: Nobody is there to answer, or the answer is no.
    """
    if yes or not (found.missing or ended):
        return
    missing = "、".join(speak(say(f"cli-directive-{name}")) for name in found.missing)
    if missing:
        typer.echo(speak(say("cli-directive-missing", missing=missing)), err=True)
    if ended:
        typer.echo(speak(say("cli-directive-ends", documents="、".join(ended))), err=True)
    named = say(
        "cli-directive-sure",
        document=found.directive.document,
        title=found.directive.title,
        clauses=len(found.directive.clauses),
    )
    try:
        agreed = typer.confirm(speak(named), err=True)
    except typer.Abort:
        agreed = False
    if not agreed:
        raise InputError(reply=say("cli-directive-not-added"))


def _tell(report: dict[str, Any]) -> None:
    key = "cli-directive-unchanged" if report["status"] == "unchanged" else "cli-directive-added"
    typer.echo(
        speak(
            say(
                key,
                title=report["title"],
                document=report["document"],
                clauses=report["clauses"],
                date=report["issued"] or "—",
            )
        )
    )
    doubts = "；".join(speak(say(f"knowledge-doubt-{doubt}")) for doubt in report["doubts"])
    if doubts:
        typer.echo(speak(say("cli-directive-unsure", doubts=doubts)))


@directives_cli.command()
def remove(
    document: Annotated[str, typer.Argument(help="文号或简称")],
    date: Annotated[str, typer.Option(help="只删这一天的版本")] = "",
    as_json: AsJson = False,
) -> None:
    """删除一份文件的所有版本，或一个版本 (remove a document, or one version)."""
    from knowledge.store import find_directive  # noqa: PLC0415

    store = _store()
    found = find_directive(store.directives(), document)
    issued = _on(date) if date else ""
    if found is None or not store.remove(found.document, issued):
        raise MissingError(reply=say("cli-directive-unknown", document=document))
    _index(store, quiet=True)
    if as_json:
        print_json({"removed": found.document, "date": issued})
    else:
        typer.echo(speak(say("cli-directive-removed", document=found.document)))


@directives_cli.command()
def index(
    installing: Annotated[
        bool, typer.Option("--installing", help="安装时算好随产品带的文件的向量")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """按数据库重建检索索引 (rebuild the index from the database)."""
    if installing:
        _index_shipped()
        return
    store = _store()
    store.touch()
    report = _index(store, quiet=as_json)
    if as_json:
        print_json(report)


def _index(store: SqlClauses, *, quiet: bool) -> dict[str, Any]:
    """Build the index here, unless a running bot owns it: that one builds its own."""
    from bot.wiring import open_desk  # noqa: PLC0415

    began = time.perf_counter()
    desk = open_desk(read_settings(), store=store)
    report = {"clauses": desk.size, "seconds": round(time.perf_counter() - began, 2)}
    desk.close()
    if not quiet:
        seconds = str(report["seconds"])
        typer.echo(speak(say("cli-directive-indexed", clauses=desk.size, seconds=seconds)))
    return report


def _index_shipped() -> None:
    from bot.wiring import SHIPPED_VECTORS, open_desk  # noqa: PLC0415
    from knowledge.store import MemoryStore  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        open_desk(read_settings(data=Path(folder)), store=MemoryStore()).close()
        SHIPPED_VECTORS.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(Path(folder) / "knowledge" / "vectors.bin", SHIPPED_VECTORS)


def add(cli: typer.Typer) -> None:
    """Hang the commands into the tree."""
    cli.add_typer(directives_cli, name="directives")
