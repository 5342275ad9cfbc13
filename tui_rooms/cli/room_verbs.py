"""What each verb of `tui-rooms room` does: lines for people, and plain values for programs."""

import argparse
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from tui_rooms.cli import values
from tui_rooms.cli.exits import CommandError, Exit
from tui_rooms.cli.whom import all_absent, all_here, identity_of
from tui_rooms.client.lobby import Lobby
from tui_rooms.client.outside import OutsideRoom
from tui_rooms.rules.acts.chat import SLOWEST
from tui_rooms.rules.audit import AuditEntry
from tui_rooms.rules.entry import Entry
from tui_rooms.rules.moments import clock_text
from tui_rooms.rules.roles import Role
from tui_rooms.rules.text import ID_LIMIT, TITLE_LIMIT
from tui_rooms.tui.model.entry_words import CLOSED_WORDS
from tui_rooms.tui.model.here import HERE
from tui_rooms.tui.model.records_told import absent_words
from tui_rooms.tui.news.called import Called

Outcome: TypeAlias = tuple[list[str], Any]


@dataclass(frozen=True, slots=True)
class Verb:
    """How a verb is written, and what it does."""

    usage: str
    work: Callable[[Lobby, argparse.Namespace], Awaitable[Outcome]]
    least: int = 0
    most: int = 0
    """Words after it."""
    reads: tuple[Callable[[str], Any], ...] = ()
    """What the words mean, checked before any server is asked; those beyond are text."""

    def read(self, words: Sequence[str]) -> list[Any]:
        """The words as `work` takes them.

        Raises:
            CommandError: too few, too many, or one that says nothing.
        """
        if not self.least <= len(words) <= self.most:
            raise CommandError(Exit.USAGE, f"expected: tui-rooms room ROOM {self.usage}")
        as_text: Sequence[Callable[[str], Any]] = [str] * (len(words) - len(self.reads))
        try:
            readers = (*self.reads[: len(words)], *as_text)
            return [read(word) for word, read in zip(words, readers, strict=True)]
        except values.Refused as exc:
            raise CommandError(Exit.USAGE, str(exc)) from exc


_WHO: Final = values.line("identity or name", limit=ID_LIMIT)
_SECONDS: Final = values.number("is no number of seconds", most=SLOWEST)


async def show(lobby: Lobby, args: argparse.Namespace) -> Outcome:
    """One room, as the lobby has it."""
    preview = await lobby.preview(args.room)
    room = preview.room
    facts = [room.life.value, room.room_type, f"host {room.host}"]
    facts += ["private"] if room.private else []
    facts += ["with a password"] if room.has_password else []
    facts += [closed] if (closed := CLOSED_WORDS[room.entry]) else []
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
    starts = "" if args.starts_at is None else f", which starts at {_clock(args.starts_at)}"
    return [f"made room {args.room}{starts}"], {"room": args.room, "done": "create"}


async def calendar(lobby: Lobby, args: argparse.Namespace) -> Outcome:
    """One's own link to its calendar file."""
    link = await lobby.calendar_link(args.room)
    return [link], {"room": args.room, "link": link}


async def people(lobby: Lobby, args: argparse.Namespace) -> Outcome:
    """Everyone, page by page."""
    found = await all_here(lobby.room(args.room), args.words[0] if args.words else "")
    lines = [f"{who.identity}  {who.role:<8}  {who.name}" for who in found]
    known = [
        {"identity": who.identity, "name": who.name, "role": who.role, "muted": who.muted}
        for who in found
    ]
    return lines or ["nobody"], known


async def absent(lobby: Lobby, args: argparse.Namespace) -> Outcome:
    """Everyone who has left lately or is blocked."""
    found = await all_absent(lobby.room(args.room), args.words[0] if args.words else "")
    lines = [f"{one.identity}  {absent_words(one)}" for one in found]
    return lines or ["nobody"], [one.model_dump(mode="json") for one in found]


async def block(lobby: Lobby, args: argparse.Namespace) -> Outcome:
    """Somebody who is or was here, by name; or with --stranger whoever has that identity."""
    room = lobby.room(args.room)
    who = args.words[0] if args.stranger else await identity_of(room, args.words[0])
    act = room.block_stranger if args.stranger else room.block
    await act(who, args.reason, seconds=args.block_for)
    return _done(room, args, identity=who)


async def unblock(lobby: Lobby, args: argparse.Namespace) -> Outcome:
    """Somebody who is blocked, by name."""
    room = lobby.room(args.room)
    who = await identity_of(room, args.words[0], blocked=True)
    await room.unblock(who)
    return _done(room, args, identity=who)


