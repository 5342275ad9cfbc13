"""A whole server whose machine's clock is set while it runs, and before it starts again."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.server.api.people import Host
from tests.server.walls import Wall, server
from tests.support.dialogue import dialogue
from tests.support.http import call

HOUR, DAY = 3600.0, 86_400.0


async def beside(work: Callable[[], None]) -> None:
    """Do what waits for the server's answers in a thread of its own."""
    await asyncio.to_thread(work)


@pytest.mark.parametrize("step", [-HOUR, HOUR, DAY])
async def test_a_clock_that_is_set_disturbs_nobody(tmp_path: Path, step: float) -> None:
    """Messages and requests are taken, an offer stands, sessions lead back, on both doors."""
    wall = Wall()

    def visit() -> None:
        made = call(f"{url}/api/rooms", {"title": "Tea", "room": "tea", "live": True})
        ana = made.body["token"]
        with dialogue(url, name="Ben") as ben, dialogue(url, token=ana) as host:
            host.ask("join_room", room="tea", media=False)
            ben.ask("join_room", room="tea", media=False)
            who = ben.welcome["identity"]
            assert host.do("offer_stage", identity=who)["type"] == "ack"
            wall.set_by = step
            for _ in range(5):
                assert ben.do("send_message", text="hi")["type"] == "ack"
            stranger = {"X-Forwarded-For": "203.0.113.7"}
            for _ in range(5):
                assert call(f"{url}/api/rooms/tea", headers=stranger).status == 200
            if step < DAY:  # until when tokens are good, by the time of day
                with dialogue(url, token=ana) as again:
                    assert again.welcome["type"] == "welcome"
                with dialogue(url, session=ben.welcome["session"]) as again:
                    assert again.welcome["identity"] == who
            assert ben.do("accept_offer")["type"] == "ack"

    async with server(tmp_path, wall) as url:
        await beside(visit)


@pytest.mark.parametrize("step", [-HOUR, HOUR])
async def test_what_is_meant_by_the_time_of_day_follows_it(tmp_path: Path, step: float) -> None:
    """A start and an invitation's end, entered within the hour by which the clock was set."""
    wall = Wall()

    def visit() -> None:
        made = call(f"{url}/api/rooms", {"title": "Tea", "room": "tea", "live": True})
        host = Host("tea", made.body["token"], f"{url}/api/rooms/tea")
        wall.set_by = step
        for after, status in ((60, 201), (-60, 422)):
            planned = {"title": "Later", "starts_at": wall.iso(after)}
            assert call(f"{url}/api/rooms", planned).status == status
            wanted = {"expires_at": wall.iso(after)}
            invited = call(f"{host.url}/invitations", wanted, token=host.token)
            assert invited.status == status
            if status == 201:
                secret = invited.body["link"].partition("#invite=")[2]
        used = call(f"{url}/api/invitations/use", {"secret": secret, "name": "Cleo"})
        assert used.status == 200, used.body

    async with server(tmp_path, wall) as url:
        await beside(visit)


async def test_a_server_that_starts_again_by_an_earlier_clock_goes_on(tmp_path: Path) -> None:
    """Its room was made in what is the future now: it is entered, written in and invited to."""
    wall = Wall()
    wall.set_by = HOUR
    tokens: list[str] = []

    def before() -> None:
        made = call(f"{url}/api/rooms", {"title": "Tea", "room": "tea", "live": True})
        tokens.append(made.body["token"])
        with dialogue(url, token=tokens[0]) as host:
            host.ask("join_room", room="tea", media=False)
            host.do("set_slow_mode", seconds=5)
            host.do("block_stranger", identity="zed", seconds=600)
            host.do("send_message", text="hi")

    def after() -> None:
        host = Host("tea", tokens[0], f"{url}/api/rooms/tea")
        invited = call(f"{host.url}/invitations", {"role": "speaker"}, token=host.token)
        secret = invited.body["link"].partition("#invite=")[2]
        used = call(f"{url}/api/invitations/use", {"secret": secret, "name": "Cleo"})
        assert used.status == 200, used.body
        with dialogue(url, name="Ben") as ben, dialogue(url, token=tokens[0]) as again:
            ben.ask("join_room", room="tea", media=False)
            assert ben.do("send_message", text="hi")["type"] == "ack"
            waits = ben.do("send_message", text="hi")
            assert (waits["code"], "in 5 s" in waits["reason"]) == ("slow-mode", True)
            again.ask("join_room", room="tea", media=False)
            room = again.hear("snapshot")["room"]
            assert room["blocked"]["zed"]["until"] <= wall() + 600
            assert room["live_since"] <= wall()

    async with server(tmp_path, wall) as url:
        await beside(before)
    wall.set_by = 0.0
    async with server(tmp_path, wall) as url:
        await beside(after)


async def test_the_time_in_rooms_is_said_to_whoever_knows_of_it(tmp_path: Path) -> None:
    """A client of before that would refuse the field; the others count on by themselves."""
    wall = Wall()
    wall.set_by = HOUR

    def visit() -> None:
        with dialogue(url) as old, dialogue(url, features=["clock"]) as new:
            assert "now" not in old.welcome
            assert abs(new.welcome["now"] - (time.time() + HOUR)) < 60
        wall.set_by = -DAY
        with dialogue(url, features=["clock"]) as later:
            assert 0 <= later.welcome["now"] - new.welcome["now"] < 60

    async with server(tmp_path, wall) as url:
        await beside(visit)
