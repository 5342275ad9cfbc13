"""All that is known of somebody in a room, or of the room, in words. Plain values in and out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tui_rooms.client.link.ways import LinkState
from tui_rooms.rules.entry import Entry
from tui_rooms.rules.records import Seconds
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Life, Participant, Room
from tui_rooms.tui.drawing.connection import explained, quality
from tui_rooms.tui.drawing.duration import duration
from tui_rooms.tui.model.entry_words import ENTRY_WORDS
from tui_rooms.tui.model.records_told import moment
from tui_rooms.tui.model.room_view import Hearing, RoomView
from tui_rooms.tui.model.talk_time import TalkTimes


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What is known."""

    title: str
    values: tuple[tuple[str, str], ...]
    """Names and values; long values take several lines."""
    shares: tuple[tuple[str, float], ...] = ()
    """Of all talk, from 0 to 1, by name."""
    hearing: Hearing | None = None
    """How loud one hears them; None where there is nothing to hear."""


def details(
    view: RoomView,
    who: Participant | None,
    *,
    seconds: Seconds,
    talk: TalkTimes,
    link: LinkState,
    hearing: Hearing | None = None,
) -> Details:
    """About a person, or with None about the room.

    Args:
        seconds: since the epoch, now.
        link: one's own way to the server, and those of the others on the stage.
        hearing: how loud one hears them; None where there is nothing to hear.
    """
    if who is None:
        return Details(
            title=view.room.title,
            values=tuple(_of_room(view.room, seconds)),
            shares=tuple(_shares(view.room, talk)),
        )
    return Details(
        title=who.name,
        values=tuple(_of_person(view, who, seconds, talk, link)),
        hearing=hearing,
    )


def _of_person(
    view: RoomView, who: Participant, seconds: Seconds, talk: TalkTimes, link: LinkState
) -> Iterator[tuple[str, str]]:
    room, identity = view.room, who.identity
    yield "role", f"{who.role}, and this is you" if identity == view.me else str(who.role)
    if room.find(identity) is not None:
        yield "since", f"{moment(who.since)}, for {duration(seconds - who.since)}"
    yield "microphone", _microphone(room, who)
    if identity == view.me:
        yield "connection", _own_connection(link)
    elif who.role.on_stage:  # the server tells of nobody else's
        yield "connection", explained(link.connection_of(identity))
    if hand := _hand(room, identity, seconds):
        yield "hand", hand
    if who.role.on_stage:
        talked = duration(talk.seconds(identity))
        yield "has talked", f"{talked} since you came, {_percent(talk.share(identity))} of all talk"
    if identity in room.requests:
        yield "asks for", _listed(room.requests[identity].capabilities)
    if extra := room.grants.get(identity):
        yield "was given", _listed(extra)
    if taken := room.revocations.get(identity):
        yield "was taken", _listed(taken)
    yield "may", _listed(room.capabilities_as(identity, who.role)) or "nothing"
    yield "identity", identity


def _of_room(room: Room, seconds: Seconds) -> Iterator[tuple[str, str]]:
    if room.description:
        yield "about", room.description
    yield "hosted by", room.host_name
    yield "kind", f"{room.room_type.replace('_', ' ')}: {room.kind.summary}"
    yield "state", _life(room, seconds)
    size = room.kind.settings.stage_size
    yield "stage", f"{len(room.stage)}" + (f" of {size}" if size else "")
    yield "audience", f"{room.audience_count:,}"
    yield "hands", _hands(room)
    yield "slow mode", f"{room.slow_mode_s:.0f} s between messages" if room.slow_mode_s else "off"
    yield "found by", "who has the link" if room.private else "everyone on this server"
    yield "password", "yes" if room.has_password else "none"
    if room.entry is not Entry.OPEN:
        yield "takes", ENTRY_WORDS[room.entry]
    if room.silent_below is not None:
        yield "muted", f"all below {room.silent_below}, unless they are allowed to speak"


def _life(room: Room, seconds: Seconds) -> str:
    if room.life is Life.LIVE and room.live_since is not None:
        on_air = duration(seconds - room.live_since)
        return f"live since {moment(room.live_since)}, for {on_air}"
    if room.life is Life.SCHEDULED and room.starts_at is not None:
        return f"starts at {moment(room.starts_at)}"
    return str(room.life)


def _hands(room: Room) -> str:
    up = f"{len(room.hands)} up"
    if not room.hands_open:
        return f"{up}; closed, a host can open them"
    return f"{up}; open for {_listed(room.hands_open)}s"


def _shares(room: Room, talk: TalkTimes) -> Iterator[tuple[str, float]]:
    people = [(who.name, talk.share(who.identity)) for who in room.stage.values()]
    # Equal shares stay in the order of the stage.
    return iter(sorted(people, key=lambda one: -one[1])) if any(s for _, s in people) else iter(())


def _microphone(room: Room, who: Participant) -> str:
    if not who.role.on_stage:
        return "none in the audience"
    if Capability.SEND_AUDIO not in room.capabilities_as(who.identity, who.role):
        return "muted, and may not speak"
    return "muted" if who.muted else "open"


def _own_connection(link: LinkState) -> str:
    _, word = quality(link)
    trip = link.round_trip_ms
    return word if trip is None else f"{word}, {trip:.0f} ms to the server and back"


def _hand(room: Room, identity: str, seconds: Seconds) -> str:
    words = []
    if identity in room.hands:
        waited = duration(seconds - room.hands[identity].raised_at)
        words.append(f"up for {waited}, number {room.hand_position(identity)} of {len(room.hands)}")
    if identity in room.offers:
        left = duration(room.offers[identity].expires_at - seconds)
        words.append(f"invited to the stage, {left} left")
    return "; ".join(words)


def _listed(names: Iterable[Role | Capability]) -> str:
    return ", ".join(sorted(names))


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
