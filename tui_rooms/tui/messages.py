"""What goes around in the screen: news from the client's side, and what people want.

All are plain values. The bridge posts the news, widgets and screens post the wishes, and only
the app connects the two.
"""

import time
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_rooms.client.link.ways import LinkState
    from tui_rooms.client.sound.gate import VoiceGate
    from tui_rooms.rules.audit import AuditEntry
    from tui_rooms.rules.records import ChatMessage
    from tui_rooms.rules.room import Participant, Room
    from tui_rooms.tui.model.conversation import Draft
    from tui_rooms.tui.model.failure import Failure
    from tui_rooms.tui.model.room_plan import RoomPlan
    from tui_rooms.tui.model.room_view import LevelReader, Sound
    from tui_rooms.tui.model.talk import Mode
    from tui_rooms.tui.model.values import LobbyState, Previewed, Sought
    from tui_rooms.tui.settings.schema import Audio, KnownServer, Settings
    from tui_rooms.wire.messages import Absentee, WireCommand

# News, from the bridge.


class LobbyChanged(Message):
    """The list of rooms, or the way to the server."""

    def __init__(self, state: "LobbyState") -> None:
        super().__init__()
        self.state = state


class PreviewRead(Message):
    """More of a room, from outside."""

    def __init__(self, previewed: "Previewed") -> None:
        super().__init__()
        self.previewed = previewed


class CalendarLinkMade(Message):
    """A link to a room's start, for one's calendar: a secret."""

    def __init__(self, link: str) -> None:
        super().__init__()
        self.link = link


class Entered(Message):
    """We are in a room."""

    def __init__(
        self,
        room: "Room",
        me: str,
        levels: "LevelReader",
        clock: "Callable[[], float]" = time.time,
    ) -> None:
        """`clock` tells what time it is in the room, in seconds since the epoch."""
        super().__init__()
        self.room = room
        self.me = me
        self.levels = levels
        self.clock = clock


class RoomChanged(Message):
    """The room as it is now."""

    def __init__(self, room: "Room") -> None:
        super().__init__()
        self.room = room


class MessageDeleted(Message):
    """A message's text is gone."""

    def __init__(self, message_id: str, by: str) -> None:
        super().__init__()
        self.message_id = message_id
        self.by = by
        """An identity."""


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

    def __init__(self, sentence: str, failure: "Failure | None" = None) -> None:
        super().__init__()
        self.sentence = sentence
        self.failure = failure
        """When it tells that something did not come about."""


class DevicesListed(Message):
    """Microphones and loudspeakers by name."""

    def __init__(self, microphones: tuple[str, ...], loudspeakers: tuple[str, ...]) -> None:
        super().__init__()
        self.microphones = microphones
        self.loudspeakers = loudspeakers


class SoundChecked(Message):
    """A trial of the devices has begun (its gate knows the level) or ended (None).

    The sentence says why it did not begin; `loud`: one hears oneself.
    """

    def __init__(self, gate: "VoiceGate | None", sentence: str = "", *, loud: bool = False) -> None:
        super().__init__()
        self.gate = gate
        self.sentence = sentence
        self.loud = loud


class Reacted(Message):
    """Somebody has sent an emoji."""

    def __init__(self, identity: str, name: str, emoji: str) -> None:
        super().__init__()
        self.identity = identity
        self.name = name
        self.emoji = emoji


class MessageRefused(Message):
    """A chat message of ours was not sent, and why."""

    def __init__(self, draft: "Draft", sentence: str) -> None:
        super().__init__()
        self.draft = draft
        self.sentence = sentence


class OlderRead(Message):
    """Older messages, in their order."""

    def __init__(self, chat: "tuple[ChatMessage, ...]", *, more: bool) -> None:
        super().__init__()
        self.chat = chat
        self.more = more


class AuditRead(Message):
    """A page of the audit log, the newest first."""

    def __init__(
        self, entries: "tuple[AuditEntry, ...]", *, asked: int | None, before: int | None
    ) -> None:
        """
        Args:
            asked: the `before` that was asked for; None: these are the newest.
            before: what to ask for next; None: that was all.
        """
        super().__init__()
        self.entries = entries
        self.asked = asked
        self.before = before


class AbsentRead(Message):
    """The last of those who have left lately or are blocked, and how many there are."""

    def __init__(self, people: "tuple[Absentee, ...]", total: int) -> None:
        super().__init__()
        self.people = people
        self.total = total


