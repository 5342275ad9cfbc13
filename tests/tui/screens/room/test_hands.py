"""Hands, offers and requests: wishes first, pictures second."""

import pytest

from tests.tui.people import busy, jazz
from tests.tui.places import SIZES
from tests.tui.rooms import AN_HOUR, WIDE, asked, place, standing
from tui_rooms.rules import commands
from tui_rooms.rules.records import Hand, Offer
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.tui.messages import (
    RoomChanged,
)
from tui_rooms.tui.model.room_view import RoomView
from tui_rooms.tui.widgets.canvas import Canvas
from tui_rooms.tui.widgets.hands_pane import HandsPane


def offered(view: RoomView, identity: str) -> RoomView:
    """The same room, with the stage offered to somebody by Ana."""
    name = view.room.audience[identity].name
    view.room.offers[identity] = Offer(
        name=name, role=Role.SPEAKER, by="ana", at=AN_HOUR, expires_at=AN_HOUR + 42
    )
    return view


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


async def test_a_hand_of_somebody_beyond_the_known_names_is_chosen_and_accepted() -> None:
    """They have a seat among the raised hands, and keep it while they are chosen."""
    view = busy("ana")
    view.room.audience_count = 4000
    view.room.hands["zoe"] = Hand(name="Zoe", raised_at=4350.0)
    app = standing(view)
    async with app.run_test(size=WIDE) as pilot:
        assert "↑3 Zoe" in app.picture
        place(app).seats.choose("zoe")
        await pilot.press("a")
        assert asked(app) == [commands.OfferStage(identity="zoe")]
        lowered = busy("ana").room
        lowered.audience_count = 4000
        await place(app).hear(RoomChanged(lowered))
        await pilot.pause()
        assert place(app).query_one(Canvas).chosen == "zoe"
        assert "◆ Zoe" in app.picture
        place(app).seats.choose("ben")
        await pilot.pause()
        assert "Zoe" not in app.picture


async def test_requests_below_the_last_line_of_the_queue_are_told_of() -> None:
    """In a low window not everybody who waits can be seen."""
    view = busy("ana")
    for number in range(6):
        view.room.hands[f"z{number}"] = Hand(name=f"Zed {number}", raised_at=4350.0)
    app = standing(view)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("s")
        await pilot.pause()
        assert "5 more, ↑ ↓" in app.picture
