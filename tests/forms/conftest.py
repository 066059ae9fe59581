"""The reference engine as a fixture: one process for all tests of a run."""

from __future__ import annotations

import pytest
from support.reference import Reference

from bench.support.reference import NoReferenceError, ready


@pytest.fixture(scope="session")
def node():
    try:
        return ready()
    except NoReferenceError as missing:
        pytest.skip(str(missing))


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
