"""The command line as an operator meets it: words in, what was printed and complained of out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.console.app import run
from bot.keys import make_keys

ROOT = Path(__file__).parents[2]


class Console:
    """The console on a data folder and a database of its own."""

    def __init__(self, folder, monkeypatch, capfd, url="", *, keys=True):
        self.folder = folder
        self.url = url
        self.patch = monkeypatch
        self.capfd = capfd
        if keys:
            make_keys(folder / "keys.json")
        monkeypatch.chdir(folder)

    def settle(self):
        self.patch.setenv("TONGBAN_DATA", str(self.folder))
        self.patch.setenv("TONGBAN_DATABASE_URL", self.url)
        self.patch.setenv("PYTHONPATH", str(ROOT))

    def start(self, *words):
        """Run in a process of its own, which can be killed."""
        self.settle()
        return subprocess.Popen(
            [sys.executable, "-m", "bot", *map(str, words)], stdout=subprocess.DEVNULL
        )

    def both(self, *words, code=0):
        """Run here; return what was printed and what was complained of."""
        self.settle()
        self.patch.setattr(sys, "argv", ["tongban", *map(str, words)])
        self.capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            run()
        out, error = self.capfd.readouterr()
        assert (ended.value.code or 0) == code, (words, out, error)
        return out, error

    def run(self, *words, code=0):
        return self.both(*words, code=code)[1 if code else 0]

    def json(self, *words):
        return json.loads(self.run(*words, "--json"))
