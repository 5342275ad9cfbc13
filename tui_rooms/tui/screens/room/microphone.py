"""What a room's screen does about one's own microphone."""

import time
from typing import Final

from textual import events

from tui_rooms.rules.roles import Capability
from tui_rooms.tui.actions.action import KeyMap
from tui_rooms.tui.actions.room import ROOM_ACTIONS
from tui_rooms.tui.messages import MicWanted, TalkModeWanted
from tui_rooms.tui.model.room_view import RoomView
from tui_rooms.tui.model.talk import HoldToTalk, Mode, MutedTalker
from tui_rooms.tui.screens.place import Place
from tui_rooms.tui.widgets.room_head import RoomHead

TALKING_DBOV: Final = -45
"""From here on one's own level is talk, for the hint that one is muted."""


class Talks(Place):
    """The actions that open and close the microphone, and what closes it by itself."""

    def __init__(self, keymap: KeyMap | None = None, *, mode: Mode = Mode.TOGGLE) -> None:
        """`mode`: how one talks at first."""
        super().__init__(keymap)
        self.mode = mode
        """How one talks now."""
        self._reports_releases = False
        self._hold = HoldToTalk(lambda is_open: self._want_microphone(is_open=is_open))
        self._muted_talker = MutedTalker()

    @property
    def view(self) -> RoomView:
        """The room as one sees it."""
        raise NotImplementedError

    def draw(self) -> None:
        """All but the people, as it is now."""
        raise NotImplementedError

    # Actions.

    async def act_chosen(self, action_id: str) -> None:
        """As everywhere, but what no key holds open opens until it is closed."""
        await super().act_chosen("toggle-microphone" if action_id == "talk" else action_id)

    def do_toggle_microphone(self) -> None:
        """Open or close one's own microphone."""
        self._want_microphone(is_open=not self.view.mic_is_open)

    def do_mute(self) -> None:
        """Close it."""
        self._want_microphone(is_open=False)

    def do_unmute(self) -> None:
        """Open it."""
        self._want_microphone(is_open=True)

    def do_talk(self) -> None:
        """Hold to talk, where releases are known; else open or close."""
        if self.mode is not Mode.HOLD:
            self.do_toggle_microphone()
        elif self._reports_releases:
            self._hold.press(time.monotonic())
        else:
            self.notice(
                "This terminal does not tell when a key is released, so "
                f"{self.cap_of('talk')} opens and closes. To talk while holding, hold the mouse "
                "button on your microphone above."
            )
            self.do_toggle_microphone()

    def do_talk_mode(self) -> None:
        """The next way to talk."""
        self.let_go()
        mode = self.mode.next
        self.post_message(TalkModeWanted(mode))
        self.notice(f"Talking by {mode.label}: {mode.words}.")

    # What is told from outside.

    def talk_by(self, mode: Mode) -> None:
        """Talk in this way from now on."""
        self.let_go()
        self.mode = mode
        self.draw()

    def releases_are_reported(self) -> None:
        """The terminal tells when a key is released."""
        self._reports_releases = True

    def key_released(self, key: str) -> None:
        """A key was let go."""
        talk = next(action for action in ROOM_ACTIONS if action.id == "talk")
        # Whatever was held with it may have been let go before.
        bare = {held.rpartition("+")[2].casefold() for held in talk.keys_in(self._keymap)}
        if key.casefold() in bare:
            self.let_go()

    def focus_lost(self) -> None:
        """The terminal is no longer in front: a release would not reach us."""
        self.let_go()

    def on_screen_suspend(self, event: events.ScreenSuspend) -> None:
        """A question came over the room: keys go there now."""
        self.let_go()

    def on_room_head_mic_pressed(self, message: RoomHead.MicPressed) -> None:
        """The mouse button went down on one's own microphone."""
        message.stop()
        if not self._may_speak:
            return
        if self.mode is Mode.HOLD:
            self._hold.press(time.monotonic())
        else:
            self.do_toggle_microphone()

    def on_room_head_mic_released(self, message: RoomHead.MicReleased) -> None:
        """It went up, wherever."""
        message.stop()
        self.let_go()

    def let_go(self) -> None:
        """Whatever is held to talk counts as released."""
        self._hold.release()

    def listen_to_oneself(self, dbov: int, seconds: float, now: float) -> None:
        """One look at one's own level: who talks for nobody is told so.

        Args:
            seconds: since the look before.
            now: on the clock of `time.monotonic`.
        """
        self._hold.tick(now)
        if self._muted_talker.look(
            talking=dbov >= TALKING_DBOV,
            muted=self._may_speak and not self.view.mic_is_open,
            seconds=seconds,
            now=now,
        ):
            self.notice("You are talking, but your microphone is muted: nobody hears you.")

    @property
    def _may_speak(self) -> bool:
        return self.view.may(Capability.SEND_AUDIO)

    def _want_microphone(self, *, is_open: bool) -> None:
        self.post_message(MicWanted(is_open=is_open))
