"""Where webhooks may go."""

import re
from urllib.parse import urlsplit

from tui_rooms.server.web_address import web_address


def checked_url(text: str) -> str:
    """The address of a receiver.

    Raises:
        ValueError: not http or https, without a host that there can be, or with a password in it.
    """
    try:
        web_address(text)
    except ValueError as exc:
        # Neither a password nor a path is repeated: that may hold a secret.
        place = re.match(r"[^/@?#]*(//[^/@?#]*)?", text)
        shown = "that" if "@" in text or not place else f"'{place[0]}'"
        raise ValueError(
            f"{shown} is not a webhook URL: {exc}; expected http://… or https://…, without name or "
            "password: webhooks are signed"
        ) from exc
    return text


def shown(url: str) -> str:
    """A receiver in the log: without the parts that may hold a secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
