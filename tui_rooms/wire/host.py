"""Names of machines, as they go into addresses: checked before a library trips over them."""

import ipaddress
import re
from typing import Final

LABEL_LIMIT: Final = 63
"""Characters of one part between dots, RFC 1035 §2.3.4."""
NAME_LIMIT: Final = 253
# An underscore is in no host name, and in many a name all the same.
_LABEL: Final = r"[a-z0-9_-]+"
_QUOTED: Final = 20
"""Characters of a part that a sentence repeats."""


def checked_host(name: str) -> str:
    """A host as it goes over the wire: in lower case, in ASCII (IDNA), without a dot at its end.

    Args:
        name: a name, an IPv4 address, or an IPv6 address without brackets.

    Raises:
        ValueError: there can be no such host; the text says why.
    """
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        host = name.lower().removesuffix(".")
    labels = host.split(".")
    if not all(labels):
        raise ValueError("a part of its host is empty, before or after a dot")
    try:
        ascii_host = host.encode("idna").decode("ascii")
    except UnicodeError as exc:
        raise ValueError(_too_long(labels) or "its host has characters that no host has") from exc
    if len(ascii_host) > NAME_LIMIT:
        raise ValueError(f"its host has {len(ascii_host)} characters, limit {NAME_LIMIT}")
    if not all(re.fullmatch(_LABEL, label) for label in ascii_host.split(".")):
        raise ValueError("its host has characters that no host has")
    return ascii_host


def _too_long(labels: list[str]) -> str:
    for label in labels:
        if len(label) > LABEL_LIMIT:
            return (
                f"'{label[:_QUOTED]}…' in its host has {len(label)} characters, limit {LABEL_LIMIT}"
            )
    return ""
