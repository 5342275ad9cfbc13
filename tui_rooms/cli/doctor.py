"""Look at what a voice needs here: devices, server, network, terminal; say what is wrong.

The exit code is 0 when nothing is wrong, that is, marked ✗. Else it is of the first of these:
  4  server, udp, stun
  5  devices, loop, processing
  3  clock: tokens will be refused
  2  terminal
"""

import argparse
import asyncio
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from tui_rooms.cli.exits import Exit
from tui_rooms.cli.options import add_server

if TYPE_CHECKING:
    from tui_rooms.client.checkup import Finding

MARKS = {"good": "✓", "bad": "✗", "skipped": "–"}
CODES = {
    "server": Exit.NO_SERVER,
    "udp": Exit.NO_SERVER,
    "stun": Exit.NO_SERVER,
    "devices": Exit.NO_SOUND,
    "loop": Exit.NO_SOUND,
    "processing": Exit.NO_SOUND,
    "clock": Exit.REFUSED,
    "terminal": Exit.USAGE,
}
"""What each bad finding ends with, the worst first."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    add_server(parser, required=False)
    parser.add_argument("--stun", metavar="HOST:PORT", help="ask this STUN server for our address")
    parser.add_argument("--no-sound", action="store_true", help="do not play the test sound")
    parser.add_argument("--json", action="store_true", help="as JSON, with all figures")


def run(args: argparse.Namespace) -> int:
    """Look, and print."""
    from tui_rooms.client.checkup import check_all

    findings = asyncio.run(
        check_all(server=args.server, token=args.token, stun=args.stun, sound=not args.no_sound)
    )
    if args.json:
        print(json.dumps([asdict(finding) for finding in findings]))
    else:
        from tui_rooms.rules.printed import printed

        for finding in findings:
            # A part of it may be a server's words: nothing that a terminal would act on.
            print(f"{MARKS[finding.state]} {finding.check:<10} {printed(finding.sentence)}")
    return exit_code(findings)


def exit_code(findings: "list[Finding]") -> Exit:
    """What the worst bad finding ends with; 0 without one."""
    bad = {finding.check for finding in findings if finding.state == "bad"}
    return next((code for check, code in CODES.items() if check in bad), Exit.OK)
