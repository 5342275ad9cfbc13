"""Who one was on each server, to be the same guest again while the program runs."""

from tui_rooms.client.link.address import parse_address
from tui_rooms.tui.model.server_choice import ServerChoice


class Sessions:
    """The secrets that servers gave with their welcome; see `kept_visits` for those on the disk."""

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}
        """By address: what came over TLS does not go out without."""
        self._used: set[str] = set()
        """Links whose invitation was accepted: their session brings one back in."""

    def at(self, server: ServerChoice) -> str | None:
        """The secret for that server, if one was there."""
        return self._secrets.get(parse_address(server.url).http)

    def keep(self, server: ServerChoice, secret: str) -> None:
        """The server's welcome."""
        self._secrets[parse_address(server.url).http] = secret

    def came_in(self, server: ServerChoice, secret: str) -> None:
        """One is in a room: an invitation that its address held was accepted."""
        self._used.add(server.url)
        self.keep(server, secret)

    def to_come_in(self, server: ServerChoice) -> tuple[str | None, str | None]:
        """Session and token to go into a room with."""
        session = self.at(server)
        if parse_address(server.url).invite is None or server.url in self._used:
            return session, server.token
        # The invitation is for whoever one is here already.
        return None, session or server.token

    def forget(self, server: ServerChoice) -> bool:
        """The secret was refused, so come anew; whether there was one."""
        self._used.discard(server.url)
        return self._secrets.pop(parse_address(server.url).http, None) is not None
