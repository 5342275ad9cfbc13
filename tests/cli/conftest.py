"""One real server for the tests of the command line that may share it."""

from collections.abc import Iterator

import pytest

from tests.support.server import Server, running_server


@pytest.fixture(scope="module")
def module_server() -> Iterator[Server]:
    """A server on loopback: each test uses rooms of its own, or only reads."""
    with running_server() as running:
        yield running
