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
        NoReferenceError: Node or npm is missing, or the packages could not be had.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise NoReferenceError("node and npm are needed to run the reference engine")
    if not (DRIVER / "node_modules" / "@getodk").is_dir():
        try:
            subprocess.run(
                [npm, *_INSTALL],
                cwd=DRIVER,
                capture_output=True,
                check=True,
                timeout=_MOST_SECONDS,
            )
        except subprocess.SubprocessError as error:
            raise NoReferenceError("the reference engine could not be installed") from error
    return node
