"""Hands, people and chat: wishes first, pictures second."""

from dataclasses import replace

import pytest

from tests.tui.people import a_message, busy, jazz, somebody
from tests.tui.places import SIZES, Stand, until
from tests.tui.screens.test_room_place import AN_HOUR, LINK, SOUND, silence
from tui_rooms.rules import commands
from tui_rooms.rules.address import ToEveryone, ToPerson
from tui_rooms.rules.records import Block, Offer
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.tui.messages import (
    AuditWanted,
    CommandWanted,
    OlderRead,
    OlderWanted,
    Reacted,
    RoomChanged,
    SendWanted,
)
from tui_rooms.tui.model.conversation import Draft
from tui_rooms.tui.model.room_view import RoomView
from tui_rooms.tui.screens.room.place import RoomPlace
from tui_rooms.tui.widgets.canvas import Canvas
from tui_rooms.tui.widgets.chat_line import ChatInput
from tui_rooms.tui.widgets.chat_log import ChatLog
from tui_rooms.tui.widgets.hands_pane import HandsPane
from tui_rooms.tui.widgets.key_grid import KeyGrid
from tui_rooms.wire import commands as wire

WIDE = (120, 36)


def standing(view: RoomView) -> Stand:
    """A room in an app; it is an hour on air."""
    return Stand(RoomPlace(view, silence, sound=SOUND, link=LINK, clock=lambda: AN_HOUR))


def place(app: Stand) -> RoomPlace:
    """The room of the app."""
    assert isinstance(app.place, RoomPlace)
    return app.place


def asked(app: Stand) -> list[object]:
    """The commands that were wished for."""
    return [wish["command"] for wish in app.wished(CommandWanted)]


def sent(app: Stand) -> list[Draft]:
    """The messages that were to be sent."""
    return [wish["draft"] for wish in app.wished(SendWanted)]


def offered(view: RoomView, identity: str) -> RoomView:
    """The same room, with the stage offered to somebody by Ana."""
    name = view.room.audience[identity].name
    view.room.offers[identity] = Offer(
        name=name, role=Role.SPEAKER, by="ana", at=AN_HOUR, expires_at=AN_HOUR + 42
    )
    return view


# Hands.


async def test_h_raises_ones_hand_and_lowers_it_again() -> None:
    """As the room is then."""
    view = jazz("dan")
    view.room.hands_open = frozenset({Role.LISTENER})
    app = standing(view)
    async with app.run_test() as pilot:
        await pilot.press("h")
        await place(app).hear(RoomChanged(busy().room))
        await pilot.press("h")
        assert asked(app) == [commands.RaiseHand(), commands.LowerHand(identity="dan")]


