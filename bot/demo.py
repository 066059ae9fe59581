"""The demo: a sample county, the stand-in with phones, bot and worker, all on this machine."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
import urllib.request
import webbrowser
from typing import TYPE_CHECKING, Any

from bot.keys import provide_keys
from bot.processes import Child, StopSignal, tend, tongban
from bot.settings import read_settings
from handlers.speech import speak
from kernel.errors import UnavailableError
from kernel.phrases import say

if TYPE_CHECKING:
    from pathlib import Path

    from bot.settings import Settings

TOKEN = "1:demo"  # noqa: S105 the stand-in on this machine takes it, nobody else
LADDER_SCALE = 1 / 15
"""A minute of the ladder lasts four seconds in the demo."""
WAIT_SECONDS = 30.0


class DemoError(UnavailableError):
    """The demo could not start."""

    key = "demo-failed"


class Demo:
    """Everything of the demo under one parent process."""

    def __init__(self, *, port: int, data: Path, browser: bool) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._port = port
        self._data = data.absolute()
        self._browser = browser

    def _settings(self) -> Settings:
        return read_settings(
            data=self._data,
            bot_token=TOKEN,
            api_base=self.address,
            receive="polling",
            ladder_scale=LADDER_SCALE,
        )

    def _environment(self) -> dict[str, str]:
        settings = {
            "TONGBAN_DATA": str(self._data),
            "TONGBAN_BOT_TOKEN": TOKEN,
            "TONGBAN_API_BASE": self.address,
            "TONGBAN_LADDER_SCALE": str(LADDER_SCALE),
            "OMP_NUM_THREADS": "1",
        }
        # what a person set (a database URL, webhooks, a language) stays as they set it
        return {**settings, **os.environ} | {  # noqa: TID251 passed on to our own processes
            name: settings[name]
            for name in ("TONGBAN_DATA", "TONGBAN_BOT_TOKEN", "TONGBAN_API_BASE")
        }

    def run(self) -> None:
        """Start everything, print the address, keep it alive until told to stop.

        Raises:
            DemoError: The port is taken, or the stand-in does not come up.
        """
        began = time.monotonic()
        self._data.mkdir(parents=True, exist_ok=True)
        if self._answers():
            raise DemoError(reply=say("demo-port", port=str(self._port)))
        stop = StopSignal()
        environment = self._environment()
        stand_in = [sys.executable, "-m", "sandbox", "--port", str(self._port), "--token", TOKEN]
        children = [Child(stand_in, environment)]
        try:
            phones = self._prepare()
            self._wait()
            children += [Child(tongban("run", part), environment) for part in ("bot", "worker")]
            self._people(phones)
        except BaseException:
            for child in children:
                child.stop()
            raise
        seconds = f"{time.monotonic() - began:.1f}"
        print(speak(say("demo-ready", address=self.address, seconds=seconds)), flush=True)  # noqa: T201 the command's result
        if self._browser:
            webbrowser.open(self.address)
        tend(children, stop)

    def _prepare(self) -> list[dict[str, Any]]:
        """Bring keys, database and the sample county into being; return the phones."""
        from bot.console.database import prepare_demo  # noqa: PLC0415 loads the database side

        settings = self._settings()
        provide_keys(settings)
        return asyncio.run(prepare_demo(settings))

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=1):  # noqa: S310 our own
                return True
        except OSError:
            return False

    def _wait(self) -> None:
        end = time.monotonic() + WAIT_SECONDS
        while not self._answers():
            if time.monotonic() > end:
                raise DemoError
            time.sleep(0.05)

    def _post(self, path: str, body: dict[str, Any]) -> None:
        request = urllib.request.Request(  # noqa: S310 our own
            f"{self.address}{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10):  # noqa: S310
            pass

    def _people(self, phones: list[dict[str, Any]]) -> None:
        """Give each sample person a phone that has opened the chat."""
        for phone in phones:
            person = {key: phone[key] for key in ("id", "name", "title")}
            self._post("/sim/people", person)
            self._post(f"/sim/people/{phone['id']}/messages", {"text": phone["start"]})
