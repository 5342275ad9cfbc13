"""Make the stored conversation and the stored data directory anew, as this version has them.

    python -m tests.stored.record

Only for a further version of the wire: what is stored is what older programs say and have written,
and has to be understood for as long as they are about.
"""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt

from tests.stored.play import Line, playing
from tests.support.http import call
from tests.support.server import running_server

HERE = Path(__file__).parent
CONVERSATION = HERE / "conversation.jsonl"
DATA = HERE / "data"
KNOWN_FROM_OUTSIDE = HERE / "data.json"
"""What the people of the stored rooms hold: the claims of their tokens, and an invitation."""
TOKEN = "$token"  # noqa: S105 - stands for one


def _do(number: int, kind: str, **fields: Any) -> Line:
    return {"type": "do", "id": number, "command": {"kind": kind, **fields}}


def script() -> list[tuple[str, Line]]:
    """Everything that one can ask for: by Ana, who has a host's token, and two guests."""
    hello = {"type": "hello", "version": 1}
    return [
        ("ana", {**hello, "token": TOKEN}),
        ("ben", {**hello, "name": "Ben"}),
        ("cleo", {**hello, "name": "Cleo"}),
        ("ben", {"type": "watch_rooms", "id": 1}),
        ("ana", {"type": "create_room", "id": 1, "room": "tea", "title": "Tea & “cake”",
                 "description": "Über\nalles", "live": True}),
        ("ana", {"type": "join_room", "id": 2, "room": "tea", "media": False}),
        ("ben", {"type": "preview_room", "id": 2, "room": "tea"}),
        ("ben", {"type": "join_room", "id": 3, "room": "tea", "media": False}),
        ("cleo", {"type": "join_room", "id": 3, "room": "tea", "media": False}),
        ("ana", _do(4, "update_room", title="Chai")),
        ("ben", _do(4, "raise_hand")),
        ("cleo", _do(4, "raise_hand")),
        ("ana", _do(5, "offer_stage", identity="$ben")),
        ("ben", _do(5, "accept_offer")),
        ("ben", _do(6, "unmute")),
        ("ana", _do(6, "mute", identity="$ben")),
        ("ana", _do(7, "decline_hand", identity="$cleo")),
        ("ana", _do(8, "offer_stage", identity="$cleo", role="cohost")),
        ("ana", _do(9, "withdraw_offer", identity="$cleo")),
        ("ana", _do(10, "offer_stage", identity="$cleo")),
        ("cleo", _do(5, "decline_offer")),
        ("ana", _do(11, "set_hands", roles=["listener"])),
        ("cleo", _do(6, "raise_hand")),
        ("cleo", _do(7, "lower_hand", identity="$cleo")),
        ("cleo", _do(8, "raise_hand")),
        ("ana", _do(12, "lower_all_hands")),
        ("cleo", _do(9, "request_permission", capability="send-event")),
        ("ana", _do(13, "answer_request", identity="$cleo", capability="send-event", grant=True)),
        ("ana", _do(14, "revoke_capability", identity="$ben", capability="send-audio")),
        ("ana", _do(15, "grant_capability", identity="$ben", capability="send-audio")),
        ("ana", _do(16, "mute_all", may_unmute=True)),
        ("ana", _do(17, "set_slow_mode", seconds=0)),
        ("ben", _do(7, "send_message", text="hello 👋 &amp; <b>")),
        ("ben", _do(8, "send_message", text="for Ana", to={"kind": "person", "identity": "$ana"})),
        ("ana", _do(18, "send_message", text="ours", to={"kind": "roles", "roles": ["host"]})),
        ("ana", _do(19, "pin_message", message_id="$made-ben-7")),
        ("ben", _do(9, "delete_message", message_id="$made-ben-8")),
        ("cleo", _do(10, "send_event", type="poll", data='{"x": 1}')),
        ("cleo", _do(11, "react", emoji="👏")),
        ("ana", _do(20, "set_attribute", key="song", value="7")),
        ("ana", _do(21, "change_role", identity="$ben", role="cohost")),
        ("cleo", _do(12, "report", identity="$ben", reason="spam", text="again and again")),
        ("ana", _do(22, "settle_report", report_id="$made-cleo-12")),
        ("ana", {"type": "list_participants", "id": 23}),
        ("ana", {"type": "read_chat", "id": 24}),
        ("ana", {"type": "read_audit", "id": 25}),
        ("ana", {"type": "read_reports", "id": 26}),
        ("ana", _do(27, "kick", identity="$cleo", reason="noise")),
        ("cleo", {"type": "preview_room", "id": 13, "room": "tea"}),
        ("cleo", {"type": "join_room", "id": 14, "room": "tea", "media": False}),
        ("ana", _do(28, "block", identity="$cleo", reason="noise", seconds=3600)),
        ("cleo", {"type": "join_room", "id": 15, "room": "tea", "media": False}),
        ("ana", _do(29, "unblock", identity="$cleo")),
        ("ana", _do(30, "stop_live")),
        ("ana", _do(31, "go_live")),
        ("ben", _do(10, "leave_room")),
        ("ben", {"type": "find_rooms", "id": 11, "text": "chai"}),
        ("ana", _do(32, "end_room")),
        ("ana", {"type": "find_rooms", "id": 33, "state": "ended"}),
    ]  # fmt: skip


