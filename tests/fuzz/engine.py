"""A whole engine, at whose port anything arrives, from somebody it knows and from strangers."""

import asyncio
import logging
from typing import Any, Final

from tui_rooms.rtc.sdp import Answer, Offer, parse_offer
from tui_rooms.rtc.stun import own_check
from tui_rooms.sfu.engine import EmbeddedEngine
from tui_rooms.sfu.port import EngineEvent

VALID_CHECK: Final = b"\x00CHECK"
"""A datagram that begins so becomes an authentic connectivity check: its keys are new each time."""
_KNOWN: Final = ("127.0.0.1", 9)
"""Nobody listens there."""
_STRANGER: Final = ("127.0.0.2", 9)
_FINGERPRINT: Final = ":".join(["AB"] * 32)


class FuzzedEngine:
    """Made once; each input meets a peer that has just been admitted and has answered."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._engine = EmbeddedEngine()
        self._faults: list[dict[str, Any]] = []
        self._loop.set_exception_handler(lambda _, context: self._faults.append(context))
        self._loop.run_until_complete(self._open())

    def __call__(self, datagrams: list[bytes]) -> None:
        """All of them, one after the other; nothing may be raised, in no callback either."""
        self._loop.run_until_complete(self._take(datagrams))
        assert self._faults == []

    def close(self) -> None:
        """Let the port go."""
        self._loop.run_until_complete(self._engine.close())
        self._loop.close()

    async def _open(self) -> None:
        logging.getLogger("asyncio").setLevel(logging.ERROR)
        await self._engine.start(self._told)
        await self._engine.open_room("den")

    def _told(self, event: EngineEvent) -> None:
        """What becomes of the peer is not looked at."""

    async def _take(self, datagrams: list[bytes]) -> None:
        admission = await self._engine.admit("den", "ana", may_send=True)
        offer: Offer = parse_offer(admission.sdp)
        answer = Answer(ufrag="them", pwd="p" * 24, fingerprint=_FINGERPRINT, ssrc=7)
        await self._engine.answer("ana", answer.render(offer))
        for number, datagram in enumerate(datagrams):
            data = datagram
            if datagram.startswith(VALID_CHECK):
                name = f"{offer.ufrag}:them".encode()
                data = own_check(number.to_bytes(12, "big"), username=name, key=offer.pwd.encode())
            for address in (_KNOWN, _STRANGER):
                self._engine._reception.datagram(data, address, None)
                await asyncio.sleep(0)
        for _ in range(2 * len(datagrams)):
            await asyncio.sleep(0)
        await self._engine.remove("ana")
