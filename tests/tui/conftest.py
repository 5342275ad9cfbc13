"""Every test of the screen has the same terminal, wherever it runs."""

import time

import pytest


@pytest.fixture(autouse=True)
def terminal_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """All colours; nothing of the settings of whoever runs the tests."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setenv("TUI_ROOMS_CONFIG", "/nonexistent/config.toml")
