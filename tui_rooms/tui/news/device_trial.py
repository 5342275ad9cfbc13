"""Trying a microphone, and hearing oneself, for whoever chooses devices in the settings."""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.message import Message

from tui_rooms.tui.messages import SoundChecked
from tui_rooms.tui.model.sentences import sentence_of
from tui_rooms.tui.news.ears import Ears

if TYPE_CHECKING:
    from tui_rooms.client.devices.sound_check import SoundCheck
    from tui_rooms.tui.settings.schema import Audio

_log = logging.getLogger(__name__)


class DeviceTrial:
    """One at a time. `SoundChecked` tells when one has begun, could not begin, or has ended."""

    def __init__(self, ears: Ears | None, put: Callable[[Message], None]) -> None:
        """`ears`: None when sound devices are switched off."""
        self._ears = ears
        self._put = put
        self._check: SoundCheck | None = None
        self._asked = 0
        self._turn = asyncio.Lock()

    async def try_out(self, audio: "Audio | None", *, loud: bool = False) -> None:
        """Try that microphone; with `loud` the loudspeaker too, to hear oneself. None ends it."""
        self._asked += 1
        newest = self._asked
        async with self._turn:
            if newest != self._asked:
                return  # the mark has gone on meanwhile
            check, self._check = self._check, None
            if check is not None:
                await check.close()
            if audio is None:
                self._put(SoundChecked(None))
            elif self._ears is None:
                self._put(SoundChecked(None, "sound devices are switched off"))
            else:
                await self._begin(self._ears, audio, loud=loud)

    async def _begin(self, ears: Ears, audio: "Audio", *, loud: bool) -> None:
        from tui_rooms.client.devices.sound_check import SoundCheck

        source, sink = ears.devices(audio)
        check = SoundCheck(source, sink if loud else None)
        try:
            await check.open()
        except Exception as error:  # noqa: BLE001 - whatever a sound library throws
            _log.info("no trial of the devices", exc_info=error)
            self._put(SoundChecked(None, sentence_of(error)))
        else:
            self._check = check
            self._put(SoundChecked(check.gate, loud=loud))
