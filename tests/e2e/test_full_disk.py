"""A real disk that is full: a host moderates on, by every door, and is told that it is not kept."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_commands import run
from tests.server.api.people import Host, make_room
from tests.support.dialogue import Dialogue, dialogue
from tests.support.disk import SmallDisk, small_disk
from tests.support.http import call
from tests.support.server import Server, running_server
from tests.support.waiting import wait_until
from tests.tui.app.test_app import app_on
from tests.tui.places import picture, until
from tests.tui.plain.test_plain import Visit
from tui_rooms.cli.exits import Exit
from tui_rooms.client.room import RoomClient
from tui_rooms.client.updates import Notice
from tui_rooms.rules import commands
from tui_rooms.server.rooms.telling.outcome import UNKEPT
from tui_rooms.tui.model.server_choice import ServerChoice
from tui_rooms.wire.features import KNOWN


@pytest.fixture(scope="module")
def disk() -> Iterator[SmallDisk]:
    """One for all."""
    with small_disk() as made:
        yield made


@pytest.fixture(scope="module")
def server(disk: SmallDisk) -> Iterator[Server]:
    """A server whose data lie on that disk."""
    with running_server("--data", str(disk.path / "data")) as running:
        yield running


@contextmanager
def speaking(server: Server, room: str, *names: str) -> Iterator[tuple[Host, list[Dialogue]]]:
    """A room and people in it whose microphones are open."""
    host = make_room(server, title=room, room=room, room_type="open_mic")
    with contextmanager(_speakers)(server, room, list(names)) as people:
        yield host, people


def _speakers(server: Server, room: str, names: list[str]) -> Iterator[list[Dialogue]]:
    if not names:
        yield []
        return
    with dialogue(server.url, name=names[0]) as one:
        one.ask("join_room", room=room, media=False)
        one.do("unmute")
        with contextmanager(_speakers)(server, room, names[1:]) as others:
            yield [one, *others]


def is_muted(host: Host, name: str) -> bool:
    """Whether that speaker's microphone is closed, as the server tells."""
    people = host.get("/participants").body["participants"]
    return next(bool(one["muted"]) for one in people if one["name"] == name)


def test_over_the_api_it_is_done_and_said_not_to_be_kept(server: Server, disk: SmallDisk):
    """Muting and sending out; what gives something, and invitations, are refused in a sentence."""
    with speaking(server, "api", "Ben", "Cleo") as (host, (ben, cleo)):
        invitation = call(f"{host.url}/invitations", {"uses": 1}, token=host.token).body
        with disk.full():
            muted = host.do("mute", identity=ben.welcome["identity"])
            assert (muted.status, muted.body["kept"], muted.body["told"]) == (200, False, UNKEPT)
            assert is_muted(host, "Ben")
            kicked = host.do("kick", identity=cleo.welcome["identity"], reason="rude")
            assert (kicked.status, kicked.body["kept"]) == (200, False)
            assert cleo.hear("closed")["code"] == "kicked"
            title = host.do("update_room", title="New")
            invited = call(f"{host.url}/invitations", {}, token=host.token)
            secret = invitation["link"].partition("#invite=")[2]
            used = call(f"{server.url}/api/invitations/use", {"secret": secret})
            name = invitation["invitation"]["invitation"]
            revoked = call(f"{host.url}/invitations/{name}", method="DELETE", token=host.token)
            for refused in (title, invited, used, revoked):
                assert (refused.status, refused.code) == (503, "not-kept")
                assert "Try again in a moment" in refused.reason
                assert str(disk.path) not in refused.reason
        assert host.do("update_room", title="New").body["kept"] is True
        assert call(f"{server.url}/api/invitations/use", {"secret": secret}).status == 200


def test_over_the_websocket_the_answer_says_so_to_who_knows_what_it_means(
    server: Server, disk: SmallDisk
):
    """A client of before is answered as it always was."""
    with speaking(server, "ws", "Ben", "Cleo") as (host, people):
        for features, person in zip((sorted(KNOWN), []), people, strict=True):
            with (
                dialogue(server.url, token=host.token, name="Ana", features=features) as ana,
                disk.full(),
            ):
                kick = {"kind": "kick", "identity": person.welcome["identity"]}
                answer = ana.ask("do", room="ws", command=kick)
                assert answer["type"] == "ack"
                assert person.hear("closed")["code"] == "kicked"
                if features:
                    assert (answer["kept"], answer["told"]) == (False, UNKEPT)
                else:
                    assert not {"kept", "told"} & set(answer)
                entry = {"kind": "set_entry", "entry": "locked"}
                assert ana.ask("do", room="ws", command=entry)["type"] == "ack"
                with dialogue(server.url, name="Dan") as dan:
                    refused = dan.ask("join_room", room="ws", media=False)
                    assert "locked" in refused["reason"]


