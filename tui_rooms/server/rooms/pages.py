"""Reading a room in pages: who is here, chat, audit log, reports. Ended rooms too.

A page shows its reader no more than a view would: `rules.visibility` decides here as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, islice

from tui_rooms.rules.actor import Actor
from tui_rooms.rules.acts.lately import LATELY
from tui_rooms.rules.acts.refusals import known_name, require, role_known
from tui_rooms.rules.address import reads
from tui_rooms.rules.audit import AuditEntry, audit
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.life import Life
from tui_rooms.rules.records import Block
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Participant, Room, Seconds
from tui_rooms.rules.visibility import Visibility, sees
from tui_rooms.server.rooms.chat_history import ChatHistory
from tui_rooms.server.storage.port import RoomLog
from tui_rooms.server.storage.topics import Topic
from tui_rooms.wire import messages

_READS = frozenset({Capability.READ_REPORTS, Capability.MUTE_USERS})
"""With one of these a token reads a room from outside."""


_DEALS = frozenset({Capability.MUTE_USERS, Capability.KICK_USERS, Capability.BLOCK_USERS})
"""With one of these somebody deals with those who have left."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may read in a room, and as what."""

    identity: str
    name: str
    role: Role | None
    by_token: frozenset[Capability] = frozenset()
    """What a token gives beyond the role, to somebody who is not here."""

    def capabilities(self, room: Room) -> frozenset[Capability]:
        """All that they may do in that room."""
        return room.capabilities_as(self.identity, self.role) | self.by_token

    def require(self, room: Room, capability: Capability, what: str) -> None:
        """Refuse unless the reader holds that capability.

        Raises:
            RoomError: `not-allowed`.
        """
        if capability in self.by_token:
            return
        role = self.role or Role.LISTENER
        who = Participant(identity=self.identity, name=self.name, role=role, since=0.0)
        require(room, who, capability, what)


def reader(room: Room, actor: Actor) -> Reader:
    """As what somebody reads: whoever is here, moderators from outside, and in a room that has
    ended everyone who could have come in at its end.

    Raises:
        RoomError: `not-here`, `blocked`, `password-required` or `not-allowed`.
    """
    here = room.find(actor.identity)
    if here is not None:
        return Reader(here.identity, here.name, here.role)
    role = room.roles.get(actor.identity) or actor.granted
    if actor.identity in room.blocked:
        raise RoomError(
            "blocked", f"'{actor.name}' may not read room '{room.room_id}': they are blocked"
        )
    by_token = actor.capabilities - room.revocations.get(actor.identity, frozenset())
    moderates = (role is not None and role.rank >= Role.COHOST.rank) or by_token & _READS
    if room.life is not Life.ENDED and not moderates:
        raise RoomError(
            "not-here", f"'{actor.name}' is not in room '{room.room_id}': join it to read it"
        )
    if room.has_password and role is None and not moderates and not actor.knows_password:
        raise RoomError(
            "password-required",
            f"'{actor.name}' may not read room '{room.room_id}' without its password: "
            "ask whoever was its host",
        )
    may = room.capabilities_as(actor.identity, role or room.kind.joins_as) | by_token
    takes = {Capability.JOIN_ROOM}
    if room.live_since is None:  # it was never live, or taken back to its backstage before its end
        takes.add(Capability.JOIN_BACKSTAGE)
    if not moderates and not takes <= may:
        raise RoomError(
            "not-allowed",
            f"'{actor.name}' may not read room '{room.room_id}': a {role or room.kind.joins_as} "
            "could not enter it when it ended",
        )
    return Reader(actor.identity, actor.name, role, by_token)


def participants_page(room: Room, wanted: messages.ListParticipants) -> messages.Participants:
    """Some of those who are here, the stage first, each part in the order of arrival."""
    everyone = chain(room.stage.values(), room.audience.values())
    total = len(room.stage) + len(room.audience)
    if wanted.text:
        text = wanted.text.casefold()
        found = [who for who in everyone if text in who.name.casefold()]
        everyone, total = chain(found), len(found)
    page = islice(everyone, wanted.offset, wanted.offset + wanted.limit)
    return messages.Participants(id=wanted.id, participants=tuple(page), total=total)


