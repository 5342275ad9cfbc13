"""The state of one room."""

from dataclasses import dataclass, field, replace

from tui_rooms.rules.entry import Entry
from tui_rooms.rules.life import EndReason, Life
from tui_rooms.rules.records import (
    Attribute,
    Block,
    ChatMessage,
    Departure,
    Hand,
    MutedBy,
    Offer,
    Participant,
    Report,
    Request,
    Revision,
    Seconds,
    SentOut,
)
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room_types import AUDIO_ROOM, RoomType

__all__ = ["Life", "Participant", "Room", "Seconds"]

_NOTHING: frozenset[Capability] = frozenset()
_STAGE_ONLY = frozenset({Capability.SEND_AUDIO})


@dataclass(slots=True, kw_only=True)
class Room:
    """One room as far as somebody knows it: the server all of it, a client its `view`."""

    room_id: str
    title: str
    description: str = ""
    room_type: str
    """The name of its type."""
    kind: RoomType = AUDIO_ROOM
    """Its type, whole."""
    viewer: str | None = None
    """Whose view this is; None: all that there is to know, as the server has it."""

    life: Life = Life.BACKSTAGE
    created_at: Seconds
    starts_at: Seconds | None = None
    """When a scheduled room opens its backstage by itself."""
    live_since: Seconds | None = None
    first_live_at: Seconds | None = None
    """When it went live, the first time of perhaps several."""
    ended_at: Seconds | None = None
    end_reason: EndReason | None = None
    host_name: str
    """The name of who made it, shown in the lobby even when they are away."""
    revision: Revision = field(default_factory=Revision)
    private: bool = False
    """Hidden from lists and queries; whoever has the link may come."""
    has_password: bool = False
    password_hash: str | None = field(default=None, repr=False)
    """In no view."""
    entry: Entry = Entry.OPEN
    """Who may come in now."""
    insiders: frozenset[str] = frozenset()
    """Who was here when it was closed, and may come back. In no view."""

    stage: dict[str, Participant] = field(default_factory=dict)
    """Hosts, cohosts and speakers who are here, by identity, in the order of arrival."""
    audience: dict[str, Participant] = field(default_factory=dict)
    """Listeners who are here, by identity. A client knows the first few, and itself."""
    audience_count: int = 0
    """All listeners who are here."""
    empty_since: Seconds | None = None
    """When the last person left; None while anyone is here, and in every view."""
    hostless_since: Seconds | None = None
    """When the last host left a live room."""
    departures: dict[str, Departure] = field(default_factory=dict)
    """Who has left lately and is not here, by identity, the last one last: see `acts.lately`.
    In no log and in no view, like the next."""
    networks: dict[str, str] = field(default_factory=dict)
    """Where those who are here come from, as far as it counts, by identity: see `Actor.network`."""

    roles: dict[str, Role] = field(default_factory=dict)
    """Roles that were given by name and are remembered when their owner is away."""
    grants: dict[str, frozenset[Capability]] = field(default_factory=dict)
    """Capabilities beyond the role's, by identity; a change of role ends them."""
    revocations: dict[str, frozenset[Capability]] = field(default_factory=dict)
    """Capabilities taken away, by identity, until they are granted again."""
    silent_below: Role | None = None
    """Whoever is below that role may not unmute, unless `send-audio` was granted to them."""
    muted_by: dict[str, MutedBy] = field(default_factory=dict)
    """Whose microphone was last closed by somebody else, by identity; also while they are away."""
    requests: dict[str, Request] = field(default_factory=dict)

    hands: dict[str, Hand] = field(default_factory=dict)
    """The queue of raised hands, by identity, the first raised first."""
    hands_open: frozenset[Role] = frozenset()
    """Who may raise a hand now."""
    offers: dict[str, Offer] = field(default_factory=dict)
    blocked: dict[str, Block] = field(default_factory=dict)
    sent_out: dict[str, SentOut] = field(default_factory=dict)
    """Who was kicked or blocked and has not joined again, by identity. In no view."""
    reports: dict[str, Report] = field(default_factory=dict)
    """By their ids, the newest last; the log has those that are not kept here."""

    chat: dict[str, ChatMessage] = field(default_factory=dict)
    """By their ids, the newest last; the log has those that are not kept here."""
    pinned: ChatMessage | None = None
    slow_mode_s: Seconds = 0.0
    last_message_at: dict[str, Seconds] = field(default_factory=dict)
    """While slow mode is on: when somebody wrote last."""
    attributes: dict[str, Attribute] = field(default_factory=dict)
    attributes_version: int = 0
    """The version of the latest change, to compare and set."""

    @property
    def called_off(self) -> bool:
        """Whether who comes at its start finds nothing: it has ended before, or never was live."""
        if self.starts_at is None or self.ended_at is None:
            return False
        return self.first_live_at is None or self.ended_at < self.starts_at

    def find(self, identity: str) -> Participant | None:
        """Who that is, on the stage or in the audience; None when they are not here."""
        return self.stage.get(identity) or self.audience.get(identity)

    def role_of(self, identity: str) -> Role | None:
        """Their role here, else the one that is remembered; None for strangers."""
        who = self.find(identity)
        return who.role if who else self.roles.get(identity)

    def capabilities_as(self, identity: str, role: Role | None) -> frozenset[Capability]:
        """What they may do in that role: the role's, plus grants, minus revocations."""
        may = self.kind.capabilities.get(role, _NOTHING) if role else _NOTHING
        if self.silences(role):
            may -= _STAGE_ONLY
        if identity in self.grants:
            may |= self.grants[identity]
        if identity in self.revocations:
            may -= self.revocations[identity]
        if role is None or not role.on_stage:
            may -= _STAGE_ONLY
        return may

    def capabilities(self, identity: str) -> frozenset[Capability]:
        """What they may do now; nothing when they are not here."""
        who = self.find(identity)
        return self.capabilities_as(identity, who.role) if who else _NOTHING

    def silences(self, role: Role | None) -> bool:
        """Whether that role alone gives no right to speak now, because all were muted for good."""
        return self.silent_below is not None and (
            role is None or role.rank < self.silent_below.rank
        )

    def may(self, identity: str, capability: Capability) -> bool:
        """Whether they are here and hold that capability."""
        return capability in self.capabilities(identity)

    def may_be_heard(self, identity: str) -> bool:
        """Whether the media engine lets their sound through: `send-audio`, and not muted."""
        who = self.stage.get(identity)
        return who is not None and not who.muted and self.may(identity, Capability.SEND_AUDIO)

    def hand_position(self, identity: str) -> int | None:
        """Their place in the queue of hands, from 1; None without a hand up."""
        for position, raised in enumerate(self.hands, start=1):
            if raised == identity:
                return position
        return None

    def tracks(self, identity: str) -> bool:
        """Whether this copy keeps what only the server and that person know of them."""
        return self.viewer is None or self.viewer == identity

    def copy(self) -> "Room":
        """A copy that shares nothing that changes."""
        return replace(
            self,
            stage=dict(self.stage),
            audience=dict(self.audience),
            departures=dict(self.departures),
            networks=dict(self.networks),
            roles=dict(self.roles),
            grants=dict(self.grants),
            revocations=dict(self.revocations),
            muted_by=dict(self.muted_by),
            requests=dict(self.requests),
            hands=dict(self.hands),
            offers=dict(self.offers),
            blocked=dict(self.blocked),
            sent_out=dict(self.sent_out),
            reports=dict(self.reports),
            chat=dict(self.chat),
            last_message_at=dict(self.last_message_at),
            attributes=dict(self.attributes),
        )
