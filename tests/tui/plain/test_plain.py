"""--plain: lines of text in, lines of text out, on a real server."""

import errno
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.http import call
from tests.support.server import Server
from tests.support.waiting import wait_until
from tests.tui.places import SILENT
from tui_rooms.tui.model.failure import Failure
from tui_rooms.tui.model.server_choice import ServerChoice
from tui_rooms.tui.plain.session import PlainSession
from tui_rooms.tui.settings.schema import Settings, You


class Visit:
    """Somebody who types and reads."""

    def __init__(self, server: ServerChoice | str, name: str) -> None:
        choice = ServerChoice(server) if isinstance(server, str) else server
        self.lines: list[str] = []
        settings = Settings(you=You(name=name), audio=SILENT.audio)
        self._typed: list[str] = []
        self._more = threading.Condition()
        self._over = False
        self._session = PlainSession(lambda: choice, settings, self.lines.append)
        self._thread = threading.Thread(target=lambda: self._session.run(self._input()))

    def __enter__(self) -> "Visit":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.types("quit")
        self._thread.join(15)
        with self._more:
            self._over = True
            self._more.notify()
        assert not self._thread.is_alive()

    def types(self, line: str) -> None:
        """A line, and Enter."""
        with self._more:
            self._typed.append(line)
            self._more.notify()

    def reads(self, words: str) -> None:
        """Wait for a line with these words."""
        try:
            wait_until(lambda: any(words in line for line in self.lines), repr(words))
        except AssertionError as error:
            raise AssertionError("\n".join((str(error), *self.lines))) from None

    def _input(self) -> Iterator[str]:
        while True:
            with self._more:
                self._more.wait_for(lambda: bool(self._typed) or self._over, timeout=60)
                if not self._typed:
                    return
                line = self._typed.pop(0)
            yield line


def test_a_room_is_opened_talked_in_and_ended_by_typing(server: Server) -> None:
    """Each event is a line; nothing moves a cursor."""
    with Visit(server.url, "ana") as ana, Visit(server.url, "ben") as ben:
        ana.reads("no rooms are open")
        ana.types("new Tea")
        ana.reads("in the room Tea, hosted by ana")
        ben.reads("new room: Tea, live, hosted by ana, 1 person")
        ben.types("join 1")
        ana.reads("ben came, speaker, muted")
        ben.reads("in the room Tea")
        ben.types("unmute")
        ana.reads("ben opened the microphone")
        ben.reads("you opened the microphone")
        ana.types("mute be")
        ben.reads("you are muted")
        ana.types("audience ben")
        ben.reads("you are a listener now")
        ben.types("unmute")
        ben.reads("'ben' may not open a microphone")
        ana.types("who")
        ana.reads("  ben")
        ana.types("end")
        ben.reads("room 'Tea' has ended")
        assert not any("\x1b" in line for line in ana.lines + ben.lines)


def test_lines_are_said_with_sound_devices_too() -> None:
    """Nothing is told before the visit is there to hear it."""
    lines: list[str] = []
    session = PlainSession(lambda: ServerChoice("127.0.0.1:9"), Settings(), lines.append)
    session.run(["help"])
    assert lines[0].startswith("tui-rooms, plain")


@pytest.mark.parametrize(
    ("error", "failure", "says"),
    [
        (OSError(errno.EBADF, "Bad file descriptor"), Failure.WRONG_WORDS, ": Bad file descriptor"),
        (LookupError("unknown encoding"), Failure.FAULT, " (LookupError)"),
    ],
)
def test_an_input_that_cannot_be_read_ends_it_aloud(
    server: Server, error: Exception, failure: Failure, says: str
) -> None:
    """Nobody waits for lines that cannot come, and it is no success."""

    def lines() -> Iterator[str]:
        yield "rooms"
        raise error

    said: list[str] = []
    session = PlainSession(lambda: ServerChoice(server.url), SILENT, said.append)
    assert session.run(lines()) is failure
    assert f"standard input cannot be read{says}" in said


def test_what_cannot_be_done_is_answered_with_what_can(server: Server) -> None:
    """Unknown words, unknown rooms, unknown people."""
    with Visit(server.url, "ana") as ana:
        ana.reads("no rooms are open")
        ana.types("dance")
        ana.reads("no word 'dance' here; type one of: rooms, join, new")
        ana.types("join 7")
        ana.reads("no room '7'; expected a number of the list")
        ana.types("join " + "9" * 5000)
        ana.reads("no room has the id '9999")
        ana.types("join Łódź")
        ana.reads("no room has the id 'Łódź': ids are small letters")
        ana.types("new")
        ana.reads("a room needs a title")
        ana.types("goto ftp://x")
        ana.reads("cannot read the server address")
        ana.types("help")
        ana.reads("join NUMBER")
        ana.types("new Tea")
        ana.reads("in the room Tea")
        ana.types("mute zoe")
        ana.reads("nobody here is called 'zoe'")
        ana.types("volume ana " + "9" * 5000)
        ana.reads("expected a name and 0 to 200 percent")
        ana.types("leave")
        ana.reads("you have left the room")


def test_a_planned_room_has_a_link_for_ones_calendar(server: Server) -> None:
    """Which leads to its file; a room that is none, or has no start, has none."""
    start = datetime.now(UTC) + timedelta(days=3)
    call(f"{server.url}/api/rooms", {"title": "Tea", "starts_at": start.isoformat()})
    with Visit(server.url, "ana") as ana:
        ana.reads(f"1. Tea, scheduled for {start:%Y-%m-%d %H:%M} UTC, hosted by host")
        ana.types("calendar 7")
        ana.reads("no room '7'; expected a number of the list")
        ana.types("calendar 1")
        ana.reads("your own link for your calendar: ")
        [line] = [one for one in ana.lines if one.startswith("your own link")]
        assert "SUMMARY:Tea" in call(line.rpartition(" ")[2]).body
        call(f"{server.url}/api/rooms", {"title": "Now", "live": True})
        ana.reads("new room: Now")
        ana.types("calendar 2")
        ana.reads("room 'now' has no start: only a scheduled room is for calendars")
