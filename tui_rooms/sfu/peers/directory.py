"""Who is who: peers by name, by ICE credentials, by address."""

from collections.abc import Iterator

from tui_rooms.sfu.network.udp import Address
from tui_rooms.sfu.peers.peer import MAX_ADDRESSES, Peer


class Directory:
    """All peers of the engine. An address belongs to whoever proved it last."""

    def __init__(self) -> None:
        self._by_name: dict[str, Peer] = {}
        self._by_ufrag: dict[bytes, Peer] = {}
        self._by_address: dict[Address, Peer] = {}

    def __iter__(self) -> Iterator[Peer]:
        return iter(list(self._by_name.values()))

    def add(self, peer: Peer) -> None:
        """A new peer; its name must be free."""
        self._by_name[peer.name] = peer
        self._by_ufrag[peer.ufrag.encode()] = peer

    def remove(self, peer: Peer) -> None:
        """Forget a peer and its addresses."""
        del self._by_name[peer.name]
        del self._by_ufrag[peer.ufrag.encode()]
        for address in peer.addresses:
            if self._by_address.get(address) is peer:
                del self._by_address[address]

    def holds(self, peer: Peer) -> bool:
        """Whether this very peer is still there."""
        return self._by_name.get(peer.name) is peer

    def named(self, name: str) -> Peer | None:
        """By the caller's name."""
        return self._by_name.get(name)

    def with_ufrag(self, ufrag: bytes) -> Peer | None:
        """By the first half of a check's USERNAME."""
        return self._by_ufrag.get(ufrag)

    def at(self, address: Address) -> Peer | None:
        """By an address that passed a check."""
        return self._by_address.get(address)

    def prove(self, peer: Peer, address: Address) -> None:
        """The peer has passed a check from this address."""
        self._by_address[address] = peer
        # Moved to the end, so the first is always the one heard least recently.
        peer.addresses.pop(address, None)
        peer.addresses[address] = None
        if len(peer.addresses) > MAX_ADDRESSES:
            oldest = next(each for each in peer.addresses if each != peer.address)
            del peer.addresses[oldest]
            if self._by_address.get(oldest) is peer:
                del self._by_address[oldest]
