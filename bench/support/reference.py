"""The ODK reference engine on this machine: installed when missing; it judges nothing."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

DRIVER = Path(__file__).parents[2] / "tests" / "forms" / "reference"
_INSTALL = ("install", "--no-audit", "--no-fund", "--no-package-lock")
_MOST_SECONDS = 300


class NoReferenceError(Exception):
    """The reference engine cannot run here; the message says what is missing."""


def ready() -> str:
    """Return the path of Node, once the reference engine is installed beside its driver.

    Raises:
        NoReferenceError: Node or npm is missing, or npm refused.
        TimeoutExpired: npm did not end in time.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise NoReferenceError("node and npm are needed to run the reference engine")
    if not (DRIVER / "node_modules" / "@getodk").is_dir():
        command = [npm, *_INSTALL]
        done = subprocess.run(
            command, cwd=DRIVER, capture_output=True, check=False, timeout=_MOST_SECONDS
        )
        if done.returncode:
            message = f"npm could not install the reference engine (exit {done.returncode})"
            raise NoReferenceError(message)
    return node
