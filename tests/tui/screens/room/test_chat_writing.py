"""What one writes is never lost: completed, sent, refused, kept."""

import pytest
from rich.emoji import Emoji
from textual.pilot import Pilot

from tests.support.server import Server, running_server
from tests.tui.people import busy
from tests.tui.places import SILENT, Stand, picture, until
from tests.tui.rooms import LINK, SOUND, silence
from tui_rooms.client.room import CreateOptions, RoomClient
from tui_rooms.rules import commands
from tui_rooms.rules.address import ToEveryone, ToPerson
from tui_rooms.rules.roles import Capability
from tui_rooms.tui.app.app import TuiRooms
from tui_rooms.tui.drawing.cells import shown, width_of
from tui_rooms.tui.messages import MessageRefused, SendWanted
from tui_rooms.tui.model.completion import completions
from tui_rooms.tui.model.conversation import Draft
from tui_rooms.tui.model.emoji_names import SHORT, emoji_called
from tui_rooms.tui.model.server_choice import ServerChoice
from tui_rooms.tui.screens.lobby.place import LobbyPlace
from tui_rooms.tui.screens.room.place import RoomPlace
from tui_rooms.tui.widgets.chat_line import ChatInput

TO_ANA = ToPerson(identity="ana")
PEOPLE = ("Ana", "Anaïs", "Ben")


def after(text: str) -> list[str]:
    """What tab would make of a text."""
    return [one.text for one in completions(text, len(text), PEOPLE)]


# Completion.


@pytest.mark.parametrize(
    ("text", "completed"),
    [
        ("hi @an", ["hi @Ana ", "hi @Anaïs "]),
        ("mail@an", []),
        ("so :tad", ["so 🎉 "]),
        (":thumbs_u", ["👍 "]),
        ("at 10:30", []),
        (":D", []),
        (":q x", []),
        (":zzzz", []),
    ],
)
def test_what_was_begun_is_completed(text: str, completed: list[str]) -> None:
    """Names after an @, emoji after a colon at the beginning of a word, and nothing else."""
    assert after(text)[: max(1, len(completed))] == completed


def test_short_names_come_first_and_words_in_the_middle_are_found_too() -> None:
    """As people know them from elsewhere."""
    assert emoji_called("smi")[0] == ("smile", "😄")
    assert "🐱" in {emoji for _, emoji in emoji_called("cat")}
    assert ("smiling_cat_face_with_heart-shaped_eyes", "😻") in emoji_called("heart-sh")


def test_every_short_name_is_an_emoji_that_terminals_agree_on() -> None:
    """Two cells, no joiners; and a name that others know means the same elsewhere."""
    for name, emoji in SHORT.items():
        assert (shown(emoji), width_of(emoji)) == (emoji, 2), name
        elsewhere = Emoji.replace(f":{name}:")
        assert elsewhere.startswith(":") or name in ("grin", "laughing") or elsewhere == emoji, name


async def test_tab_turns_a_begun_name_into_its_emoji_and_once_more_into_the_next() -> None:
    """What tab will do is seen before."""
    app = Stand(RoomPlace(busy("dan"), silence, sound=SOUND, link=LINK))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("c", *"oh :smi")
        await pilot.pause()
        assert "tab 😄 smile" in app.picture
        await pilot.press("tab")
        line = app.screen.query_one(ChatInput)
        assert line.text == "oh 😄 "
        second = completions("oh :smi", 7, ())[1]
        await pilot.pause()
        assert f"tab {second.shown}" in app.picture
        await pilot.press("tab")
        assert line.text == second.text
        await pilot.press("x")
        await pilot.pause()
        assert "to everyone" in app.picture


# Refusals.


async def test_a_refused_message_is_in_its_line_again_with_the_reason_and_its_address() -> None:
    """The reason stays until one changes the words."""
    place = RoomPlace(busy("dan"), silence, sound=SOUND, link=LINK)
    app = Stand(place)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("c", *"hi", "enter")
        await place.hear(MessageRefused(Draft("hi", TO_ANA), "slow mode: wait 9 s"))
        await pilot.pause()
        assert app.screen.query_one(ChatInput).text == "hi"
        assert "not sent: slow mode: wait 9 s" in app.picture
        await pilot.press("!")
        await pilot.pause()
        assert "not sent: slow" not in app.picture
        assert "to Ana" in app.picture
        await pilot.press("enter")
        assert app.wished(SendWanted)[-1] == {"draft": Draft("hi!", TO_ANA)}


