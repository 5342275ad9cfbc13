"""What can be typed about the room as a whole, its past, and how one talks."""

from typing import TYPE_CHECKING, Final

from tui_rooms.rules import commands
from tui_rooms.rules.roles import Role
from tui_rooms.tui.model.records_told import block_words, moment, reported
from tui_rooms.tui.model.talk import Mode
from tui_rooms.tui.plain.commands import Command, TypingError
from tui_rooms.tui.plain.people_words import seconds
from tui_rooms.wire import commands as wire

if TYPE_CHECKING:
    from tui_rooms.tui.plain.session import PlainSession


def _live(session: "PlainSession", _: str) -> None:
    session.bridge.command(commands.GoLive())


def _backstage(session: "PlainSession", _: str) -> None:
    session.bridge.command(commands.StopLive())


def _mute_all(session: "PlainSession", rest: str) -> None:
    if rest not in ("", "hard"):
        raise TypingError("expected: muteall, or: muteall hard, after which nobody may unmute")
    session.bridge.command(commands.MuteAll(may_unmute=not rest))


def _lower_hands(session: "PlainSession", _: str) -> None:
    session.bridge.command(commands.LowerAllHands())


def _hands(session: "PlainSession", rest: str) -> None:
    if rest not in ("open", "close"):
        raise TypingError("expected: hands open, or: hands close")
    roles = frozenset({Role.LISTENER} if rest == "open" else ())
    session.bridge.command(commands.SetHands(roles=roles))


def _slow(session: "PlainSession", rest: str) -> None:
    session.bridge.command(commands.SetSlowMode(seconds=seconds(rest)))


def _title(session: "PlainSession", rest: str) -> None:
    session.bridge.command(wire.UpdateRoom(title=rest))


def _about(session: "PlainSession", rest: str) -> None:
    session.bridge.command(wire.UpdateRoom(description=rest))


def _password(session: "PlainSession", rest: str) -> None:
    session.bridge.command(wire.UpdateRoom(password=rest))


def _private(session: "PlainSession", rest: str) -> None:
    if rest not in ("yes", "no"):
        raise TypingError("expected: private yes, or: private no")
    session.bridge.command(wire.UpdateRoom(private=rest == "yes"))


def _blocked(session: "PlainSession", _: str) -> None:
    blocked = session.room.blocked
    session.say(*(f"  {block_words(one)} ({who})" for who, one in blocked.items()))
    if not blocked:
        session.say("nobody is blocked")


def _unblock(session: "PlainSession", rest: str) -> None:
    wanted = rest.casefold()
    fitting = [
        who
        for who, block in session.room.blocked.items()
        if who == rest or block.name.casefold().startswith(wanted)
    ]
    if not rest or len(fitting) != 1:
        raise TypingError(f"{rest!r} is {len(fitting)} of those who are blocked; see: blocked")
    session.bridge.command(commands.Unblock(identity=fitting[0]))


def _reports(session: "PlainSession", _: str) -> None:
    session.reports.begin(session.room.reports)
    reports = session.room.reports.values()
    session.say(
        *(f"  {n}. {moment(one.at)} {reported(one)}" for n, one in enumerate(reports, start=1))
    )
    if not reports:
        session.say("nothing was reported")


def _settle(session: "PlainSession", rest: str) -> None:
    report_id = session.reports.find(rest)
    if report_id is None:
        raise TypingError(f"{rest!r} is not the number of a report; see: reports")
    session.bridge.command(commands.SettleReport(report_id=report_id))


def _audit(session: "PlainSession", rest: str) -> None:
    if not rest:
        session.bridge.read_audit()
    elif rest == "more" and session.older_audit is not None:
        session.bridge.read_audit(session.older_audit)
    else:
        raise TypingError("expected: audit, and then as long as there is more: audit more")


def _link(session: "PlainSession", _: str) -> None:
    session.say(f"{session.lobby.server}/r/{session.room.room_id}")


def _mode(session: "PlainSession", rest: str) -> None:
    # Lines are typed, so no key can be held.
    modes = {mode.label: mode for mode in (Mode.TOGGLE, Mode.VOICE)}
    if rest not in modes:
        raise TypingError(f"expected one of: {', '.join(f'mode {label}' for label in modes)}")
    session.bridge.talk(modes[rest], session.threshold_dbov)
    session.say(f"talking by {rest}: {modes[rest].words}")


def _leave(session: "PlainSession", _: str) -> None:
    session.bridge.leave(end=False)


def _end(session: "PlainSession", _: str) -> None:
    session.bridge.command(commands.EndRoom())


ROOM: Final = (
    Command("live", "let listeners in", _live, ("go-live",)),
    Command("backstage", "stop being live: listeners are sent out", _backstage, ("stop-live",)),
    Command("muteall [hard]", "close every microphone but yours", _mute_all, ("mute-all",)),
    Command("lowerhands", "lower all hands", _lower_hands, ("lower-hands",)),
    Command("hands open|close", "whether listeners may raise one", _hands, ("open-hands",)),
    Command("slow TIME", "how long everyone waits between messages", _slow, ("slow-mode",)),
    Command("title TEXT", "call the room something else", _title, ("edit-room",)),
    Command("about [TEXT]", "describe the room", _about, ("edit-room",)),
    Command("password [TEXT]", "another password, or none", _password, ("edit-room",)),
    Command("private yes|no", "whether only the link leads here", _private, ("edit-room",)),
    Command("blocked", "list who is kept out", _blocked, ("blocked",)),
    Command("unblock NAME", "let somebody in again", _unblock, ("blocked",)),
    Command("reports", "what was reported", _reports, ("reports",)),
    Command("settle NUMBER", "a report has been seen to", _settle, ("reports",)),
    Command("audit [more]", "who did what to whom", _audit, ("audit-log",)),
    Command("link", "the link to this room", _link, ("copy-link",)),
    Command("mode toggle|voice", "how you talk", _mode, ("talk-mode",)),
    Command("leave", "go back to the lobby", _leave, ("leave",)),
    Command("end", "end the room for all", _end, ("end",)),
)
