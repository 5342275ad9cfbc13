"""Says in sentences what has changed. Plain values in, lines out."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from tui_rooms.client.link.search import Looking
from tui_rooms.client.link.ways import LinkPhase, LinkState, MediaPhase
from tui_rooms.rules.moments import clock_text
from tui_rooms.rules.printed import printed
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Life, Participant, Room
from tui_rooms.tui.drawing.connection import explained
from tui_rooms.tui.model.here import HERE
from tui_rooms.tui.model.values import LobbyPhase, LobbyRoom, LobbyState
from tui_rooms.tui.plain.numbers import Numbers
from tui_rooms.wire.quality import ConnectionQuality

NAMED: Final = 8
"""Of those who have not come back; the rest is counted."""


def lobby_lines(before: LobbyState, after: LobbyState, numbers: Numbers) -> Iterator[str]:
    """What is new in the lobby; `numbers` are what `join` takes."""
    if (after.phase, after.sentence) != (before.phase, before.sentence):
        match after.phase:
            case LobbyPhase.STARTING:
                yield "looking for the server"
            case LobbyPhase.CONNECTING:
                yield f"connecting to {after.server}"
            case LobbyPhase.CONNECTED:
                called = f" as {printed(after.me)}" if after.me else ""
                yield f"connected to {after.server}{called}"
                yield from room_list(after.rooms, numbers)
                return
            case LobbyPhase.UNREACHABLE:
                yield f"the server cannot be reached: {printed(after.sentence)}"
    if after.silent and not before.silent:
        yield "nothing comes from the server"
    if after.was_in is not None and after.was_in != before.was_in:
        yield f"you were in {printed(after.was_in.title)}; to go back, type: back"
    if after.me and after.me != before.me:
        yield f"you are {printed(after.me)} here"
    old = {room.room_id: room for room in before.rooms}
    new = {room.room_id: room for room in after.rooms}
    for room_id in new.keys() - old.keys():
        yield f"new room: {listed(new[room_id])}; type: join {numbers.of(room_id)}"
    for room_id in old.keys() - new.keys():
        yield f"room ended: {printed(old[room_id].title)}"


def room_list(rooms: tuple[LobbyRoom, ...], numbers: Numbers) -> Iterator[str]:
    """All rooms; their numbers begin anew."""
    if not rooms:
        yield "no rooms are open; type: new TITLE"
    numbers.begin(room.room_id for room in rooms)
    for room in rooms:
        yield f"{numbers.of(room.room_id)}. {listed(room)}"


def listed(room: LobbyRoom) -> str:
    """One room."""
    people = "1 person" if room.people == 1 else f"{room.people} people"
    life = str(room.life)
    if room.life is Life.SCHEDULED and room.starts_at is not None:
        life = f"scheduled for {clock_text(room.starts_at, HERE)}"
    closed = f", {room.closed}" if room.closed else ""
    return f"{printed(room.title)}, {life}, hosted by {printed(room.host)}, {people}{closed}"


def room_lines(
    before: Room, after: Room, me: str, untold: Callable[[str], bool] = lambda _: False
) -> Iterator[str]:
    """What is new in a room; `untold`: of whose going and coming nothing is said."""
    if after.life is not before.life:
        yield f"the room is {after.life}"
    old, new = everybody(before), everybody(after)
    for identity in old.keys() - new.keys():
        if not untold(identity):
            yield f"{printed(old[identity].name)} left"
    for identity, who in new.items():
        if identity not in old and untold(identity):
            continue
        if identity not in old:
            yield f"{printed(who.name)} came, {described(who)}"
        else:
            yield from _changes(old[identity], who, you=identity == me)


def missing_line(people: Sequence[Participant]) -> str:
    """Those who were there before the link was lost, and are not any more."""
    names = ", ".join(printed(who.name) for who in people[:NAMED])
    more = f" and {len(people) - NAMED} more" if len(people) > NAMED else ""
    return f"not back: {names}{more}"


def who_lines(room: Room, me: str, link: LinkState | None = None) -> Iterator[str]:
    """Everyone who is known by name; `link` tells who of them is cut off."""
    stage, audience = room.stage.values(), room.audience.values()
    yield f"on the stage: {len(stage)}"
    for who in stage:
        you = " (you)" if who.identity == me else ""
        away = link is not None and link.connection_of(who.identity) is ConnectionQuality.LOST
        state = f"{who.role}, away, microphone closed" if away else described(who)
        yield f"  {printed(who.name)}{you}, {state}"
    yield f"listening: {max(room.audience_count, len(audience))}"
    for who in audience:
        yield f"  {printed(who.name)}{' (you)' if who.identity == me else ''}"


def talking_lines(before: frozenset[str], after: frozenset[str], room: Room) -> Iterator[str]:
    """Who has begun to talk."""
    for identity in sorted(after - before):
        who = room.find(identity)
        if who is not None:
            yield f"{printed(who.name)} is talking"


def link_lines(before: LinkState | None, after: LinkState) -> Iterator[str]:
    """The way to the server, when its state is another."""
    known = LinkPhase.CONNECTED if before is None else before.phase
    if after.phase is not known:
        yield f"link: {after.phase}"
    elif after.silent and not (before is not None and before.silent):
        yield "link: nothing comes from the server"
    elif before is not None and before.silent and not after.silent:
        yield f"link: {after.phase}"
    if before is not None and after.phase is before.phase is LinkPhase.CONNECTED:
        if before.media is MediaPhase.CONNECTED and after.media is MediaPhase.RECONNECTING:
            yield "sound does not come through: it is being connected again"
        elif before.media is MediaPhase.RECONNECTING and after.media is MediaPhase.CONNECTED:
            yield "sound comes through again"
    if after.looking is not None and after.looking.next_at is not None:
        left = _minutes_left(after.looking)
        last = None if before is None else before.looking
        if last is None or (last.next_at is not None and left != _minutes_left(last)):
            yield f"looking for the server for {left} min more; to look at once, type: now"


def _minutes_left(looking: Looking) -> int:
    """Of the search, as at its next look; begun ones count."""
    return math.ceil((looking.until - (looking.next_at or looking.until)) / 60)


def connection_lines(
    before: LinkState | None,
    after: LinkState,
    room: Room,
    me: str,
    untold: Callable[[str], bool] = lambda _: False,
) -> Iterator[str]:
    """Whose connection on the stage has become poor, or is lost; that it mends is not news.

    Args:
        untold: of whose coming back nothing is said.
    """
    for identity, quality in after.lacking.items():
        known = ConnectionQuality.EXCELLENT if before is None else before.connection_of(identity)
        who = room.find(identity)
        if quality is ConnectionQuality.LOST and untold(identity):
            continue
        if who is None or quality.rank <= max(known.rank, ConnectionQuality.GOOD.rank):
            continue
        whose = "your" if identity == me else f"{printed(who.name)}'s"
        yield f"{whose} connection is {explained(quality)}"


def described(who: Participant) -> str:
    """Role and microphone in words."""
    if who.role is Role.LISTENER:
        return "listener"
    return f"{who.role}, {'muted' if who.muted else 'microphone open'}"


def everybody(room: Room) -> dict[str, Participant]:
    """By identity."""
    return {**room.stage, **room.audience}


def life_line(room: Room) -> str:
    """Where one is."""
    state = "" if room.life is Life.LIVE else f", {room.life}"
    return f"in the room {printed(room.title)}{state}, hosted by {printed(room.host_name)}"


def _changes(old: Participant, new: Participant, *, you: bool) -> Iterator[str]:
    name = "you" if you else printed(new.name)
    verb = "are" if you else "is"
    if new.role is not old.role:
        yield f"{name} {verb} a {new.role} now"
    if new.role.on_stage and new.muted != old.muted:
        yield f"{name} {verb} muted" if new.muted else f"{name} opened the microphone"
