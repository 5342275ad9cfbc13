"""What goes around in the screen: news from the client's side, and what people want.

All are plain values. The bridge posts the news, widgets and screens post the wishes, and only
the app connects the two.
"""

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from tui_rooms.client.gate import VoiceGate
    from tui_rooms.client.link import LinkState
    from tui_rooms.rules.roles import Role
    from tui_rooms.rules.room import Room
    from tui_rooms.tui.room_view import LevelReader, Sound
    from tui_rooms.tui.settings.schema import Settings
    from tui_rooms.tui.talk import Mode
    from tui_rooms.tui.values import LobbyState

# News, from the bridge.


class LobbyChanged(Message):
    """The list of rooms, or the way to the server."""

    def __init__(self, state: "LobbyState") -> None:
        super().__init__()
        self.state = state


class Entered(Message):
    """We are in a room."""

    def __init__(self, room: "Room", me: str, levels: "LevelReader") -> None:
        super().__init__()
        self.room = room
        self.me = me
        self.levels = levels


class RoomChanged(Message):
    """The room as it is now."""

    def __init__(self, room: "Room") -> None:
        super().__init__()
        self.room = room


class LinkChanged(Message):
    """The way to the server."""

    def __init__(self, link: "LinkState") -> None:
        super().__init__()
        self.link = link


class SoundChanged(Message):
    """What this machine's sound can do; None when it is switched off."""

    def __init__(self, sound: "Sound | None") -> None:
        super().__init__()
        self.sound = sound


class Noticed(Message):
    """Something that people should know: a refusal, a hint, an error. One sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class DevicesListed(Message):
    """Microphones and loudspeakers by name."""

    def __init__(self, microphones: tuple[str, ...], loudspeakers: tuple[str, ...]) -> None:
        super().__init__()
        self.microphones = microphones
        self.loudspeakers = loudspeakers


class SoundChecked(Message):
    """A trial of the devices has begun (its gate knows the level) or ended (None)."""

    def __init__(self, gate: "VoiceGate | None") -> None:
        super().__init__()
        self.gate = gate


class Left(Message):
    """We are out of the room; the sentence says why, unless we wanted it."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__()
        self.sentence = sentence


# Wishes, from screens and widgets.


class JoinWanted(Message):
    """Go into a room."""

    def __init__(self, room_id: str) -> None:
        super().__init__()
        self.room_id = room_id


class RoomWanted(Message):
    """Open a new room, live at once, and go into it."""

    def __init__(self, title: str, room_type: str) -> None:
        super().__init__()
        self.title = title
        self.room_type = room_type


class NameChosen(Message):
    """Be called this from now on."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class LinkWanted(Message):
    """Go to a server or a room, as typed or pasted."""

    def __init__(self, link: str, token: str = "") -> None:
        super().__init__()
        self.link = link
        self.token = token


class SettingsWanted(Message):
    """Change how things are."""


class SettingsChanged(Message):
    """These hold from now on; nothing is saved."""

    def __init__(self, settings: "Settings") -> None:
        super().__init__()
        self.settings = settings


class SaveWanted(Message):
    """Write the settings that hold into the settings file."""


class SoundCheckWanted(Message):
    """Try the devices, or stop it; with `loud` one hears oneself."""

    def __init__(self, *, on: bool, loud: bool = False) -> None:
        super().__init__()
        self.on = on
        self.loud = loud


class RetryWanted(Message):
    """Look for the server again, now."""


class LinkCopied(Message):
    """Copy the link to this room."""

    def __init__(self, room_id: str) -> None:
        super().__init__()
        self.room_id = room_id


class MicWanted(Message):
    """One's own microphone open or closed, whatever it was."""

    def __init__(self, *, is_open: bool) -> None:
        super().__init__()
        self.is_open = is_open


class TalkModeWanted(Message):
    """Talk in another way from now on."""

    def __init__(self, mode: "Mode") -> None:
        super().__init__()
        self.mode = mode


class MuteWanted(Message):
    """Close somebody else's microphone."""

    def __init__(self, identity: str) -> None:
        super().__init__()
        self.identity = identity


class RoleWanted(Message):
    """Bring somebody on the stage, or back to the audience."""

    def __init__(self, identity: str, role: "Role") -> None:
        super().__init__()
        self.identity = identity
        self.role = role


class LiveWanted(Message):
    """Let listeners in."""


class LeaveWanted(Message):
    """Go out; with `end` the room is over for all."""

    def __init__(self, *, end: bool = False) -> None:
        super().__init__()
        self.end = end
