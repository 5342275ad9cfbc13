"""One's own microphone: what opens and closes it, and what closes it by itself."""

import time
from typing import Final

from textual import events
from textual.message import Message

from tui_rooms.client.link.ways import LinkPhase
from tui_rooms.rules.roles import Capability
from tui_rooms.tui.actions.action import KeyMap
from tui_rooms.tui.actions.part import Part
from tui_rooms.tui.actions.room import TALK
from tui_rooms.tui.messages import LinkChanged, MicWanted, TalkModeWanted
from tui_rooms.tui.model.talk import HoldToTalk, Mode, MutedTalker
from tui_rooms.tui.screens.room.means import Means
from tui_rooms.tui.terminal.keyboard import KeyboardAnswered, KeyReleased
from tui_rooms.tui.widgets.room_head import RoomHead

TALKING_DBOV: Final = -45
"""From here on one's own level is talk, for the hint that one is muted."""


class Microphone(Part):
    """Opens and closes it in the way that one has chosen."""

    def __init__(self, means: Means, *, mode: Mode, keymap: KeyMap, reports_releases: bool) -> None:
        """
        Args:
            mode: how one talks at first.
            keymap: keys of one's own choice.
            reports_releases: whether the terminal tells when a key is released; it may answer
                later that it does.
        """
        super().__init__(
            does={
                "toggle-microphone": self._toggle,
                "mute": lambda: self._want(is_open=False),
                "unmute": lambda: self._want(is_open=True),
                "talk": self._talk,
                "talk-mode": self._next_mode,
            },
            hears={
                RoomHead.MicPressed: self._pressed,
                RoomHead.MicReleased: self._released,
                KeyReleased: self._key_released,
                KeyboardAnswered: self._keyboard_answered,
                LinkChanged: self._link_changed,
                # The terminal is no longer in front, or keys go to a question over the room: the
                # release would not reach us.
                events.AppBlur: self._release_is_lost,
                events.ScreenSuspend: self._release_is_lost,
            },
        )
        self.mode = mode
        """How one talks now."""
        self._means = means
        self._keymap = keymap
        self._reports_releases = reports_releases
        self._hold = HoldToTalk(lambda is_open: self._want(is_open=is_open))
        self._muted_talker = MutedTalker()

    def talk_by(self, mode: Mode) -> None:
        """Talk in this way from now on."""
        self.let_go()
        self.mode = mode
        self._means.draw()

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
        view = self._means.view()
        if self._muted_talker.look(
            talking=dbov >= TALKING_DBOV,
            muted=view.may(Capability.SEND_AUDIO) and not view.mic_is_open,
            seconds=seconds,
            now=now,
        ):
            self._means.notice("You are talking, but your microphone is muted: nobody hears you.")

    def _toggle(self) -> None:
        """Open or close it."""
        self._want(is_open=not self._means.view().mic_is_open)

    def _talk(self) -> None:
        """Hold to talk, where releases are known; else open or close."""
        if self.mode is not Mode.HOLD:
            self._toggle()
        elif self._reports_releases:
            self._hold.press(time.monotonic())
        else:
            self._means.notice(
                "This terminal does not tell when a key is released, so "
                f"{TALK.cap_in(self._keymap)} opens and closes. To talk while holding, hold the "
                "mouse button on your microphone above."
            )
            self._toggle()

    def _next_mode(self) -> None:
        """The next way to talk."""
        self.let_go()
        mode = self.mode.next
        self._means.post(TalkModeWanted(mode))
        self._means.notice(f"Talking by {mode.label}: {mode.words}.")

    def _pressed(self, message: RoomHead.MicPressed) -> None:
        """The mouse button went down on one's own microphone."""
        message.stop()
        if not self._means.view().may(Capability.SEND_AUDIO):
            return
        if self.mode is Mode.HOLD:
            self._hold.press(time.monotonic())
        else:
            self._toggle()

    def _released(self, message: RoomHead.MicReleased) -> None:
        """It went up, wherever."""
        message.stop()
        self.let_go()

    def _key_released(self, event: KeyReleased) -> None:
        """A key was let go; whatever was held with it may have been let go before."""
        bare = {held.rpartition("+")[2].casefold() for held in TALK.keys_in(self._keymap)}
        if event.key.casefold() in bare:
            self.let_go()

    def _keyboard_answered(self, event: KeyboardAnswered) -> None:
        """Whether the terminal tells when a key is released."""
        self._reports_releases = self._reports_releases or event.reports_releases

    def _link_changed(self, message: LinkChanged) -> None:
        """Without a way to the server nothing closes it there."""
        if message.link.phase is not LinkPhase.CONNECTED:
            self.let_go()

    def _release_is_lost(self, _: Message) -> None:
        self.let_go()

    def _want(self, *, is_open: bool) -> None:
        self._means.post(MicWanted(is_open=is_open))
