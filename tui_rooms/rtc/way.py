"""Which of this machine's addresses lead where; nothing is sent to find out."""

import errno
import socket


def way_to(peer: tuple[str, int]) -> str | None:
    """Which of our addresses leads there; None without a route."""
    family = socket.AF_INET6 if ":" in peer[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(peer)
        except OSError:
            return None
        return str(probe.getsockname()[0])


def is_ours(host: str) -> bool:
    """Whether that is an address of this machine; it goes with its network."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((host, 0))
        except OSError as error:
            return error.errno != errno.EADDRNOTAVAIL
    return True
