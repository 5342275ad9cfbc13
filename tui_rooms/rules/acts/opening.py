"""The ways of a room through its life: opened, live, back, ended, resumed. See `life`."""

from tui_rooms.rules import commands, events
from tui_rooms.rules.acts.hosts import watch_hosts
from tui_rooms.rules.acts.lately import has_left
from tui_rooms.rules.acts.refusals import require
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.life import LIFE, Life, LifeEvent
from tui_rooms.rules.roles import Capability
from tui_rooms.rules.room import Participant, Room, Seconds


def go_live(room: Room, _: commands.GoLive, me: Participant, now: Seconds) -> list[events.Event]:
    require(room, me, Capability.GO_LIVE, "go live")
    live = events.WentLive(by=me.identity, at=now)
    match room.life:
        case Life.SCHEDULED:
            return [events.BackstageOpened(by=me.identity, at=now), live]
        case Life.BACKSTAGE:
            return [live]
        case _:
            return []


def stop_live(
    room: Room, _: commands.StopLive, me: Participant, now: Seconds
) -> list[events.Event]:
    require(room, me, Capability.GO_LIVE, "stop live")
    if room.life is not Life.LIVE:
        return []
    if not room.kind.settings.backstage:
        raise RoomError(
            "no-backstage",
            f"'{me.name}' cannot stop live: rooms of type {room.room_type} have no backstage; "
            "they can be ended",
        )
    happened: list[events.Event] = [events.LiveStopped(by=me.identity, at=now)]
    happened += [
        events.StageLeft(identity=who.identity, at=now)
        for who in room.stage.values()
        if Capability.JOIN_BACKSTAGE not in room.capabilities_as(who.identity, who.role)
    ]
    reason = f"'{me.name}' has taken room '{room.title}' back to its backstage"
    happened.append(events.ListenersSentOut(reason=reason, at=now))
    return happened


def end(room: Room, _: commands.EndRoom, me: Participant, now: Seconds) -> list[events.Event]:
    require(room, me, Capability.END_ROOM, "end the room")
    return [events.RoomEnded(by=me.identity, at=now)]


def backstage_opened(room: Room, event: events.BackstageOpened) -> None:
    _move(room, event)
    if room.empty_since is not None:
        room.empty_since = event.at


def went_live(room: Room, event: events.WentLive) -> None:
    _move(room, event)
    room.live_since = event.at
    room.first_live_at = room.first_live_at or event.at
    watch_hosts(room, event.at)


def live_stopped(room: Room, event: events.LiveStopped) -> None:
    _move(room, event)
    room.live_since = None
    room.hostless_since = None


def listeners_sent_out(room: Room, event: events.ListenersSentOut) -> None:
    for who in room.audience.values():
        has_left(room, who, event.at)
    empty_audience(room, event.at)
    # Only what people on the stage have asked for stands.
    room.hands = {who: hand for who, hand in room.hands.items() if who in room.stage}
    room.requests = {who: asked for who, asked in room.requests.items() if who in room.stage}
    room.offers.clear()


def ended(room: Room, event: events.RoomEnded) -> None:
    _move(room, event)
    room.stage.clear()
    empty_audience(room, event.at)
    room.hands.clear()
    room.offers.clear()
    room.requests.clear()
    room.departures.clear()
    room.networks.clear()
    room.hostless_since = None
    room.ended_at = event.at
    room.end_reason = event.reason
    if room.called_off:
        room.revision = room.revision.after(event.at)


def _move(
    room: Room,
    event: events.BackstageOpened | events.WentLive | events.LiveStopped | events.RoomEnded,
) -> None:
    room.life = LIFE[room.life, LifeEvent(event.kind)]


def empty_audience(room: Room, at: Seconds) -> None:
    """Nobody is in the audience any more."""
    room.audience.clear()
    room.audience_count = 0
    if not room.stage and room.viewer is None:
        room.empty_since = at
