"""Every test of the screen has the same terminal, wherever it runs, and time to come to rest."""

import time
from typing import Any

import pytest
from textual.app import App
from textual.events import Event
from textual.message import Message
from textual.pilot import Pilot

TURNS = 50
"""Pauses after which a screen that never rests is looked at all the same."""


@pytest.fixture(autouse=True)
def terminal_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """All colours; nothing of the settings of whoever runs the tests."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setenv("TUI_ROOMS_CONFIG", "/nonexistent/config.toml")


@pytest.fixture(autouse=True)
def pauses_until_all_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual's own pause takes a process that gets no CPU for one that has nothing to do."""
    pause = Pilot.pause

    async def patient_pause(pilot: Pilot[Any], delay: float | None = None) -> None:
        await pause(pilot, delay)
        for _ in range(TURNS):
            if delay is not None or not is_busy(pilot.app):
                return
            await pause(pilot)

    monkeypatch.setattr(Pilot, "pause", patient_pause)


@pytest.fixture(autouse=True)
def nothing_is_told_to_an_app_that_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only `run_test` takes the screens down while messages are still given out."""
    dispatch = App._dispatch_message

    async def while_running(app: App[Any], message: Message) -> None:
        if app._running or isinstance(message, Event):
            await dispatch(app, message)

    monkeypatch.setattr(App, "_dispatch_message", while_running)


def is_busy(app: App[Any]) -> bool:
    """Whether a message waits for somebody, or something for being drawn."""
    screen = app.screen
    pumps = (app, screen, *screen.walk_children())
    return (
        any(not pump._message_queue.empty() for pump in pumps)
        or screen._layout_required
        or bool(screen._dirty_widgets or screen._callbacks)
    )
