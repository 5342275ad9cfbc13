"""The addresses of a peer, and which of them have shown that they receive.

Whoever knows a peer's secrets can send a check with somebody else's address as its source. So an
address gets no more bytes than have come from it, until it has answered a check of ours: that
carries a number which only a receiver learns (RFC 8445 §7.2 and RFC 7675 §5.1 do it so).
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tui_rooms.sfu.network.udp import Address

MAX_PATHS: Final = 4
"""Addresses from which a peer may have been heard lately."""
ASK_AGAIN: Final = 0.1
"""Seconds between two checks of ours on a path that has not answered."""


@dataclass(slots=True, eq=False)
class Path:
    """One address of a peer."""

    address: Address
    local: bytes | None
    """Our address that it talks to, when there are several."""
    heard: float
    """When the peer's last check came from here."""
    proven: float | None = None
    """When it last answered a check of ours; None: never."""
    transaction: bytes = field(default_factory=lambda: secrets.token_bytes(12))
    """Of our check; another one once it was answered."""
    asked: float = 0.0
    """When that was last sent; 0: it was not."""
    credit: int = 0
    """Bytes that have come from here beyond those that went there, while it is not proven."""
    owed: bytes | None = None
    """The answer to the peer's last check, which goes out once it is proven."""

    def may_get(self, size: int) -> bool:
        """Whether so many bytes may go there; they are counted."""
        if self.proven is None:
            if size > self.credit:
                return False
            self.credit -= size
        return True

    def answered(self, now: float) -> None:
        """It has shown that it receives."""
        self.proven = now
        self.transaction = secrets.token_bytes(12)
        self.asked = 0.0


class Paths:
    """All addresses of one peer that have passed one of its checks, the latest last."""

    def __init__(self) -> None:
        self._by_address: dict[Address, Path] = {}
        self.current: Path | None = None
        """Where media goes: proven, and wanted by the peer."""
        self.wanted: Path | None = None
        """Where it wants them, once that is proven."""

    def __iter__(self) -> Iterator[Path]:
        return iter(list(self._by_address.values()))

    def __len__(self) -> int:
        return len(self._by_address)

    def at(self, address: Address) -> Path | None:
        """The one with that address."""
        return self._by_address.get(address)

    def heard(self, address: Address, local: bytes | None, size: int, now: float) -> Path:
        """An authentic check of so many bytes has come from there."""
        path = self._by_address.pop(address, None) or Path(address, local, now)
        path.local, path.heard = local, now
        path.credit += size
        self._by_address[address] = path
        return path

    def surplus(self) -> Path | None:
        """Take one away that there are too many of: the one heard least recently."""
        if len(self._by_address) <= MAX_PATHS:
            return None
        kept = (self.current, self.wanted)
        oldest = next(path for path in self._by_address.values() if path not in kept)
        del self._by_address[oldest.address]
        return oldest
