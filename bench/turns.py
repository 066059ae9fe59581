"""Form answers a second on one core, over webhooks, durable; beside a bare aiogram echo bot.

    python bench/turns.py [--seconds 8] [--people 40] [--db URL [--replicas 2]] [--answers] --json

The bot under test runs pinned to one core; this process (the load and a raw Bot API that answers
at once) runs on another. With two replicas each has a core, and load and database share them; the
echo bot then has two replicas as well, on the same cores under the same load, so that `ratio` is
that of one core either way. Every person works through real visit forms: what is counted
are turns, each an update that was stored, handled and answered; one in twelve hands a visit in,
and one begins the next. With `--answers` everybody works through a form so long that nobody ends
it: form answers and nothing else. Prints one JSON object:
{"ours_per_s", "echo_per_s", "replicas", "ratio", "cpu_ratio", "ours_cpu_ms", "echo_cpu_ms",
"p50_ms", "p99_ms", "turns", "visits"}; the CPU times are of the bot's process, a turn.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.support.ports import free_port  # noqa: E402
from bench.support.service import served  # noqa: E402

SECRET, TOKEN = "bench-secret", "1:bench"
VILLAGE = "990101101201"
WARM_UP = 2.0
WEEK = 7 * 86_400
LONGEST_START = 90
QUESTIONS = 400
"""Of the form that nobody ends (`--answers`)."""
IDLE_MS = 30.0
"""A process that takes less CPU time than this in a second has come up."""

ECHO = """
import sys
from aiohttp import web
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
api, port = sys.argv[1], int(sys.argv[2])
bot = Bot("1:bench", session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
dispatcher = Dispatcher()
@dispatcher.message()
async def echo(message):
    await message.answer(message.text)
app = web.Application()
SimpleRequestHandler(dispatcher, bot, secret_token="bench-secret").register(app, path="/telegram")
web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)
"""


@dataclass
class Person:
    """One simulated person and what their phone shows."""

    chat: int
    start: str = ""
    child: str = ""
    prompt: dict[str, Any] | None = None
    message: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class World:
    """A raw Bot API that answers at once, and the webhooks it calls."""

    def __init__(self) -> None:
        self.people: dict[int, Person] = {}
        self.number = 0
        self.update = 1
        self.calls = 0
        self.ports: list[int] = []

    def url(self) -> str:
        """Return where the next update goes: to each bot in turn, as a proxy would."""
        return f"http://127.0.0.1:{self.ports[self.update % len(self.ports)]}/telegram"

    async def serve(self) -> tuple[web.AppRunner, str]:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._call)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        return runner, f"http://127.0.0.1:{port}"

    async def _call(self, request: web.Request) -> web.Response:
        self.calls += 1
        is_json = request.content_type == "application/json"
        form = await (request.json() if is_json else request.post())
        method = request.match_info["method"].lower()
        result: Any = True
        if method in {"sendmessage", "editmessagetext"}:
            chat = int(str(form["chat_id"]))
            if method == "sendmessage":
                self.number += 1
            number = self.number if method == "sendmessage" else int(str(form["message_id"]))
            result = {
                "message_id": number,
                "date": int(time.time()),
                "chat": {"id": chat, "type": "private", "first_name": "x"},
                "text": "x",
            }
            self._shown(chat, number, form)
        elif method == "getme":
            result = {"id": 1, "is_bot": True, "first_name": "b", "username": "b"}
        return web.json_response({"ok": True, "result": result})

    def _shown(self, chat: int, number: int, form: Any) -> None:
        person = self.people.get(chat)
        if person is None:
            return
        text, markup = str(form.get("text", "")), form.get("reply_markup") or {}
        markup = json.loads(markup) if isinstance(markup, str) else markup
        rows = markup.get("inline_keyboard", [])
        buttons = [b for row in rows for b in row]
        if buttons or not person.child:
            person.prompt = {"text": text, "buttons": buttons}
            person.message = number
            person.changed.set()

    def message(self, person: Person, text: str) -> dict[str, Any]:
        self.update += 1
        user = {"id": person.chat, "is_bot": False, "first_name": "x"}
        chat = {"id": person.chat, "type": "private", "first_name": "x"}
        body = {"message_id": self.update, "date": int(time.time()), "chat": chat, "from": user}
        return {"update_id": self.update, "message": {**body, "text": text}}

    def press(self, person: Person, data: str) -> dict[str, Any]:
        update = self.message(person, "x")
        message = update.pop("message")
        message["message_id"] = person.message
        query = {"id": str(self.update), "from": message["from"], "message": message}
        return {**update, "callback_query": {**query, "chat_instance": "1", "data": data}}


def long_form() -> str:
    """Return an XForm of many questions with three choices each."""
    names = [f"q{number}" for number in range(QUESTIONS)]
    items = "".join(
        f"<item><label>{word}</label><value>{word}</value></item>" for word in "甲乙丙"
    )
    body = "".join(
        f'<select1 ref="/data/{name}"><label>{name}</label>{items}</select1>' for name in names
    )
    return f"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title>{QUESTIONS} questions</h:title><model><instance><data id="long">
{"".join(f"<{name}/>" for name in names)}<meta><instanceID/></meta></data></instance>
{"".join(f'<bind nodeset="/data/{name}" type="string"/>' for name in names)}</model></h:head>
<h:body>{body}</h:body></h:html>"""


