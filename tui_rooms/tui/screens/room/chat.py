"""Chat and reactions: what the tables `CHAT` and `MESSAGE` offer, and the pane of the chat."""

import unicodedata
from collections.abc import Callable
from typing import Final

from tui_rooms.rules import commands
from tui_rooms.rules.address import Address, ToEveryone, ToPerson, ToRoles
from tui_rooms.rules.records import ChatMessage
from tui_rooms.rules.roles import Role
from tui_rooms.tui.actions.part import Part
from tui_rooms.tui.drawing.cells import fit
from tui_rooms.tui.drawing.chat_lines import Reader, addressed
from tui_rooms.tui.messages import (
    MessageDeleted,
    MessageRefused,
    OlderRead,
    OlderWanted,
    SendWanted,
)
from tui_rooms.tui.model.conversation import Conversation, Draft
from tui_rooms.tui.screens.room.means import Means
from tui_rooms.tui.screens.room.panes import CHAT, STAGE
from tui_rooms.tui.widgets.chat_line import ChatInput
from tui_rooms.tui.widgets.chat_log import ChatLog
from tui_rooms.tui.widgets.chat_pane import ChatPane

EVERYONE: Final = ToEveryone()
HOSTS: Final = ToRoles(roles=frozenset({Role.HOST, Role.COHOST}))


