"""What can be typed about the room as a whole, its past, and how one talks."""

from typing import Final

from tui_rooms.rules import commands
from tui_rooms.rules.entry import Entry
from tui_rooms.rules.roles import Role
from tui_rooms.tui.model.records_told import block_words, moment, reported
from tui_rooms.tui.model.talk import Mode
from tui_rooms.tui.plain.command import Command
from tui_rooms.tui.plain.errors import TypingError
from tui_rooms.tui.plain.people_words import seconds
from tui_rooms.tui.plain.visit import Visit
from tui_rooms.wire import commands as wire


def _live(visit: Visit, _: str) -> None:
    visit.bridge.command(commands.GoLive())


def _backstage(visit: Visit, _: str) -> None:
    visit.bridge.command(commands.StopLive())


def _mute_all(visit: Visit, rest: str) -> None:
    if rest not in ("", "hard"):
        raise TypingError(
            "expected: muteall, or: muteall hard, after which nobody may unmute until: letunmute"
        )
    visit.bridge.command(commands.MuteAll(may_unmute=not rest))


def _let_unmute(visit: Visit, _: str) -> None:
    visit.bridge.command(commands.AllowUnmuting())


def _lock(visit: Visit, _: str) -> None:
    visit.bridge.command(commands.SetEntry(entry=Entry.LOCKED))


def _no_guests(visit: Visit, _: str) -> None:
    visit.bridge.command(commands.SetEntry(entry=Entry.NO_GUESTS))


def _unlock(visit: Visit, _: str) -> None:
    visit.bridge.command(commands.SetEntry(entry=Entry.OPEN))


def _lower_hands(visit: Visit, _: str) -> None:
    visit.bridge.command(commands.LowerAllHands())


def _hands(visit: Visit, rest: str) -> None:
    if rest not in ("open", "close"):
        raise TypingError("expected: hands open, or: hands close")
    roles = frozenset({Role.LISTENER} if rest == "open" else ())
    visit.bridge.command(commands.SetHands(roles=roles))


def _slow(visit: Visit, rest: str) -> None:
    visit.bridge.command(commands.SetSlowMode(seconds=seconds(rest)))


def _title(visit: Visit, rest: str) -> None:
    visit.bridge.command(wire.UpdateRoom(title=rest))


def _about(visit: Visit, rest: str) -> None:
    visit.bridge.command(wire.UpdateRoom(description=rest))


def _password(visit: Visit, rest: str) -> None:
    visit.bridge.command(wire.UpdateRoom(password=rest))


def _private(visit: Visit, rest: str) -> None:
    if rest not in ("yes", "no"):
        raise TypingError("expected: private yes, or: private no")
    visit.bridge.command(wire.UpdateRoom(private=rest == "yes"))


def _blocked(visit: Visit, _: str) -> None:
    blocked = visit.room.blocked
    visit.say(*(f"  {block_words(one)} ({who})" for who, one in blocked.items()))
    if not blocked:
        visit.say("nobody is blocked")


def _unblock(visit: Visit, rest: str) -> None:
    wanted = rest.casefold()
    fitting = [
        who
        for who, block in visit.room.blocked.items()
        if who == rest or block.name.casefold().startswith(wanted)
    ]
    if not rest or len(fitting) != 1:
        raise TypingError(f"{rest!r} is {len(fitting)} of those who are blocked; see: blocked")
    visit.bridge.command(commands.Unblock(identity=fitting[0]))


def _reports(visit: Visit, _: str) -> None:
    visit.reports.begin(visit.room.reports)
    reports = visit.room.reports.values()
    visit.say(
        *(f"  {n}. {moment(one.at)} {reported(one)}" for n, one in enumerate(reports, start=1))
    )
    if not reports:
        visit.say("nothing was reported")


def _settle(visit: Visit, rest: str) -> None:
    report_id = visit.reports.find(rest)
    if report_id is None:
        raise TypingError(f"{rest!r} is not the number of a report; see: reports")
    visit.bridge.command(commands.SettleReport(report_id=report_id))


def _audit(visit: Visit, rest: str) -> None:
    if not rest:
        visit.bridge.read_audit()
    elif rest == "more" and visit.older_audit is not None:
        visit.bridge.read_audit(visit.older_audit)
    else:
        raise TypingError("expected: audit, and then as long as there is more: audit more")


def _link(visit: Visit, _: str) -> None:
    visit.say(visit.lobby.link_to(visit.room.room_id))


def _mode(visit: Visit, rest: str) -> None:
    # Lines are typed, so no key can be held.
    modes = {mode.label: mode for mode in (Mode.TOGGLE, Mode.VOICE)}
    if rest not in modes:
        raise TypingError(f"expected one of: {', '.join(f'mode {label}' for label in modes)}")
    visit.bridge.talk(modes[rest], visit.threshold_dbov)
    visit.say(f"talking by {rest}: {modes[rest].words}")


def _now(visit: Visit, _: str) -> None:
    if visit.link.looking is None:
        raise TypingError("the server is there; this is for when it has gone")
    visit.bridge.look_now()


def _leave(visit: Visit, _: str) -> None:
    visit.bridge.leave(end=False)


def _end(visit: Visit, _: str) -> None:
    visit.bridge.leave(end=True)


ROOM: Final = (
    Command("live", "let listeners in", _live, ("go-live",)),
    Command("backstage", "stop being live: listeners are sent out", _backstage, ("stop-live",)),
    Command("muteall [hard]", "close every microphone but yours", _mute_all, ("mute-all",)),
    Command("letunmute", "after muteall hard: all may unmute again", _let_unmute, ("mute-all",)),
    Command("lock", "nobody new comes in", _lock, ("entry",)),
    Command("noguests", "no new guests come in, others do", _no_guests, ("entry",)),
    Command("unlock", "everyone may come in again", _unlock, ("entry",)),
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
    Command("now", "look for a server that has gone without waiting", _now, ("look-now",)),
    Command("leave", "go back to the lobby", _leave, ("leave",)),
    Command("end", "end the room for all", _end, ("end",)),
)
