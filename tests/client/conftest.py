"""One server for all tests of the client; each test has a room of its own."""

import itertools
from collections.abc import Iterator

import pytest

from tests.support.server import Server, running_server

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def shared_server() -> Iterator[Server]:
    """A real server that outlives the test: do not stop it, and do not count its rooms."""
    with running_server() as running:
        yield running


@pytest.fixture
def room_id() -> str:
    """The id of a room that no other test uses."""
    return f"room-{next(_numbers)}"