def next_act(world: World, person: Person) -> tuple[dict[str, Any], bool]:
    """Choose what a worker would do with what the phone shows; True for a submission."""
    prompt = person.prompt or {"text": "", "buttons": []}
    buttons = prompt["buttons"]
    by_word = {button["text"]: button["callback_data"] for button in buttons}
    for word, data in by_word.items():
        if "提交" in word:
            return world.press(person, data), True
    if "选好了" in by_word:
        if not any(word.startswith("✓") for word in by_word):
            return world.press(person, buttons[0]["callback_data"]), False
        return world.press(person, by_word["选好了"]), False
    if "›" in by_word:
        return world.message(
            person, time.strftime("%m月%d日", time.localtime(time.time() + WEEK))
        ), False
    choices = [b for b in buttons if b["callback_data"].startswith("p:")]
    tools = {"上一步", "跳过", "存草稿", "取消", "今天", "昨天", "前天"}
    answers = [b for b in choices if not any(tool in b["text"] for tool in tools)]
    if answers:
        good = [b for b in answers if b["text"] in {"没有", "能照料", "签了，还有效", "没发现"}]
        return world.press(person, (good or answers)[0]["callback_data"]), False
    if choices:
        return world.message(person, "孩子都好"), False
    return world.message(person, "今天"), False


async def work(world: World, person: Person, http: Any, until: float, seen: list) -> None:
    """Answer one question after another."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    while time.monotonic() < until:
        update, submits = next_act(world, person)
        person.changed.clear()
        person.prompt = None if submits else person.prompt
        began = time.perf_counter()
        async with http.post(world.url(), json=update, headers=headers) as answer:
            assert answer.status == 200, answer.status
        if submits:
            await asyncio.sleep(0)
            seen.append((time.monotonic(), time.perf_counter() - began, True))
            began = time.perf_counter()
            await begin_visit(world, person, http)
            seen.append((time.monotonic(), time.perf_counter() - began, False))
            continue
        try:
            await asyncio.wait_for(person.changed.wait(), 20)
        except TimeoutError:
            shown = (person.prompt or {}).get("text", "")[:80]
            raise SystemExit(
                f"bench: chat {person.chat} got no answer; it shows {shown!r}"
            ) from None
        seen.append((time.monotonic(), time.perf_counter() - began, False))


async def begin_visit(world: World, person: Person, http: Any) -> None:
    """Open the next visit of this person's child."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    for _ in range(200):
        person.changed.clear()
        async with http.post(world.url(), json=world.press(person, person.child), headers=headers):
            pass
        try:
            await asyncio.wait_for(person.changed.wait(), 20)
        except TimeoutError:
            continue
        if person.prompt and any(
            b["callback_data"].startswith("p:") for b in person.prompt["buttons"]
        ):
            return