def record_conversation() -> None:
    """What is said, and what this version's server answers."""
    with running_server() as server, playing(server.url, {TOKEN: server.host_token}) as player:
        for who, message in script():
            player.say(who, message)
    lines = [{who: message} for who, message in script()] + player.heard
    with CONVERSATION.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def record_data() -> None:
    """A live room with a past, a scheduled one, a finished one; keys, an invitation, a webhook."""
    shutil.rmtree(DATA, ignore_errors=True)
    # A port of this machine on which nobody listens: what is to be delivered stays in the queue.
    options = ("--data", str(DATA), "--webhook", "http://127.0.0.1:9/hook")
    in_300_days = (datetime.now(UTC) + timedelta(days=300)).isoformat()
    with running_server(*options) as server:
        rooms = f"{server.url}/api/rooms"
        tokens = {}
        for room, fields in {
            "harbour": {"title": "Harbour", "live": True, "password": "salt and tar"},
            "garden": {"title": "Garden", "starts_at": in_300_days, "private": True},
            "cellar": {"title": "Cellar", "live": True},
        }.items():
            made = call(rooms, {"room": room, **fields}, token=server.host_token)
            assert made.status == 201, made.body
            tokens[room] = made.body["token"]
        asked = {"role": "speaker", "uses": 3}
        invitation = call(f"{rooms}/harbour/invitations", asked, token=tokens["harbour"])
        assert invitation.status == 201, invitation.body
        with playing(server.url, {TOKEN: tokens["harbour"]}) as player:
            for who, message in [
                ("ana", {"type": "hello", "version": 1, "token": TOKEN}),
                ("ben", {"type": "hello", "version": 1, "name": "Ben"}),
                ("ana", {"type": "join_room", "id": 1, "room": "harbour", "media": False}),
                ("ben", {"type": "join_room", "id": 1, "room": "harbour", "media": False,
                         "password": "salt and tar"}),
                ("ana", _do(2, "change_role", identity="$ben", role="speaker")),
                ("ben", _do(2, "unmute")),
                ("ben", _do(3, "send_message", text="ships ahoy ⛵")),
                ("ana", _do(3, "pin_message", message_id="$made-ben-3")),
                ("ana", _do(4, "block", identity="guest-of-old", reason="noise")),
                ("ana", _do(5, "set_slow_mode", seconds=10)),
            ]:  # fmt: skip
                player.say(who, message)
                assert player.heard[-1]["type"] != "refused", player.heard[-1]
        ended = {"command": {"kind": "end_room"}}
        assert call(f"{rooms}/cellar/commands", ended, token=tokens["cellar"]).status == 200
        outside = {
            "claims": {room: claims_of(token) for room, token in tokens.items()},
            "invitation": invitation.body["link"].partition("#invite=")[2],
        }
        KNOWN_FROM_OUTSIDE.write_text(json.dumps(outside, indent=2) + "\n", encoding="utf-8")


def claims_of(token: str) -> Line:
    """What a token says; whoever wants to use it again gives it a time and signs it."""
    claims: Line = jwt.decode(token, options={"verify_signature": False})
    return claims


if __name__ == "__main__":
    record_conversation()
    record_data()