class Chat(Part):
    """What was written, what is being written, and to whom."""

    def __init__(
        self,
        means: Means,
        pane: ChatPane,
        *,
        go_to: Callable[[int], None],
        update_keys: Callable[[], None],
    ) -> None:
        """
        Args:
            go_to: brings a pane on the screen, and the keys to it.
            update_keys: to be called when other actions are possible than before.
        """
        super().__init__(
            does={
                "chat": lambda: go_to(CHAT),
                "react": self._ask_reaction,
                "address": self._ask_address,
                "write-person": self._write_to_person,
                "delete-message": self._delete,
                "pin-message": self._pin,
                "older-messages": self._fetch_older,
            },
            hears={
                ChatPane.Written: self._written,
                ChatInput.Escaped: self._escaped,
                ChatLog.Chosen: self._message_chosen,
                ChatLog.TopReached: self._top_reached,
                MessageRefused: self._refused,
                MessageDeleted: self._deleted,
                OlderRead: self._older_read,
            },
        )
        self.conversation = Conversation(means.view().room)
        self._means = means
        self._pane = pane
        self._go_to = go_to
        self._update_keys = update_keys

    @property
    def chosen(self) -> ChatMessage | None:
        """The chosen message."""
        log = self._pane.query(ChatLog)
        return log.first().chosen if log else None

    @property
    def unread(self) -> int:
        """How many messages of others one has not seen."""
        view = self._means.view()
        return self.conversation.unread(view.room, view.me)

    def drafts(self) -> list[Draft]:
        """What is written and not sent, the line first."""
        written = self._pane.written
        begun = [Draft(written, self.conversation.to)] if written else []
        return [*begun, *self.conversation.unsent]

    def take_up(self, drafts: list[Draft]) -> None:
        """Go on with what was not sent at an earlier visit."""
        self.conversation.unsent += drafts
        self._take_up_next()

    def draw(self) -> None:
        """As it is now; what is seen is read."""
        view, pane = self._means.view(), self._pane
        room = view.room
        people = [*room.stage.values(), *room.audience.values()]
        names = {who.identity: who.name for who in people}
        chat = self.conversation.chat(room)
        absent = {one.identity: one.name for one in chat}
        reader = Reader(view.me, {**absent, **names})
        pane.show(chat, reader, room.pinned)
        pane.know(name for who, name in reader.names.items() if who != view.me)
        pane.address(addressed(self.conversation.to, reader))
        if pane.region and pane.query_one(ChatLog).at_end:
            self.conversation.read(room)
        pane.show_unread(self.unread)

    # Actions.

    def _ask_reaction(self) -> None:
        """Ask which of the room's emoji."""
        from tui_rooms.tui.screens.ask_which import AskWhich

        emoji = self._means.view().room.kind.settings.reactions

        def answered(number: int | None) -> None:
            if number is not None:
                self._means.command(commands.React(emoji=emoji[number]))

        lines = [
            f"{number}  {fit(one, 2)}  {_name(one)}" for number, one in enumerate(emoji, start=1)
        ]
        self._means.ask(AskWhich("React with", lines), answered)

    def _ask_address(self) -> None:
        """Ask to whom one wants to write."""
        from tui_rooms.tui.screens.ask_which import AskWhich

        view = self._means.view()
        others = [who for who in view.room.stage.values() if who.identity != view.me]
        if (chosen := self._means.situation().other) is not None:
            others = [chosen, *(who for who in others if who is not chosen)]
        addresses: list[Address] = [
            EVERYONE,
            HOSTS,
            *(ToPerson(identity=who.identity) for who in others),
        ]
        words = ["everyone", "hosts and cohosts", *(who.name for who in others)]
        here = addresses.index(self.conversation.to) if self.conversation.to in addresses else 0

        def answered(number: int | None) -> None:
            if number is not None:
                self._write_to(addresses[number])

        self._means.ask(AskWhich("Write to", words, here), answered)

    def _write_to_person(self) -> None:
        """Write to the chosen person alone."""
        self._write_to(ToPerson(identity=self._means.other.identity))

    def _delete(self) -> None:
        """Delete the chosen message."""
        if (message := self.chosen) is not None:
            self._means.command(commands.DeleteMessage(message_id=message.message_id))

    def _pin(self) -> None:
        """Pin the chosen message, or take the pinned one away."""
        message, pinned = self.chosen, self._means.view().room.pinned
        unpin = message is None or (pinned and pinned.message_id == message.message_id)
        self._means.command(
            commands.PinMessage(message_id=None if message is None or unpin else message.message_id)
        )

    def _fetch_older(self) -> None:
        """Fetch them."""
        known = self.conversation.chat(self._means.view().room)
        self._means.post(OlderWanted(known[0].message_id if known else None))

    # What is told.

    def _written(self, message: ChatPane.Written) -> None:
        """Send it."""
        message.stop()
        self._means.post(SendWanted(Draft(message.text, self.conversation.to)))
        self._take_up_next()

    def _refused(self, message: MessageRefused) -> None:
        """It was not sent: it is in its line again, or will be when that is free."""
        is_free = not self._pane.written
        self.conversation.unsent.append(message.draft)
        self._take_up_next()
        where = "" if is_free else " It comes back when the line is free."
        self._means.notice(f"Not sent: {message.sentence}.{where}")
        if is_free:
            self._pane.show_reason(message.sentence)

    def _deleted(self, message: MessageDeleted) -> None:
        """It is gone, one from before those that the room keeps perhaps."""
        self.conversation.delete(message.message_id, message.by)
        self.draw()

    def _older_read(self, message: OlderRead) -> None:
        """Older messages have come."""
        self.conversation.add_older(message.chat, more=message.more)
        self.draw()

    def _escaped(self, message: ChatInput.Escaped) -> None:
        """Back to the stage."""
        message.stop()
        self._go_to(STAGE)

    def _message_chosen(self, message: ChatLog.Chosen) -> None:
        """Other actions are possible with another message."""
        message.stop()
        self._update_keys()

    def _top_reached(self, message: ChatLog.TopReached) -> None:
        """There may be more."""
        message.stop()
        if self.conversation.has_older:
            self._fetch_older()

    def _take_up_next(self) -> None:
        pane = self._pane
        if self.conversation.unsent and not pane.written:
            draft = self.conversation.unsent.pop(0)
            # It must not go to others than it was written to.
            self.conversation.to = draft.to
            pane.put_back(draft.text)
            self.draw()

    def _write_to(self, to: Address) -> None:
        self.conversation.to = to
        self.draw()
        self._go_to(CHAT)


def _name(emoji: str) -> str:
    """What an emoji is called, for those whose terminal or ears have no picture."""
    return unicodedata.name(emoji[0], "").lower()
