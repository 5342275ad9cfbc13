"""Look at what a voice needs here: devices, server, network, terminal; say what is wrong."""

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
        for finding in findings:
            print(f"{MARKS[finding.state]} {finding.check:<10} {finding.sentence}")
    return _exit(findings)


def _exit(findings: "list[Finding]") -> Exit:
    bad = {finding.check for finding in findings if finding.state == "bad"}
    if bad & {"server", "udp"}:
        return Exit.NO_SERVER
    return Exit.NO_SOUND if bad & {"devices", "loop"} else Exit.OK
