"""The room as a whole, and what was done in it: what the table `RUNNING` offers."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from tui_rooms.rules import commands
from tui_rooms.rules.records import Report
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.tui.actions.part import Part
from tui_rooms.tui.messages import AuditRead, AuditWanted
from tui_rooms.tui.model.entry_words import ENTRY_WORDS
from tui_rooms.tui.model.records_told import act_words, block_words, moment, reported
from tui_rooms.tui.screens.room.means import Means
from tui_rooms.wire import commands as wire
from tui_rooms.wire.messages import WireCommand

if TYPE_CHECKING:
    # When somebody reads them.
    from tui_rooms.tui.screens.records import Records

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


class Running(Part):
    """Asks where that is due, and then the room."""

    def __init__(
        self,
        means: Means,
        *,
        choose: Callable[[str], None],
        ask_block: Callable[[str, str], None],
    ) -> None:
        """
        Args:
            choose: chooses a person.
            ask_block: asks whether to keep somebody out who may not be here: identity, question.
        """
        super().__init__(
            does={
                "go-live": lambda: means.command(commands.GoLive()),
                "stop-live": self._stop_live,
                "mute-all": self._mute_all,
                "entry": self._ask_entry,
                "lower-hands": self._lower_hands,
                "open-hands": self._open_hands,
                "slow-mode": self._slow_mode,
                "edit-room": self._edit,
                "blocked": self._show_blocked,
                "reports": self._show_reports,
                "audit-log": lambda: self._want_audit(None),
                "end": self._end,
            },
            hears={AuditRead: self._audit_read},
        )
        self._means = means
        self._choose = choose
        self._ask_block = ask_block
        self._audit_log: Records | None = None
        """The last one that was asked for."""

    def _stop_live(self) -> None:
        """Back to backstage, once one is sure."""
        count = self._means.view().room.audience_count
        self._means.if_sure(
            f"Stop being live? {_people(count)} will be sent out",
            "back to backstage",
            commands.StopLive,
        )

    def _mute_all(self) -> None:
        """All but oneself; they may unmute, or not, or again."""
        from tui_rooms.tui.screens.ask_which import AskWhich

        deeds: list[tuple[str, WireCommand]] = [
            ("they may unmute themselves", commands.MuteAll()),
            (
                "nobody below your rank may unmute, whoever comes later too",
                commands.MuteAll(may_unmute=False),
            ),
        ]
        if self._means.view().room.silent_below is not None:
            deeds.append(("mute nobody: let everyone unmute again", commands.AllowUnmuting()))

        def answered(number: int | None) -> None:
            if number is not None:
                self._means.command(deeds[number][1])

        self._means.ask(AskWhich("Mute everyone but you?", [deed for deed, _ in deeds]), answered)

    def _ask_entry(self) -> None:
        """Ask whom the room takes."""
        from tui_rooms.tui.screens.ask_which import AskWhich

        entries = list(ENTRY_WORDS)

        def answered(number: int | None) -> None:
            if number is not None:
                self._means.command(commands.SetEntry(entry=entries[number]))

        here = entries.index(self._means.view().room.entry)
        question = "Who may come in? Whoever is here stays."
        self._means.ask(AskWhich(question, list(ENTRY_WORDS.values()), here), answered)

    def _lower_hands(self) -> None:
        """Empty the queue, once one is sure."""
        hands = len(self._means.view().room.hands)
        self._means.if_sure(f"Lower all hands ({hands})?", "lower them", commands.LowerAllHands)

    def _open_hands(self) -> None:
        """Open hands for listeners, or close them for all."""
        closed: frozenset[Role] = frozenset()
        is_open = bool(self._means.view().room.hands_open)
        self._means.command(
            commands.SetHands(roles=closed if is_open else frozenset({Role.LISTENER}))
        )

    def _end(self) -> None:
        """End the room for all, once one is sure."""
        title = self._means.view().room.title
        self._means.if_sure(f"End “{title}” for all?", "end it for all", commands.EndRoom)

    def _show_blocked(self) -> None:
        """Show who is blocked; the chosen one may come in again."""
        from tui_rooms.tui.screens.ask_which import AskWhich
        from tui_rooms.tui.screens.records import Records

        blocked = list(self._means.view().room.blocked.items())
        if not blocked:
            self._means.ask(Records("Blocked", (), "Nobody is blocked."))
            return

        def answered(number: int | None) -> None:
            if number is not None:
                self._means.command(commands.Unblock(identity=blocked[number][0]))

        lines = [block_words(block) for _, block in blocked]
        self._means.ask(AskWhich("Blocked: let whom in again?", lines), answered)

    def _slow_mode(self) -> None:
        """Ask how long everyone waits between two messages."""
        from tui_rooms.tui.screens.ask_which import AskWhich

        now = self._means.view().room.slow_mode_s
        # A server or a program may have set any other time.
        offered = {now: f"every {now:.0f} seconds", **WAITS}
        waits = sorted(offered)

        def answered(number: int | None) -> None:
            if number is not None:
                self._means.command(commands.SetSlowMode(seconds=waits[number]))

        here = waits.index(now)
        words = [offered[wait] for wait in waits]
        self._means.ask(AskWhich("One message of each person:", words, here), answered)

    def _edit(self) -> None:
        """Show a form; what is different in it is changed."""
        from tui_rooms.tui.screens.edit_room import EditRoom

        def answered(changes: wire.UpdateRoom | None) -> None:
            if changes is not None:
                self._means.command(changes)

        self._means.ask(EditRoom(self._means.view().room, self._means.clock), answered)

    def _show_reports(self) -> None:
        """Show what was reported, the open ones first, then the newest; Enter sees to one."""
        from tui_rooms.tui.screens.records import Records

        newest_first = reversed(self._means.view().room.reports.values())
        reports = sorted(newest_first, key=lambda one: one.settled_by is not None)

        def answered(number: int | None) -> None:
            if number is not None:
                self._see_to_report(reports[number])

        records = tuple((moment(one.at), reported(one)) for one in reports)
        self._means.ask(
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
                self._means.command(commands.SettleReport(report_id=report.report_id))

        answers = [f"go to {report.name}", "it is settled"]
        # One line: what was said stands whole in the list that one comes from.
        title = f"{report.name}, reported by {report.by_name}:"
        self._means.ask(AskWhich(title, answers), answered)

    def _go_to_reported(self, report: Report) -> None:
        now = self._means.situation()
        if now.view.find(report.identity) is not None:
            self._choose(report.identity)
        elif now.may(Capability.BLOCK_USERS):
            self._ask_block(report.identity, f"{report.name} is not here: keep them out?")
        else:
            self._means.notice(f"{report.name} is not here.")

    def _audit_read(self, message: AuditRead) -> None:
        """Who did what to whom, the newest first; older pages go below what is there."""
        from tui_rooms.tui.screens.records import Records

        room = self._means.view().room
        records = tuple((moment(entry.at), act_words(entry, room)) for entry in message.entries)
        before = message.before
        more = None if before is None else partial(self._want_audit, before)
        if message.asked is None:
            empty = "Nothing has been done yet."
            self._audit_log = Records("Audit log", records, empty, more=more)
            self._means.ask(self._audit_log)
        elif self._audit_log is not None and self._audit_log.is_active:
            self._audit_log.add(records, more)

    def _want_audit(self, before: int | None) -> None:
        self._means.post(AuditWanted(before))


def _people(count: int) -> str:
    return "1 listener" if count == 1 else f"{count:,} listeners"
