"""What each verb of `tui-rooms room` does: lines for people, and plain values for programs."""

import argparse
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from tui_rooms.cli.exits import CommandError, Exit
from tui_rooms.client.lobby import Lobby
from tui_rooms.client.outside import OutsideRoom
from tui_rooms.rules.audit import AuditEntry
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Participant

Outcome: TypeAlias = tuple[list[str], Any]


@dataclass(frozen=True, slots=True)
class Verb:
    """How a verb is written, and what it does."""

    usage: str
    work: Callable[[Lobby, argparse.Namespace], Awaitable[Outcome]]
    least: int = 0
    most: int = 0
    """Words after it."""


async def show(lobby: Lobby, args: argparse.Namespace) -> Outcome:
    """One room, as the lobby has it."""
    preview = await lobby.preview(args.room)
    room = preview.room
    facts = [room.life.value, room.room_type, f"host {room.host}"]
    facts += ["private"] if room.private else []
    facts += ["with a password"] if room.has_password else []
    lines = [f"{room.title} ({', '.join(facts)})", preview.sentence]
    if room.starts_at is not None:
        lines.append(f"starts at {_clock(room.starts_at)}")
    if room.description:
        lines.append(room.description)
    return lines, preview.model_dump(mode="json", exclude={"id", "type"})


async def create(lobby: Lobby, args: argparse.Namespace) -> Outcome:
    """Make it; not live yet."""
    await lobby.create(
        args.title or args.room,
        room=args.room,
        room_type=args.type,
        live=False,
        starts_at=args.starts_at,
        private=args.private,
    )
    return [f"made room {args.room}"], {"room": args.room, "done": "create"}


async def people(lobby: Lobby, args: argparse.Namespace) -> Outcome:
    """Everyone, page by page."""
    room = lobby.room(args.room)
    text = args.words[0] if args.words else ""
    found: list[Participant] = []
    while True:
        page = await room.participants(text, offset=len(found))
        found += page.participants
        if not page.participants or len(found) >= page.total:
            break
    lines = [f"{who.identity}  {who.role:<8}  {who.name}" for who in found]
    known = [
        {"identity": who.identity, "name": who.name, "role": who.role, "muted": who.muted}
        for who in found
    ]
    return lines or ["nobody"], known


async def audit_log(lobby: Lobby, args: argparse.Namespace) -> Outcome:
    """The newest hundred acts."""
    page = await lobby.room(args.room).audit_log()
    known = page.model_dump(mode="json")["entries"]
    return [_act(entry) for entry in page.entries] or ["nothing yet"], known


async def reports(lobby: Lobby, args: argparse.Namespace) -> Outcome:
    """The newest hundred reports."""
    page = await lobby.room(args.room).reports()
    lines = [
        f"{one.report_id}  {_clock(one.at)}  {one.by_name} about {one.name}: {one.reason}"
        + (f" ({one.text})" if one.text else "")
        + (f" — settled by {one.settled_by}" if one.settled_by is not None else "")
        for one in page.reports
    ]
    return lines or ["nothing yet"], page.model_dump(mode="json")["reports"]


def _act_on_room(act: Callable[[OutsideRoom, argparse.Namespace], Awaitable[Any]]) -> Any:
    async def work(lobby: Lobby, args: argparse.Namespace) -> Outcome:
        await act(lobby.room(args.room), args)
        return [], {"room": args.room, "done": args.verb}

    return work


def _act_on_person(act: Callable[[OutsideRoom, str, argparse.Namespace], Awaitable[Any]]) -> Any:
    async def work(lobby: Lobby, args: argparse.Namespace) -> Outcome:
        room = lobby.room(args.room)
        who = await identity_of(room, args.words[0])
        await act(room, who, args)
        return [], {"room": args.room, "done": args.verb, "identity": who}

    return work


async def identity_of(room: OutsideRoom, who: str) -> str:
    """The identity of whoever is called so.

    Raises:
        CommandError: several people have that name.
    """
    page = await room.participants(who)
    named = [one for one in page.participants if one.name == who]
    if len(named) > 1:
        all_of_them = ", ".join(one.identity for one in named)
        raise CommandError(
            Exit.USAGE, f"'{who}' are {len(named)} people: give one of the identities {all_of_them}"
        )
    # Somebody who is not here may be meant by their identity, for instance to unblock them.
    return named[0].identity if named else who


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError as exc:
        raise CommandError(Exit.USAGE, f"no role '{text}'; there are: {', '.join(Role)}") from exc


def _roles(text: str) -> list[Role]:
    return [] if text == "none" else [_role(part) for part in text.split(",")]


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError as exc:
        raise CommandError(Exit.USAGE, f"'{text}' is no number of seconds") from exc


def _clock(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def _act(entry: AuditEntry) -> str:
    whom = f" {entry.name or entry.identity}" if entry.identity else ""
    detail = f": {entry.detail}" if entry.detail else ""
    action = entry.action.replace("_", " ")
    return f"{_clock(entry.at)}  {entry.by or 'the room itself'}  {action}{whom}{detail}"


VERBS = {
    "show": Verb("show", show),
    "create": Verb("create [--title TEXT] [--type NAME] [--starts-at TIME] [--private]", create),
    "live": Verb("live", _act_on_room(lambda room, _: room.go_live())),
    "backstage": Verb("backstage", _act_on_room(lambda room, _: room.stop_live())),
    "end": Verb("end", _act_on_room(lambda room, _: room.end())),
    "people": Verb("people [TEXT]", people, most=1),
    "kick": Verb("kick WHO [--reason TEXT]",
        _act_on_person(lambda room, who, args: room.kick(who, args.reason)), 1, 1),
    "block": Verb("block WHO [--reason TEXT] [--for TIME]",
        _act_on_person(
            lambda room, who, args: room.block(who, args.reason, seconds=args.block_for)
        ), 1, 1),
    "unblock": Verb("unblock WHO",
        _act_on_person(lambda room, who, _: room.unblock(who)), 1, 1),
    "mute": Verb("mute WHO", _act_on_person(lambda room, who, _: room.mute_other(who)), 1, 1),
    "mute-all": Verb("mute-all [--may-not-unmute]",
        _act_on_room(lambda room, args: room.mute_all(may_unmute=not args.may_not_unmute))),
    "role": Verb("role WHO ROLE",
        _act_on_person(lambda room, who, args: room.change_role(who, _role(args.words[1]))), 2, 2),
    "hands": Verb("hands ROLES",
        _act_on_room(lambda room, args: room.set_hands(_roles(args.words[0]))), 1, 1),
    "slow": Verb("slow SECONDS",
        _act_on_room(lambda room, args: room.set_slow_mode(_seconds(args.words[0]))), 1, 1),
    "title": Verb("title TEXT",
        _act_on_room(lambda room, args: room.update_room(title=args.words[0])), 1, 1),
    "audit": Verb("audit", audit_log),
    "reports": Verb("reports", reports),
    "settle": Verb("settle REPORT",
        _act_on_room(lambda room, args: room.settle_report(args.words[0])), 1, 1),
}  # fmt: skip
