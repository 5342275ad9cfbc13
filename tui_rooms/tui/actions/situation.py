"""How things are in a room: what its table of actions looks at."""

from dataclasses import dataclass

from tui_rooms.rules.records import ChatMessage, Offer
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Life, Participant
from tui_rooms.tui.model.room_view import Hearing, RoomView
from tui_rooms.tui.model.talk import Mode
from tui_rooms.tui.model.waiting import Waiting, waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSituation:
    """What the table looks at."""

    view: RoomView
    chosen: Participant | None = None
    """The chosen person, oneself too."""
    mode: Mode = Mode.TOGGLE
    message: ChatMessage | None = None
    """The chosen message."""
    unread: int = 0
    hearing: Hearing = Hearing()  # noqa: RUF009 - frozen
    """How loud one hears the chosen person."""
    deafened: bool = False
    """Whether one hears nobody, by one's own choice."""
    looking: bool = False
    """Whether the server has gone, and one waits for the next look for it."""
    older: bool = False
    """Whether the server may have older messages than those that are known."""

    def may(self, capability: Capability) -> bool:
        """Whether one may do that."""
        return self.view.may(capability)

    def is_in(self, life: Life) -> bool:
        """Whether the room is at that point of its life."""
        return self.view.room.life is life

    @property
    def other(self) -> Participant | None:
        """The chosen person, when that is somebody else."""
        return None if self.chosen is None or self.chosen.identity == self.view.me else self.chosen

    @property
    def other_name(self) -> str:
        """Of the chosen person, when that is somebody else."""
        return self.other.name if self.other else ""

    @property
    def can_be_heard(self) -> bool:
        """Whether there is something to hear of the chosen person, or something to take back."""
        other = self.other
        return other is not None and (other.role.on_stage or self.hearing != Hearing())

    @property
    def roles_to_give(self) -> tuple[Role, ...]:
        """What the chosen person may become through oneself: up to one's own rank."""
        me, other = self.view.myself, self.other
        if me is None or other is None or not self.may_to_other(Capability.UPDATE_ROLES):
            return ()
        return tuple(role for role in Role if role.rank <= me.role.rank)

    @property
    def can_ask_for(self) -> tuple[Capability, ...]:
        """What one may not do yet, and has not asked for; who may give them, gives oneself."""
        me = self.view.myself
        if me is None:
            return ()
        room = self.view.room
        asked = room.requests.get(self.view.me)
        without = room.capabilities(self.view.me) | (asked.capabilities if asked else frozenset())
        return tuple(
            one
            for one in Capability
            if one not in without and (one is not Capability.SEND_AUDIO or me.role.on_stage)
        )

    def may_to_other(self, capability: Capability) -> bool:
        """Whether one may do that to the chosen person: nobody acts against a higher rank."""
        me, other = self.view.myself, self.other
        if me is None or other is None or other.role.rank > me.role.rank:
            return False
        return self.may(capability)

    @property
    def can_mute_other(self) -> bool:
        """Whether there is a microphone of somebody else to close."""
        other = self.other
        if other is None or other.muted or not other.role.on_stage:
            return False
        return self.may_to_other(Capability.MUTE_USERS)

    @property
    def other_is_invited(self) -> bool:
        """Whether the chosen person has been offered the stage."""
        return self.other is not None and self.other.identity in self.view.room.offers

    @property
    def offer(self) -> Offer | None:
        """The stage, offered to oneself."""
        return self.view.room.offers.get(self.view.me)

    @property
    def hand_is_up(self) -> bool:
        """One's own."""
        return self.view.me in self.view.room.hands

    @property
    def is_on_stage(self) -> bool:
        """Oneself."""
        me = self.view.myself
        return me is not None and me.role.on_stage

    @property
    def can_move_hand(self) -> bool:
        """Whether one may raise it, or lower it again."""
        me = self.view.myself
        if me is None or self.hand_is_up:
            return me is not None
        return me.role in self.view.room.hands_open and self.may(Capability.RAISE_HAND)

    @property
    def next_waiting(self) -> Waiting | None:
        """Whom one may answer now: the chosen person, else who has waited first."""
        open_ = [
            one
            for one in waiting(self.view.room)
            if one.offered_until is None and one.identity != self.view.me and self.may(one.takes)
        ]
        chosen = self.chosen.identity if self.chosen else None
        return next((one for one in open_ if one.identity == chosen), open_[0] if open_ else None)

    @property
    def on_stage(self) -> bool:
        """Whether one stands there."""
        me = self.view.myself
        return me is not None and me.role.on_stage

    @property
    def silenced(self) -> bool:
        """Whether one stands on the stage and may not speak."""
        return self.on_stage and not self.may(Capability.SEND_AUDIO)

    @property
    def can_delete(self) -> bool:
        """Whether the chosen message may be deleted."""
        message = self.message
        if message is None or message.deleted_by is not None:
            return False
        return message.identity == self.view.me or self.may(Capability.KICK_USERS)
