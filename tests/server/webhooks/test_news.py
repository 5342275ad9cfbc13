"""What webhooks tell of a room."""

import json
from collections.abc import Mapping
from typing import Any

from tests.support.virtual_time import pass_time, run_virtual
from tui_rooms.rules import commands, events
from tui_rooms.rules.decide import Actor, decide
from tui_rooms.rules.evolve import created, evolve
from tui_rooms.rules.room import Room
from tui_rooms.server.webhooks import news as news_module
from tui_rooms.server.webhooks.news import BATCH_INTERVAL, RoomNews

ANA = Actor(identity="ana", name="Ana")
BEN = Actor(identity="ben", name="Ben")


class Told:
    """A room whose news are written down."""

    def __init__(self) -> None:
        self.said: list[tuple[str, Mapping[str, Any]]] = []
        self.news = RoomNews(
            lambda kind, data: self.said.append((kind, data)), link_base="https://rooms.example.org"
        )
        first, *_ = decide(None, commands.CreateRoom(room_id="tea", title="Tea"), ANA, 1.0)
        assert isinstance(first, events.RoomCreated)
        self.room: Room = created(first)

    def do(self, command: commands.Command, actor: Actor) -> None:
        """Carry out and tell."""
        happened = decide(self.room, command, actor, 2.0)
        for event in happened:
            evolve(self.room, event)
        self.news.happened(self.room, happened)

    @property
    def kinds(self) -> list[str]:
        """What was told, in order."""
        return [kind for kind, _ in self.said]


def test_start_and_end_are_told_at_once():
    """With what the room is called and who did it."""

    async def work() -> None:
        told = Told()
        told.do(commands.JoinRoom(), ANA)
        told.do(commands.GoLive(), ANA)
        assert told.kinds == ["room.started"]
        told.do(commands.StopLive(), ANA)
        told.do(commands.EndRoom(), ANA)
        assert told.kinds == ["room.started", "room.stopped", "participants.changed", "room.ended"]
        _, data = told.said[-1]
        assert json.loads(json.dumps(data)) == {
            "room": "tea", "title": "Tea", "room_type": "audio_room",
            "link": "https://rooms.example.org/r/tea",
            "at": 2.0, "by": "ana", "reason": "ended",
        }  # fmt: skip

    run_virtual(work())


def test_comings_and_goings_are_told_together():
    """One webhook for all of one interval; the next ones make another."""

    async def work() -> None:
        told = Told()
        told.do(commands.JoinRoom(), ANA)
        told.do(commands.GoLive(), ANA)
        told.do(commands.JoinRoom(), BEN)
        told.do(commands.LeaveRoom(), BEN)
        await pass_time(BATCH_INTERVAL)
        kind, data = told.said[-1]
        assert kind == "participants.changed"
        assert [(who["identity"], who["role"]) for who in data["joined"]] == [
            ("ana", "host"),
            ("ben", "listener"),
        ]
        assert [who["identity"] for who in data["left"]] == ["ben"]
        assert data["participants"] == 1
        told.do(commands.JoinRoom(), BEN)
        await pass_time(BATCH_INTERVAL)
        assert told.kinds.count("participants.changed") == 2
        await pass_time(10 * BATCH_INTERVAL)
        assert told.kinds.count("participants.changed") == 2

    run_virtual(work())


def test_a_crowd_does_not_wait_for_the_interval(monkeypatch):
    """A batch is bounded, so that a webhook is too."""
    monkeypatch.setattr(news_module, "BATCH_LIMIT", 3)

    async def work() -> None:
        told = Told()
        told.do(commands.JoinRoom(), ANA)
        told.do(commands.GoLive(), ANA)
        for number in range(5):
            told.do(commands.JoinRoom(), Actor(identity=f"g{number}", name="Guest"))
        batches = [data for kind, data in told.said if kind == "participants.changed"]
        assert [len(batch["joined"]) for batch in batches] == [3, 3]

    run_virtual(work())


def test_a_report_is_told_at_once():
    """With all that its readers in the room see."""

    async def work() -> None:
        told = Told()
        told.do(commands.JoinRoom(), ANA)
        told.do(commands.GoLive(), ANA)
        told.do(commands.JoinRoom(), BEN)
        told.do(commands.Report(report_id="r1", identity="ana", reason="rude", text="…"), BEN)
        kind, data = told.said[-1]
        assert kind == "report.created"
        assert (data["report_id"], data["identity"], data["by"]) == ("r1", "ana", "ben")
        assert (data["reason"], data["text"], data["room"]) == ("rude", "…", "tea")

    run_virtual(work())


def test_what_people_write_is_never_told():
    """Messages and reactions stay in the room."""

    async def work() -> None:
        told = Told()
        told.do(commands.JoinRoom(), ANA)
        told.do(commands.GoLive(), ANA)
        before = len(told.said)
        told.do(commands.SendMessage(message_id="m", text="secret"), ANA)
        told.do(commands.React(emoji="👏"), ANA)
        told.do(commands.UpdateRoom(private=True), ANA)
        await pass_time(BATCH_INTERVAL)
        told.news.close()
        assert told.kinds[before:] == ["participants.changed"]

    run_virtual(work())


def test_at_the_end_of_the_server_nothing_is_left_untold():
    """What waits for its interval is told before."""

    async def work() -> None:
        told = Told()
        told.do(commands.JoinRoom(), ANA)
        told.news.close()
        assert told.kinds == ["participants.changed"]

    run_virtual(work())
