"""What the lobby knows of runs that are over: rooms that go on, and those that are to come."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual.message import Message

from tests.support.http import call
from tests.support.server import Server
from tests.support.waiting import wait_until
from tests.tui.places import SILENT
from tui_rooms.client.kept.sessions import KeptSessions, Visit, Visitor
from tui_rooms.rules.roles import Role
from tui_rooms.tui import messages
from tui_rooms.tui.model.room_plan import RoomPlan
from tui_rooms.tui.model.server_choice import ServerChoice
from tui_rooms.tui.model.values import LobbyPhase
from tui_rooms.tui.news.bridge import Bridge


class Told:
    """The bridge of one run of the program, and what it has told."""

    def __init__(self, server: Server, sessions: Path, name: str) -> None:
        self.messages: list[Message] = []
        self.bridge = Bridge(
            lambda: ServerChoice(server.url),
            name=name,
            audio=SILENT.audio,
            put=self.messages.append,
            sessions=sessions,
        )

    def wait_for(self, what: str, fits: Callable[[Message], bool]) -> Message:
        """The first message that fits."""
        found: Message = wait_until(
            lambda: next((one for one in list(self.messages) if fits(one)), None), what
        )
        return found

    def noticed(self, words: str) -> None:
        """A sentence with these words has come, or comes."""
        self.wait_for(
            words, lambda one: isinstance(one, messages.Noticed) and words in one.sentence
        )


@contextmanager
def run(server: Server, sessions: Path, name: str = "Ana") -> Iterator[Told]:
    """The program, from its lobby until the person quits."""
    told = Told(server, sessions, name)
    told.bridge.start()
    try:
        told.wait_for(
            "the lobby",
            lambda one: (
                isinstance(one, messages.LobbyChanged) and one.state.phase is LobbyPhase.CONNECTED
            ),
        )
        yield told
    finally:
        told.bridge.stop()


def left_in(server: Server, sessions: Path, room: str, name: str = "Ana") -> Visit:
    """A run before died in that room."""
    who = Visitor(program="screen", server=server.url, name=name)
    visit = Visit(who=who, room=room, session="a session of before")
    held = KeptSessions(sessions).keep(visit)
    assert held is not None
    held.let_go()
    return visit


def test_whoever_schedules_a_room_hosts_it_in_a_later_run(server: Server, tmp_path: Path) -> None:
    """Also when the program was quit in between; by the name that it was scheduled under."""
    starts_at = time.time() + 3 * 86_400
    with run(server, tmp_path / "s") as first:
        first.bridge.open(RoomPlan(title="Later", room_type="audio_room", starts_at=starts_at))
        first.noticed("“Later” is scheduled.")
        wait_until(lambda: list((tmp_path / "s").glob("*.json")), "what is kept of it")
    with run(server, tmp_path / "s") as second:
        second.bridge.join("later")
        entered = second.wait_for("the room", lambda one: isinstance(one, messages.Entered))
        assert isinstance(entered, messages.Entered)
        assert entered.room.stage[entered.me].role is Role.HOST


@pytest.mark.parametrize("name", ["Ana", "Ben"])
def test_a_room_that_goes_on_is_told_of_to_whoever_was_there(
    server: Server, tmp_path: Path, name: str
) -> None:
    """Once a run; one that is over, or that nobody knows, is forgotten, whoever was there."""
    for title in ("Tea", "Jazz"):
        made = call(f"{server.url}/api/rooms", {"title": title, "live": True}).body
    end = {"command": {"kind": "end_room"}}
    assert call(f"{server.url}/api/rooms/jazz/commands", end, token=made["token"]).status == 200
    tea = left_in(server, tmp_path, "tea")
    for room in ("jazz", "nowhere"):
        left_in(server, tmp_path, room)
    with run(server, tmp_path, name) as told:
        wait_until(lambda: len(list(tmp_path.glob("*.json"))) == 1, "what is over to be forgotten")
        if name == "Ana":
            told.noticed("“Tea” goes on without you: go in, and you are who you were there.")
    assert KeptSessions(tmp_path).left_at(server.url) == [tea]
    assert (name == "Ana") == any("goes on" in str(vars(one)) for one in told.messages)


def test_a_file_that_is_not_as_it_should_be_is_said_at_the_screen(
    server: Server, tmp_path: Path
) -> None:
    """By the sentence of whoever has found it."""
    left_in(server, tmp_path, "tea")
    (path,) = tmp_path.glob("*.json")
    path.write_text("{")
    with run(server, tmp_path) as told:
        told.noticed(f"{path} held no session: it is removed")
