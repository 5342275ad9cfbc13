"""Every command over a real WebSocket: what the other client hears, and how it is refused."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, get_args

import pytest

from tests.support.dialogue import Dialogue, dialogue
from tests.support.server import Server
from tui_rooms.wire.commands import WireCommand
from tui_rooms.wire.features import KNOWN

_rooms = count(1)


class Scene:
    """Ana is the host of a live room; Ben listens."""

    def __init__(self, ana: Dialogue, ben: Dialogue, room: str) -> None:
        self.ana, self.ben, self.room = ana, ben, room
        self.ids = {"ana": ana.welcome["identity"], "ben": ben.welcome["identity"]}
        self.noted: dict[str, str] = {}
        """Ids of messages that a row has made before."""

    def who(self, name: str) -> Dialogue:
        """Whose connection that is."""
        return self.ana if name == "ana" else self.ben

    def filled(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Fields with "$ben" and the like replaced by ids."""
        known = {f"${name}": value for name, value in {**self.ids, **self.noted}.items()}
        return {
            key: known.get(value, value) if isinstance(value, str) else value
            for key, value in fields.items()
        }

    def do(self, name: str, kind: str, **fields: Any) -> dict[str, Any]:
        """A command of one of them."""
        return self.who(name).do(kind, **self.filled(fields))


@contextmanager
def scene(server: Server) -> Iterator[Scene]:
    """A room of its own."""
    room = f"every-{next(_rooms)}"
    known = sorted(KNOWN)
    with (
        dialogue(server.url, name="Ana", features=known) as ana,
        dialogue(server.url, name="Ben", features=known) as ben,
    ):
        assert ana.ask("create_room", room=room, title="Tea", live=True)["type"] == "ack"
        for who in (ana, ben):
            assert who.ask("join_room", room=room, media=False)["type"] == "ack"
        yield Scene(ana, ben, room)


def promoted(s: Scene) -> None:
    s.do("ana", "change_role", identity="$ben", role="speaker")


def hand_up(s: Scene) -> None:
    s.do("ben", "raise_hand")


def offered(s: Scene) -> None:
    s.do("ana", "offer_stage", identity="$ben")


def unmuted(s: Scene) -> None:
    promoted(s)
    s.do("ben", "unmute")


def silenced(s: Scene) -> None:
    s.do("ana", "mute_all", may_unmute=False)


def asked(s: Scene) -> None:
    s.do("ben", "request_permission", capability="send-event")


def blocked(s: Scene) -> None:
    s.do("ana", "block", identity="$ben")
    s.ben.hear("closed")


def written(s: Scene) -> None:
    s.noted["message"] = s.do("ben", "send_message", text="hi")["made"]


def complained(s: Scene) -> None:
    s.noted["report"] = s.do("ben", "report", identity="$ana", reason="spam")["made"]


def nothing(_: Scene) -> None:
    pass


def back_with_ben_on_stage(s: Scene) -> None:
    promoted(s)
    s.do("ana", "stop_live")


@dataclass(frozen=True)
class Row:
    """Who does what, and what the other one hears of it."""

    kind: str
    by: str = "ana"
    fields: dict[str, Any] = field(default_factory=dict)
    hears: str = ""
    """An event, or `closed`, `audience` or `signals`."""
    after: Callable[[Scene], None] = nothing


