"""What has happened between two states of a room beyond coming, going and talking, in lines."""

from collections.abc import Iterator

from tui_rooms.rules.address import ToPerson, ToRoles
from tui_rooms.rules.printed import printed
from tui_rooms.rules.records import ChatMessage
from tui_rooms.rules.room import Room
from tui_rooms.tui.model.entry_words import ENTRY_WORDS
from tui_rooms.tui.model.records_told import new_reports, reported
from tui_rooms.tui.model.room_view import RoomView
from tui_rooms.tui.model.waiting import waiting


def happened(before: Room, after: Room, me: str) -> Iterator[str]:
    """Hands, offers, requests, chat, and how the room is."""
    yield from _hands(before, after, me)
    yield from _claims(before, after, me)
    yield from _chat(before, after, me)
    yield from _reports(before, after, me)
    yield from _room(before, after)


def message_line(message: ChatMessage, view: RoomView) -> str:
    """Who wrote what, and to whom unless it was everyone; the message keeps its lines."""
    if message.deleted_by is not None:
        return f"{printed(message.name)}: (deleted)"
    to = ""
    if isinstance(message.to, ToPerson):
        other = view.find(message.to.identity)
        name = printed(other.name if other else message.to.identity)
        to = " to you" if message.to.identity == view.me else f" to {name}"
    elif isinstance(message.to, ToRoles):
        to = f" to {' and '.join(sorted(f'{role}s' for role in message.to.roles))}"
    return f"{printed(message.name)}{to}: {message.text}"


def waiting_lines(room: Room) -> Iterator[str]:
    """Who waits for an answer."""
    rows = waiting(room)
    if not rows:
        yield "nobody waits"
    for one in rows:
        if one.offered_until is not None:
            yield f"  {printed(one.name)} was offered the stage"
        elif one.capability is not None:
            yield f"  {printed(one.name)} asks to be allowed: {one.capability}"
        else:
            yield f"  {one.position}. {printed(one.name)} has a hand up"


def _hands(before: Room, after: Room, me: str) -> Iterator[str]:
    for identity, hand in after.hands.items():
        if identity not in before.hands:
            place = after.hand_position(identity)
            whose = "your hand is" if identity == me else f"{printed(hand.name)}'s hand is"
            yield f"{whose} up, number {place} in the queue"
    for identity, hand in before.hands.items():
        if identity not in after.hands and identity not in after.stage:
            yield "your hand is down" if identity == me else f"{printed(hand.name)}'s hand is down"
    if after.hands_open != before.hands_open:
        yield "hands are open" if after.hands_open else "hands are closed"


def _claims(before: Room, after: Room, me: str) -> Iterator[str]:
    for identity, offer in after.offers.items():
        if identity in before.offers:
            continue
        host = after.find(offer.by)
        by = printed(host.name) if host else "a host"
        if identity == me:
            yield f"{by} offers you the stage; type: accept, or: decline"
        else:
            yield f"{by} offers {printed(offer.name)} the stage"
    for identity in before.offers.keys() - after.offers.keys():
        if identity == me and identity not in after.stage:
            yield "the stage is not offered to you any more"
    for identity, asked in after.requests.items():
        known = before.requests.get(identity)
        for one in sorted(asked.capabilities - (known.capabilities if known else frozenset())):
            who = "you ask" if identity == me else f"{printed(asked.name)} asks"
            yield f"{who} to be allowed: {one}"
    gained = after.capabilities(me) - before.capabilities(me)
    lost = before.capabilities(me) - after.capabilities(me)
    if after.role_of(me) is before.role_of(me):
        if gained:
            yield f"you may now: {', '.join(sorted(gained))}"
        if lost:
            yield f"you may no longer: {', '.join(sorted(lost))}"


def _chat(before: Room, after: Room, me: str) -> Iterator[str]:
    view = RoomView(room=after, me=me)
    for message_id, message in after.chat.items():
        known = before.chat.get(message_id)
        if known is None:
            yield message_line(message, view)
        elif message.deleted_by is not None and known.deleted_by is None:
            yield f"a message of {printed(message.name)} was deleted: {printed(known.text)}"
    if after.pinned != before.pinned:
        yield f"pinned: {message_line(after.pinned, view)}" if after.pinned else "nothing is pinned"


def _reports(before: Room, after: Room, me: str) -> Iterator[str]:
    for one in new_reports(before, after, me):
        yield f"a report by {printed(reported(one))}"
    for report_id, one in after.reports.items():
        known = before.reports.get(report_id)
        if known is not None and known.settled_by is None and one.settled_by is not None:
            yield f"{printed(one.settled_by)} has settled the report about {printed(one.name)}"


def _room(before: Room, after: Room) -> Iterator[str]:
    if after.title != before.title:
        yield f"the room is called {printed(after.title)} now"
    if after.description != before.description:
        yield f"about the room: {printed(after.description) or 'nothing'}"
    if after.slow_mode_s != before.slow_mode_s:
        wait = after.slow_mode_s
        yield f"slow mode: one message every {wait:.0f} s" if wait else "slow mode is off"
    if after.has_password != before.has_password:
        yield "the room has a password" if after.has_password else "the room has no password"
    if after.entry is not before.entry:
        yield f"who may come in: {ENTRY_WORDS[after.entry]}"
    if after.silent_below is not before.silent_below:
        below = after.silent_below
        yield f"nobody below {below} may unmute" if below else "everyone may unmute again"
