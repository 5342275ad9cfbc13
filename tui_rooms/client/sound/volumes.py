"""How loud one wants to hear whom: by identity, so it holds for every slot, path and visit."""

import contextlib
import json
import os
from pathlib import Path
from typing import Final

LOUDEST: Final = 200
"""Percent."""
_REMEMBERED: Final = 500
"""People; the longest unchanged are forgotten first."""
_DAMAGED: Final = (
    *(OSError, ValueError, TypeError, AttributeError, KeyError),
    *(OverflowError, RecursionError),  # JSON can hold an infinity, and more brackets than Python
)


class Volumes:
    """Volume and local mute of each person, and whether one is deafened. Safe from any thread.

    Nobody else learns of any of it.

    Args:
        file: where people's volumes are kept between visits; None keeps them for this one.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.deafened = False
        """Nothing is heard, and meters go on."""
        self._file = file
        self._percents: dict[str, int] = {}
        self._muted: set[str] = set()
        if file is not None:
            # Missing or damaged: everyone is at 100 % then.
            with contextlib.suppress(*_DAMAGED):
                kept = json.loads(file.read_text(encoding="utf-8") if file.is_file() else "")
                percents = {str(who): _bounded(int(n)) for who, n in kept["percents"].items()}
                self._muted = {str(who) for who in kept["muted"]}
                self._percents = percents

    def percent(self, identity: str) -> int:
        """0 to 200, 100 unless set; a local mute does not change it."""
        return self._percents.get(identity, 100)

    def set_percent(self, identity: str, percent: int) -> None:
        """From now on hear this person at 0 to 200 %; what is beyond is brought within."""
        self._percents.pop(identity, None)
        if percent != 100:
            self._percents[identity] = _bounded(percent)
        while len(self._percents) > _REMEMBERED:
            del self._percents[next(iter(self._percents))]
        self._keep()

    def is_muted(self, identity: str) -> bool:
        """Whether we do not want to hear this person."""
        return identity in self._muted

    def set_muted(self, identity: str, *, muted: bool) -> None:
        """Stop hearing this person, or hear them again at the volume of before."""
        self._muted = self._muted | {identity} if muted else self._muted - {identity}
        self._keep()

    def gain(self, identity: str | None) -> float:
        """The factor for this person's sound now, 0.0 to 2.0; None is somebody unknown."""
        if self.deafened:
            return 0.0
        if identity is None:
            return 1.0
        return 0.0 if identity in self._muted else self.percent(identity) / 100

    def _keep(self) -> None:
        if self._file is None:
            return
        kept = {"percents": self._percents, "muted": sorted(self._muted)[:_REMEMBERED]}
        draft = self._file.with_name(f".{self._file.name}.{os.getpid()}")
        # A full disk must not cost the room: it is remembered for this visit then.
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps(kept))
            draft.replace(self._file)


def _bounded(percent: int) -> int:
    return min(max(percent, 0), LOUDEST)
