"""The thread that reads the terminal: its end is the terminal's, or a failure that is told."""

import asyncio
import logging
import os
import threading

import pytest
from textual.message import Message

from tui_rooms.tui.terminal.input_thread import ReadsAnything


class Ending:
    """An app as far as a driver ends it."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self.code: int | None = None

    def exit(self, *, return_code: int = 0) -> None:
        """Remember with what."""
        self.code = return_code
        self.ended.set()


class OnPipe(ReadsAnything):
    """Reads a pipe in place of a terminal, and passes messages on to a list."""

    def __init__(self, descriptor: int, app: Ending, *, fails: bool = False) -> None:
        self.fileno = descriptor
        self.exit_event = threading.Event()
        self._loop = asyncio.get_running_loop()
        self._app = app  # type: ignore[assignment]
        self.fails = fails
        self.told: list[Message] = []
        self.thread = threading.Thread(target=self._run_input_thread)
        self.thread.start()

    def process_message(self, message: Message) -> None:
        """Keep it, or fail as code with a fault does."""
        if self.fails:
            raise KeyError("a fault of ours")
        self.told.append(message)


async def test_a_dead_input_thread_is_a_failure(caplog: pytest.LogCaptureFixture) -> None:
    """The app ends with a code that is not 0, and the log has the reason."""
    read, write = os.pipe()
    app = Ending()
    driver = OnPipe(read, app, fails=True)
    with caplog.at_level(logging.ERROR):
        os.write(write, b"m")
        await asyncio.wait_for(app.ended.wait(), 10)
    driver.thread.join()
    assert app.code == 1
    assert "a fault of ours" in caplog.text
    os.close(read)
    os.close(write)


async def test_a_terminal_that_is_gone_ends_the_app_in_order() -> None:
    """At once, without reading nothing again and again."""
    read, write = os.pipe()
    app = Ending()
    driver = OnPipe(read, app)
    os.write(write, b"m\xe9")
    os.close(write)
    await asyncio.wait_for(app.ended.wait(), 10)
    driver.thread.join()
    assert app.code == 0
    assert [type(message).__name__ for message in driver.told] == ["Key"]
    os.close(read)


async def test_the_thread_ends_when_the_app_does() -> None:
    """Nobody types any more."""
    read, write = os.pipe()
    driver = OnPipe(read, Ending())
    driver.exit_event.set()
    await asyncio.to_thread(driver.thread.join, 10)
    assert not driver.thread.is_alive()
    os.close(read)
    os.close(write)