ROWS = [
    Row("leave_room", "ben", hears="audience"),
    Row("update_room", fields={"title": "Chai"}, hears="room_updated"),
    Row("go_live", hears="went_live", after=back_with_ben_on_stage),
    Row("stop_live", hears="closed"),
    Row("end_room", hears="closed"),
    Row("change_role", fields={"identity": "$ben", "role": "speaker"}, hears="snapshot"),
    Row("grant_capability", fields={"identity": "$ben", "capability": "send-event"},
        hears="capability_granted"),
    Row("revoke_capability", fields={"identity": "$ben", "capability": "send-message"},
        hears="capability_revoked"),
    Row("request_permission", "ben", {"capability": "send-event"}, "permission_requested"),
    Row("answer_request", fields={"identity": "$ben", "capability": "send-event", "grant": True},
        hears="request_answered", after=asked),
    Row("raise_hand", "ben", hears="hand_raised"),
    Row("lower_hand", fields={"identity": "$ben"}, hears="hand_lowered", after=hand_up),
    Row("lower_all_hands", hears="all_hands_lowered", after=hand_up),
    Row("decline_hand", fields={"identity": "$ben"}, hears="hand_declined", after=hand_up),
    Row("set_hands", fields={"roles": []}, hears="hands_set"),
    Row("offer_stage", fields={"identity": "$ben"}, hears="stage_offered"),
    Row("accept_offer", "ben", hears="offer_accepted", after=offered),
    Row("decline_offer", "ben", hears="offer_declined", after=offered),
    Row("withdraw_offer", fields={"identity": "$ben"}, hears="offer_withdrawn", after=offered),
    Row("mute", fields={"identity": "$ben"}, hears="muted", after=unmuted),
    Row("unmute", "ben", hears="unmuted", after=promoted),
    Row("mute_all", fields={"may_unmute": False}, hears="unmuting_forbidden", after=unmuted),
    Row("allow_unmuting", hears="unmuting_allowed", after=silenced),
    Row("set_entry", fields={"entry": "locked"}, hears="entry_set"),
    Row("kick", fields={"identity": "$ben", "reason": "noise"}, hears="closed"),
    Row("block", fields={"identity": "$ben", "seconds": 60}, hears="closed"),
    Row("block_stranger", fields={"identity": "theo"}),
    Row("unblock", fields={"identity": "$ben"}, after=blocked),
    Row("report", "ben", {"identity": "$ana", "reason": "spam"}, "reported"),
    Row("settle_report", fields={"report_id": "$report"}, after=complained),
    Row("set_slow_mode", fields={"seconds": 5}, hears="slow_mode_set"),
    Row("send_message", "ben", {"text": "hello"}, "message_sent"),
    Row("delete_message", fields={"message_id": "$message"}, hears="message_deleted",
        after=written),
    Row("pin_message", fields={"message_id": "$message"}, hears="message_pinned", after=written),
    Row("react", "ben", {"emoji": "👏"}, "signals"),
    Row("send_event", fields={"type": "poll", "data": '{"x": 1}'}, hears="signals"),
    Row("set_attribute", fields={"key": "song", "value": "7"}, hears="attribute_set"),
]  # fmt: skip


def hears(talk: Dialogue, what: str) -> dict[str, Any]:
    if what in ("closed", "audience", "signals", "snapshot"):
        return talk.hear(what)
    return talk.event(what)


def test_the_table_has_every_command():
    """A new command cannot be forgotten."""
    union = get_args(get_args(WireCommand)[0])
    kinds = {command.__dataclass_fields__["kind"].default for command in union}
    assert kinds == {row.kind for row in ROWS} == {row.kind for row in REFUSALS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.kind)
def test_a_command_is_done_and_the_other_one_hears_of_it(door: Server, row: Row):
    """One asks, the server answers, the other's client is told."""
    with scene(door) as s:
        row.after(s)
        other = s.who("ben" if row.by == "ana" else "ana")
        if row.hears == "snapshot":
            other.hear("snapshot")  # the first was for coming in
        answer = s.do(row.by, row.kind, **row.fields)
        assert answer["type"] == "ack", answer
        if row.hears:
            hears(other, row.hears)


@dataclass(frozen=True)
class Refusal:
    """Who may not do what, and what they are told."""

    kind: str
    code: str
    says: str
    by: str = "ben"
    fields: dict[str, Any] = field(default_factory=dict)
    after: Callable[[Scene], None] = nothing


