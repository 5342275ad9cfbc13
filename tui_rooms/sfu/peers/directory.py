"""Who is who: peers by name, by ICE credentials, by address, by what they were asked."""

from collections.abc import Iterator

from tui_rooms.sfu.network.udp import Address
from tui_rooms.sfu.peers.paths import Path
from tui_rooms.sfu.peers.peer import Peer


class Directory:
    """All peers of the engine. An address belongs to whoever has shown that they receive there."""

    def __init__(self) -> None:
        self._by_name: dict[str, Peer] = {}
        self._by_ufrag: dict[bytes, Peer] = {}
        self._by_address: dict[Address, Peer] = {}
        self._sources: set[int] = set()
        self._by_transaction: dict[bytes, tuple[Peer, Path]] = {}

    def __iter__(self) -> Iterator[Peer]:
        return iter(list(self._by_name.values()))

    def __len__(self) -> int:
        return len(self._by_name)

    def add(self, peer: Peer) -> None:
        """A new peer; its name must be free."""
        self._by_name[peer.name] = peer
        self._by_ufrag[peer.ufrag.encode()] = peer
        self._sources.add(peer.source)

    def remove(self, peer: Peer) -> None:
        """Forget a peer and its addresses."""
        del self._by_name[peer.name]
        del self._by_ufrag[peer.ufrag.encode()]
        self._sources.discard(peer.source)
        for path in peer.paths:
            self.let_go(peer, path)

    def holds(self, peer: Peer) -> bool:
        """Whether this very peer is still there."""
        return self._by_name.get(peer.name) is peer

    def has_source(self, source: int) -> bool:
        """Whether a peer has that number."""
        return source in self._sources

    def named(self, name: str) -> Peer | None:
        """By the caller's name."""
        return self._by_name.get(name)

    def with_ufrag(self, ufrag: bytes) -> Peer | None:
        """By the first half of a check's USERNAME."""
        return self._by_ufrag.get(ufrag)

    def at(self, address: Address) -> Peer | None:
        """By an address that passed a check."""
        return self._by_address.get(address)

    def asked(self, transaction: bytes) -> tuple[Peer, Path] | None:
        """Which path was asked by a check of ours with that number."""
        return self._by_transaction.get(transaction)

    def claim(self, peer: Peer, path: Path) -> None:
        """The peer has passed a check from there; whoever was proven to be there keeps it."""
        holder = self._by_address.get(path.address)
        if holder is not None and holder is not peer:
            theirs = holder.paths.at(path.address)
            if theirs is not None and theirs.proven is not None:
                return
        self._by_address[path.address] = peer

    def prove(self, peer: Peer, path: Path) -> None:
        """The peer receives what is sent there: the address is theirs now."""
        self._by_address[path.address] = peer

    def ask(self, peer: Peer, path: Path) -> None:
        """A check of ours goes there."""
        self._by_transaction[path.transaction] = peer, path

    def settle(self, path: Path) -> None:
        """Its check was answered, or is given up."""
        self._by_transaction.pop(path.transaction, None)

    def let_go(self, peer: Peer, path: Path) -> None:
        """The path counts no more."""
        self.settle(path)
        if self._by_address.get(path.address) is peer:
            del self._by_address[path.address]
