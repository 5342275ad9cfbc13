"""One media path with all that belongs to it, from the server's offer to its end."""

import asyncio
import secrets
from collections.abc import Callable
from typing import Final

from tui_rooms.client.sound.downlink import Downlink
from tui_rooms.client.sound.levels import LevelTable
from tui_rooms.client.sound.reports import Reports
from tui_rooms.client.sound.uplink import Uplink
from tui_rooms.client.sound.volumes import Volumes
from tui_rooms.rtc.transport import MediaSession

REPORT_EVERY: Final = 1.0
LOOK_EVERY: Final = 0.5
ASK_AFTER: Final = 1.0
"""Seconds without anything from the server, after which it is asked at each look: who has another
address meanwhile, behind a router, is found by that again."""
LOST_AFTER: Final = 4.0
"""The same after which the path counts as lost."""
ASKED_IN_VAIN: Final = 5
"""Checks without an answer that it takes too: at 20 % loss either way so many fail in 1 of 150."""
_NOTHING_COMES: Final = "nothing comes on the sound's path"
CNAME: Final = secrets.token_hex(8)
"""The same for all paths of this process, and says nothing about the machine."""


class MediaPath:
    """A session, its slots and its reports."""

    def __init__(
        self,
        sdp: str,
        *,
        levels: LevelTable,
        volumes: Volumes,
        uplink: Uplink,
        on_lost: Callable[["MediaPath", str], None],
        on_back: Callable[["MediaPath"], None],
    ) -> None:
        """
        Args:
            on_back: something comes again on a path that was lost; it was never let go.

        Raises:
            ProtocolError: the offer cannot be read.
        """
        now = asyncio.get_running_loop().time()
        self.session = MediaSession(
            sdp,
            on_rtp=self._on_rtp,
            on_rtcp=self._on_rtcp,
            on_lost=lambda sentence: on_lost(self, sentence),
        )
        self.downlink = Downlink(self.session.offer.slots, levels, volumes)
        self.reports = Reports(self.session.ssrc, CNAME, uplink, self.downlink, now)
        self._uplink = uplink
        self._on_lost = on_lost
        self._on_back = on_back
        self._works: list[asyncio.Task[None]] = []

    def read(self) -> None:
        """Take what has arrived; to be called before each frame that is played."""
        self.session.read()

    @property
    def leads_on(self) -> bool:
        """Whether anything has come lately; on a path that was lost, that is told in a moment."""
        self.read()
        return asyncio.get_running_loop().time() - self.session.heard_at < ASK_AFTER

    async def connect(self) -> None:
        """Open the path, and send on it from now on.

        Raises:
            MediaPathError: it cannot be opened.
        """
        await self.session.connect()
        self._uplink.attach(self.session)
        self._works = [
            asyncio.create_task(self._report()),
            asyncio.create_task(self._look()),
        ]

    async def close(self) -> None:
        """Let it go; more than once changes nothing."""
        if self._works:
            self._uplink.attach(None)
            for work in self._works:
                work.cancel()
            await asyncio.wait(self._works)
            self._works = []
        await self.session.close()

    def _on_rtp(self, data: bytes, arrival: float) -> None:
        self.downlink.on_rtp(data, arrival)

    def _on_rtcp(self, data: bytes, arrival: float) -> None:
        self.reports.on_rtcp(data, arrival)

    async def _look(self) -> None:
        """Look whether the path leads somewhere; where it does not it may again, as long as one
        has the address that it begins at."""
        loop, session = asyncio.get_running_loop(), self.session
        asked, is_lost = 0, False
        while session.is_at_home:
            await asyncio.sleep(LOOK_EVERY)
            self.read()  # a loop that comes late finds here what came in time
            quiet = loop.time() - session.heard_at
            if quiet < ASK_AFTER:
                asked = 0
                if is_lost:
                    is_lost = False
                    self._on_back(self)
                continue
            if quiet > LOST_AFTER and asked >= ASKED_IN_VAIN and not is_lost:
                is_lost = True
                self._on_lost(self, _NOTHING_COMES)
            session.check()
            asked += 1
        self._on_lost(self, _NOTHING_COMES)

    async def _report(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(REPORT_EVERY)
            await self.session.send_rtcp(self.reports.build(loop.time()))
