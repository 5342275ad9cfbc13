"""Write the parts of these pages that the program itself knows: `python docs/write.py`.

A part stands between `<!-- NAME -->` and `<!-- end of NAME -->`; the rest of a page is written by
hand. With `--check` nothing is written, and the exit code tells whether anything would be.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from fastapi.routing import APIRoute

from tui_rooms.cli.exits import EXITS
from tui_rooms.cli.main import COMMANDS
from tui_rooms.rules.life import LIFE, Life
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room_types import ROOM_TYPES
from tui_rooms.rules.standing import STANDINGS, Standing
from tui_rooms.server.app import ROUTERS
from tui_rooms.server.door import changes, loop_time, reading_turns
from tui_rooms.server.door.acceptor import MOST
from tui_rooms.server.door.addresses import AddressLimits
from tui_rooms.server.door.body_limit import BODY_LIMIT, BODY_TIME
from tui_rooms.server.door.connection_table import PER_ADDRESS, SILENT
from tui_rooms.server.door.credentials import passwords, tries
from tui_rooms.server.door.http_protocol import CHUNKS, HEAD_SECONDS
from tui_rooms.server.door.limits import LIMITS
from tui_rooms.server.door.line import UNREADABLE_LIMIT
from tui_rooms.server.door.refusal import HEARD_OUT, HEARD_OUT_FOR
from tui_rooms.server.door.visitor import HELLO_TIMEOUT
from tui_rooms.server.door.web_socket import FRAMES_AT_ONCE, FRAMES_PER_SECOND
from tui_rooms.server.rooms.registry import ROOM_LIMIT
from tui_rooms.server.rooms.telling.backlog import IN_ALL
from tui_rooms.server.rooms.telling.backlog import PER_ADDRESS as PER_ADDRESS_UNREAD
from tui_rooms.server.rooms.telling.outbox import SIZE_LIMIT
from tui_rooms.server.rooms.telling.watchers import SEARCHES
from tui_rooms.server.storage.sqlite import WAITING_LIMIT
from tui_rooms.sfu.engine import Timing
from tui_rooms.sfu.peers.allowance import (
    BURST,
    BYTES_A_SECOND,
    CONTROL_A_SECOND,
    PACKETS_A_SECOND,
)
from tui_rooms.sfu.peers.paths import MAX_PATHS
from tui_rooms.sfu.peers.peer import MAX_WAITING
from tui_rooms.tui.actions.action import Action, Table, cap
from tui_rooms.tui.actions.lobby import LOBBY_ACTIONS
from tui_rooms.tui.actions.room import ROOM_ACTIONS
from tui_rooms.tui.actions.settings import SETTINGS_ACTIONS
from tui_rooms.wire import messages

HERE: Final = Path(__file__).parent


def mermaid(
    table: Mapping[tuple[StrEnum, StrEnum], StrEnum],
    *,
    starts: tuple[StrEnum, ...],
    ends: tuple[StrEnum, ...] = (),
) -> str:
    """One state diagram; arrows between the same two states share a line of text."""
    states = dict.fromkeys(state for (old, _), new in table.items() for state in (old, new))
    arrows: dict[tuple[StrEnum, StrEnum], list[str]] = {}
    for (old, event), new in table.items():
        arrows.setdefault((old, new), []).append(event.value.replace("_", " "))
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{state.value}" as {state.name}' for state in states]
    lines += [f"    [*] --> {state.name}" for state in starts]
    lines += [
        f"    {old.name} --> {new.name}: {' / '.join(words)}"
        for (old, new), words in arrows.items()
    ]
    lines += [f"    {state.name} --> [*]" for state in ends]
    return "\n".join([*lines, "```"])


def keys(actions: Table[Any]) -> str:
    """A row an action: its keys, what it is called in the settings, and what it does."""
    rows = [
        (" ".join(f"`{cap(key)}`" for key in action.keys), f"`{action.id}`", _words(action))
        for action in actions
    ]
    return _table(("key", "in the settings", "what it does"), rows)


def _words(action: Action[Any]) -> str:
    """What it does; where that depends on how things are, its name says it."""
    for text in (action.explained, action.word):
        if isinstance(text, str) and text:
            return text
    return action.id.replace("-", " ")


def capabilities() -> str:
    """Who may do what in each of the room types that are built in."""
    parts = []
    for kind in ROOM_TYPES.values():
        rows = [
            (f"`{one}`", *("✓" if one in kind.capabilities[role] else "" for role in Role))
            for one in Capability
        ]
        table = _table(("", *Role), rows)
        parts.append(
            f"**`{kind.name}`**: {kind.summary}; newcomers are {kind.joins_as}s.\n\n{table}"
        )
    return "\n\n".join(parts)


def commands() -> str:
    """Every command, in the order of `--help`."""
    return _table(
        ("command", "what it does"),
        [(f"`tui-rooms {name}`", entry.summary) for name, entry in COMMANDS.items()],
    )


def exit_codes() -> str:
    """As `--help` prints them."""
    return _table(("code", "meaning"), [(str(int(code)), words) for code, words in EXITS.items()])


def routes() -> str:
    """Every request of the HTTP API, as its OpenAPI document names them."""
    rows = sorted(
        (route.path, method, route.description.partition("\n")[0])
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    )
    return _table(
        ("request", "what it does"),
        [(f"`{method} {path}`", words) for path, method, words in rows],
    )


def _quota(quota: changes.Quota) -> str:
    return f"{quota.per_second:g} a second, {quota.burst:,} at once"


def limits() -> str:
    """What one may cause, as the code has it."""
    a, t = AddressLimits(), Timing()
    rows = [
        ("TCP connections of one address", f"{PER_ADDRESS}"),
        ("in all", f"as many as there are descriptors, at most {MOST:,}: silent ones give way"),
        ("in all that have said nothing yet", f"{SILENT:,}: the oldest give way"),
        ("until a request has begun", f"{HEAD_SECONDS:g} s for its head, {BODY_TIME:g} s more"),
        ("a request's body; a message", f"{BODY_LIMIT:,} bytes; {messages.MAX_MESSAGE_BYTES:,}"),
        ("pieces of a body that comes in chunks", f"{CHUNKS}"),
        (
            "of a refused request's body",
            f"{HEARD_OUT:,} bytes, or {HEARD_OUT_FOR:g} s, are read and thrown away",
        ),
        ("requests of one address", f"{a.requests_per_second:g} a second, {a.burst} at once"),
        ("WebSockets of one address", f"{a.connections}"),
        ("until a WebSocket has said hello", f"{HELLO_TIMEOUT:g} s"),
        *(
            (f"{topic} of one WebSocket", f"{limit.per_second:g} a second, {limit.burst} at once")
            for topic, limit in LIMITS.items()
        ),
        (
            "messages of one address",
            f"{a.messages_per_second:g} a second, {a.messages_burst} at once",
        ),
        ("reports of one address", f"{a.reports_per_second:g} a second, {a.reports_burst} at once"),
        (
            "pings and pieces of messages of one WebSocket",
            f"{FRAMES_PER_SECOND:g} a second, {FRAMES_AT_ONCE} at once, then the end",
        ),
        ("changes of one person", _quota(changes.PERSON)),
        ("what one host does to protect people, beside that", _quota(changes.PROTECTION)),
        (
            "events of one person in the log of one room",
            f"{changes.IN_ROOM.burst:,}, then one in {1 / changes.IN_ROOM.per_second:.0f} s",
        ),
        (
            "events of all guests and single-room tokens of one address",
            f"{_quota(changes.ADDRESS)}; {_quota(changes.ADDRESS_A_DAY)}",
        ),
        ("messages of one WebSocket that cannot be read", f"{UNREADABLE_LIMIT}, then the end"),
        (
            "bytes that wait unread for one WebSocket",
            f"{SIZE_LIMIT:,} beside one message, then the end",
        ),
        ("for all connections of one address; for all", f"{PER_ADDRESS_UNREAD:,}; {IN_ALL:,}"),
        (
            "searches and pages of one address at a time; of all",
            f"{reading_turns.PER_ADDRESS}; {reading_turns.IN_ALL}: the others wait",
        ),
        (
            "time of the control loop for what one address asks",
            f"{loop_time.SHARE * 1000:g} ms a second, {loop_time.BURST} s at once: the rest waits, "
            f"{loop_time.PATIENCE:g} s at most",
        ),
        (
            "the same for all strangers",
            f"{loop_time.IN_ALL * loop_time.SHARE * 1000:g} ms a second: who has used most waits",
        ),
        ("different words that the list of rooms is watched for", str(SEARCHES)),
        (
            "rooms that guests of one address have open",
            f"{a.rooms}, and {a.rooms_burst} made at once, one in {1 / a.rooms_per_second:g} s",
        ),
        ("rooms in all", f"{ROOM_LIMIT:,}"),
        (
            "wrong passwords of guests of one address at one room",
            f"{tries.AT_ADDRESS}, then one in {tries.AT_ADDRESS_EVERY:g} s",
        ),
        (
            "the same of all addresses that go on guessing",
            f"{tries.GUESSES_AT_ONCE}, then one in {tries.GUESS_EVERY:g} s",
        ),
        (
            "passwords of one address, right ones too",
            f"{passwords.CHECKS_AT_ONCE}, then {1 / passwords.CHECK_EVERY:g} a second",
        ),
        ("events that wait for the disk", f"{WAITING_LIMIT:,}, then changes are refused"),
        (
            "sound of one sender",
            f"{PACKETS_A_SECOND:g} packets and {BYTES_A_SECOND:,.0f} bytes a second, "
            f"{BURST:g} s of it at once",
        ),
        ("checks and reports of one peer", f"{CONTROL_A_SECOND:g} a second"),
        ("addresses that one peer may show", f"{MAX_PATHS}"),
        ("until keys are agreed on", f"{t.connect:g} s; {MAX_WAITING} datagrams wait their turn"),
        ("without an answer from where media goes", f"{t.consent:g} s (RFC 7675)"),
    ]
    return _table(("what", "at most"), rows)


PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "lobby keys": lambda: keys(LOBBY_ACTIONS),
    "room keys": lambda: keys(ROOM_ACTIONS),
    "settings keys": lambda: keys(SETTINGS_ACTIONS),
    "life of a room": lambda: mermaid(
        LIFE, starts=(Life.SCHEDULED, Life.BACKSTAGE), ends=(Life.ENDED,)
    ),
    "standing of a participant": lambda: mermaid(STANDINGS, starts=(Standing.AWAY,)),
    "capabilities": capabilities,
    "commands": commands,
    "exit codes": exit_codes,
    "routes": routes,
    "limits": limits,
}


def written(page: str) -> str:
    """The page with its parts as the program makes them.

    Raises:
        ValueError: a part has no end.
    """
    for name, make in PARTS.items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        if begin not in page:
            continue
        before, _, rest = page.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise ValueError(f"'{begin}' has no '{end}'")
        page = f"{before}{begin}\n{make()}\n{end}{after}"
    return page


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = tuple(head)
    lines = [names, ("---",) * len(names), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> int:
    """Write all pages, or with `--check` compare them."""
    stale = []
    for page in sorted(HERE.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        if (now := written(text)) != text:
            stale.append(page)
            if "--check" not in sys.argv[1:]:
                page.write_text(now, encoding="utf-8")
    for page in stale:
        sys.stdout.write(f"{page.name}\n")
    return 1 if stale and "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