async def test_a_refused_message_waits_until_the_line_is_free() -> None:
    """What one is writing by now goes first, to whom it was meant for."""
    place = RoomPlace(busy("dan"), silence, sound=SOUND, link=LINK)
    app = Stand(place)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("c", *"second")
        await place.hear(MessageRefused(Draft("first", TO_ANA), "slow mode: wait 9 s"))
        await pilot.pause()
        line = app.screen.query_one(ChatInput)
        assert line.text == "second"
        assert "It comes back when the line is free" in app.picture
        assert place.chat.drafts() == [Draft("second", ToEveryone()), Draft("first", TO_ANA)]
        await pilot.press("enter")
        await pilot.pause()
        assert app.wished(SendWanted) == [{"draft": Draft("second", ToEveryone())}]
        assert line.text == "first"
        assert "to Ana" in app.picture


# On a real server.


async def in_room(pilot: Pilot[None], app: TuiRooms) -> None:
    """Wait for the list and go in."""
    # The head of a room that one is still leaving has the same words.
    await until(
        pilot,
        lambda: isinstance(app.screen, LobbyPlace) and "● LIVE  Tea" in picture(app),
        "the list",
    )
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, RoomPlace), "the room")


def host(server: Server) -> object:
    """Somebody who opens a room and stays."""
    create = CreateOptions(title="Tea", room_type="open_mic")
    return RoomClient.join(server.url, name="Host", create=create, media=False)


async def test_slow_mode_and_silence_in_the_chat_lose_no_word(server: Server) -> None:
    """Both refusals bring the message back."""
    app = TuiRooms(lambda: ServerChoice(server.url), name="ben", settings=SILENT)
    async with host(server) as ana, app.run_test(size=(120, 36)) as pilot:  # type: ignore[attr-defined]
        await ana.do(commands.SetSlowMode(seconds=600.0))
        await in_room(pilot, app)
        await pilot.press("c", *"one", "enter")
        await until(pilot, lambda: "you one" in picture(app), "the first message")
        await pilot.press(*"two", "enter")
        line = app.screen.query_one(ChatInput)
        await until(pilot, lambda: line.text == "two", "the words in their line")
        assert "not sent: " in picture(app)
        await ana.do(commands.SetSlowMode(seconds=0.0))
        await pilot.press("enter")
        await until(pilot, lambda: "you two" in picture(app), "the message at last")
        who = next(one for one in ana.room.stage if one != ana.identity)
        await pilot.press(*"three")
        await ana.do(commands.RevokeCapability(identity=who, capability=Capability.SEND_MESSAGE))
        await pilot.press("enter")
        await until(pilot, lambda: "not sent: " in picture(app), "the refusal")
        assert line.text == "three"


async def test_what_was_begun_is_there_when_one_comes_back(server: Server) -> None:
    """After leaving the room, with the line to whom it goes."""
    app = TuiRooms(lambda: ServerChoice(server.url), name="ben", settings=SILENT)
    async with host(server), app.run_test(size=(120, 36)) as pilot:  # type: ignore[attr-defined]
        await in_room(pilot, app)
        await pilot.press("c", "ctrl+o", "3", *"half a sen", "escape", "q")
        await in_room(pilot, app)
        line = app.screen.query_one(ChatInput)
        await until(pilot, lambda: line.text == "half a sen", "the words")
        assert "to Host" in picture(app)


async def test_a_lost_link_gives_the_words_back() -> None:
    """With what is wrong with it."""
    app: TuiRooms
    with running_server() as server:
        app = TuiRooms(lambda: ServerChoice(server.url), name="ben", settings=SILENT)
        async with host(server), app.run_test(size=(120, 36)) as pilot:  # type: ignore[attr-defined]
            await in_room(pilot, app)
            server.kill()
            await until(pilot, lambda: "reconnecting" in picture(app), "the loss")
            await pilot.press("c", *"hello", "enter")
            line = app.screen.query_one(ChatInput)
            await until(pilot, lambda: line.text == "hello", "the words in their line")
            assert "not sent: " in picture(app)
