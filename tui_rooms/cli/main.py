"""Finds the command and runs it. Nothing heavy is imported before the command is known."""

import argparse
import gc
import importlib
import re
import sys
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, NoReturn

from tui_rooms import __version__
from tui_rooms.cli.exits import EXITS, CommandError, Exit
from tui_rooms.cli.standard_output import OutputLostError, complain, lead_nowhere, write_out
from tui_rooms.cli.words import make_readable

EPILOG = "exit codes:\n" + "\n".join(f"  {code.value:<4} {text}" for code, text in EXITS.items())

LONGEST_WORD: Final = 80
"""Characters of one that was typed and is repeated."""


class CommandEntry(NamedTuple):
    """One command: its module under `cli`, and its line in the help."""

    module: str
    summary: str
    on_screen: bool = False
    """Whether somebody waits for its first picture."""


COMMANDS = {
    "open": CommandEntry("open", "open the lobby, or a room by its link (the default)", True),
    "demo": CommandEntry("demo", "see a room full of people who talk", True),
    "serve": CommandEntry("serve", "host rooms for others"),
    "speak": CommandEntry("speak", "say an audio file in a room"),
    "record": CommandEntry("record", "write what is heard in a room to a file"),
    "room": CommandEntry("room", "run a room: live, end, kick, block, audit and more"),
    "send": CommandEntry("send", "write a message in a room"),
    "chat": CommandEntry("chat", "print what is written in a room"),
    "rooms": CommandEntry("rooms", "list or search the rooms of a server"),
    "settings": CommandEntry("settings", "print all settings, with what they mean"),
    "devices": CommandEntry("devices", "list microphones and loudspeakers"),
    "doctor": CommandEntry("doctor", "look at devices, network and terminal; say what is wrong"),
    "token": CommandEntry("token", "make a token for somebody"),
}


def run(arguments: Sequence[str]) -> int:
    """Run one command line; its exit code. Failures are one sentence on standard error.

    Raises:
        SystemExit: argparse has explained the command, or refused its words.
    """
    try:
        return _written(_outcome(list(arguments)))
    except SystemExit as asked:
        raise SystemExit(_written(int(asked.code or 0))) from None


def _outcome(arguments: list[str]) -> int:
    try:
        return _command(arguments)
    except CommandError as failure:
        # A part of it may be a server's words.
        complain(failure.sentence)
        return failure.exit
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except OutputLostError as lost:
        lead_nowhere()
        return _lost(lost)
    except Exception as error:  # noqa: BLE001 - the last place: whatever it is, it is no success
        from tui_rooms.cli.unforeseen import told

        code, sentence = told(error)
        complain(sentence)
        return code


def _command(arguments: list[str]) -> int:
    name, rest = _split(arguments)
    if name is None:
        asked = rest == ["--help"]
        _overview(to=sys.stdout if asked else sys.stderr)
        return Exit.OK if asked else Exit.USAGE
    if name == "version":
        print(f"tui-rooms {__version__}")
        return Exit.OK
    if COMMANDS[name].on_screen:
        # Nothing of what is imported now is garbage: looking for some would delay the first
        # picture by a tenth. The app enables the collector again.
        gc.disable()
    parser, command = prepared(name)
    return command(make_readable(parser.parse_args(rest)))


def _written(code: int) -> int:
    """The exit code once all of standard output is written, or is not and should have been."""
    lost = write_out()
    return code if code or lost is None else _lost(lost)


def _lost(output: OutputLostError) -> int:
    if output.is_unread:
        return Exit.OK
    complain(f"standard output cannot be written: {output.reason}")
    return Exit.BAD_FILE


def prepared(name: str) -> tuple[argparse.ArgumentParser, Callable[[argparse.Namespace], int]]:
    """What reads the arguments of a command, and what carries it out."""
    module = importlib.import_module(f"tui_rooms.cli.{COMMANDS[name].module}")
    parser = _Parser(
        prog="tui-rooms" if name == "open" else f"tui-rooms {name}",
        description=module.__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    module.add_arguments(parser)
    return parser, module.run


class _Parser(argparse.ArgumentParser):
    """Repeats what was typed as far as it can be read, and so that no terminal acts on it."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and end with exit code 2."""
        plain = "".join(
            one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in message
        )
        super().error(re.sub(rf"(\S{{{LONGEST_WORD}}})\S+", r"\1…", plain))


def _split(arguments: list[str]) -> tuple[str | None, list[str]]:
    """The command and its own arguments; without a command it is `open`."""
    if not arguments:
        return "open", []
    first, rest = arguments[0], arguments[1:]
    if first in ("-h", "--help", "help"):
        return None, ["--help"]
    if first in ("-V", "--version"):
        return "version", []
    if first in COMMANDS:
        return first, rest
    if first.startswith("-") or _is_place(first):
        return "open", arguments
    print(f"tui-rooms: no command '{first}'", file=sys.stderr)
    return None, []


def _is_place(text: str) -> bool:
    """Whether that looks like a server or a link, and not like a mistyped command."""
    return any(mark in text for mark in ".:/") or text == "localhost"


def _overview(to: "object") -> None:
    lines = [
        "usage: tui-rooms [COMMAND] …, or: tui-rooms LINK",
        "",
        "Live audio rooms in the terminal.",
        "",
        "commands (each has --help):",
        *(f"  {name:<9} {entry.summary}" for name, entry in COMMANDS.items()),
        "",
        EPILOG,
    ]
    print("\n".join(lines), file=to)  # type: ignore[call-overload]
