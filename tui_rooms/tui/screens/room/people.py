"""What a room's screen does about hands and the chosen person."""

from collections.abc import Callable
from typing import Final

from tui_rooms.rules import commands
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Participant
from tui_rooms.tui.actions.situation import RoomSituation
from tui_rooms.tui.messages import CommandWanted
from tui_rooms.tui.screens.place import Place
from tui_rooms.wire import commands as wire
from tui_rooms.wire.messages import WireCommand

DURATIONS: Final = (
    ("for 10 minutes", 600.0),
    ("for an hour", 3600.0),
    ("for a day", 86_400.0),
    ("until somebody lets them in again", None),
)
"""Of a block, in seconds."""
_MEANING: Final = {
    Role.HOST: "may do everything, and end the room",
    Role.COHOST: "moderates, may not end the room",
    Role.SPEAKER: "talks on the stage",
    Role.LISTENER: "sits in the audience",
}


class ActsOnPeople(Place):
    """The actions of the tables `HANDS` and `PERSON`."""

    def situation(self) -> RoomSituation:
        """How things are."""
        raise NotImplementedError

    # Hands.

    def do_accept(self) -> None:
        """One's own offer, or else who waits."""
        now, one = self.situation(), self.situation().next_waiting
        if now.offer is not None:
            self.command(commands.AcceptOffer())
        elif one is not None and one.capability is not None:
            self._answer_request(one.identity, one.capability, grant=True)
        elif one is not None:
            self.command(commands.OfferStage(identity=one.identity))

    def do_decline(self) -> None:
        """The same, with a no."""
        now, one = self.situation(), self.situation().next_waiting
        if now.offer is not None:
            self.command(commands.DeclineOffer())
        elif one is not None and one.capability is not None:
            self._answer_request(one.identity, one.capability, grant=False)
        elif one is not None:
            self.command(commands.DeclineHand(identity=one.identity))

    def do_hand(self) -> None:
        """Raise one's own hand, or lower it."""
        now = self.situation()
        self.command(
            commands.LowerHand(identity=now.view.me) if now.hand_is_up else commands.RaiseHand()
        )

    def do_ask_to_speak(self) -> None:
        """Ask for what was taken."""
        self.command(commands.RequestPermission(capability=Capability.SEND_AUDIO))

    def do_ask_permission(self) -> None:
        """Ask which capability to ask the hosts for."""
        from tui_rooms.tui.screens.ask_which import AskWhich

        wanted = self.situation().can_ask_for

        def answered(number: int | None) -> None:
            if number is not None:
                self.command(commands.RequestPermission(capability=wanted[number]))
                self.notice(f"The hosts are asked whether you may {wanted[number]}.")

        self.app.push_screen(AskWhich("What do you want to be allowed?", wanted), answered)

    def do_step_down(self) -> None:
        """Go back to the audience, once one is sure."""
        me = self.situation().view.me
        self.if_sure(
            "Go back to the audience?",
            "step down",
            lambda: commands.ChangeRole(identity=me, role=Role.LISTENER),
        )

    # The chosen person.

    def do_mute_person(self) -> None:
        """Close the chosen person's microphone."""
        self.command(commands.Mute(identity=self.other.identity))

    def do_change_role(self) -> None:
        """Invite the chosen person on the stage, or send them back to the audience."""
        who = self.other.identity
        if self.other.role.on_stage:
            self.command(commands.ChangeRole(identity=who, role=Role.LISTENER))
        elif self.situation().other_is_invited:
            self.command(commands.WithdrawOffer(identity=who))
        else:
            self.command(commands.OfferStage(identity=who))

    def do_role(self) -> None:
        """Ask what the chosen person should be; who listens is offered the stage."""
        from tui_rooms.tui.screens.ask_which import AskWhich

        other, roles = self.other, self.situation().roles_to_give

        def answered(number: int | None) -> None:
            if number is None or roles[number] is other.role:
                return
            role, who = roles[number], other.identity
            if other.role.on_stage:
                self.command(commands.ChangeRole(identity=who, role=role))
            else:
                self.command(commands.OfferStage(identity=who, role=role))

        lines = [f"{role}: {_MEANING[role]}" for role in roles]
        here = roles.index(other.role)
        self.app.push_screen(AskWhich(f"What should {other.name} be?", lines, here), answered)

    def do_permissions(self) -> None:
        """Ask which permission to give or to take."""
        from tui_rooms.tui.screens.ask_which import AskWhich

        now, other = self.situation(), self.other
        room, me = now.view.room, now.view.me
        theirs = room.capabilities(other.identity)
        listed = [
            one
            for one in Capability
            if one in theirs
            or (
                one in room.capabilities(me)
                and (one is not Capability.SEND_AUDIO or other.role.on_stage)
            )
        ]

        def answered(number: int | None) -> None:
            if number is None:
                return
            one = listed[number]
            change = commands.RevokeCapability if one in theirs else commands.GrantCapability
            self.command(change(identity=other.identity, capability=one))

        lines = [
            f"{one:<20}{'✓ may: take it' if one in theirs else '- may not: give it'}"
            for one in listed
        ]
        self.app.push_screen(AskWhich(f"What {other.name} may do", lines), answered)

    def do_kick(self) -> None:
        """Ask why, then send the chosen person out."""
        from tui_rooms.tui.screens.ask_why import AskWhy, Reason

        other = self.other

        def answered(reason: Reason | None) -> None:
            if reason is not None:
                self.command(commands.Kick(identity=other.identity, reason=reason.words))

        self.app.push_screen(AskWhy(f"Send {other.name} out of the room?", "kick"), answered)

    def do_block(self) -> None:
        """Ask why and for how long, then keep the chosen person out."""
        other = self.other
        self.ask_block(other.identity, f"Send {other.name} out and keep them out?")

    def ask_block(self, identity: str, question: str) -> None:
        """The same for anybody, here or not."""
        from tui_rooms.tui.screens.ask_why import AskWhy, Reason

        def answered(reason: Reason | None) -> None:
            if reason is not None:
                seconds = DURATIONS[reason.choice][1]
                self.command(
                    commands.Block(identity=identity, reason=reason.words, seconds=seconds)
                )

        choices = [words for words, _ in DURATIONS]
        self.app.push_screen(AskWhy(question, "block", choices=choices), answered)

    def do_report(self) -> None:
        """Ask why, then tell the hosts."""
        from tui_rooms.tui.screens.ask_why import AskWhy, Reason

        other = self.other

        def answered(reason: Reason | None) -> None:
            if reason is not None:
                self.command(wire.Report(identity=other.identity, reason=reason.words))
                self.notice(f"The hosts are told about {other.name}.")

        self.app.push_screen(
            AskWhy(f"Report {other.name} to the hosts?", "report", needed=True), answered
        )

    # For these and others.

    @property
    def other(self) -> Participant:
        """The chosen person; the table has seen to it that there is one."""
        other = self.situation().other
        if other is None:
            raise LookupError("nobody is chosen")
        return other

    def command(self, command: WireCommand) -> None:
        """Ask the room for something."""
        self.post_message(CommandWanted(command))

    def if_sure(self, question: str, deed: str, command: Callable[[], WireCommand]) -> None:
        """Ask the room for something, once one is sure."""
        from tui_rooms.tui.screens.ask_sure import AskSure

        def answered(sure: bool | None) -> None:
            if sure:
                self.command(command())

        self.app.push_screen(AskSure(question, deed), answered)

    def _answer_request(self, identity: str, capability: Capability, *, grant: bool) -> None:
        self.command(commands.AnswerRequest(identity=identity, capability=capability, grant=grant))
