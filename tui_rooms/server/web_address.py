"""Web addresses that an operator gives: of this server as people know it, and of receivers."""

from typing import Final
from urllib.parse import SplitResult, urlsplit

from tui_rooms.wire.host import checked_host

_PORTS: Final = {"http": 80, "https": 443}


def web_address(text: str) -> tuple[SplitResult, str]:
    """The parts of a URL of http or https, and its origin: scheme, host and port, as browsers say.

    Raises:
        ValueError: it is none; the text, which repeats nothing of it, says what is wrong.
    """
    # urlsplit would drop tabs and line ends without a word.
    if not text.isprintable() or " " in text:
        raise ValueError("it has spaces or control characters")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as exc:
        raise ValueError("its brackets or its port are not those of a URL") from exc
    if parts.scheme not in _PORTS:
        raise ValueError("it does not begin with http:// or https://")
    if "@" in parts.netloc:
        raise ValueError("it has a name or password in it")
    if not parts.hostname or "%" in parts.netloc or port == 0 or parts.netloc.endswith(":"):
        raise ValueError("it has no proper host and port")
    host = checked_host(parts.hostname)
    netloc = f"[{host}]" if ":" in host else host
    if port not in (None, _PORTS[parts.scheme]):
        netloc += f":{port}"
    return parts, f"{parts.scheme}://{netloc}"


def public_url(text: str) -> str:
    """The address by which people reach a server, as links begin: without a slash at the end.

    Raises:
        ValueError: it cannot be one; the text is a sentence for its operator.
    """
    try:
        parts, origin = web_address(text)
    except ValueError as exc:
        raise ValueError(
            f"that public URL cannot be used: {exc}; expected for instance "
            "https://rooms.example.org"
        ) from exc
    if parts.path not in ("", "/") or parts.query or parts.fragment or text.endswith(("?", "#")):
        raise ValueError(
            f"'{text}' has something behind the host, which is not used: give the server a name "
            f"of its own, as in {origin}, and let the proxy pass on all below it"
        )
    return origin
