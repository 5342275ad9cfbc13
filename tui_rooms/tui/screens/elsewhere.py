"""What the lobby does about servers: by link, among those one knows, remembered and forgotten."""

from tui_rooms.tui.actions.action import KeyMap
from tui_rooms.tui.messages import ForgetWanted, HomeWanted, LinkWanted, RememberWanted
from tui_rooms.tui.model.values import LobbyState
from tui_rooms.tui.screens.place import Place
from tui_rooms.tui.settings.schema import KnownServer

LONGEST_NAME = 40


class GoesElsewhere(Place):
    """The actions about servers."""

    def __init__(
        self, state: LobbyState, servers: tuple[KnownServer, ...], keymap: KeyMap | None
    ) -> None:
        super().__init__(keymap)
        self.state = state
        self.servers = servers

    def show(self, state: LobbyState) -> None:
        """The lobby as it is now."""
        raise NotImplementedError

    def know_servers(self, servers: tuple[KnownServer, ...]) -> None:
        """These have names now."""
        self.servers = servers
        self.show(self.state)

    @property
    def here(self) -> KnownServer | None:
        """The server that one is at, if it has a name."""
        if not self.servers or not self.state.server:
            return None
        return next((one for one in self.servers if _address(one.url) == self.state.server), None)

    def do_join_link(self) -> None:
        """Ask for a link."""
        from tui_rooms.tui.screens.ask_line import AskLine

        def linked(link: str | None) -> None:
            if link:
                self.post_message(LinkWanted(link))

        question = AskLine(
            "Where to?", "", hint="127.0.0.1:7600, or https://rooms.example.org/r/ROOM"
        )
        self.app.push_screen(question, linked)

    def do_switch_server(self) -> None:
        """Ask which."""
        from tui_rooms.tui.screens.ask_which import AskWhich

        def chosen(number: int | None) -> None:
            if number == 0:
                self.post_message(HomeWanted())
            elif number is not None:
                server = self.servers[number - 1]
                self.post_message(LinkWanted(server.url, server.token))

        names = [f"{server.name}  {server.url}" for server in self.servers]
        here = self.here
        at = 0 if here is None else self.servers.index(here) + 1
        question = AskWhich("Which server?", ["the one you began with", *names], at)
        self.app.push_screen(question, chosen)

    def do_remember_server(self) -> None:
        """Ask for its name."""
        from tui_rooms.tui.screens.ask_line import AskLine

        def named(name: str | None) -> None:
            if name:
                self.post_message(RememberWanted(name))

        host = self.state.server.partition("://")[2]
        self.app.push_screen(AskLine(f"A name for {host}", host, limit=LONGEST_NAME), named)

    def do_forget_server(self) -> None:
        """Ask whether to."""
        from tui_rooms.tui.screens.ask_sure import AskSure

        server = self.here
        if server is None:
            return

        def sure(yes: bool | None) -> None:
            if yes:
                self.post_message(ForgetWanted(server))

        self.app.push_screen(AskSure(f"Forget the server “{server.name}”?", "forget it"), sure)


def _address(url: str) -> str:
    """As the lobby tells where it is; empty for what is no address."""
    from tui_rooms.client.errors import LinkError
    from tui_rooms.client.link.address import parse_address

    try:
        return parse_address(url).http
    except LinkError:
        return ""