def test_the_command_line_says_so_and_ends_well(server: Server, disk: SmallDisk, tmp_path: Path):
    """It is done: 0, with the sentence; programs read it as JSON."""
    with speaking(server, "cli", "Ben", "Cleo") as (host, _):
        at = ("--server", server.url, "--token", host.token)
        with disk.full():
            muted = run(tmp_path, "room", "cli", "mute", "Ben", *at)
            assert (muted.returncode, muted.stdout.strip()) == (Exit.OK, UNKEPT)
            locked = run(tmp_path, "room", "cli", "lock", *at)
            assert (locked.returncode, locked.stdout.strip()) == (Exit.OK, UNKEPT)
            kicked = run(tmp_path, "room", "cli", "kick", "Cleo", "--json", *at)
            assert kicked.returncode == Exit.OK
            known: dict[str, Any] = json.loads(kicked.stdout)
            assert (known["done"], known["kept"], known["told"]) == ("kick", False, UNKEPT)
            title = run(tmp_path, "room", "cli", "title", "New", *at)
            assert title.returncode == Exit.REFUSED
            assert "cannot be changed now" in title.stderr
        assert run(tmp_path, "room", "cli", "title", "New", *at).returncode == Exit.OK


async def test_the_screen_shows_it(server: Server, disk: SmallDisk):
    """Everyone is muted, and the line below says that it is not kept."""
    with speaking(server, "screen", "Ben") as (host, _):
        app = app_on(lambda: ServerChoice(f"{server.url}/r/screen#token={host.token}"), "ana")
        async with app.run_test(size=(200, 36)) as pilot:
            await until(pilot, lambda: "Ben" in picture(app), "the room")
            with disk.full():
                await pilot.press("A", "enter")
                await until(pilot, lambda: "that is done, but not kept" in picture(app), "it")
                await asyncio.to_thread(wait_until, lambda: is_muted(host, "Ben"), "silence")


def test_in_plain_lines_it_is_said(server: Server, disk: SmallDisk):
    """`--plain` reads the sentence out."""
    with (
        speaking(server, "plain", "Ben") as (host, _),
        Visit(f"{server.url}/r/plain#token={host.token}", "ana") as ana,
    ):
        ana.reads("Ben")
        with disk.full():
            ana.types("mute Ben")
            ana.reads("that is done, but not kept")
            assert is_muted(host, "Ben")
            ana.types("title New")
            ana.reads("cannot be changed now")


async def test_a_client_of_the_python_api_is_given_a_notice(server: Server, disk: SmallDisk):
    """As for anything that a server says beside its answers: the screen shows those."""
    with speaking(server, "python", "Ben") as (host, (ben,)):
        async with RoomClient.join(
            server.url, room="python", token=host.token, name="Ana", media=False
        ) as ana:
            notices = (update async for update in ana.updates() if isinstance(update, Notice))
            with disk.full():
                await ana.do(commands.Mute(identity=ben.welcome["identity"]))
                assert (await anext(notices)).sentence == UNKEPT


def test_a_server_that_is_killed_has_forgotten_it_and_one_with_room_has_not(disk: SmallDisk):
    """It holds until the room's next start: the next one carries on with what the disk has."""
    data = ("--data", str(disk.path / "killed"))
    with running_server(*data) as server, speaking(server, "killed", "Ben") as (host, (ben,)):
        who = ben.welcome["identity"]
        with disk.full():
            assert host.do("block", identity=who).body["kept"] is False
            assert ben.ask("join_room", room="killed", media=False)["code"] == "blocked"
            server.kill()
    with running_server(*data) as server:
        host = Host("killed", host.token, f"{server.url}/api/rooms/killed")
        with dialogue(server.url, session=ben.welcome["session"]) as ben:
            assert ben.ask("join_room", room="killed", media=False)["type"] == "ack"
            with disk.full():
                assert host.do("block", identity=who).body["kept"] is False
            wait_until(lambda: "block" in str(host.get("/audit").body["entries"]), "its entry")
            server.kill()
    with (
        running_server(*data) as server,
        dialogue(server.url, session=ben.welcome["session"]) as ben,
    ):
        assert ben.ask("join_room", room="killed", media=False)["code"] == "blocked"
