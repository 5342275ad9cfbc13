"""What is pasted goes in whole, wherever one writes; what does not fit is said."""

from collections.abc import Callable

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.people import busy
from tests.tui.places import Stand
from tests.tui.rooms import LINK, SOUND, silence
from tui_rooms.rules.address import ToEveryone
from tui_rooms.rules.text import MESSAGE_LIMIT, NAME_LIMIT
from tui_rooms.tui.messages import SendWanted
from tui_rooms.tui.model.conversation import Draft
from tui_rooms.tui.model.values import LobbyPhase, LobbyState
from tui_rooms.tui.screens.ask_line import AskLine
from tui_rooms.tui.screens.ask_why import AskWhy
from tui_rooms.tui.screens.edit_room import EditRoom
from tui_rooms.tui.screens.find_person import FindPerson
from tui_rooms.tui.screens.lobby.place import LobbyPlace
from tui_rooms.tui.screens.new_room import NewRoom
from tui_rooms.tui.screens.question import Question
from tui_rooms.tui.screens.room.place import RoomPlace
from tui_rooms.tui.widgets.chat_line import KEPT, ChatInput
from tui_rooms.tui.widgets.search_line import SearchLine

CODE = "def f(x):\r\n\treturn x:100:\r\n\r\nf(1)"


def in_a_room() -> Stand:
    """Dan's screen."""
    return Stand(RoomPlace(busy("dan"), silence, sound=SOUND, link=LINK))


async def paste(pilot: Pilot[None], text: str) -> None:
    """As the terminal tells of it."""
    focused = pilot.app.focused
    assert focused is not None
    focused.post_message(events.Paste(text))
    await pilot.pause()


def sent(app: Stand) -> list[str]:
    """The messages."""
    return [wish["draft"].text for wish in app.wished(SendWanted)]


# The chat.


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20)])
async def test_a_paste_of_several_lines_is_seen_and_sent_as_it_is(size: tuple[int, int]) -> None:
    """Lines, indentation, no code made a picture; the line to write in is one line again."""
    app = in_a_room()
    async with app.run_test(size=size) as pilot:
        await pilot.press("c")
        await paste(pilot, CODE)
        for line in ("def f(x):", "    return x:100:", "f(1)"):
            assert line in app.picture
        await pilot.press("enter")
        await pilot.pause()
        assert app.wished(SendWanted) == [
            {"draft": Draft("def f(x):\n    return x:100:\n\nf(1)", ToEveryone())}
        ]
        assert app.screen.query_one(ChatInput).region.height == 1


async def test_what_is_too_long_to_send_stays_and_is_counted() -> None:
    """One can shorten it; only then it goes."""
    app = in_a_room()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("c")
        await paste(pilot, "x" * (MESSAGE_LIMIT + 2))
        assert "2,002 of 2,000" in app.picture
        await pilot.press("enter")
        await pilot.pause()
        assert "not sent: message has 2002 chara" in app.picture
        assert sent(app) == []
        await pilot.press("backspace", "backspace", "enter")
        assert sent(app) == ["x" * MESSAGE_LIMIT]


async def test_what_does_not_even_fit_the_line_is_said() -> None:
    """In place of nothing at all, as much as there is room for."""
    app = in_a_room()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("c")
        await paste(pilot, "y" * (KEPT + 1234))
        assert "cut off: 1,234 characters did not" in app.picture
        assert app.screen.query_one(ChatInput).text == "y" * KEPT


async def test_a_tab_or_a_control_character_makes_no_message_impossible() -> None:
    """They are spaces, or nothing, before anybody refuses them."""
    app = in_a_room()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("c")
        await paste(pilot, "a\tb\x1b[31mred\x07\u202e")
        await pilot.press("enter")
        assert sent(app) == ["a   bred"]


async def test_lines_are_written_by_hand_too() -> None:
    """By three keys, as terminals know different ones; arrows go up through them to the log."""
    app = in_a_room()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("c", "a", "ctrl+j", "b", "alt+enter", "c", "shift+enter", "d")
        line = app.screen.query_one(ChatInput)
        assert line.text == "a\nb\nc\nd"
        await pilot.press("up", "up", "up")
        assert line.has_focus
        await pilot.press("up")
        assert not line.has_focus
        await pilot.press("c", "enter")
        assert sent(app) == ["a\nb\nc\nd"]


async def test_what_is_seen_is_what_is_sent() -> None:
    """A code that stands free is a picture before enter; a place in a file stays one."""
    app = in_a_room()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("c", *"main.c:100:5: :tada:")
        await pilot.pause()
        assert "main.c:100:5: 🎉" in app.picture
        await pilot.press("enter", *":tada:", "backspace", "enter")
        assert sent(app) == ["main.c:100:5: 🎉", ":tada:"]


async def test_nothing_to_see_is_not_sent() -> None:
    """Blanks alone are no message; joiners alone are told."""
    app = in_a_room()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("c")
        await paste(pilot, "\u200d\u200d")
        await pilot.press("enter")
        await pilot.pause()
        assert "not sent: message shows nothing" in app.picture
        assert sent(app) == []


# Single lines.


QUESTIONS: dict[str, Callable[[], Question[object]]] = {
    "why": lambda: AskWhy("Send Ben out?", "send out"),  # type: ignore[dict-item, return-value]
    "line": lambda: AskLine("Name?", "ana", limit=NAME_LIMIT),  # type: ignore[dict-item, return-value]
    "find": lambda: FindPerson(lambda _: None),  # type: ignore[dict-item, return-value]
    "new": NewRoom,  # type: ignore[dict-item]
    "edit": lambda: EditRoom(busy("ana").room),  # type: ignore[dict-item, return-value]
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
async def test_every_line_of_a_dialog_takes_all_lines_of_a_paste_as_far_as_they_fit(
    question: Callable[[], Question[object]],
) -> None:
    """And the dialog says how much is left out."""
    app = in_a_room()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(question())
        await pilot.pause()
        line = app.screen.query(Input).first()
        line.value = ""
        line.focus()
        await pilot.pause()
        await paste(pilot, "Tea\r\n\tand\n" + "z" * 600)
        assert line.max_length
        assert line.value == ("Tea and " + "z" * 600)[: line.max_length]
        left_out = 608 - line.max_length
        assert (
            f"{left_out} characters did not fit: there is room for {line.max_length}" in app.picture
        )


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
async def test_every_line_to_write_in_looks_the_same(
    question: Callable[[], Question[object]],
) -> None:
    """One row without a frame, of one colour, of another while it has the keys."""
    app = in_a_room()
    async with app.run_test(size=(120, 36)) as pilot:
        chat = app.screen.query_one(ChatInput)
        at_rest = chat.styles.background
        await pilot.press("c")
        await pilot.pause()
        focused = chat.styles.background
        assert focused != at_rest
        await app.push_screen(question())
        await pilot.pause()
        for line in app.screen.query(Input):
            line.focus()
            await pilot.pause()
            assert line.styles.background == focused
            assert line.size.height == line.outer_size.height == 1
            app.screen.set_focus(None)
            await pilot.pause()
            assert line.styles.background == at_rest


async def test_a_search_takes_a_paste_on_one_line() -> None:
    """The lobby says in its notice what did not fit."""
    app = Stand(LobbyPlace("ana", LobbyState(phase=LobbyPhase.CONNECTED)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash")
        await pilot.pause()
        await paste(pilot, "tea\nroom" + "x" * 300)
        assert app.screen.query_one(SearchLine).value.startswith("tea roomx")
        assert "108 characters did not fit: there is room for 200" in app.picture
