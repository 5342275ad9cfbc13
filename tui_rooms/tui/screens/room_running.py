"""What a room's screen does about the room as a whole."""

import time
from collections.abc import Callable

from tui_rooms.rules import commands
from tui_rooms.rules.audit import AuditEntry
from tui_rooms.rules.roles import Role
from tui_rooms.tui.messages import AuditWanted
from tui_rooms.tui.screens.room_people import ActsOnPeople
from tui_rooms.wire.messages import WireCommand


class RunsRoom(ActsOnPeople):
    """The actions of the table `RUNNING`."""

    def do_go_live(self) -> None:
        """Let listeners in."""
        self.command(commands.GoLive())

    def do_stop_live(self) -> None:
        """Back to backstage, once one is sure."""
        count = self.situation().view.room.audience_count
        self._if_sure(
            f"Stop being live? {_people(count)} will be sent out",
            "back to backstage",
            commands.StopLive,
        )

    def do_mute_all(self) -> None:
        """All but oneself; they may unmute, or not."""
        from tui_rooms.tui.screens.ask_which import AskWhich

        def answered(number: int | None) -> None:
            if number is not None:
                self.command(commands.MuteAll(may_unmute=number == 0))

        answers = ["they may unmute themselves", "and nobody below your rank may unmute"]
        self.app.push_screen(AskWhich("Mute everyone but you?", answers), answered)

    def do_lower_hands(self) -> None:
        """Empty the queue, once one is sure."""
        hands = len(self.situation().view.room.hands)
        self._if_sure(f"Lower all hands ({hands})?", "lower them", commands.LowerAllHands)

    def do_open_hands(self) -> None:
        """Open hands for listeners, or close them for all."""
        closed: frozenset[Role] = frozenset()
        is_open = bool(self.situation().view.room.hands_open)
        self.command(commands.SetHands(roles=closed if is_open else frozenset({Role.LISTENER})))

    def do_end(self) -> None:
        """End the room for all, once one is sure."""
        title = self.situation().view.room.title
        self._if_sure(f"End “{title}” for all?", "end it for all", commands.EndRoom)

    def do_blocked(self) -> None:
        """Show who is blocked; the chosen one may come in again."""
        from tui_rooms.tui.screens.ask_which import AskWhich
        from tui_rooms.tui.screens.records import Records

        blocked = list(self.situation().view.room.blocked.items())
        if not blocked:
            self.app.push_screen(Records("Blocked", (), "Nobody is blocked."))
            return

        def answered(number: int | None) -> None:
            if number is not None:
                self.command(commands.Unblock(identity=blocked[number][0]))

        lines = []
        for _, block in blocked:
            until = "" if block.until is None else f", until {clock_time(block.until)}"
            lines.append(f"{block.name}: {block.reason or 'no reason given'}{until}")
        self.app.push_screen(AskWhich("Blocked: let whom in again?", lines), answered)

    def do_reports(self) -> None:
        """Show what was reported, the newest first."""
        from tui_rooms.tui.screens.records import Records

        reports = reversed(self.situation().view.room.reports.values())
        records = tuple(
            (
                clock_time(one.at),
                f"{one.by_name} about {one.name}: {' '.join(filter(None, (one.reason, one.text)))}",
            )
            for one in reports
        )
        self.app.push_screen(Records("Reports", records, "Nothing was reported."))

    def do_audit_log(self) -> None:
        """Ask for it; `show_audit` shows it."""
        self.post_message(AuditWanted())

    def show_audit(self, entries: tuple[AuditEntry, ...]) -> None:
        """Who did what to whom, the newest first."""
        from tui_rooms.tui.screens.records import Records

        records = tuple((clock_time(entry.at), self._told(entry)) for entry in entries)
        self.app.push_screen(Records("Audit log", records, "Nothing has been done yet."))

    def _told(self, entry: AuditEntry) -> str:
        room = self.situation().view.room
        who = room.find(entry.by) if entry.by else None
        by = who.name if who else entry.by or "the room"
        whom = f" {entry.name or entry.identity}" if entry.name or entry.identity else ""
        detail = f" ({entry.detail})" if entry.detail else ""
        return f"{by}: {entry.action.replace('_', ' ')}{whom}{detail}"

    def _if_sure(self, question: str, deed: str, command: Callable[[], WireCommand]) -> None:
        from tui_rooms.tui.screens.ask_sure import AskSure

        def answered(sure: bool | None) -> None:
            if sure:
                self.command(command())

        self.app.push_screen(AskSure(question, deed), answered)


def clock_time(at: float) -> str:
    """A moment as a clock on this machine shows it."""
    return time.strftime("%H:%M", time.localtime(at))


def _people(count: int) -> str:
    return "1 listener" if count == 1 else f"{count:,} listeners"
