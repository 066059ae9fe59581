"""`tongban run` and `tongban demo`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.settings import read_settings


class Part(StrEnum):
    """What to run."""

    BOT = "bot"
    WORKER = "worker"
    ALL = "all"


def run(
    part: Annotated[Part, typer.Argument(help="bot、worker 或 all（两个进程一起）")] = Part.ALL,
) -> None:
    """启动：bot 接收和回答，worker 推送警报 (polling or webhook by settings)."""
    from bot import processes  # noqa: PLC0415 commands that answer at once stay light
    from bot.readiness import check_start  # noqa: PLC0415

    settings = read_settings()
    check_start(settings)
    if part is Part.BOT:
        processes.run_bot(settings)
    elif part is Part.WORKER:
        processes.run_worker(settings)
    else:
        processes.run_all(settings)


def demo(
    port: Annotated[int, typer.Option(help="手机页面的端口")] = 8765,
    data: Annotated[Path, typer.Option(help="演示数据放在哪个文件夹")] = Path("var/demo"),
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="打开浏览器")] = True,
) -> None:
    """在本机演示：样例县、四部手机，打印一个网址 (everything running on this machine)."""
    from bot.demo import Demo  # noqa: PLC0415

    Demo(port=port, data=data, browser=browser).run()


def add(cli: typer.Typer) -> None:
    """Hang the commands into the tree."""
    cli.command()(run)
    cli.command()(demo)
