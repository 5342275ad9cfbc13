"""A server that is killed and started again, and the people who were in its room."""

from tests.client.watching import until
from tests.support.proxy import proxy_to
from tests.support.server import running_server
from tui_rooms.client.link.ways import LinkPhase
from tui_rooms.client.room import CreateOptions, RoomClient
from tui_rooms.rules.life import Life
from tui_rooms.rules.roles import Role


async def test_a_live_room_carries_on_after_its_server_was_killed(tmp_path):
    """Killed without a word; the next one has the room, its chat and its roles."""
    data = ["--data", str(tmp_path / "data")]
    with running_server(*data) as first:
        async with proxy_to(first.port) as proxy:
            ana = await RoomClient.enter(
                proxy.url, room="tea", name="ana", media=False, create=CreateOptions(title="Tea")
            )
            ben = await RoomClient.enter(proxy.url, room="tea", name="ben", media=False)
            await ana.change_role(ben.identity, Role.COHOST)
            made = await ana.send_message("before the crash")
            await until(ben, lambda: made in ben.room.chat, "the message")
            proxy.open = False
            first.kill()
            for who in (ana, ben):
                await until(who, lambda: who.link.phase is LinkPhase.RECONNECTING, "the loss")  # noqa: B023
            with running_server(*data) as second:
                proxy.target_port, proxy.open = second.port, True
                for who in (ana, ben):
                    await until(who, lambda: who.link.phase is LinkPhase.CONNECTED, "the return")  # noqa: B023
                assert ana.room.life is Life.LIVE
                assert ana.me.role is Role.HOST
                assert ben.me.role is Role.COHOST
                assert ben.room.chat[made].text == "before the crash"
                await ben.send_message("after it")
                await until(ana, lambda: len(ana.room.chat) == 2, "the next message")
                await ana.leave()
                await ben.leave()
