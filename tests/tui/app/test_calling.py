"""How people who look elsewhere are called: the very bytes that reach their terminal."""

import asyncio
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.program import TUI_ROOMS, private_environment
from tests.support.server import Server
from tui_rooms.client.room import CreateOptions, RoomClient
from tui_rooms.rules import commands
from tui_rooms.rules.roles import Role
from tui_rooms.wire.commands import SendMessage

SECONDS = 20.0
EVERY_WAY = {f"TUI_ROOMS_ATTENTION_{way}": "true" for way in ("BELL", "NOTIFICATIONS", "TITLE")}
FOCUS_IN = "\x1b[I"
TITLE_BACK = "\x1b[23;2t"


class Pty:
    """A program on a terminal of its own, whose every byte is kept."""

    def __init__(self, master: int) -> None:
        self.written = ""
        self._master = master
        self._grown = asyncio.Event()
        asyncio.get_running_loop().add_reader(master, self._read)

    @property
    def rang(self) -> bool:
        """Whether the bell was rung: BEL also ends sequences, as that of the mouse pointer."""
        return "\a" in re.sub(r"\x1b\][^\a\x1b]*\a", "", self.written)

    async def until(self, *wanted: str) -> None:
        """Wait for these bytes."""
        try:
            async with asyncio.timeout(SECONDS):
                while not all(words in self.written for words in wanted):
                    self._grown.clear()
                    await self._grown.wait()
        except TimeoutError:
            raise AssertionError(f"no {wanted} in {self.written[-3000:]!r}") from None

    def type(self, keys: str) -> None:
        """Send bytes, as a terminal does for keys and for its focus."""
        os.write(self._master, keys.encode())

    def _read(self) -> None:
        try:
            data = os.read(self._master, 65_536)
        except OSError:  # Linux says so when the program has ended
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self._master)
        self.written += data.decode(errors="replace")
        self._grown.set()


@contextmanager
def on_a_pty(home: Path, *words: str, more: Mapping[str, str]) -> Iterator[Pty]:
    """The real program, 100x30, without sound."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    process = subprocess.Popen(
        [TUI_ROOMS, *words, "--no-sound"],
        env={**private_environment(home), "COLORTERM": "truecolor", **more},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    screen = Pty(master)
    try:
        yield screen
    finally:
        asyncio.get_running_loop().remove_reader(master)
        process.kill()
        process.wait()
        os.close(master)


async def test_a_person_is_called_by_bell_notification_and_title_only_when_they_want_to_be(
    server: Server, tmp_path: Path
) -> None:
    """Mentioned, brought on the stage; the title goes back when they look again."""
    create = CreateOptions(title="Tea", room_type="open_mic")
    link = f"{server.url}/r/tea"
    async with RoomClient.join(server.url, name="Ana", create=create, media=False) as ana:
        with (
            on_a_pty(tmp_path / "dan", link, "--name", "Dan", more=EVERY_WAY) as dan,
            on_a_pty(tmp_path / "eve", link, "--name", "Eve", more={}) as eve,
        ):
            await dan.until("leave")
            await eve.until("leave")
            quiet = len(dan.written)
            assert not dan.rang, "nobody was called yet"
            await ana.do(SendMessage(text="@Dan @Eve one; more?"))
            call = "Ana mentions you: @Dan @Eve one, more?"
            await dan.until(
                f"\x1b]9;tui-rooms: {call}\x1b\\",
                f"\x1b]777;notify;tui-rooms;{call}\x1b\\",
                f"\x1b[22;2t\x1b]2;● {call}\x1b\\",
            )
            assert dan.rang
            assert TITLE_BACK not in dan.written[quiet:]
            dan.type(FOCUS_IN)
            await dan.until(TITLE_BACK)
            here = {who.name: who.identity for who in ana.room.stage.values()}
            await ana.do(commands.ChangeRole(identity=here["Dan"], role=Role.LISTENER))
            await dan.until("\x1b]9;tui-rooms: You are back in the audience.\x1b\\")
            await eve.until("mentions you")
            assert not eve.rang
            for begin in ("\x1b]9;", "\x1b]777;", "\x1b]2;", "\x1b[22;2t"):
                assert begin not in eve.written
