"""One real server for the tests of the door."""

from collections.abc import Iterator

import pytest

from tests.support.server import Server, running_server


@pytest.fixture(scope="module")
def door() -> Iterator[Server]:
    """A server on loopback, shared by a module's tests: each uses rooms of its own."""
    with running_server() as running:
        yield running


@pytest.fixture(scope="module")
def proxied() -> Iterator[Server]:
    """One for everybody, which believes a proxy on this machine; whoever that names is limited."""
    with running_server("--open", "--trusted-proxy", "127.0.0.1") as running:
        yield running
