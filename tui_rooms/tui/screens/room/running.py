"""What a room's screen does about the room as a whole."""

from functools import partial
from typing import Final

from tui_rooms.rules import commands
from tui_rooms.rules.audit import AuditEntry
from tui_rooms.rules.records import Report
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.tui.messages import AuditWanted
from tui_rooms.tui.model.records_told import act_words, block_words, moment, reported
from tui_rooms.tui.screens.room.people import ActsOnPeople
from tui_rooms.wire import commands as wire

WAITS: Final = {
    0.0: "as often as they like",
    5.0: "every 5 seconds",
    10.0: "every 10 seconds",
    30.0: "every 30 seconds",
    60.0: "every minute",
    300.0: "every 5 minutes",
    900.0: "every 15 minutes",
    3600.0: "every hour",
}
"""Of slow mode, by seconds."""


class RunsRoom(ActsOnPeople):
    """The actions of the table `RUNNING`."""

    def choose(self, identity: str | None) -> None:
        """Choose a person, or nobody."""
        raise NotImplementedError

    def do_go_live(self) -> None:
        """Let listeners in."""
        self.command(commands.GoLive())

    def do_stop_live(self) -> None:
        """Back to backstage, once one is sure."""
        count = self.situation().view.room.audience_count
        self.if_sure(
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
        self.if_sure(f"Lower all hands ({hands})?", "lower them", commands.LowerAllHands)

    def do_open_hands(self) -> None:
        """Open hands for listeners, or close them for all."""
        closed: frozenset[Role] = frozenset()
        is_open = bool(self.situation().view.room.hands_open)
        self.command(commands.SetHands(roles=closed if is_open else frozenset({Role.LISTENER})))

    def do_end(self) -> None:
        """End the room for all, once one is sure."""
        title = self.situation().view.room.title
        self.if_sure(f"End “{title}” for all?", "end it for all", commands.EndRoom)

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

        lines = [block_words(block) for _, block in blocked]
        self.app.push_screen(AskWhich("Blocked: let whom in again?", lines), answered)

    def do_slow_mode(self) -> None:
        """Ask how long everyone waits between two messages."""
        from tui_rooms.tui.screens.ask_which import AskWhich

        now = self.situation().view.room.slow_mode_s
        # A server or a program may have set any other time.
        offered = {now: f"every {now:.0f} seconds", **WAITS}
        waits = sorted(offered)

        def answered(number: int | None) -> None:
            if number is not None:
                self.command(commands.SetSlowMode(seconds=waits[number]))

        here = waits.index(now)
        words = [offered[wait] for wait in waits]
        self.app.push_screen(AskWhich("One message of each person:", words, here), answered)

    def do_edit_room(self) -> None:
        """Show a form; what is different in it is changed."""
        from tui_rooms.tui.screens.edit_room import EditRoom

        def answered(changes: wire.UpdateRoom | None) -> None:
            if changes is not None:
                self.command(changes)

        self.app.push_screen(EditRoom(self.situation().view.room), answered)

    def do_reports(self) -> None:
        """Show what was reported, the open ones first, then the newest; Enter sees to one."""
        from tui_rooms.tui.screens.records import Records

        newest_first = reversed(self.situation().view.room.reports.values())
        reports = sorted(newest_first, key=lambda one: one.settled_by is not None)

        def answered(number: int | None) -> None:
            if number is not None:
                self._see_to_report(reports[number])

        records = tuple((moment(one.at), reported(one)) for one in reports)
        self.app.push_screen(
            Records("Reports", records, "Nothing was reported.", deed="see to it"), answered
        )

    def _see_to_report(self, report: Report) -> None:
        from tui_rooms.tui.screens.ask_which import AskWhich

        if report.settled_by is not None:
            self._go_to_reported(report)
            return

        def answered(number: int | None) -> None:
            if number == 0:
                self._go_to_reported(report)
            elif number is not None:
                self.command(commands.SettleReport(report_id=report.report_id))

        answers = [f"go to {report.name}", "it is settled"]
        # One line: what was said stands whole in the list that one comes from.
        title = f"{report.name}, reported by {report.by_name}:"
        self.app.push_screen(AskWhich(title, answers), answered)

    def _go_to_reported(self, report: Report) -> None:
        now = self.situation()
        if now.view.find(report.identity) is not None:
            self.choose(report.identity)
        elif now.may(Capability.BLOCK_USERS):
            self.ask_block(report.identity, f"{report.name} is not here: keep them out?")
        else:
            self.notice(f"{report.name} is not here.")

    def do_audit_log(self) -> None:
        """Ask for it; `show_audit` shows it."""
        self.post_message(AuditWanted())

    def show_audit(
        self, entries: tuple[AuditEntry, ...], *, asked: int | None, before: int | None
    ) -> None:
        """Who did what to whom, the newest first; older pages go below what is there.

        Args:
            asked: which page was asked for; None: the newest.
            before: which page is the next; None: there is none.
        """
        from tui_rooms.tui.screens.records import Records

        room = self.situation().view.room
        records = tuple((moment(entry.at), act_words(entry, room)) for entry in entries)
        more = None if before is None else partial(self._want_audit, before)
        if asked is None:
            empty = "Nothing has been done yet."
            self.app.push_screen(Records("Audit log", records, empty, more=more))
        elif isinstance(self.app.screen, Records):
            self.app.screen.add(records, more)

    def _want_audit(self, before: int) -> None:
        self.post_message(AuditWanted(before))


def _people(count: int) -> str:
    return "1 listener" if count == 1 else f"{count:,} listeners"
