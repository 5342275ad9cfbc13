"""A room after its server has started again.

Everyone has to come back, so grace times begin anew. And the clock may tell less than before: it
was set back, or was wrong in the last run. What the room keeps would then lie ahead, and last
longer than it was meant to. Whatever lies ahead is moved to now, with all that follows from it, so
that no deadline is further off than its own length.
"""

from dataclasses import replace
from typing import TypeVar

from tui_rooms.rules import events
from tui_rooms.rules.acts.opening import empty_audience
from tui_rooms.rules.records import Block, ChatMessage, MutedBy, Offer, Report, Request, Seconds
from tui_rooms.rules.room import Room

_Dated = TypeVar("_Dated", ChatMessage, MutedBy, Report, Request)


def resumed(room: Room, event: events.RoomResumed) -> None:
    now = event.at
    empty_audience(room, now)
    if room.hostless_since is not None:
        room.hostless_since = now
    if room.live_since is not None:
        room.live_since = min(room.live_since, now)
    room.revision = replace(room.revision, at=min(room.revision.at, now))
    room.offers = {who: _moved_offer(offer, now) for who, offer in room.offers.items()}
    room.blocked = {who: _moved_block(block, now) for who, block in room.blocked.items()}
    room.last_message_at = {who: min(at, now) for who, at in room.last_message_at.items()}
    room.stage = {
        who: replace(there, since=min(there.since, now)) for who, there in room.stage.items()
    }
    room.hands = {
        who: replace(hand, raised_at=min(hand.raised_at, now)) for who, hand in room.hands.items()
    }
    room.muted_by = _dated(room.muted_by, now)
    room.requests = _dated(room.requests, now)
    room.reports = _dated(room.reports, now)
    # New messages follow the newest in time: it must not be one of a time to come.
    room.chat = _dated(room.chat, now)


def _dated(kept: dict[str, _Dated], now: Seconds) -> dict[str, _Dated]:
    return {key: one if one.at <= now else replace(one, at=now) for key, one in kept.items()}


def _moved_offer(offer: Offer, now: Seconds) -> Offer:
    ahead = max(0.0, offer.at - now)
    return replace(offer, at=offer.at - ahead, expires_at=offer.expires_at - ahead)


def _moved_block(block: Block, now: Seconds) -> Block:
    ahead = max(0.0, block.at - now)
    until = None if block.until is None else block.until - ahead
    return replace(block, at=block.at - ahead, until=until)
