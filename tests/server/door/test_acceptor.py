"""Connections are taken, or turned away, before anything is read: a real server, a real flood."""

import resource
import socket
from pathlib import Path

from tests.support.http import call
from tests.support.server import running_server
from tui_rooms.server.door.acceptor import connection_limit


def test_idle_connections_by_the_hundred_keep_nobody_out():
    """More of them than one address may have, from the very address of whoever wants in."""
    with running_server() as server:
        idle: list[socket.socket] = []
        for _ in range(3):
            idle += [socket.create_connection(("127.0.0.1", server.port)) for _ in range(300)]
            assert call(f"{server.url}/api/health").status == 200
        for sock in idle:
            sock.close()


def test_without_descriptors_the_server_says_so_once_and_goes_on():
    """As many as it may have are taken by others; when they let go, people come in again."""
    with running_server() as server:
        soft, hard = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
        used = len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (used + 5, hard))
        idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (soft, hard))
        for sock in idle:
            sock.close()
        assert call(f"{server.url}/api/health").status == 200


def test_as_many_descriptors_as_may_be_are_allowed():
    """The usual 1,024 are the shell's choice, not the system's."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, before[1]), before[1]))
    try:
        assert connection_limit() > 1024 - 128
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 1024
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
