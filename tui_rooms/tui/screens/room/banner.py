"""What the head of the room says: one's own microphone, the room, and the way to the server."""

from tui_rooms.client.link.ways import LinkState
from tui_rooms.rules.records import Seconds
from tui_rooms.rules.room import Life, Room
from tui_rooms.tui.drawing.duration import whole
from tui_rooms.tui.model.entry_words import CLOSED_WORDS
from tui_rooms.tui.model.records_told import moment
from tui_rooms.tui.model.room_view import Banner, OwnSound, RoomView, Sound


def banner(
    view: RoomView,
    *,
    sound: Sound | None,
    own: OwnSound,
    link: LinkState,
    reactions: tuple[tuple[str, int], ...],
    seconds: Seconds,
) -> Banner:
    """As things are.

    Args:
        sound: what this machine's sound can do; None when it is switched off.
        reactions: how often each emoji was sent lately.
        seconds: since the epoch, now.
    """
    room = view.room
    since = room.live_since
    return Banner(
        mic=view.mic(sound),
        own=own,
        title=room.title,
        host=room.host_name,
        life=room.life,
        closed=CLOSED_WORDS[room.entry],
        on_air_s=None if since is None else whole(seconds - since),
        starts=_starts(room),
        listeners=room.audience_count,
        link=link,
        reactions=reactions,
    )


def _starts(room: Room) -> str:
    if room.life is not Life.SCHEDULED or room.starts_at is None:
        return ""
    return moment(room.starts_at)
