"""What a client tells without a message from the server: its link, its figures, who talks."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from tui_rooms.client.link.feed import Publisher
from tui_rooms.client.link.search import Looking
from tui_rooms.client.link.ways import LINK, LinkEvent, LinkState, MediaPhase
from tui_rooms.client.sound.levels import LevelTable
from tui_rooms.client.stats import Statistics
from tui_rooms.client.updates import LinkChanged, TalkingChanged
from tui_rooms.wire.messages import Levels
from tui_rooms.wire.quality import ConnectionQuality

TALKING_EVERY: Final = 0.1
FIGURES_EVERY: Final = 1.0


class LinkTeller:
    """How the way to the server is; told whenever it changes."""

    def __init__(self, publisher: Publisher) -> None:
        self.state = LinkState()
        self._publisher = publisher

    def step(self, event: LinkEvent) -> None:
        """Something has happened to the signalling."""
        self._set(replace(self.state, phase=LINK.get((self.state.phase, event), self.state.phase)))

    def silent(self, is_silent: bool) -> None:
        """Whether nothing comes from the server."""
        self._set(replace(self.state, silent=is_silent))

    def looking(self, looking: Looking | None) -> None:
        """Where the search for it stands."""
        self._set(replace(self.state, looking=looking))

    def media(self, phase: MediaPhase) -> None:
        """The sound's path stands there now."""
        self._set(replace(self.state, media=phase))

    def others(self, lacking: Mapping[str, ConnectionQuality]) -> None:
        """Those of the stage are connected like this now."""
        self._set(replace(self.state, lacking=lacking))

    async def tell_figures(self, stats: Callable[[], Statistics]) -> None:
        """Look at the counters once a second, for ever."""
        while True:
            await asyncio.sleep(FIGURES_EVERY)
            figures = stats()
            self._set(
                replace(
                    self.state,
                    round_trip_ms=figures.round_trip_ms,
                    loss=max(figures.loss_in, figures.loss_out),
                    buffer_ms=figures.buffer_ms,
                )
            )

    def _set(self, state: LinkState) -> None:
        if state != self.state:
            self.state = state
            self._publisher.publish(LinkChanged(state))


def note_levels(message: Levels, levels: LevelTable, *, but: str) -> None:
    """Take what the server has heard of everybody `but` ourselves: our own meter is nearer."""
    now = asyncio.get_running_loop().time()
    for identity, dbov in message.levels.items():
        if identity != but:
            levels.put(identity, dbov, now, talking=identity in message.talking)


async def tell_talking(levels: LevelTable, publisher: Publisher) -> None:
    """Tell who talks whenever that changes, for ever."""
    known: frozenset[str] = frozenset()
    while True:
        await asyncio.sleep(TALKING_EVERY)
        now = levels.talking()
        if now != known:
            publisher.publish(TalkingChanged(now))
            known = now
