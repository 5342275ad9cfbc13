"""Servers: by link, among those that one knows, remembered and forgotten."""

from collections.abc import Callable
from typing import Final

from textual.message import Message

from tui_rooms.tui.actions.part import Part
from tui_rooms.tui.messages import ForgetWanted, HomeWanted, LinkWanted, RememberWanted
from tui_rooms.tui.screens.asking import Ask
from tui_rooms.tui.settings.schema import KnownServer

LONGEST_NAME: Final = 40


class Servers(Part):
    """Where one is among them, and where one wants to go."""

    def __init__(
        self,
        known: tuple[KnownServer, ...],
        *,
        address: Callable[[], str],
        post: Callable[[Message], object],
        ask: Ask,
    ) -> None:
        """
        Args:
            known: those that have names.
            address: tells where one is.
            post: says what people want.
        """
        super().__init__(
            does={
                "join-link": self._ask_link,
                "switch-server": self._ask_which,
                "remember-server": self._ask_name,
                "forget-server": self._ask_whether_to_forget,
            }
        )
        self.known = known
        """Those that have names."""
        self._address = address
        self._post = post
        self._ask = ask

    @property
    def here(self) -> KnownServer | None:
        """The server that one is at, if it has a name."""
        address = self._address()
        if not self.known or not address:
            return None
        return next((one for one in self.known if _address(one.url) == address), None)

    @property
    def name_here(self) -> str:
        """Of the server that one is at; empty when it has none."""
        here = self.here
        return here.name if here else ""

    def _ask_link(self) -> None:
        """Ask for a link."""
        from tui_rooms.tui.screens.ask_line import AskLine

        def linked(link: str | None) -> None:
            if link:
                self._post(LinkWanted(link))

        hint = "127.0.0.1:7600, or https://rooms.example.org/r/ROOM"
        self._ask(AskLine("Where to?", "", hint=hint), linked)

    def _ask_which(self) -> None:
        """Ask to which of those that one knows."""
        from tui_rooms.tui.screens.ask_which import AskWhich

        def chosen(number: int | None) -> None:
            if number == 0:
                self._post(HomeWanted())
            elif number is not None:
                server = self.known[number - 1]
                self._post(LinkWanted(server.url, server.token))

        names = [f"{server.name}  {server.url}" for server in self.known]
        here = self.here
        at = 0 if here is None else self.known.index(here) + 1
        self._ask(AskWhich("Which server?", ["the one you began with", *names], at), chosen)

    def _ask_name(self) -> None:
        """Ask under which name to remember this one."""
        from tui_rooms.tui.screens.ask_line import AskLine

        def named(name: str | None) -> None:
            if name:
                self._post(RememberWanted(name))

        host = self._address().partition("://")[2]
        self._ask(AskLine(f"A name for {host}", host, limit=LONGEST_NAME), named)

    def _ask_whether_to_forget(self) -> None:
        """Ask whether to forget this one."""
        from tui_rooms.tui.screens.ask_sure import AskSure

        server = self.here
        if server is None:
            return

        def sure(yes: bool | None) -> None:
            if yes:
                self._post(ForgetWanted(server))

        self._ask(AskSure(f"Forget the server “{server.name}”?", "forget it"), sure)


def _address(url: str) -> str:
    """As the lobby tells where it is; empty for what is no address."""
    from tui_rooms.client.errors import LinkError
    from tui_rooms.client.link.address import parse_address

    try:
        return parse_address(url).http
    except LinkError:
        return ""
