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
    ) -> None:
        """
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
        self._reporting: asyncio.Task[None] | None = None

    def read(self) -> None:
        """Take what has arrived; to be called before each frame that is played."""
        self.session.read()

    async def connect(self) -> None:
        """Open the path, and send on it from now on.

        Raises:
            MediaPathError: it cannot be opened.
        """
        await self.session.connect()
        self._uplink.attach(self.session)
        self._reporting = asyncio.create_task(self._report())

    async def close(self) -> None:
        """Let it go; more than once changes nothing."""
        if self._reporting is not None:
            self._uplink.attach(None)
            self._reporting.cancel()
            await asyncio.wait([self._reporting])
            self._reporting = None
        await self.session.close()

    def _on_rtp(self, data: bytes, arrival: float) -> None:
        self.downlink.on_rtp(data, arrival)

    def _on_rtcp(self, data: bytes, arrival: float) -> None:
        self.reports.on_rtcp(data, arrival)

    async def _report(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(REPORT_EVERY)
            await self.session.send_rtcp(self.reports.build(loop.time()))