async def audit_log(lobby: Lobby, args: argparse.Namespace) -> Outcome:
    """The newest hundred acts."""
    page = await lobby.room(args.room).audit_log()
    known = page.model_dump(mode="json")["entries"]
    return [_act(entry) for entry in Called().entries(page.entries)] or ["nothing yet"], known


async def reports(lobby: Lobby, args: argparse.Namespace) -> Outcome:
    """The newest hundred reports."""
    page = await lobby.room(args.room).reports()
    lines = [
        f"{one.report_id}  {_clock(one.at)}  {one.by_name} about {one.name}: {one.reason}"
        + (f" ({one.text})" if one.text else "")
        + (f" — settled by {one.settled_by}" if one.settled_by is not None else "")
        for one in Called().reports(page.reports)
    ]
    return lines or ["nothing yet"], page.model_dump(mode="json")["reports"]


def _act_on_room(act: Callable[[OutsideRoom, argparse.Namespace], Awaitable[Any]]) -> Any:
    async def work(lobby: Lobby, args: argparse.Namespace) -> Outcome:
        room = lobby.room(args.room)
        await act(room, args)
        return _done(room, args)

    return work


def _act_on_person(act: Callable[[OutsideRoom, str, argparse.Namespace], Awaitable[Any]]) -> Any:
    async def work(lobby: Lobby, args: argparse.Namespace) -> Outcome:
        room = lobby.room(args.room)
        who = await identity_of(room, args.words[0])
        await act(room, who, args)
        return _done(room, args, identity=who)

    return work


def _done(room: OutsideRoom, args: argparse.Namespace, **known: str) -> Outcome:
    """Nothing to read but what the server says of it."""
    told = {} if room.told is None else {"told": room.told}
    kept = {} if room.kept else {"kept": False}
    return [*told.values()], {"room": args.room, "done": args.verb, **known, **told, **kept}


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError as exc:
        raise CommandError(Exit.USAGE, f"no role '{text}'; there are: {', '.join(Role)}") from exc


def _roles(text: str) -> list[Role]:
    return [] if text == "none" else [_role(part) for part in text.split(",")]


def _clock(moment: float) -> str:
    return clock_text(moment, HERE)


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
    "people": Verb("people [TEXT]", people, most=1,
        reads=(values.line("text", limit=200, may_be_empty=True),)),
    "kick": Verb("kick WHO [--reason TEXT]",
        _act_on_person(lambda room, who, args: room.kick(who, args.reason)), 1, 1, (_WHO,)),
    "block": Verb("block WHO [--reason TEXT] [--for TIME] [--stranger]", block, 1, 1, (_WHO,)),
    "unblock": Verb("unblock WHO", unblock, 1, 1, (_WHO,)),
    "absent": Verb("absent [TEXT]", absent, most=1,
        reads=(values.line("text", limit=200, may_be_empty=True),)),
    "lock": Verb("lock", _act_on_room(lambda room, _: room.set_entry(Entry.LOCKED))),
    "no-guests": Verb("no-guests", _act_on_room(lambda room, _: room.set_entry(Entry.NO_GUESTS))),
    "unlock": Verb("unlock", _act_on_room(lambda room, _: room.set_entry(Entry.OPEN))),
    "mute": Verb("mute WHO",
        _act_on_person(lambda room, who, _: room.mute_other(who)), 1, 1, (_WHO,)),
    "mute-all": Verb("mute-all [--may-not-unmute]",
        _act_on_room(lambda room, args: room.mute_all(may_unmute=not args.may_not_unmute))),
    "let-unmute": Verb("let-unmute", _act_on_room(lambda room, _: room.allow_unmuting())),
    "role": Verb("role WHO ROLE",
        _act_on_person(lambda room, who, args: room.change_role(who, args.words[1])), 2, 2,
        (_WHO, _role)),
    "hands": Verb("hands ROLES",
        _act_on_room(lambda room, args: room.set_hands(args.words[0])), 1, 1, (_roles,)),
    "slow": Verb("slow SECONDS",
        _act_on_room(lambda room, args: room.set_slow_mode(args.words[0])), 1, 1, (_SECONDS,)),
    "title": Verb("title TEXT",
        _act_on_room(lambda room, args: room.update_room(title=args.words[0])), 1, 1,
        (values.line("title", limit=TITLE_LIMIT),)),
    "audit": Verb("audit", audit_log),
    "calendar": Verb("calendar", calendar),
    "reports": Verb("reports", reports),
    "settle": Verb("settle REPORT",
        _act_on_room(lambda room, args: room.settle_report(args.words[0])), 1, 1,
        (values.line("report", limit=ID_LIMIT),)),
}  # fmt: skip