async def echo_work(world: World, person: Person, http: Any, until: float, seen: list) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    while time.monotonic() < until:
        person.changed.clear()
        began = time.perf_counter()
        async with http.post(world.url(), json=world.message(person, "你好"), headers=headers):
            pass
        await asyncio.wait_for(person.changed.wait(), 20)
        seen.append((time.monotonic(), time.perf_counter() - began, False))


async def prepare(settings: Any, people: list[Person], *, answers: bool) -> None:
    """Make a county with one director and one child for each simulated person."""
    from bot.console.database import prepare_demo
    from bot.wiring import open_policies, open_seals, open_store
    from cases.db.children import Children
    from cases.db.people import People
    from cases.people import SYSTEM, Role, principal
    from cases.people import Person as Worker
    from kernel.clock import local_day

    await prepare_demo(settings)
    store = open_store(settings)
    seals = open_seals(store)
    day = local_day(store.clock.now())
    policy = open_policies(settings).at(VILLAGE, day)
    async with store.unit() as unit:
        for number, person in enumerate(people):
            worker = Worker(
                id="", role=Role.CHILD_DIRECTOR, area=VILLAGE, name=f"量{number}", qualified_on=day
            )
            added = await People(unit).add(worker, SYSTEM)
            await People(unit).bind(added.id, "telegram", str(person.chat))
            fields = {"name": f"样例{number}", "birth_date": "2018-03-01", "sex": "female"}
            child = await Children(unit).add(principal(added), VILLAGE, fields, policy)
            begins = "fill:#0" if answers else f"visit:{child.id}"
            person.child = seals.durable(str(person.chat), begins)
        await unit.commit()
    await store.close()


def pinned(core: int, *command: str, env: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        ["taskset", "-c", str(core), *command],
        env=env,
        cwd=ROOT,
        stderr=None if os.environ.get("BENCH_LOUD") else subprocess.DEVNULL,
    )


class Used:
    """CPU time that processes took while a run was measured, in milliseconds a turn."""

    def __init__(self, *processes: subprocess.Popen[bytes]) -> None:
        self._stats = [Path(f"/proc/{process.pid}/stat") for process in processes]
        self._began = self._ended = 0.0

    async def idle(self) -> None:
        """Wait until start-up is over: loading the search desk takes seconds, on a cold disk many."""
        before = self._taken()
        for _ in range(LONGEST_START):
            await asyncio.sleep(1.0)
            now = self._taken()
            if now - before < IDLE_MS:
                return
            before = now

    async def watch(self, seconds: float) -> None:
        await asyncio.sleep(WARM_UP)
        self._began = self._taken()
        await asyncio.sleep(seconds)
        self._ended = self._taken()

    def _taken(self) -> float:
        ticks = 0
        for stat in self._stats:
            user, system = stat.read_text().rsplit(")", 1)[1].split()[11:13]
            ticks += int(user) + int(system)
        return 1000 * ticks / os.sysconf("SC_CLK_TCK")

    def each(self, turns: int) -> float:
        return (self._ended - self._began) / turns


async def until_listening(port: int) -> None:
    for _ in range(20 * LONGEST_START):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        except OSError:
            await asyncio.sleep(0.05)
    raise SystemExit("bench: the bot did not start")


