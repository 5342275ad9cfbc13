"""Stage, people and chat in turn."""

from tests.tui.people import busy
from tests.tui.rooms import WIDE, standing
from tui_rooms.tui.widgets.canvas import Canvas
from tui_rooms.tui.widgets.chat_line import ChatInput
from tui_rooms.tui.widgets.chat_log import ChatLog


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
