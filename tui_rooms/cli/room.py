"""Run a room from the command line, without being in it: as its host or a cohost, by token.

verbs:
  show                 what it is, and who is there
  create               make it (see --title, --type, --starts-at, --private)
  live | backstage     let listeners in, or send them out
  end                  end it for all
  people [TEXT]        list who is there, or those with TEXT in their name
  kick WHO             send somebody out (see --reason)
  block WHO            send somebody out and keep them out (see --reason, --for, --stranger)
  unblock WHO          let them in again
  absent [TEXT]        list who has left in the last ten minutes, and who is blocked
  lock | no-guests     let nobody new in, or no new guests; whoever is there stays
  unlock               let everyone in again
  mute WHO | mute-all  close microphones (mute-all: see --may-not-unmute)
  let-unmute           after that: let everyone open theirs again
  role WHO ROLE        make somebody a host, cohost, speaker or listener
  hands ROLES          who may raise a hand: listener,speaker or none
  slow SECONDS         the time between two messages of one person; 0 ends it
  title TEXT           call it something else
  audit                who did what to whom, the newest first
  reports              what was reported, the newest first
  settle REPORT        a report has been seen to
  calendar             a secret link to its start, for your calendar to follow

WHO is an identity, or a name that only one person in the room has and that is no identity;
kick, block and mute know also who has left in the last ten minutes.
"""

import argparse
import asyncio
import json
from typing import Any

from tui_rooms.cli import values
from tui_rooms.cli.connected import server_errors
from tui_rooms.cli.exits import CommandError, Exit
from tui_rooms.cli.options import add_name, add_server
from tui_rooms.cli.times import duration, start
from tui_rooms.rules.text import REASON_LIMIT, TITLE_LIMIT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("room", metavar="ROOM", type=values.room, help="the room's id")
    parser.add_argument("verb", metavar="VERB", help="what to do; see above")
    parser.add_argument("words", metavar="WORD", nargs="*", help="to whom, or what, by verb")
    parser.add_argument(
        "--reason",
        type=values.line("reason", limit=REASON_LIMIT, may_be_empty=True),
        default="",
        help="why, for kick and block",
    )
    parser.add_argument(
        "--for",
        dest="block_for",
        type=duration,
        metavar="TIME",
        help="how long a block lasts: 90s, 30m, 8h, 7d (until unblocked)",
    )
    parser.add_argument(
        "--stranger", action="store_true", help="block: an identity that was never there"
    )
    parser.add_argument(
        "--may-not-unmute",
        action="store_true",
        help="mute-all: nobody of lower rank may unmute, whoever comes later too",
    )
    parser.add_argument(
        "--title", type=values.line("title", limit=TITLE_LIMIT), help="for create (the id)"
    )
    parser.add_argument(
        "--type",
        type=values.line("room type", limit=40),
        default="audio_room",
        help="for create (%(default)s)",
    )
    parser.add_argument(
        "--starts-at",
        type=start,
        metavar="TIME",
        help="for create: schedule it, as '2030-01-31 18:00' or 18:00 by this machine's clock, or "
        "with the zone, as 2030-01-31T18:00+01:00",
    )
    parser.add_argument("--private", action="store_true", help="for create: keep it out of lists")
    add_server(parser, required=True)
    add_name(parser)
    parser.add_argument("--json", action="store_true", help="as JSON, with all that is known")


def run(args: argparse.Namespace) -> int:
    """Do it, and print what came of it."""
    with server_errors():
        lines, known = asyncio.run(_do(args))
    if args.json:
        print(json.dumps(known))
    else:
        from tui_rooms.rules.printed import printed

        for line in lines:
            print(printed(line))
    return Exit.OK


async def _do(args: argparse.Namespace) -> tuple[list[str], Any]:
    from tui_rooms.cli.room_verbs import VERBS
    from tui_rooms.client.lobby import Lobby

    verb = VERBS.get(args.verb)
    if verb is None:
        raise CommandError(
            Exit.USAGE, f"no verb '{args.verb}' for a room; there are: {', '.join(VERBS)}"
        )
    args.words = verb.read(args.words)
    async with Lobby.connect(args.server, token=args.token, name=args.name) as lobby:
        return await verb.work(lobby, args)
