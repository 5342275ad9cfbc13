"""Hands, and the chosen person: what the tables `HANDS` and `PERSON` offer."""

from typing import Final

from tui_rooms.rules import commands
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.tui.actions.part import Part
from tui_rooms.tui.screens.room.means import Means
from tui_rooms.wire import commands as wire

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


class People(Part):
    """Asks where that is due, and then the room."""

    def __init__(self, means: Means) -> None:
        super().__init__(
            does={
                "accept": self._accept,
                "decline": self._decline,
                "hand": self._move_hand,
                "ask-to-speak": self._ask_to_speak,
                "ask-permission": self._ask_permission,
                "step-down": self._step_down,
                "mute-person": self._mute,
                "change-role": self._change_role,
                "role": self._ask_role,
                "permissions": self._ask_permissions,
                "kick": self._kick,
                "block": self._block,
                "report": self._ask_report,
            }
        )
        self._means = means

    def ask_block(self, identity: str, question: str) -> None:
        """Ask why and for how long, then keep somebody out, who may be here or not."""
        from tui_rooms.tui.screens.ask_why import AskWhy, Reason

        def answered(reason: Reason | None) -> None:
            if reason is not None:
                seconds = DURATIONS[reason.choice][1]
                self._means.command(
                    commands.Block(identity=identity, reason=reason.words, seconds=seconds)
                )

        choices = [words for words, _ in DURATIONS]
        self._means.ask(AskWhy(question, "block", choices=choices), answered)

    def ask_kick(self, identity: str, question: str) -> None:
        """Ask why, then send somebody out, who may have left already."""
        from tui_rooms.tui.screens.ask_why import AskWhy, Reason

        def answered(reason: Reason | None) -> None:
            if reason is not None:
                self._means.command(commands.Kick(identity=identity, reason=reason.words))

        self._means.ask(AskWhy(question, "kick"), answered)

    # Hands.

    def _accept(self) -> None:
        """One's own offer, or else who waits."""
        now = self._means.situation()
        one = now.next_waiting
        if now.offer is not None:
            self._means.command(commands.AcceptOffer())
        elif one is not None and one.capability is not None:
            self._answer_request(one.identity, one.capability, grant=True)
        elif one is not None:
            self._means.command(commands.OfferStage(identity=one.identity))

    def _decline(self) -> None:
        """The same, with a no."""
        now = self._means.situation()
        one = now.next_waiting
        if now.offer is not None:
            self._means.command(commands.DeclineOffer())
        elif one is not None and one.capability is not None:
            self._answer_request(one.identity, one.capability, grant=False)
        elif one is not None:
            self._means.command(commands.DeclineHand(identity=one.identity))

    def _move_hand(self) -> None:
        """Raise one's own hand, or lower it."""
        now = self._means.situation()
        self._means.command(
            commands.LowerHand(identity=now.view.me) if now.hand_is_up else commands.RaiseHand()
        )

    def _ask_to_speak(self) -> None:
        """Ask for what was taken."""
        self._means.command(commands.RequestPermission(capability=Capability.SEND_AUDIO))

    def _ask_permission(self) -> None:
        """Ask which capability to ask the hosts for."""
        from tui_rooms.tui.screens.ask_which import AskWhich

        wanted = self._means.situation().can_ask_for

        def answered(number: int | None) -> None:
            if number is not None:
                self._means.command(commands.RequestPermission(capability=wanted[number]))
                self._means.notice(f"The hosts are asked whether you may {wanted[number]}.")

        self._means.ask(AskWhich("What do you want to be allowed?", wanted), answered)

    def _step_down(self) -> None:
        """Go back to the audience, once one is sure."""
        me = self._means.situation().view.me
        self._means.if_sure(
            "Go back to the audience?",
            "step down",
            lambda: commands.ChangeRole(identity=me, role=Role.LISTENER),
        )

    # The chosen person.

    def _mute(self) -> None:
        """Close the chosen person's microphone."""
        self._means.command(commands.Mute(identity=self._means.other.identity))

    def _change_role(self) -> None:
        """Invite the chosen person on the stage, or send them back to the audience."""
        who = self._means.other.identity
        if self._means.other.role.on_stage:
            self._means.command(commands.ChangeRole(identity=who, role=Role.LISTENER))
        elif self._means.situation().other_is_invited:
            self._means.command(commands.WithdrawOffer(identity=who))
        else:
            self._means.command(commands.OfferStage(identity=who))

    def _ask_role(self) -> None:
        """Ask what the chosen person should be; who listens is offered the stage."""
        from tui_rooms.tui.screens.ask_which import AskWhich

        other, roles = self._means.other, self._means.situation().roles_to_give

        def answered(number: int | None) -> None:
            if number is None or roles[number] is other.role:
                return
            role, who = roles[number], other.identity
            if other.role.on_stage:
                self._means.command(commands.ChangeRole(identity=who, role=role))
            else:
                self._means.command(commands.OfferStage(identity=who, role=role))

        lines = [f"{role}: {_MEANING[role]}" for role in roles]
        here = roles.index(other.role)
        self._means.ask(AskWhich(f"What should {other.name} be?", lines, here), answered)

    def _ask_permissions(self) -> None:
        """Ask which permission to give or to take."""
        from tui_rooms.tui.screens.ask_which import AskWhich

        now, other = self._means.situation(), self._means.other
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
            self._means.command(change(identity=other.identity, capability=one))

        lines = [
            f"{one:<20}{'✓ may: take it' if one in theirs else '- may not: give it'}"
            for one in listed
        ]
        self._means.ask(AskWhich(f"What {other.name} may do", lines), answered)

    def _kick(self) -> None:
        """Ask why, then send the chosen person out."""
        other = self._means.other
        self.ask_kick(other.identity, f"Send {other.name} out of the room?")

    def _block(self) -> None:
        """Ask why and for how long, then keep the chosen person out."""
        other = self._means.other
        self.ask_block(other.identity, f"Send {other.name} out and keep them out?")

    def _ask_report(self) -> None:
        """Ask why, then tell the hosts."""
        from tui_rooms.tui.screens.ask_why import AskWhy, Reason

        other = self._means.other

        def answered(reason: Reason | None) -> None:
            if reason is not None:
                self._means.command(wire.Report(identity=other.identity, reason=reason.words))
                self._means.notice(f"The hosts are told about {other.name}.")

        self._means.ask(
            AskWhy(f"Report {other.name} to the hosts?", "report", needed=True), answered
        )

    def _answer_request(self, identity: str, capability: Capability, *, grant: bool) -> None:
        self._means.command(
            commands.AnswerRequest(identity=identity, capability=capability, grant=grant)
        )
