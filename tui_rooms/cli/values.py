"""Values among the arguments of commands, checked where they enter.

Each function is a `type` for argparse, or makes one: it reads what was typed, or raises
`ArgumentTypeError` with a sentence: which value, and what was expected. Numbers are written in
plain digits: what Python takes beside them (nan, 1e309, 1_000, the digits of other scripts) is
mostly a mistake.
"""

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tui_rooms.wire.system_text import readable

_NUMBER: Final = r"[0-9]{1,15}(\.[0-9]{0,9})?|\.[0-9]{1,9}"
_QUOTED: Final = 60
"""Characters of a value that a sentence repeats."""
LONGEST_TOKEN: Final = 4096
"""Characters, as the wire has it."""
Refused = argparse.ArgumentTypeError


def quoted(text: str) -> str:
    """A value as a sentence repeats it: not too long, and nothing that a terminal would act on."""
    shown = readable(text)
    shown = shown if len(shown) <= _QUOTED else f"{shown[:_QUOTED]}…"
    return f"'{shown}'" if shown.isprintable() else ascii(shown)


def whole(what: str, *, least: int, most: int) -> Callable[[str], int]:
    """A whole number from `least` to `most`.

    Args:
        what: a value is in the sentence that is none, for instance "is not a port".
    """

    def read(text: str) -> int:
        value = int(text) if re.fullmatch("[0-9]{1,15}", text) else -1
        if not least <= value <= most:
            raise Refused(f"{quoted(text)} {what}: expected {least} to {most}")
        return value

    return read


def number(what: str, *, most: float, above_zero: bool = False) -> Callable[[str], float]:
    """A number from 0, or from more than that, to `most`; `what` as for `whole`."""
    least = "more than 0" if above_zero else "0"

    def read(text: str) -> float:
        value = float(text) if re.fullmatch(_NUMBER, text) else -1.0
        if not 0 <= value <= most or (above_zero and value == 0):
            raise Refused(f"{quoted(text)} {what}: expected {least} to {most:.10g}")
        return value

    return read


def line(what: str, *, limit: int, may_be_empty: bool = False) -> Callable[[str], str]:
    """A line of text as the rules take it, for instance a title."""

    def read(text: str) -> str:
        from tui_rooms.rules.errors import RoomError
        from tui_rooms.rules.text import checked_line, optional_line

        check = optional_line if may_be_empty else checked_line
        try:
            return check(readable(text), what=what, limit=limit)
        except RoomError as exc:
            raise Refused(exc.sentence) from exc

    return read


def person(text: str) -> str:
    """What somebody is called."""
    from tui_rooms.rules.text import NAME_LIMIT

    return line("name", limit=NAME_LIMIT)(text)


def room(text: str) -> str:
    """A room's id, folded."""
    from tui_rooms.rules.room_id import typed_room_id

    try:
        return typed_room_id(readable(text))
    except ValueError as exc:
        raise Refused(str(exc)) from exc


def room_or_all(text: str) -> str:
    """A room's id, or `*` for all rooms."""
    return text if text == "*" else room(text)


def server(text: str) -> str:
    """The address of a server, or a link into one of its rooms, without what hangs on to it."""
    from tui_rooms.client.errors import LinkError
    from tui_rooms.client.link.address import parse_address
    from tui_rooms.wire.pasted import unwrapped_link

    link = unwrapped_link(readable(text))
    try:
        parse_address(link)
    except LinkError as exc:
        raise Refused(exc.sentence) from exc
    return link


def token(text: str) -> str:
    """A token, without what hangs on to it. The sentence never repeats it."""
    from tui_rooms.rules.errors import RoomError
    from tui_rooms.wire.pasted import usable_token

    try:
        found = usable_token(readable(text))
    except RoomError as exc:
        raise Refused(exc.sentence) from exc
    if not found:
        raise Refused("the token is empty: is a variable of a script empty?")
    if len(found) > LONGEST_TOKEN:
        raise Refused(f"the token has {len(found)} characters, limit {LONGEST_TOKEN}")
    return found


def host(text: str) -> str:
    """The name or number of a machine."""
    from tui_rooms.wire.host import checked_host

    try:
        return checked_host(readable(text))
    except ValueError as exc:
        raise Refused(
            f"{quoted(text)} is no name of a machine: {exc}; expected for instance "
            "rooms.example.org or 192.0.2.7"
        ) from exc


def reachable_ip(text: str) -> str:
    """An IPv4 address that others may reach."""
    import ipaddress

    try:
        address = ipaddress.IPv4Address(text)
    except ValueError as exc:
        raise Refused(f"{quoted(text)} is not an IPv4 address") from exc
    if (
        address.is_unspecified
        or address.is_multicast
        or address == ipaddress.IPv4Address(2**32 - 1)
    ):
        raise Refused(f"{quoted(text)} is not the address of one machine: clients reach none there")
    return str(address)


def path(text: str) -> Path:
    """A file or directory. Its bytes are kept, whatever they are."""
    if not text.strip():
        raise Refused("an empty path names no file: is a variable of a script empty?")
    return Path(text)


def new_file(text: str) -> Path:
    """A file that can be made: its directory is there."""
    file = path(text)
    try:
        is_directory, can_be = file.is_dir(), file.parent.is_dir()
    except OSError:  # for instance a name that is too long
        is_directory = can_be = False
    if is_directory:
        raise Refused(f"{quoted(text)} is a directory: expected a file")
    if not can_be:
        raise Refused(f"{quoted(text)} cannot be written: its directory is not there")
    return file