async def test_closed_hands_are_told_and_cannot_be_raised() -> None:
    """The key does nothing, and the pane says why."""
    app = standing(jazz("dan"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("h")
        assert asked(app) == []
        assert "Hands are closed" in app.picture


async def test_a_and_d_answer_the_first_in_the_queue() -> None:
    """Whoever waits longest, unless somebody who waits is chosen."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("a")
        place(app).query_one(Canvas).choose("eve")
        await pilot.pause()
        await pilot.press("d")
        assert asked(app) == [
            commands.OfferStage(identity="dan"),
            commands.DeclineHand(identity="eve"),
        ]


async def test_who_was_invited_is_not_invited_again() -> None:
    """The next `a` goes to the next hand."""
    app = standing(offered(busy("ana"), "dan"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert "invited 0:42" in app.picture
        await pilot.press("a")
        assert asked(app) == [commands.OfferStage(identity="eve")]


async def test_a_request_is_answered_by_the_same_keys() -> None:
    """When the person who asks is chosen."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        place(app).query_one(Canvas).choose("cleo")
        await pilot.pause()
        await pilot.press("a", "d")
        answers = [
            commands.AnswerRequest(identity="cleo", capability=Capability.SEND_EVENT, grant=granted)
            for granted in (True, False)
        ]
        assert asked(app) == answers


@pytest.mark.parametrize("size", SIZES)
async def test_an_offer_is_a_question_with_its_time(size: tuple[int, int]) -> None:
    """Who offers, how to answer, and for how long."""
    app = standing(offered(busy("dan"), "dan"))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert "Ana offers you the stage" in app.picture
        assert "0:42" in app.picture
        await pilot.press("a", "d")
        assert asked(app) == [commands.AcceptOffer(), commands.DeclineOffer()]


async def test_an_answer_may_be_clicked_on() -> None:
    """The same as its key."""
    app = standing(offered(busy("dan"), "dan"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        line = next(y for y, text in enumerate(app.lines) if "stay in the audience" in text)
        await pilot.click(offset=(app.lines[line].index("stay"), line))
        assert asked(app) == [commands.DeclineOffer()]


async def test_listeners_see_the_queue_but_do_not_decide() -> None:
    """Positions are for all, the keys are not."""
    app = standing(busy("eve"))
    async with app.run_test(size=WIDE) as pilot:
        assert "↑1 Dan" in app.picture
        await pilot.press("a", "d")
        assert asked(app) == []
        assert "accept" not in app.picture


async def test_the_choice_stays_on_the_person_when_the_queue_moves() -> None:
    """Dan's hand goes down while Eve is chosen."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        pane = place(app).query_one(HandsPane)
        pane.focus()
        await pilot.pause()
        await pilot.press("down")
        await pilot.pause()
        await pilot.press("down")
        await pilot.pause()
        assert place(app).query_one(Canvas).chosen == "eve"
        room = busy("ana").room
        del room.hands["dan"]
        await place(app).hear(RoomChanged(room))
        await pilot.pause()
        assert place(app).query_one(Canvas).chosen == "eve"
        assert [row.name for row in pane.value.rows if row.chosen] == ["Eve"]
        assert "↑1 Eve" in app.picture


# The chosen person, and the room.


async def test_kick_names_the_person_and_asks_why() -> None:
    """Escape leaves everything as it is."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        place(app).query_one(Canvas).choose("ben")
        await pilot.pause()
        await pilot.press("k")
        assert "Send Ben out of the room?" in app.picture
        await pilot.press("escape")
        assert asked(app) == []
        await pilot.press("k", *"noise", "enter")
        await pilot.pause()
        assert asked(app) == [commands.Kick(identity="ben", reason="noise")]


async def test_a_block_has_a_reason_and_a_time() -> None:
    """The second choice is an hour."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        place(app).query_one(Canvas).choose("ben")
        await pilot.pause()
        await pilot.press("b", *"spam", "tab", "down", "enter")
        await pilot.pause()
        assert asked(app) == [commands.Block(identity="ben", reason="spam", seconds=3600.0)]


async def test_a_report_needs_a_reason() -> None:
    """Without one nothing is sent."""
    app = standing(busy("dan"))
    async with app.run_test(size=WIDE) as pilot:
        place(app).query_one(Canvas).choose("ben")
        await pilot.pause()
        await pilot.press("R", "enter")
        assert asked(app) == []
        await pilot.press(*"rude", "enter")
        await pilot.pause()
        assert asked(app) == [wire.Report(identity="ben", reason="rude")]


@pytest.mark.parametrize(
    ("key", "question", "command"),
    [
        ("G", "Stop being live? 2 listeners will be sent out", commands.StopLive()),
        ("E", "End “Jazz” for all?", commands.EndRoom()),
        ("L", "Lower all hands (2)?", commands.LowerAllHands()),
    ],
)
async def test_what_concerns_everyone_asks_first(key: str, question: str, command: object) -> None:
    """Enter alone does nothing; the answer must be yes."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press(key)
        assert question in app.picture
        await pilot.press("enter")
        await pilot.pause()
        assert asked(app) == []
        await pilot.press(key, "y")
        await pilot.pause()
        assert asked(app) == [command]


async def test_mute_all_says_whether_they_may_unmute() -> None:
    """The second answer takes the right too."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("A", "enter")
        await pilot.pause()
        await pilot.press("A", "2")
        await pilot.pause()
        assert asked(app) == [commands.MuteAll(), commands.MuteAll(may_unmute=False)]


async def test_a_permission_is_taken_or_given() -> None:
    """What one may do oneself; a speaker may raise a hand."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        place(app).query_one(Canvas).choose("ben")
        await pilot.pause()
        await pilot.press("e")
        assert "What Ben may do" in app.picture
        await pilot.press("3", "e", "8")
        await pilot.pause()
        assert asked(app) == [
            commands.RevokeCapability(identity="ben", capability=Capability.SEND_AUDIO),
            commands.GrantCapability(identity="ben", capability=Capability.MUTE_USERS),
        ]


async def test_a_cohost_may_not_act_against_a_host() -> None:
    """Nothing about the host is offered but writing and reporting."""
    view = busy("ben")
    view.room.stage["ben"] = replace(view.room.stage["ben"], role=Role.COHOST)
    app = standing(view)
    async with app.run_test(size=WIDE) as pilot:
        place(app).query_one(Canvas).choose("ana")
        await pilot.pause()
        grid = place(app).query_one("#person-keys", KeyGrid)
        assert [key.action for key in grid.value] == [
            "details",
            "quieter",
            "louder",
            "mute-for-me",
            "write-person",
            "report",
        ]


async def test_somebody_who_is_blocked_can_be_let_in_again() -> None:
    """The list names them and says why."""
    view = busy("ana")
    view.room.blocked["zed"] = Block(name="Zed", by="ana", reason="spam", at=0.0, until=None)
    app = standing(view)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("B")
        assert "Zed: spam" in app.picture
        await pilot.press("enter")
        await pilot.pause()
        assert asked(app) == [commands.Unblock(identity="zed")]


async def test_the_audit_log_is_asked_for() -> None:
    """The server has it."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("l")
        assert len(app.wished(AuditWanted)) == 1


# Chat.


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


async def test_a_name_in_the_palette_is_text_too() -> None:
    """Of the chosen person, in the actions that name them, before and after one types."""
    view = busy("ana")
    view.room.stage["ben"] = replace(view.room.stage["ben"], name="Ben [/] 🇩🇪")
    app = standing(view)
    async with app.run_test(size=WIDE) as pilot:
        place(app).seats.choose("ben")
        await pilot.press("ctrl+p")
        await until(pilot, lambda: "Ben [/] DE" in app.picture, "the actions")
        await pilot.press(*"mute")
        await until(pilot, lambda: "mute Ben [/] DE" in app.picture, "the action that is sought")


# Reactions.


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


# Panes.


async def test_tab_goes_around_stage_people_and_chat() -> None:
    """In a narrow window each is seen alone."""
    app = standing(busy("ana"))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert "ON STAGE" in app.picture
        await pilot.press("tab")
        await pilot.pause()
        assert "ON STAGE" not in app.picture
        assert "↑ HANDS" in app.picture or "▸ HANDS" in app.picture
        await pilot.press("tab")
        await pilot.pause()
        assert "✉ CHAT" in app.picture
        assert isinstance(app.focused, ChatInput)
        await pilot.press("escape")
        await pilot.pause()
        assert "ON STAGE" in app.picture


async def test_tab_goes_on_from_where_the_mouse_went() -> None:
    """After a click into the chat's log, the stage is next."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.click(ChatLog)
        await pilot.press("tab")
        await pilot.pause()
        assert isinstance(app.focused, Canvas)