class PeopleFound(Message):
    """The first of those with that text in their name, and how many there are."""

    def __init__(self, text: str, people: "tuple[Participant, ...]", total: int) -> None:
        super().__init__()
        self.text = text
        self.people = people
        self.total = total


class Left(Message):
    """We are out of the room; the sentence says why, unless we wanted it."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__()
        self.sentence = sentence


# Wishes, from screens and widgets.


class JoinWanted(Message):
    """Go into a room."""

    def __init__(self, room_id: str, password: str | None = None) -> None:
        super().__init__()
        self.room_id = room_id
        self.password = password


class RoomsSought(Message):
    """Look on the server for rooms of a list that hold some words."""

    def __init__(self, sought: "Sought") -> None:
        super().__init__()
        self.sought = sought


class MoreRoomsWanted(Message):
    """The next page of what is sought."""


class PreviewWanted(Message):
    """Tell more of a room."""

    def __init__(self, room_id: str) -> None:
        super().__init__()
        self.room_id = room_id


class HomeWanted(Message):
    """Back to the server that the program began with."""


class RememberWanted(Message):
    """Keep the server that one is at under a name, in the settings file too."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class ForgetWanted(Message):
    """Keep that server no longer."""

    def __init__(self, server: "KnownServer") -> None:
        super().__init__()
        self.server = server


class RoomWanted(Message):
    """Open a new room and go into it, or schedule it."""

    def __init__(self, plan: "RoomPlan") -> None:
        super().__init__()
        self.plan = plan


class NameChosen(Message):
    """Be called this from now on."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class LinkWanted(Message):
    """Go to a server or a room, as typed or pasted."""

    def __init__(self, link: str, token: str = "") -> None:  # nosec B107 # without one
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
    """Try the devices that `audio` names, or stop it; with `loud` one hears oneself."""

    def __init__(self, *, on: bool, audio: "Audio", loud: bool = False) -> None:
        super().__init__()
        self.on = on
        self.audio = audio
        self.loud = loud


class RetryWanted(Message):
    """Look for the server again, now."""


class LookWanted(Message):
    """Look for the server of the room now."""


class BackWanted(Message):
    """Back into the room that one was in when the server was lost."""


class LinkCopied(Message):
    """Copy the link to this room."""

    def __init__(self, room_id: str) -> None:
        super().__init__()
        self.room_id = room_id


class CalendarLinkWanted(Message):
    """A link to a room's start, for one's calendar."""

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


class CommandWanted(Message):
    """Ask the room for something, in the words of its rules."""

    def __init__(self, command: "WireCommand") -> None:
        super().__init__()
        self.command = command


class SendWanted(Message):
    """Send a chat message; `MessageRefused` brings it back."""

    def __init__(self, draft: "Draft") -> None:
        super().__init__()
        self.draft = draft


class OlderWanted(Message):
    """Fetch messages from before that one."""

    def __init__(self, before: str | None) -> None:
        super().__init__()
        self.before = before


class AuditWanted(Message):
    """Fetch a page of the audit log: the newest, or what is older."""

    def __init__(self, before: int | None = None) -> None:
        super().__init__()
        self.before = before


class AbsentWanted(Message):
    """Ask who has left lately, and who is blocked."""


class PeopleWanted(Message):
    """Look up who is in the room by a part of their name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class VolumeWanted(Message):
    """Hear somebody at 0 to 200 %."""

    def __init__(self, identity: str, percent: int) -> None:
        super().__init__()
        self.identity = identity
        self.percent = percent


class VolumeStepWanted(Message):
    """Hear somebody one step louder (1) or quieter (-1) than it is by then.

    A held key wishes faster than wishes are carried out.
    """

    def __init__(self, identity: str, by: int) -> None:
        super().__init__()
        self.identity = identity
        self.by = by


class MuteForMeWanted(Message):
    """Do not hear somebody, or hear them again."""

    def __init__(self, identity: str, *, muted: bool) -> None:
        super().__init__()
        self.identity = identity
        self.muted = muted


class DeafenWanted(Message):
    """Hear nobody, or everybody again."""

    def __init__(self, *, deafened: bool) -> None:
        super().__init__()
        self.deafened = deafened


class LeaveWanted(Message):
    """Go out; with `end` the room is over for all."""

    def __init__(self, *, end: bool = False) -> None:
        super().__init__()
        self.end = end