TAKES = "'Ben' may not {}: it takes {}, which here a {} has; 'Ben' is a listener"
MODERATORS, HOSTS = "host or cohost", "host"
REFUSALS = [
    Refusal("leave_room", "not-here", "you are in no room: join one first",
            after=lambda s: s.ben.do("leave_room")),
    Refusal("update_room", "not-allowed", TAKES.format("change the room", "update-room",
            MODERATORS), fields={"title": "x"}),
    Refusal("go_live", "not-allowed", TAKES.format("go live", "go-live", MODERATORS)),
    Refusal("stop_live", "not-allowed", TAKES.format("stop live", "go-live", MODERATORS)),
    Refusal("end_room", "not-allowed", TAKES.format("end the room", "end-room", HOSTS)),
    Refusal("change_role", "not-allowed", TAKES.format("make 'Ben' a speaker", "update-roles",
            MODERATORS), fields={"identity": "$ben", "role": "speaker"}),
    Refusal("grant_capability", "not-allowed", TAKES.format("grant kick-users",
            "update-permissions", MODERATORS),
            fields={"identity": "$ben", "capability": "kick-users"}),
    Refusal("revoke_capability", "not-allowed", "update-permissions",
            fields={"identity": "$ana", "capability": "kick-users"}),
    Refusal("request_permission", "has-it-already",
            "'Ben' has send-message already: there is nothing to ask for",
            fields={"capability": "send-message"}),
    Refusal("answer_request", "no-request", "without a request it can be granted directly", "ana",
            {"identity": "$ben", "capability": "send-event", "grant": True}),
    Refusal("raise_hand", "hands-closed", "'Ben' may not raise a hand as a listener: hands are "
            "closed until a host opens them", after=lambda s: s.do("ana", "set_hands", roles=[])),
    Refusal("lower_hand", "not-allowed", "it takes update-roles", fields={"identity": "$ana"}),
    Refusal("lower_all_hands", "not-allowed", TAKES.format("lower all hands", "update-roles",
            MODERATORS)),
    Refusal("decline_hand", "no-hand", "has no hand up: only a raised hand can be declined", "ana",
            {"identity": "$ben"}),
    Refusal("set_hands", "not-allowed", TAKES.format("open or close hands", "update-roles",
            MODERATORS), fields={"roles": ["listener"]}),
    Refusal("offer_stage", "already-on-stage", "'Ana' is on the stage already, as host", "ana",
            {"identity": "$ana"}),
    Refusal("accept_offer", "no-offer", "nobody has offered the stage to 'Ben': raise a hand"),
    Refusal("decline_offer", "no-offer", "nobody has offered the stage to 'Ben': raise a hand"),
    Refusal("withdraw_offer", "not-allowed", TAKES.format("withdraw an offer", "update-roles",
            MODERATORS), fields={"identity": "$ana"}),
    Refusal("mute", "not-allowed", TAKES.format("mute 'Ana'", "mute-users", MODERATORS),
            fields={"identity": "$ana"}),
    Refusal("unmute", "not-allowed", "send-audio, which counts on the stage only: raise your hand"),
    Refusal("mute_all", "not-allowed", TAKES.format("mute all", "mute-users", MODERATORS)),
    Refusal("allow_unmuting", "not-allowed",
            TAKES.format("let everyone unmute", "mute-users", MODERATORS)),
    Refusal("set_entry", "not-allowed",
            TAKES.format("say who may come in", "update-room", MODERATORS),
            fields={"entry": "locked"}),
    Refusal("kick", "yourself", "'Ana' may not kick oneself: leave the room instead", "ana",
            {"identity": "$ana"}),
    Refusal("block", "not-allowed", TAKES.format("block 'Ana'", "block-users", MODERATORS),
            fields={"identity": "$ana"}),
    Refusal("block_stranger", "not-allowed", TAKES.format("block 'theo'", "block-users",
            MODERATORS), fields={"identity": "theo"}),
    Refusal("unblock", "not-allowed", "it takes block-users", fields={"identity": "$ana"}),
    Refusal("report", "yourself", "'Ben' may not report oneself: report somebody else",
            fields={"identity": "$ben", "reason": "x"}),
    Refusal("settle_report", "not-allowed",
            TAKES.format("settle reports", "read-reports", MODERATORS),
            fields={"report_id": "nothing"}),
    Refusal("set_slow_mode", "bad-time", "slow mode of -1.0 s: give 0 (off) to 21600 s", "ana",
            {"seconds": -1}),
    Refusal("send_message", "slow-mode", "slow mode allows one message in 60 s",
            fields={"text": "again"},
            after=lambda s: (s.do("ana", "set_slow_mode", seconds=60), written(s))),
    Refusal("delete_message", "unknown-message", "there is no message 'nothing' that 'Ben' can "
            "read: it may be too old, or for others", fields={"message_id": "nothing"}),
    Refusal("pin_message", "not-allowed", "it takes pin-for-everyone",
            fields={"message_id": None}),
    Refusal("react", "bad-reaction", "this room has 👏", fields={"emoji": "🦖"}),
    Refusal("send_event", "bad-event", "the event's data is 4097 bytes, limit 4096", "ana",
            {"type": "poll", "data": '"' + "x" * 4095 + '"'}),
    Refusal("set_attribute", "version-conflict", "attribute 'song' has version 0, 'Ana' expected 3",
            "ana", {"key": "song", "value": "7", "expected_version": 3}),
]  # fmt: skip


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.kind)
def test_a_refusal_says_who_what_and_what_would_be_allowed(door: Server, refusal: Refusal):
    """The code for programs, the sentence for people."""
    with scene(door) as s:
        refusal.after(s)
        answer = s.do(refusal.by, refusal.kind, **refusal.fields)
        assert (answer["type"], answer["code"]) == ("refused", refusal.code), answer
        assert refusal.says in answer["reason"]