def absent_page(
    room: Room, who: Reader, wanted: messages.ListAbsent, now: Seconds
) -> messages.Absentees:
    """Some of those who are not here and can be dealt with, the last to leave first.

    Raises:
        RoomError: `not-allowed`.
    """
    may = who.capabilities(room)
    if not may & _DEALS:
        who.require(room, Capability.KICK_USERS, "see who has left")
    blocked = room.blocked if Capability.BLOCK_USERS in may else {}
    newest_first = reversed(room.departures.items())
    left = [identity for identity, gone in newest_first if now - gone.at <= LATELY]
    text = wanted.text.casefold()
    found = [
        one
        for identity in dict.fromkeys([*left, *blocked])
        if text in (one := _absentee(room, identity, blocked)).name.casefold()
    ]
    page = found[wanted.offset : wanted.offset + wanted.limit]
    return messages.Absentees(id=wanted.id, absent=tuple(page), total=len(found))


def _absentee(room: Room, identity: str, blocked: Mapping[str, Block]) -> messages.Absentee:
    gone, block = room.departures.get(identity), blocked.get(identity)
    return messages.Absentee(
        identity=identity,
        name=known_name(room, identity) or identity,
        role=role_known(room, identity),
        left_at=None if gone is None else gone.at,
        sent_out=identity in room.sent_out,
        blocked=block,
    )


async def chat_page(
    room: Room, log: RoomLog, who: Reader, wanted: messages.ReadChat
) -> messages.ChatPage:
    """The newest messages that the reader may read, or those before one; old ones from the log.

    Raises:
        RoomError: `unknown-message`.
    """
    readable = [
        message
        for message in room.chat.values()
        if reads(who.identity, who.role, sender=message.identity, to=message.to)
    ]
    history = ChatHistory(log, room.room_id, who.identity, who.role)
    most = wanted.limit + 1  # whether there are more
    places = (i for i, message in enumerate(readable) if message.message_id == wanted.before)
    end = len(readable) if wanted.before is None else next(places, None)
    if end is not None:
        found = readable[max(0, end - most) : end]
        if len(found) < most:
            oldest = next(iter(room.chat), None)
            found = [*await history.before(oldest, most=most - len(found)), *found]
    else:
        place = await history.place_of(wanted.before or "")
        if place is None:
            raise RoomError(
                "unknown-message",
                f"there is no message '{(wanted.before or '')[:60]}' that '{who.name}' can read: "
                "it may be for others",
            )
        found = await history.before_place(place, most=most)
    return messages.ChatPage(
        id=wanted.id, messages=tuple(found[-wanted.limit :]), more=len(found) > wanted.limit
    )


async def audit_page(
    room: Room, log: RoomLog, who: Reader, wanted: messages.ReadAudit
) -> messages.AuditPage:
    """Who did what to whom, the newest first.

    Raises:
        RoomError: `not-allowed`.
    """
    who.require(room, Capability.MUTE_USERS, "read the audit log")
    now = Visibility(who.role, who.capabilities(room))
    entries: list[AuditEntry] = []
    before = wanted.before
    chunk = wanted.limit + 1
    while True:
        page = await log.newest(room.room_id, Topic.AUDIT, before=before, limit=chunk)
        for seq, event in page:
            if len(entries) == wanted.limit:
                return messages.AuditPage(id=wanted.id, entries=tuple(entries), before=before)
            entry = audit(event) if sees(now, who.identity, event) else None
            if entry is not None:
                entries.append(entry)
            before = seq
        if len(page) < chunk:
            return messages.AuditPage(id=wanted.id, entries=tuple(entries), before=None)


def reports_page(room: Room, who: Reader, wanted: messages.ReadReports) -> messages.ReportsPage:
    """What was reported, the newest first.

    Raises:
        RoomError: `not-allowed`.
    """
    who.require(room, Capability.READ_REPORTS, "read the reports")
    newest = islice(reversed(room.reports.values()), wanted.offset, wanted.offset + wanted.limit)
    return messages.ReportsPage(id=wanted.id, reports=tuple(newest), total=len(room.reports))
