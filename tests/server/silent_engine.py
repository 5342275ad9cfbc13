"""A media engine that carries no sound, and notes who may send."""

import asyncio
from collections.abc import Callable

from tui_rooms.sfu.durations import Durations
from tui_rooms.sfu.figures import EngineFigures
from tui_rooms.sfu.port import Admission, EngineEvent


class SilentEngine:
    """A `MediaEngine` for tests of what happens around the sound."""

    def __init__(self) -> None:
        self.may_send: dict[str, bool] = {}
        """By peer, for those who are admitted."""
        self.on_stage: set[str] = set()
        """Those of them who may be let through any moment."""
        self.rooms: set[str] = set()
        self.tell: Callable[[EngineEvent], None] = lambda event: None
        """Says what a real engine would, once it is started."""
        self._admitted = 0
        self.alive = True
        """Whether its one process is."""

    async def start(self, on_event: Callable[[EngineEvent], None]) -> None:
        """Nothing ever happens but what a test tells."""
        self.tell = on_event

    async def close(self) -> None:
        """Forget all."""
        self.may_send.clear()

    async def open_room(self, room: str) -> None:
        """Note the room."""
        self.rooms.add(room)

    async def close_room(self, room: str) -> None:
        """Forget the room."""
        self.rooms.discard(room)

    async def admit(
        self, room: str, peer: str, *, may_send: bool, on_stage: bool = False
    ) -> Admission:
        """Note the peer."""
        assert room in self.rooms
        self.may_send[peer] = may_send
        (self.on_stage.add if on_stage else self.on_stage.discard)(peer)
        self._admitted += 1
        return Admission(sdp="v=0", source=self._admitted)

    async def answer(self, peer: str, sdp: str) -> None:
        """Any will do."""

    async def permit(self, peer: str, *, may_send: bool, on_stage: bool = False) -> None:
        """Note it."""
        assert peer in self.may_send
        self.may_send[peer] = may_send
        (self.on_stage.add if on_stage else self.on_stage.discard)(peer)

    async def remove(self, peer: str) -> None:
        """Forget the peer."""
        self.may_send.pop(peer, None)

    def figures(self) -> tuple[EngineFigures, ...]:
        """Of one process that has nothing to do."""
        rooms, peers = len(self.rooms), len(self.may_send)
        return (EngineFigures(1, self.alive, rooms, peers, {}, Durations()),)


class HeldEngine(SilentEngine):
    """The same, whose admissions end when a test says so, as from a worker in another process."""

    def __init__(self) -> None:
        super().__init__()
        self.is_held = False
        """Whether those that are asked for now are."""
        self.admitting: dict[str, asyncio.Future[None]] = {}
        """By peer."""

    async def admit(
        self, room: str, peer: str, *, may_send: bool, on_stage: bool = False
    ) -> Admission:
        """Have a place for the peer at once. In the end it is admitted as it was asked for: by a
        worker that has followed another, and has not heard what was permitted meanwhile."""
        admission = await super().admit(room, peer, may_send=may_send, on_stage=on_stage)
        if self.is_held:
            self.admitting[peer] = asyncio.get_running_loop().create_future()
            await self.admitting[peer]
            if peer not in self.may_send:
                raise LookupError(f"no {peer!r} any more")
            await super().admit(room, peer, may_send=may_send, on_stage=on_stage)
        return admission

    def let_go(self) -> None:
        """All of them end, and the next ones do at once."""
        self.is_held = False
        for held in self.admitting.values():
            if not held.done():
                held.set_result(None)
