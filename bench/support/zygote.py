"""Starts our processes quickly: imports everything once and forks; it runs nothing itself.

    python bench/support/zygote.py          (started by bench.support.house only)

Reads commands from stdin, one a line, answers on stdout, one a line:

    start bot|worker LOGFILE PORT -> the number of the new process, which runs `tongban run …`;
                                   PORT: where its webhook listens (0: as the settings say)
    wait NUMBER                 -> `ended` once that process is gone

A fork has its own memory, connections and loop, and dies of kill -9 as any process does; what
is saved are ten seconds of imports at each start. Nothing here opens a thread or a database.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.support.clockwork import bend_clock
from bot import bot_process, worker_process
from bot.processes import run_bot, run_worker
from bot.settings import read_settings
from bot.wiring import LazyDesk, open_services
from forms import catalog
from handlers.speech import LANGUAGES, speak
from kernel.phrases import say
from sandbox import server as stand_in

RUN = {"bot": run_bot, "worker": run_worker}
PR_SET_PDEATHSIG = 1
LOADED = (bot_process, worker_process, open_services, stand_in)


def prepare() -> None:
    """Do once what every process would do again: read sentences and forms."""
    import alerts.desk
    import alerts.gateway  # noqa: F401
    import handlers.routing  # noqa: F401
    import knowledge.danger

    for language in LANGUAGES:
        speak(say("menu-hint"), language)
    for name in catalog.names():
        catalog.get(name)
    knowledge.danger.judge("孩子在家")
    # the benches ask no question; each start would spend seconds on opening the index
    LazyDesk.warm = lambda _self: None  # type: ignore[method-assign]


def _die_with_parent() -> None:
    """Leave no process behind when the bench itself is killed (Linux)."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def start(name: str, log: str, port: int) -> int:
    number = os.fork()
    if number:
        return number
    os.setsid()
    _die_with_parent()
    nowhere = os.open(os.devnull, os.O_RDONLY)
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for old, new in ((nowhere, 0), (out, 1), (out, 2)):
        os.dup2(old, new)
    code = 1
    try:
        bend_clock()
        RUN[name](read_settings(webhook_port=port or None))
        code = 0
    except BaseException as error:  # noqa: BLE001 a fork must never go on in its parent's loop
        print(f"{name} ended with {type(error).__name__}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(code)


def main() -> None:
    prepare()
    gc.collect()
    gc.freeze()
    print("ready", flush=True)
    for line in sys.stdin:
        command, *words = line.split()
        if command == "start":
            print(start(words[0], words[1], int(words[2])), flush=True)
        else:
            os.waitpid(int(words[0]), 0)
            print("ended", flush=True)


if __name__ == "__main__":
    main()
