"""How to join: what `RoomClient.enter` and `RoomClient.join` take."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypedDict

from tui_rooms.client.kept.returning import Keeping
from tui_rooms.client.sound.ends import FrameSink, FrameSource
from tui_rooms.client.sound.volumes import Volumes
from tui_rooms.rules.records import Seconds
from tui_rooms.rules.roles import Role

if TYPE_CHECKING:
    # numpy only when there is sound: the lobby opens without it.
    from tui_rooms.audio.processing import ProcessingOptions as ProcessingOptions  # noqa: PLC0414 - others take it from here


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateOptions:
    """The room to make when it is not there yet."""

    title: str
    room_type: str = "audio_room"
    live: bool = True
    description: str = ""
    starts_at: Seconds | None = None
    """Schedule it for then, in seconds since the epoch; `live` must be False."""
    private: bool = False
    """Hidden from lists; whoever has the link may come."""
    password: str | None = field(default=None, repr=False)


class JoinOptions(TypedDict, total=False):
    """All may be left out, except `room` when neither the link nor `create` says which."""

    room: str | None
    """The room's id; without it, the one in the join link."""
    name: str | None
    """What others see, for guests; a token may have a name of its own, which counts then."""
    token: str | None
    session: str | None
    """The secret of an earlier visit, to be the same person again."""
    kept: Keeping | None
    """Where that is kept as long as one is in, for the next run of a program that dies; what such a
    run has left there goes before `session`. Else nowhere."""
    role: Role | None
    """Come in as no more than this; without it as high as one may."""
    password: str | None
    """The room's, where it has one."""
    media: bool
    """False for a client without any sound; all levels come from the server then. Else True."""
    source: FrameSource | None
    """What one says, once the microphone is open; it is closed in the end."""
    sink: FrameSink | None
    """What one hears; it is closed in the end."""
    create: CreateOptions | None
    """Make the room first when it does not exist."""
    processing: "ProcessingOptions | bool"
    """What is done to one's own sound: True is all of it, for a microphone. Else nothing."""
    volumes: Volumes | None
    """How loud to hear whom, as remembered; else everyone as they are."""
    patience: float
    """Seconds for which a server that went away is looked for, 600 unless given."""


def processing_options(
    *, echo_cancellation: bool, noise_suppression: bool, gain_control: bool, high_pass: bool
) -> "ProcessingOptions":
    """What is to be done to one's own sound; see `ProcessingOptions`."""
    from tui_rooms.audio.processing import ProcessingOptions

    return ProcessingOptions(
        echo_cancellation=echo_cancellation,
        noise_suppression=noise_suppression,
        gain_control=gain_control,
        high_pass=high_pass,
    )
