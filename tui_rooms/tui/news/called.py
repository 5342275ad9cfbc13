"""What the people of one visit are called: news of them name those apart who are alike."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from tui_rooms.rules.audit import AuditEntry
from tui_rooms.rules.records import Block, ChatMessage, Hand, Offer, Participant, Report, Request
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Room
from tui_rooms.tui.drawing.told_apart import told_apart

if TYPE_CHECKING:
    from tui_rooms.wire.messages import Absentee

KEPT: Final = 1_000
"""People of the past who are remembered: who wrote, and who was looked up."""

Named = TypeVar("Named", Participant, Hand, Offer, Request, Block)


class Called:
    """Values in, the same values with names that are told apart out."""

    def __init__(self) -> None:
        self._past: dict[str, str] = {}
        """Names of those whom the room itself does not know."""
        self._room: Room | None = None
        self._looked_at: tuple[dict[str, str], dict[str, Role]] = {}, {}
        self._called: dict[str, str] = {}
        self._messages: dict[str, tuple[ChatMessage, ChatMessage]] = {}
        """As they came and as they are told: what is told twice is the same object."""

    def room(self, room: Room) -> Room:
        """The room as it is now."""
        self._room = room
        self._look()
        if not self._called:
            return room
        told = replace(
            room,
            stage=self._all(room.stage),
            audience=self._all(room.audience),
            hands=self._all(room.hands),
            offers=self._all(room.offers),
            requests=self._all(room.requests),
            blocked=self._all(room.blocked),
            reports={key: self._report(one) for key, one in room.reports.items()},
            chat={key: self._message(one) for key, one in room.chat.items()},
            pinned=None if room.pinned is None else self._message(room.pinned),
        )
        self._messages = {key: known for key, known in self._messages.items() if key in told.chat}
        return told

    def messages(self, chat: Iterable[ChatMessage]) -> tuple[ChatMessage, ...]:
        """Older messages, whose writers may be gone."""
        page = tuple(chat)
        self._remember({one.identity: one.name for one in page})
        return tuple(map(self._message, page))

    def people(self, people: Iterable[Participant]) -> tuple[Participant, ...]:
        """Those who were looked up."""
        page = tuple(people)
        self._remember({who.identity: who.name for who in page})
        return tuple(self._one(who.identity, who) for who in page)

    def absent(self, people: "Iterable[Absentee]") -> "tuple[Absentee, ...]":
        """Those who have left lately, or are kept out."""
        page = tuple(people)
        self._remember({who.identity: who.name for who in page})
        return tuple(
            who.model_copy(update={"name": self.name(who.identity, who.name)}) for who in page
        )

    def entries(self, entries: Iterable[AuditEntry]) -> tuple[AuditEntry, ...]:
        """A page of the audit log."""
        page = tuple(entries)
        self._remember({one.identity: one.name for one in page if one.identity and one.name})
        return tuple(
            replace(one, name=self.name(one.identity, one.name))
            if one.identity and one.name
            else one
            for one in page
        )

    def reports(self, reports: Iterable[Report]) -> tuple[Report, ...]:
        """A page of what was reported."""
        page = tuple(reports)
        self._remember({one.identity: one.name for one in page})
        self._remember({one.by: one.by_name for one in page})
        return tuple(map(self._report, page))

    def name(self, identity: str, name: str) -> str:
        """What somebody of that name is called."""
        return self._called.get(identity, name)

    def _remember(self, names: dict[str, str]) -> None:
        self._past |= names
        while len(self._past) > KEPT:
            del self._past[next(iter(self._past))]
        self._look()

    def _look(self) -> None:
        """Who is alike to whom; most changes of a room change no name."""
        names, roles = dict(self._past), dict[str, Role]()
        if (room := self._room) is not None:
            here = {**room.audience, **room.stage}
            names |= {one.identity: one.name for one in room.chat.values()}
            claims: tuple[Mapping[str, Block | Hand | Offer | Request | Participant], ...] = (
                room.blocked,
                room.hands,
                room.offers,
                room.requests,
                here,
            )
            for known in claims:
                names |= {identity: one.name for identity, one in known.items()}
            roles = {identity: who.role for identity, who in here.items()}
        if (names, roles) != self._looked_at:
            self._looked_at = names, roles
            self._called = told_apart(names, roles)

    def _all(self, known: dict[str, Named]) -> dict[str, Named]:
        return {identity: self._one(identity, one) for identity, one in known.items()}

    def _one(self, identity: str, one: Named) -> Named:
        called = self._called.get(identity)
        return one if called is None else replace(one, name=called)

    def _report(self, one: Report) -> Report:
        return replace(
            one, name=self.name(one.identity, one.name), by_name=self.name(one.by, one.by_name)
        )

    def _message(self, message: ChatMessage) -> ChatMessage:
        called = self.name(message.identity, message.name)
        if called == message.name:
            return message
        known = self._messages.get(message.message_id)
        if known is not None and known[0] is message and known[1].name == called:
            return known[1]
        told = replace(message, name=called)
        if len(self._messages) >= KEPT:
            self._messages.clear()
        self._messages[message.message_id] = message, told
        return told
