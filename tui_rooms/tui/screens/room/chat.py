"""What a room's screen does about chat and reactions."""

import unicodedata
from typing import Final

from tui_rooms.rules import commands
from tui_rooms.rules.address import Address, ToEveryone, ToPerson, ToRoles
from tui_rooms.rules.records import ChatMessage
from tui_rooms.rules.roles import Role
from tui_rooms.tui.drawing.cells import fit
from tui_rooms.tui.drawing.chat_lines import Reader, addressed
from tui_rooms.tui.messages import OlderWanted, SendWanted
from tui_rooms.tui.model.conversation import Conversation, Draft
from tui_rooms.tui.screens.room.panes import CHAT, STAGE
from tui_rooms.tui.screens.room.people import ActsOnPeople
from tui_rooms.tui.widgets.chat_log import ChatLog
from tui_rooms.tui.widgets.chat_pane import ChatInput, ChatPane

EVERYONE: Final = ToEveryone()
HOSTS: Final = ToRoles(roles=frozenset({Role.HOST, Role.COHOST}))


class Writes(ActsOnPeople):
    """The actions of the tables `CHAT` and `MESSAGE`."""

    conversation: Conversation

    def go_to(self, pane: int) -> None:
        """Bring a pane on the screen, and the keys to it."""
        raise NotImplementedError

    # Actions.

    def do_chat(self) -> None:
        """Go to the line to write in."""
        self.go_to(CHAT)

    def do_react(self) -> None:
        """Ask which of the room's emoji."""
        from tui_rooms.tui.screens.ask_which import AskWhich

        emoji = self.situation().view.room.kind.settings.reactions

        def answered(number: int | None) -> None:
            if number is not None:
                self.command(commands.React(emoji=emoji[number]))

        lines = [
            f"{number}  {fit(one, 2)}  {_name(one)}" for number, one in enumerate(emoji, start=1)
        ]
        self.app.push_screen(AskWhich("React with", lines), answered)

    def do_address(self) -> None:
        """Ask to whom one wants to write."""
        from tui_rooms.tui.screens.ask_which import AskWhich

        view = self.situation().view
        others = [who for who in view.room.stage.values() if who.identity != view.me]
        if (chosen := self.situation().other) is not None:
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

        self.app.push_screen(AskWhich("Write to", words, here), answered)

    def do_write_person(self) -> None:
        """Write to the chosen person alone."""
        self._write_to(ToPerson(identity=self.other.identity))

    def do_delete_message(self) -> None:
        """Delete the chosen message."""
        if (message := self.query_one(ChatLog).chosen) is not None:
            self.command(commands.DeleteMessage(message_id=message.message_id))

    def do_pin_message(self) -> None:
        """Pin the chosen message, or take the pinned one away."""
        message, pinned = self.query_one(ChatLog).chosen, self.situation().view.room.pinned
        unpin = message is None or (pinned and pinned.message_id == message.message_id)
        self.command(
            commands.PinMessage(message_id=None if message is None or unpin else message.message_id)
        )

    def do_older_messages(self) -> None:
        """Fetch them."""
        known = self.conversation.chat(self.situation().view.room)
        self.post_message(OlderWanted(known[0].message_id if known else None))

    # What is told.

    def show_older(self, chat: tuple[ChatMessage, ...], *, more: bool) -> None:
        """Older messages have come."""
        self.conversation.add_older(chat, more=more)
        self.draw_chat()

    def show_deleted(self, message_id: str, by: str) -> None:
        """A message is gone, one from before those that the room keeps perhaps."""
        self.conversation.delete(message_id, by)
        self.draw_chat()

    def on_chat_pane_written(self, message: ChatPane.Written) -> None:
        """Send it."""
        message.stop()
        self.post_message(SendWanted(Draft(message.text, self.conversation.to)))
        self._take_up_next()

    def show_refused(self, draft: Draft, sentence: str) -> None:
        """A message was not sent: it is in its line again, or will be when that is free."""
        pane = self.query_one(ChatPane)
        is_free = not pane.written
        self.conversation.unsent.append(draft)
        self._take_up_next()
        where = "" if is_free else " It comes back when the line is free."
        self.notice(f"Not sent: {sentence}.{where}")
        if is_free:
            pane.show_reason(sentence)

    def drafts(self) -> list[Draft]:
        """What is written and not sent, the line first."""
        written = self.query_one(ChatPane).written
        begun = [Draft(written, self.conversation.to)] if written else []
        return [*begun, *self.conversation.unsent]

    def take_up(self, drafts: list[Draft]) -> None:
        """Go on with what was not sent at an earlier visit."""
        self.conversation.unsent += drafts
        self._take_up_next()

    def on_chat_input_escaped(self, message: ChatInput.Escaped) -> None:
        """Back to the stage."""
        message.stop()
        self.go_to(STAGE)

    def on_chat_log_chosen(self, message: ChatLog.Chosen) -> None:
        """Other actions are possible with another message."""
        message.stop()
        self.update_keys()

    def on_chat_log_top_reached(self, message: ChatLog.TopReached) -> None:
        """There may be more."""
        message.stop()
        if self.conversation.has_older:
            self.do_older_messages()

    def draw_chat(self) -> None:
        """As it is now; what is seen is read."""
        view = self.situation().view
        room, pane = view.room, self.query_one(ChatPane)
        people = [*room.stage.values(), *room.audience.values()]
        names = {who.identity: who.name for who in people}
        chat = self.conversation.chat(room)
        absent = {one.identity: one.name for one in chat}
        reader = Reader(view.me, {**absent, **names})
        pane.show(chat, reader, room.pinned)
        pane.know(name for who, name in reader.names.items() if who != view.me)
        pane.address(addressed(self.conversation.to, reader))
        if pane.region and self.query_one(ChatLog).at_end:
            self.conversation.read(room)
        pane.show_unread(self.conversation.unread(room, view.me))

    def _take_up_next(self) -> None:
        pane = self.query_one(ChatPane)
        if self.conversation.unsent and not pane.written:
            draft = self.conversation.unsent.pop(0)
            # It must not go to others than it was written to.
            self.conversation.to = draft.to
            pane.put_back(draft.text)
            self.draw_chat()

    def _write_to(self, to: Address) -> None:
        self.conversation.to = to
        self.draw_chat()
        self.go_to(CHAT)


def _name(emoji: str) -> str:
    """What an emoji is called, for those whose terminal or ears have no picture."""
    return unicodedata.name(emoji[0], "").lower()
