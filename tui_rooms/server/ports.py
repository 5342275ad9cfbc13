"""TCP and UDP on one number, and further UDP ports behind it."""

import errno
import socket
from dataclasses import dataclass

LAST_PORT = 65_535
ATTEMPTS = 50
"""How many free TCP numbers are tried whose UDP twin is taken."""


class PortError(Exception):
    """The address cannot be listened on; the text is for the operator."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class BoundPorts:
    """Sockets of one number: HTTP and WebSocket, and media; more media on the numbers behind it."""

    tcp: socket.socket
    udp: tuple[socket.socket, ...]
    host: str
    port: int


def bind_ports(host: str, port: int, *, media: int = 1) -> BoundPorts:
    """Bind all sockets.

    Args:
        host: an IPv4 address, or a name that has one.
        port: 0 takes any number that is free for TCP and UDP.
        media: how many UDP ports; all behind the first one follow its number.

    Raises:
        PortError: not possible; the sentence says why.
    """
    address = _address_of(host)
    for _ in range(ATTEMPTS if port == 0 else 1):
        tcp = _bind(socket.SOCK_STREAM, address, port, host)
        number = tcp.getsockname()[1]
        udp: list[socket.socket] = []
        try:
            for further in range(media):
                # One by one: those that were bound before one that cannot be are closed.
                udp.append(_bind(socket.SOCK_DGRAM, address, number + further, host))  # noqa: PERF401
        except PortError:
            for bound in (tcp, *udp):
                bound.close()
            if port != 0:
                raise
            continue
        return BoundPorts(tcp, tuple(udp), address, number)
    raise PortError(f"no number on {host} is free for both TCP and UDP after {ATTEMPTS} tries")


def _address_of(host: str) -> str:
    try:
        found = socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        raise PortError(
            f"cannot listen on '{host}': expected an IPv4 address of this machine, "
            "or a name for one, for instance 127.0.0.1 or 0.0.0.0"
        ) from exc
    return str(found[0][4][0])


def _bind(kind: socket.SocketKind, address: str, port: int, host: str) -> socket.socket:
    if port > LAST_PORT:
        raise PortError(f"port {port} does not exist: choose a lower one with --port")
    bound = socket.socket(socket.AF_INET, kind)
    try:
        if kind is socket.SOCK_STREAM:
            # Only over connections that are closing down; a listener still keeps the port.
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((address, port))
        if kind is socket.SOCK_STREAM:
            bound.listen(512)
        bound.setblocking(False)
    except OSError as exc:
        bound.close()
        raise PortError(_reason(exc, kind, host, port)) from exc
    return bound


def _reason(exc: OSError, kind: socket.SocketKind, host: str, port: int) -> str:
    protocol = "TCP" if kind is socket.SOCK_STREAM else "UDP"
    reasons = {
        errno.EADDRINUSE: (
            f"port {port} ({protocol}) on {host} is in use: stop the program that has it, "
            "or choose another with --port (0 takes any free one)"
        ),
        errno.EACCES: (
            f"port {port} on {host} needs more rights: choose one from 1024 up with --port"
        ),
        errno.EADDRNOTAVAIL: (
            f"{host} is not an address of this machine: use 127.0.0.1, 0.0.0.0 or one of its own"
        ),
    }
    known = reasons.get(exc.errno or 0)
    return known or f"cannot listen on {host}:{port} ({protocol}): {exc.strerror}"
