"""The log of the chat wraps what is new, and nothing twice."""

from dataclasses import replace
from typing import Any

import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot

from tests.tui.people import a_message, somebody
from tui_rooms.rules.address import ToPerson
from tui_rooms.rules.records import ChatMessage
from tui_rooms.rules.roles import Role
from tui_rooms.tui.drawing import chat_lines
from tui_rooms.tui.drawing.chat_lines import Reader
from tui_rooms.tui.drawing.line import Piece
from tui_rooms.tui.terminal.themed import Themed
from tui_rooms.tui.widgets import chat_log
from tui_rooms.tui.widgets.chat_log import ChatLog

BEN = somebody("ben", "Ben", Role.SPEAKER)
MANY = tuple(a_message(number, BEN, f"message {number}") for number in range(1, 101))
READER = Reader("ana", {"ben": "Ben"})


class Log(Themed):
    """Only the log."""

    def compose(self) -> ComposeResult:
        yield ChatLog()


@pytest.fixture
def wrapped(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are wrapped, in that order."""
    texts: list[str] = []

    def noting(message: ChatMessage, *args: Any, **options: Any) -> list[list[Piece]]:
        texts.append(message.text)
        return chat_lines.chat_lines(message, *args, **options)

    monkeypatch.setattr(chat_log, "chat_lines", noting)
    return texts


def lines(app: Log) -> str:
    """The screen's text."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def shown(pilot: Pilot[None], chat: tuple[ChatMessage, ...], reader: Reader = READER) -> str:
    """The screen with that chat."""
    app = pilot.app
    assert isinstance(app, Log)
    app.query_one(ChatLog).show(chat, reader)
    await pilot.pause()
    return lines(app)


async def test_a_new_message_costs_itself_and_not_the_log(wrapped: list[str]) -> None:
    """Also when somebody has come whom the messages do not concern."""
    async with Log().run_test(size=(40, 10)) as pilot:
        await shown(pilot, MANY)
        wrapped.clear()
        new = a_message(101, BEN, "the newest")
        reader = Reader("ana", {"ben": "Ben", "dan": "Dan"})
        assert "the newest" in await shown(pilot, (*MANY[1:], new), reader)
        assert wrapped == ["the newest"]


async def test_what_looks_different_is_wrapped_again(wrapped: list[str]) -> None:
    """Deleted, chosen, to somebody who has another name now."""
    private = replace(MANY[-1], to=ToPerson(identity="dan"))
    async with Log().run_test(size=(40, 10)) as pilot:
        await shown(pilot, (*MANY[:-1], private))
        wrapped.clear()
        named = Reader("ana", {"ben": "Ben", "dan": "Daniel"})
        assert "→ Daniel" in await shown(pilot, (*MANY[:-1], private), named)
        deleted = replace(private, deleted_by="ben")
        assert "deleted" in await shown(pilot, (*MANY[:-1], deleted), named)
        pilot.app.query_one(ChatLog).choose(MANY[0].message_id)
        assert wrapped == ["message 100", "message 100", "message 1"]


async def test_another_width_wraps_all_anew(wrapped: list[str]) -> None:
    """And the newest message stays in sight."""
    async with Log().run_test(size=(40, 10)) as pilot:
        await shown(pilot, MANY)
        wrapped.clear()
        await pilot.resize_terminal(30, 10)
        await pilot.pause()
        assert len(wrapped) == len(MANY)
        app = pilot.app
        assert isinstance(app, Log)
        assert "message 100" in lines(app)


async def test_only_what_calls_one_by_the_whole_name_is_marked() -> None:
    """A longer name, an address of mail, and one's own words about oneself call nobody."""
    chat = tuple(
        a_message(number, BEN, text)
        for number, text in enumerate(("@Anabel hi", "foo@ana.org", "@ana, hi"), start=1)
    )
    ana = somebody("ana", "Ana", Role.HOST)
    chat = (*chat, a_message(4, ana, "I am @Ana"))
    reader = Reader("ana", {"ana": "Ana", "bel": "Anabel", "ben": "Ben"})
    async with Log().run_test(size=(40, 10)) as pilot:
        screen = await shown(pilot, chat, reader)
        marked = [line for line in screen.splitlines() if line.startswith("▌")]
        assert [line.split("Ben ")[1].strip() for line in marked] == ["@ana, hi"]
