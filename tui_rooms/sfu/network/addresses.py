"""The IPv4 addresses of this machine's interfaces."""

import socket
import sys

from tui_rooms.sfu.network.libc import ffi, libc

_UP = 0x1


def interface_addresses() -> tuple[str, ...]:
    """Addresses of the interfaces that are up, without loopback; loopback if it is alone.

    Raises:
        OSError: the system does not tell.
    """
    first = ffi.new("struct ifaddrs **")
    if libc.getifaddrs(first):
        raise OSError(ffi.errno, "getifaddrs failed")
    found: list[str] = []
    try:
        entry = first[0]
        while entry:
            address = entry.ifa_addr
            if address and entry.ifa_flags & _UP and _family(address) == socket.AF_INET:
                # sockaddr_in: family (2 bytes), port (2 bytes), address.
                found.append(socket.inet_ntoa(bytes(ffi.buffer(address + 4, 4))))
            entry = entry.ifa_next
    finally:
        libc.freeifaddrs(first[0])
    outside = tuple(dict.fromkeys(host for host in found if not host.startswith("127.")))
    return outside or ("127.0.0.1",)


def candidate_hosts(bound: str, public_ip: str | None) -> tuple[str, ...]:
    """Where peers may reach a socket that is bound to `bound`, the preferred one first."""
    hosts = interface_addresses() if bound == "0.0.0.0" else (bound,)
    return tuple(dict.fromkeys((public_ip, *hosts) if public_ip else hosts))


def _family(address: object) -> int:
    # BSD's sockaddr begins with its length, then the family; Linux' family has two bytes.
    raw = bytes(ffi.buffer(address, 2))
    return raw[1] if sys.platform == "darwin" else int.from_bytes(raw, sys.byteorder)
