"""The lobby: its news, the servers that one knows, and the links that lead elsewhere."""

from collections.abc import Callable

from tui_rooms.tui import messages
from tui_rooms.tui.actions.part import Part
from tui_rooms.tui.app.stack import Stack
from tui_rooms.tui.app.wishes import Wishes
from tui_rooms.tui.screens.lobby.place import LobbyPlace
from tui_rooms.tui.settings.held import HeldSettings
from tui_rooms.tui.settings.schema import KnownServer


class LobbyShown(Part):
    """It is there from the first picture to the end, under the room that one is in."""

    def __init__(
        self,
        stack: Stack,
        held: HeldSettings,
        wishes: Wishes,
        *,
        name: str,
        copy: Callable[[str], None],
    ) -> None:
        """
        Args:
            name: what one wishes to be called.
            copy: gives the terminal a text to copy.
        """
        super().__init__(
            hears={
                messages.LobbyChanged: self._pass_on,
                messages.PreviewRead: self._pass_on,
                messages.LinkWanted: self._go_to,
                messages.LinkCopied: self._copy_link,
                messages.CalendarLinkMade: self._copy_calendar_link,
                messages.RememberWanted: self._remember,
                messages.ForgetWanted: self._forget,
            }
        )
        self.place = LobbyPlace(name, servers=held.now.servers, keymap=held.now.keys)
        self._stack = stack
        self._held = held
        self._wishes = wishes
        self._copy = copy

    async def _pass_on(self, news: messages.LobbyChanged | messages.PreviewRead) -> None:
        await self.place.hear(news)

    def _go_to(self, message: messages.LinkWanted) -> None:
        """To another server, or into a room."""
        from tui_rooms.tui.model.server_choice import ServerChoice

        server = ServerChoice(message.link, token=message.token or None)
        self._wishes.wish(lambda bridge: bridge.go_to(server))

    def _copy_link(self, message: messages.LinkCopied) -> None:
        """By OSC 52: it works over SSH too, where the terminal allows it."""
        link = self.place.state.link_to(message.room_id)
        self._copy(link)
        self._stack.notice(f"The link is {link}; it was given to the terminal to copy.")

    def _copy_calendar_link(self, message: messages.CalendarLinkMade) -> None:
        """The same: it is too long to be read off."""
        self._copy(message.link)
        self._stack.notice(
            f"Your own link for your calendar was given to the terminal to copy: {message.link}"
        )

    def _remember(self, message: messages.RememberWanted) -> None:
        """The server that one is at, in the settings file too: that was asked for."""
        bridge = self._wishes.bridge
        token = bridge.token if bridge is not None else None
        here = KnownServer(name=message.name, url=self.place.state.server, token=token or "")
        self._know((*self._held.now.servers, here), f"“{message.name}” is remembered")

    def _forget(self, message: messages.ForgetWanted) -> None:
        """A server, in the settings file too."""
        rest = tuple(one for one in self._held.now.servers if one != message.server)
        self._know(rest, f"“{message.server.name}” is forgotten")

    def _know(self, servers: tuple[KnownServer, ...], done: str) -> None:
        where = self._held.know_servers(servers)
        self.place.know_servers(servers)
        self._stack.notice(f"{done}{where}.")
