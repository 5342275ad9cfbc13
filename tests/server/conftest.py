"""One real server for the tests of the door."""

from collections.abc import Iterator

import pytest

from tests.support.server import Server, running_server


@pytest.fixture(scope="module")
def door() -> Iterator[Server]:
    """A server on loopback, shared by a module's tests: each uses rooms of its own."""
    with running_server() as running:
        yield running
