"""How much each person has talked while one was there, from their levels."""

from collections.abc import Mapping

from tui_rooms.client.sound.levels import Level


class TalkTimes:
    """Seconds of talk by identity."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}

    def note(self, levels: Mapping[str, Level], seconds: float) -> None:
        """So many seconds have gone by in which those who talk have talked."""
        for identity, level in levels.items():
            if level.talking:
                self._seconds[identity] = self._seconds.get(identity, 0.0) + seconds

    def seconds(self, identity: str) -> float:
        """How long they have talked."""
        return self._seconds.get(identity, 0.0)

    def share(self, identity: str) -> float:
        """Theirs of all talk, from 0 to 1."""
        total = sum(self._seconds.values())
        return self.seconds(identity) / total if total else 0.0
