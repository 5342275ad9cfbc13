"""Everything that one can do in a room, one method a command.

Each raises `RoomError` when it is refused and `LinkError` without a connection. What a method
changes is seen in the next `RoomChanged`, like what others do.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable

from tui_rooms.rules import commands
from tui_rooms.rules.address import Address, ToEveryone
from tui_rooms.rules.entry import Entry
from tui_rooms.rules.records import Seconds
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.wire import commands as wire
from tui_rooms.wire.messages import WireCommand

EVERYONE = ToEveryone()


class RoomCommands(ABC):
    """The commands of a room, sent through `do`."""

    @abstractmethod
    async def do(self, command: WireCommand) -> str | None:
        """Send a command; the id of what it has made, if anything.

        Raises:
            RoomError: refused.
            LinkError: no connection.
        """

    # The room and its life.

    async def go_live(self) -> None:
        """Let listeners in; it takes `go-live`."""
        await self.do(commands.GoLive())

    async def stop_live(self) -> None:
        """Back to backstage: listeners are sent out; it takes `go-live`."""
        await self.do(commands.StopLive())

    async def end(self) -> None:
        """End the room for all; it takes `end-room`."""
        await self.do(commands.EndRoom())

    async def update_room(
        self,
        *,
        title: str | None = None,
        description: str | None = None,
        starts_at: Seconds | None = None,
        private: bool | None = None,
        password: str | None = None,
    ) -> None:
        """Change what is not None; an empty password removes it. It takes `update-room`."""
        await self.do(
            wire.UpdateRoom(
                title=title,
                description=description,
                starts_at=starts_at,
                private=private,
                password=password,
            )
        )

    async def set_entry(self, entry: Entry) -> None:
        """Lock the room, close it to new guests, or open it again; it takes `update-room`."""
        await self.do(commands.SetEntry(entry=entry))

    # Roles and permissions.

    async def change_role(self, identity: str, role: Role) -> None:
        """Promote or demote somebody; it takes `update-roles`."""
        await self.do(commands.ChangeRole(identity=identity, role=role))

    async def grant(self, identity: str, capability: Capability) -> None:
        """Give somebody one capability; it takes `update-permissions`."""
        await self.do(commands.GrantCapability(identity=identity, capability=capability))

    async def revoke(self, identity: str, capability: Capability) -> None:
        """Take one capability from somebody; it takes `update-permissions`."""
        await self.do(commands.RevokeCapability(identity=identity, capability=capability))

    async def request_permission(self, capability: Capability) -> None:
        """Ask for a capability."""
        await self.do(commands.RequestPermission(capability=capability))

    async def answer_request(self, identity: str, capability: Capability, *, grant: bool) -> None:
        """Grant or decline what somebody has asked for; it takes `update-permissions`."""
        await self.do(commands.AnswerRequest(identity=identity, capability=capability, grant=grant))

    # Hands and invitations.

    async def raise_hand(self) -> None:
        """Stand in the queue for the stage."""
        await self.do(commands.RaiseHand())

    async def lower_hand(self, identity: str) -> None:
        """Lower a hand: one's own, or with `update-roles` another's."""
        await self.do(commands.LowerHand(identity=identity))

    async def lower_all_hands(self) -> None:
        """Empty the queue; it takes `update-roles`."""
        await self.do(commands.LowerAllHands())

    async def decline_hand(self, identity: str) -> None:
        """Say no to a raised hand; it takes `update-roles`."""
        await self.do(commands.DeclineHand(identity=identity))

    async def set_hands(self, roles: Iterable[Role]) -> None:
        """Open hands for these roles, for none of them close them; it takes `update-roles`."""
        await self.do(commands.SetHands(roles=frozenset(roles)))

    async def offer_stage(self, identity: str, role: Role = Role.SPEAKER) -> None:
        """Accept a hand, or invite a listener without one; it takes `update-roles`."""
        await self.do(commands.OfferStage(identity=identity, role=role))

    async def withdraw_offer(self, identity: str) -> None:
        """Take an offer back; it takes `update-roles`."""
        await self.do(commands.WithdrawOffer(identity=identity))

    async def accept_offer(self) -> None:
        """Step on the stage, muted."""
        await self.do(commands.AcceptOffer())

    async def decline_offer(self) -> None:
        """Stay in the audience."""
        await self.do(commands.DeclineOffer())

    # Moderation.

    async def mute_other(self, identity: str) -> None:
        """Close somebody else's microphone; who has left is told later. It takes `mute-users`."""
        await self.do(commands.Mute(identity=identity))

    async def mute_all(self, *, may_unmute: bool = True) -> None:
        """Close all microphones but one's own; it takes `mute-users`.

        Args:
            may_unmute: False keeps all of lower rank from unmuting, until `allow_unmuting`.
        """
        await self.do(commands.MuteAll(may_unmute=may_unmute))

    async def allow_unmuting(self) -> None:
        """Let everybody unmute again; it takes `mute-users`."""
        await self.do(commands.AllowUnmuting())

    async def kick(self, identity: str, reason: str = "") -> None:
        """Send somebody out, or who has left lately; it takes `kick-users`."""
        await self.do(commands.Kick(identity=identity, reason=reason))

    async def block(
        self, identity: str, reason: str = "", *, seconds: Seconds | None = None
    ) -> None:
        """Send somebody out and keep them out; it takes `block-users`."""
        await self.do(commands.Block(identity=identity, reason=reason, seconds=seconds))

    async def block_stranger(
        self, identity: str, reason: str = "", *, seconds: Seconds | None = None
    ) -> None:
        """Keep out whoever has that identity, though nobody has seen them here; as `block`."""
        await self.do(commands.BlockStranger(identity=identity, reason=reason, seconds=seconds))

    async def unblock(self, identity: str) -> None:
        """Let somebody in again; it takes `block-users`."""
        await self.do(commands.Unblock(identity=identity))

    async def report(self, identity: str, reason: str, text: str = "") -> str:
        """Tell those with `read-reports` about somebody; the report's id."""
        made = await self.do(wire.Report(identity=identity, reason=reason, text=text))
        return made or ""

    async def settle_report(self, report_id: str) -> None:
        """Say that a report has been seen to; it takes `read-reports`."""
        await self.do(commands.SettleReport(report_id=report_id))

    # Chat, reactions, events and attributes.

    async def send_message(self, text: str, *, to: Address = EVERYONE) -> str:
        """Write to everyone, to one person or to roles; the message's id."""
        return await self.do(wire.SendMessage(text=text, to=to)) or ""

    async def delete_message(self, message_id: str) -> None:
        """Delete one's own message, or with `kick-users` another's."""
        await self.do(commands.DeleteMessage(message_id=message_id))

    async def pin(self, message_id: str | None) -> None:
        """Show a message above the chat, or None; it takes `pin-for-everyone`."""
        await self.do(commands.PinMessage(message_id=message_id))

    async def set_slow_mode(self, seconds: Seconds) -> None:
        """Let everyone write once in so many seconds; 0 ends it. It takes `update-room`."""
        await self.do(commands.SetSlowMode(seconds=seconds))

    async def react(self, emoji: str) -> None:
        """Send one of the room's reactions."""
        await self.do(commands.React(emoji=emoji))

    async def send_event(self, kind: str, data: object = None) -> None:
        """Send every client something of one's own; it takes `send-event`.

        Args:
            data: what JSON can hold, at most 4 KiB of it.
        """
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        await self.do(commands.SendEvent(type=kind, data=text))

    async def set_attribute(
        self, key: str, value: str | None, *, expected_version: int | None = None
    ) -> None:
        """Set a value of the room's store, or remove it with None; it takes `update-room`.

        Args:
            expected_version: refuse when it has another version now; 0: when it is there.
        """
        await self.do(
            commands.SetAttribute(key=key, value=value, expected_version=expected_version)
        )
