"""The reference engine as a fixture: one process for all tests of a run."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from support.reference import DRIVER, Reference


@pytest.fixture(scope="session")
def node():
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are needed to run the reference engine")
    if not (DRIVER / "node_modules" / "@getodk").is_dir():
        command = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock"]
        done = subprocess.run(command, cwd=DRIVER, capture_output=True, check=False, timeout=300)
        if done.returncode:
            pytest.skip("the reference engine could not be installed")
    return node


@pytest.fixture(scope="session")
def reference(node):
    engine_process = Reference(node)
    yield engine_process
    engine_process.close()


@pytest.fixture(scope="session")
def reference_in_utc(node):
    """The reference where a date as a number is a whole number of days, as it is for us."""
    engine_process = Reference(node, "UTC")
    yield engine_process
    engine_process.close()
