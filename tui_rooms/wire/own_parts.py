"""How a program that a server has started, or a user's own beside it, shows that it is one."""

from typing import Final

HEADER: Final = "Tui-Rooms-Part"
"""Of a request, with the ticket that the server has made for it: a secret."""
