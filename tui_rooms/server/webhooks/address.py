"""Where webhooks may go."""

from urllib.parse import urlsplit


def checked_url(text: str) -> str:
    """The address of a receiver.

    Raises:
        ValueError: not http or https, without a host, or with a password in it.
    """
    if "@" in text:
        raise ValueError(
            "a webhook URL with a name or password in it is not used: "
            "webhooks are signed, so receivers need none"
        )
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # brackets or port
        usable = False
    if not usable:
        raise ValueError(f"'{text}' is not a webhook URL: expected http://… or https://…")
    return text


def shown(url: str) -> str:
    """A receiver in the log: without the parts that may hold a secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
