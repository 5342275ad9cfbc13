"""Chat and reactions: wishes first, pictures second."""

from dataclasses import replace

import pytest

from tests.tui.people import a_message, busy, somebody
from tests.tui.places import Stand
from tests.tui.rooms import WIDE, asked, place, standing
from tui_rooms.rules import commands
from tui_rooms.rules.address import ToEveryone, ToPerson
from tui_rooms.rules.roles import Role
from tui_rooms.tui.messages import (
    OlderRead,
    OlderWanted,
    Reacted,
    RoomChanged,
    SendWanted,
)
from tui_rooms.tui.model.conversation import Draft
from tui_rooms.tui.widgets.chat_line import ChatInput
from tui_rooms.tui.widgets.chat_log import ChatLog


def sent(app: Stand) -> list[Draft]:
    """The messages that were to be sent."""
    return [wish["draft"] for wish in app.wished(SendWanted)]


async def test_single_letters_are_text_while_one_types() -> None:
    """No key of the room fires; enter sends, escape goes back to the room."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("c", *"maqdhgEk?,", "enter")
        assert sent(app) == [Draft("maqdhgEk?,", ToEveryone())]
        assert app.screen.query_one(ChatInput).text == ""
        assert "esc back" in app.lines[-1]
        assert "m mute" not in app.lines[-1]
        await pilot.press("x", "escape", "m")
        assert len(app.wishes) == 2, "the microphone's key works again"
        assert app.screen.query_one(ChatInput).text == "x", "what was begun stays"


async def test_one_can_write_to_one_person() -> None:
    """The address is seen, and stays until it is changed."""
    app = standing(busy("dan"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("c", "ctrl+o", "3")
        await pilot.pause()
        assert "to Ana" in app.picture
        await pilot.press(*"hi", "enter")
        assert sent(app) == [Draft("hi", ToPerson(identity="ana"))]


async def test_tab_completes_a_name_after_an_at_sign() -> None:
    """Once more gives the next that fits."""
    view = busy("ana")
    view.room.audience["d2"] = somebody("d2", "Dora May", Role.LISTENER)
    app = standing(view)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("c", *"so @d", "tab")
        line = app.screen.query_one(ChatInput)
        assert line.text == "so @Dan "
        await pilot.press("tab")
        assert line.text == "so @Dora May "
        assert line.has_focus


async def test_an_emoji_can_be_written_by_its_name() -> None:
    """As people are used to."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("c", *":clap:", "enter")
        assert sent(app) == [Draft("👏", ToEveryone())]


async def test_unread_messages_are_counted_until_they_are_seen() -> None:
    """On the tab and in the bar of a narrow room."""
    app = standing(busy("ana"))
    async with app.run_test(size=(80, 24)) as pilot:
        room = busy("ana").room
        room.chat["m4"] = a_message(4, room.stage["ben"], "one")
        room.chat["m5"] = a_message(5, room.stage["ana"], "mine")
        await place(app).hear(RoomChanged(room))
        await pilot.pause()
        assert "Chat  1" in app.picture
        assert "c chat 1" in app.lines[-1]
        await pilot.press("c")
        await pilot.pause()
        await pilot.pause()
        assert "Chat  1" not in app.picture
        assert "00:04 Ben one" in app.picture


async def test_ones_own_message_can_be_deleted_and_others_by_moderators() -> None:
    """The host may delete Dan's; Dan may delete his, not Ana's."""
    for me, message, deleted in (("ana", "m2", 1), ("dan", "m2", 1), ("dan", "m1", 0)):
        app = standing(busy(me))
        async with app.run_test(size=WIDE) as pilot:
            app.screen.query_one(ChatLog).choose(message)
            await pilot.pause()
            await pilot.press("x")
            assert asked(app) == [commands.DeleteMessage(message_id=message)] * deleted


async def test_a_message_is_pinned_and_the_pinned_one_taken_away() -> None:
    """The first message is pinned."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert "▲ Ana: welcome everybody!" in app.picture
        log = app.screen.query_one(ChatLog)
        for message in ("m2", "m1"):
            log.choose(message)
            await pilot.pause()
            await pilot.press("P")
        assert asked(app) == [
            commands.PinMessage(message_id="m2"),
            commands.PinMessage(message_id=None),
        ]


async def test_going_up_from_the_first_message_fetches_older_ones() -> None:
    """They come above, and what was chosen stays chosen."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        place(app).chat.conversation.has_older = True
        log = app.screen.query_one(ChatLog)
        log.choose("m1")
        log.focus()
        await pilot.pause()
        await pilot.press("up")
        await pilot.pause()
        assert app.wished(OlderWanted) == [{"before": "m1"}]
        old = a_message(0, busy().room.stage["ben"], "long ago")
        await place(app).hear(OlderRead((old,), more=False))
        await pilot.pause()
        assert "00:00 Ben long ago" in app.picture
        assert log.chosen is not None
        assert log.chosen.message_id == "m1"


async def test_nothing_that_others_wrote_is_interpreted() -> None:
    """Markup and escapes are text."""
    view = busy("ana")
    ben = replace(view.room.stage["ben"], name="[b]Ben\x1b[31m")
    view.room.chat["m9"] = a_message(9, ben, "[red]no[/] \x1b[2J\x07 🇩🇪 é́́́́")
    app = standing(view)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert "[red]no[/]" in app.picture
        assert "\x1b" not in app.picture
        strips = app.screen._compositor.render_strips()
        assert {strip.cell_length for strip in strips} == {WIDE[0]}


async def test_r_sends_one_of_the_rooms_emoji() -> None:
    """By its number."""
    app = standing(busy("dan"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        assert "clapping hands" in app.picture
        await pilot.press("1")
        await pilot.pause()
        assert asked(app) == [commands.React(emoji="👏")]


@pytest.mark.parametrize("calm", [False, True])
async def test_a_reaction_is_seen_by_its_person_and_in_the_head(calm: bool) -> None:
    """Who wants no motion has it in the head alone."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        place(app).seats.calm = calm
        await place(app).hear(Reacted("dan", "", "🔥"))
        place(app).tick()
        await pilot.pause()
        assert "🔥 1" in app.lines[1]
        assert ("Dan 🔥" in app.picture) is not calm
