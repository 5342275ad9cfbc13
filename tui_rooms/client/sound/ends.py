"""Where a client's sound comes from and goes to.

Each end keeps its own time: a source yields a frame when it is due, a sink asks for a frame
when it has room for one. So a sound card, a file and a recording each run at their own pace.
"""

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    # numpy only when there is sound: the lobby opens without it.
    from tui_rooms.audio.frames import Frame, Samples

NextFrame: TypeAlias = "Callable[[float], Samples]"
"""The mix of what is heard at that time (of the loop's clock): the next 20 ms, or less where nobody
talks and whoever begins should not have to wait for the rest."""


class FrameSource(Protocol):
    """What one says."""

    async def open(self) -> None:
        """Get ready, as soon as one may speak.

        Raises:
            DeviceError, AudioFileError: the room goes on without this source.
        """

    def frames(self) -> "AsyncIterator[Frame]":
        """Frames of 20 ms as they fall due, from the first opening of the microphone on; a source
        whose `hears_while_muted` is true is asked as soon as one may speak.

        It goes on while muted, and ends when there is nothing more to say.
        """

    async def close(self) -> None:
        """Let everything go; more than once changes nothing."""


class FrameSink(Protocol):
    """What one hears."""

    async def open(self) -> None:
        """Get ready.

        Raises:
            DeviceError, AudioFileError: the room goes on without this sink.
        """

    async def play(self, next_frame: "NextFrame") -> None:
        """Ask for frames at the sink's own pace, from the moment media is connected on.

        It goes on (in silence) while media is lost, and returns when the sink is full.
        """

    async def close(self) -> None:
        """Let everything go; more than once changes nothing."""
