"""Who has left lately, and who is blocked: dealt with as if they were here."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui_rooms.rules import commands
from tui_rooms.rules.roles import Capability
from tui_rooms.tui.actions.part import Part
from tui_rooms.tui.messages import AbsentRead, AbsentWanted
from tui_rooms.tui.model.records_told import absent_words
from tui_rooms.tui.screens.room.means import Means

if TYPE_CHECKING:
    from tui_rooms.wire.messages import Absentee

AskAbout = Callable[[str, str], None]
"""Asks about somebody who may be here or not: identity, question."""


class Absent(Part):
    """Asks the server who they are, and then what is to be done."""

    def __init__(self, means: Means, *, ask_kick: AskAbout, ask_block: AskAbout) -> None:
        super().__init__(
            does={"absent": lambda: means.post(AbsentWanted())},
            hears={AbsentRead: self._absent_read},
        )
        self._means = means
        self._ask_kick = ask_kick
        self._ask_block = ask_block

    def _absent_read(self, message: AbsentRead) -> None:
        """Whom there is to choose from."""
        from tui_rooms.tui.screens.ask_which import AskWhich
        from tui_rooms.tui.screens.records import Records

        people = message.people
        if not people:
            empty = "Nobody has left in the last ten minutes, and nobody is blocked."
            self._means.ask(Records("Who left", (), empty))
            return

        def answered(number: int | None) -> None:
            if number is not None:
                self._ask_what(people[number])

        question = "Who left: deal with whom?"
        if message.total > len(people):
            question = f"Who left, the last {len(people)} of {message.total:,}: deal with whom?"
        self._means.ask(AskWhich(question, [absent_words(one) for one in people]), answered)

    def _ask_what(self, one: "Absentee") -> None:
        from tui_rooms.tui.screens.ask_which import AskWhich

        who, name, may = one.identity, one.name, self._means.situation().may
        mute, unblock = commands.Mute(identity=who), commands.Unblock(identity=who)
        deeds: list[tuple[str, Callable[[], None]]] = []
        if one.blocked is not None:
            deeds.append(("let them in again", lambda: self._means.command(unblock)))
        if one.left_at is not None and may(Capability.MUTE_USERS):
            deeds.append(("mute: told when they come back", lambda: self._means.command(mute)))
        if one.left_at is not None and may(Capability.KICK_USERS):
            question = f"Send {name} out, who comes back only when they join again?"
            deeds.append(("kick…", lambda: self._ask_kick(who, question)))
        if one.blocked is None and may(Capability.BLOCK_USERS):
            deeds.append(("block…", lambda: self._ask_block(who, f"Keep {name} out?")))

        def answered(number: int | None) -> None:
            if number is not None:
                deeds[number][1]()

        self._means.ask(
            AskWhich(f"{name}, who is not here:", [deed for deed, _ in deeds]), answered
        )