async def measure(given: argparse.Namespace) -> dict[str, Any]:
    from bot.keys import make_keys
    from bot.settings import read_settings

    world = World()
    runner, api = await world.serve()
    connector = aiohttp.TCPConnector(limit=given.people * 2)
    folder = tempfile.TemporaryDirectory()
    async with (
        aiohttp.ClientSession(connector=connector) as http,
        contextlib.AsyncExitStack() as kept,
    ):
        before = await measure_echo(world, api, http, given)
        settings = read_settings(data=Path(folder.name), database_url=given.db or None)
        make_keys(settings.keys)
        people = [Person(chat=50_000 + n) for n in range(given.people)]
        await prepare(settings, people, answers=given.answers)
        world.people = {person.chat: person for person in people}
        service = kept.enter_context(served(given.db))
        env = {
            **os.environ,
            "TONGBAN_DATA": folder.name,
            "TONGBAN_DATABASE_URL": service,
            "TONGBAN_BOT_TOKEN": TOKEN,
            "TONGBAN_API_BASE": api,
            "TONGBAN_RECEIVE": "webhook",
            "TONGBAN_WEBHOOK_URL": "http://127.0.0.1/telegram",
            "TONGBAN_WEBHOOK_SECRET": SECRET,
            "TONGBAN_MONITOR_PORT": "0",
            "TONGBAN_LOG_LEVEL": "WARNING",
        }
        if given.answers:
            forms = Path(folder.name) / "own"
            forms.mkdir()
            (forms / "long.xml").write_text(long_form())
            env["TONGBAN_FORMS"] = str(forms)
        command = [sys.executable, "-m", "bot", "run", "bot"]
        if given.profile:
            command = [sys.executable, "-m", "cProfile", "-o", given.profile, *command[1:]]
        world.ports = [free_port() for _ in range(given.replicas)]
        bots = [
            pinned(core, *command, env={**env, "TONGBAN_WEBHOOK_PORT": str(port)})
            for core, port in enumerate(world.ports)
        ]
        try:
            for port in world.ports:
                await until_listening(port)
            used = Used(*bots)
            await used.idle()
            await asyncio.gather(*(begin_visit(world, p, http) for p in people))
            seen: list[tuple[float, float, bool]] = []
            start = time.monotonic()
            until = start + WARM_UP + given.seconds
            await asyncio.gather(
                used.watch(given.seconds),
                *(work(world, p, http, until, seen) for p in people),
            )
        finally:
            for bot in bots:
                bot.send_signal(signal.SIGTERM)
            for bot in bots:
                bot.wait(20)
        after = await measure_echo(world, api, http, given)
    # a noisy machine: the baseline is measured on both sides of what is compared with it
    echo, echo_ms = ((a + b) / 2 for a, b in zip(before, after, strict=True))
    await runner.cleanup()
    folder.cleanup()
    kept = [row for row in seen if start + WARM_UP <= row[0] <= until]
    times = sorted(row[1] * 1000 for row in kept)
    ours = len(kept) / given.seconds
    return {
        "ours_per_s": round(ours, 1),
        "echo_per_s": round(echo, 1),
        "replicas": given.replicas,
        "ratio": round(ours / echo, 3),
        "cpu_ratio": round(echo_ms / used.each(len(kept)), 3),
        "ours_cpu_ms": round(used.each(len(kept)), 2),
        "echo_cpu_ms": round(echo_ms, 2),
        "p50_ms": round(statistics.median(times), 1),
        "p99_ms": round(times[int(len(times) * 0.99)], 1),
        "turns": len(kept),
        "visits": sum(row[2] for row in kept),
        "people": given.people,
        "database": "postgresql" if given.db else "sqlite",
        "what": "answers" if given.answers else "visits",
    }


async def measure_echo(
    world: World, api: str, http: Any, given: argparse.Namespace
) -> tuple[float, float]:
    people = [Person(chat=40_000 + n) for n in range(given.people)]
    world.people = {person.chat: person for person in people}
    world.ports = [free_port() for _ in range(given.replicas)]
    bots = [
        pinned(core, sys.executable, "-c", ECHO, api, str(port))
        for core, port in enumerate(world.ports)
    ]
    try:
        for port in world.ports:
            await until_listening(port)
        seen: list[tuple[float, float, bool]] = []
        start = time.monotonic()
        until = start + WARM_UP + given.seconds
        used = Used(*bots)
        await asyncio.gather(
            used.watch(given.seconds),
            *(echo_work(world, p, http, until, seen) for p in people),
        )
    finally:
        for bot in bots:
            bot.terminate()
        for bot in bots:
            bot.wait(20)
    turns = len([row for row in seen if row[0] >= start + WARM_UP])
    return turns / given.seconds, used.each(turns)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--db", default="", help="a PostgreSQL URL of an empty database")
    parser.add_argument("--replicas", type=int, default=1, help="bots at once (PostgreSQL)")
    parser.add_argument("--answers", action="store_true", help="form answers and nothing else")
    parser.add_argument("--profile", default="", help="write a cProfile of the bot here")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    os.sched_setaffinity(0, {1})
    result = asyncio.run(measure(given))
    if given.json:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:<12} {value}")


if __name__ == "__main__":
    main()
