"""What really is sent, as small files: where a search begins."""

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.fuzz.engine import VALID_CHECK
from tests.fuzz.targets import KEY, KEYS, NOW, joined
from tests.rtc.test_dtls import Client
from tests.stored.record import script
from tui_rooms.rtc.dtls import DtlsIdentity, DtlsServer
from tui_rooms.rtc.red import RedEncoder
from tui_rooms.rtc.rtcp import (
    ReceiverReport,
    ReportBlock,
    SenderReport,
    SourceDescription,
    serialize_rtcp,
)
from tui_rooms.rtc.rtp import OPUS_PT, RED_PT, RtpPacket
from tui_rooms.rtc.sdp import Answer, Offer
from tui_rooms.rtc.stun import accept_check, own_check, parse_check, refuse_role
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.server.door.credentials.tokens import Grant, Stay, mint, mint_session
from tui_rooms.wire import features, messages

HERE: Final = Path(__file__).parent / "corpora"
_FINGERPRINT: Final = ":".join(["AB"] * 32)
_ROOMS: Final = Path(__file__).parents[1] / "stored/data/rooms.db"

_SETTINGS: Final = """
[you]
name = "Ana"
token = "a.b.c"

[[servers]]
name = "home"
url = "http://127.0.0.1:7600"

[keys]
toggle-microphone = ["m", "f9"]
"""
_ROOM_TYPES: Final = """
[panel]
summary = "a few talk, the others may ask"
like = "audio_room"
joins_as = "listener"

[panel.capabilities]
listener = ["join-room", "raise-hand", "send-message"]

[panel.settings]
stage_size = 8
"""


def corpus(target: str) -> list[bytes]:
    """The kept inputs of a target, in order."""
    return [file.read_bytes() for file in sorted((HERE / target).iterdir())]


def make() -> None:
    """Write those that are made of what the program itself says; others stay as they are."""
    for target, name, data in _made():
        (HERE / target).mkdir(parents=True, exist_ok=True)
        (HERE / target / name).write_bytes(data)


def _made() -> Iterator[tuple[str, str, bytes]]:
    yield from _media()
    yield from _dtls()
    yield from _text()


def _media() -> Iterator[tuple[str, str, bytes]]:
    check = own_check(bytes(range(12)), username=b"ours:theirs", key=KEY)
    yield "stun", "check", check
    parsed = parse_check(check)
    assert parsed is not None
    yield "stun", "accepted", accept_check(parsed, ("192.0.2.1", 7600), KEY)
    yield "stun", "refused", refuse_role(parsed, KEY)
    encoder = RedEncoder(2)
    packets, blocks = [], b""
    for number in range(4):
        blocks = encoder.encode(960 * number, bytes([number]) * 20)
        for kind, payload in ((OPUS_PT, bytes(20)), (RED_PT, blocks)):
            packet = RtpPacket(kind, number, 960 * number, 7, payload, level=-20, voice=True)
            packets.append(packet.serialize())
    yield "rtp", "opus-and-red", joined(packets)
    yield "red", "depth-2", blocks
    block = ReportBlock(7, 10, 3, 70_000, 5, 0x1234_5678, 0x1_0000)
    sender = SenderReport(7, 0x1234_5678_9ABC_DEF0, 960, 10, 200, (block,))
    about = SourceDescription(((7, "tui-rooms"),))
    yield "rtcp", "sender", serialize_rtcp([sender, about])
    yield "rtcp", "receiver", serialize_rtcp([ReceiverReport(8, (block, block))])


def _dtls() -> Iterator[tuple[str, str, bytes]]:
    client, server = Client(), DtlsServer(DtlsIdentity(), _FINGERPRINT)
    hello = client.step([])
    yield "dtls", "client-hello", joined(hello)
    flight = client.step(server.step(hello[0]))
    yield "dtls", "client-hello-and-flight", joined([*hello, *flight])
    # The same hello in two fragments (RFC 6347 §4.2.3): the length stays, the place moves.
    record = hello[0]
    head, body = record[13:25], record[25:]
    half = len(body) // 2
    pieces = [(0, body[:half]), (half, body[half:])]
    fragments = [
        record[:3] + number.to_bytes(8, "big") + (12 + len(piece)).to_bytes(2, "big")
        + head[:6] + at.to_bytes(3, "big") + len(piece).to_bytes(3, "big") + piece
        for number, (at, piece) in enumerate(pieces)
    ]  # fmt: skip
    yield "dtls", "fragments", joined(fragments)
    yield "engine", "check-and-hello", joined([VALID_CHECK, *hello, VALID_CHECK, *flight])
    yield "engine", "check-and-fragments", joined([VALID_CHECK, *fragments, *fragments[::-1]])
    media = RtpPacket(OPUS_PT, 1, 960, 7, bytes(20), level=-20, voice=True).serialize()
    yield "engine", "media-too-early", joined([media, VALID_CHECK, media, *hello, media])
    alert = b"\x15\xfe\xfd" + bytes(8) + b"\x00\x02\x02\x28"
    yield "dtls", "alert", joined([alert])


def _text() -> Iterator[tuple[str, str, bytes]]:
    offer = Offer(
        "ufrag", "p" * 24, _FINGERPRINT, (("192.0.2.1", 7600),), (11, 12, 13, 14), "cname"
    )
    yield "sdp", "offer", offer.render().encode()
    answer = Answer(ufrag="ufrag", pwd="p" * 24, fingerprint=_FINGERPRINT, ssrc=7)
    yield "sdp", "answer", answer.render(offer).encode()
    said = {
        "-".join([line["type"], line.get("command", {}).get("kind", "")]).strip("-"): line
        for _, line in script()
    }
    for name, line in said.items():
        yield "messages", f"client-{name}", json.dumps(line).encode()
    welcome = messages.Welcome(identity="ana", name="Ana", session="s", features=features.KNOWN)
    yield "messages", "told-welcome", welcome.model_dump_json().encode()
    refused = messages.Refused(id=1, code="too-fast", reason="wait a moment")
    yield "messages", "told-refused", refused.model_dump_json().encode()
    grant = Grant(
        identity="ana",
        name="Ana",
        rooms=("den", "attic"),
        role=Role.HOST,
        capabilities=frozenset({Capability.READ_REPORTS}),
        stay=Stay("den", NOW, "run"),
        expires_at=NOW + 60,
    )
    token = mint(KEYS, grant, now=NOW, life=60, not_before=NOW)
    yield "tokens", "token", token.encode()
    session = mint_session(KEYS, grant, now=NOW)
    yield "tokens", "session", session.encode()
    claims = {
        "sub": "ana",
        "rooms": ["*"],
        "exp": NOW + 60,
        "nbf": NOW,
        "ends": NOW + 60,
        "role": "host",
        "capabilities": ["read-reports"],
        "stay": ["den", NOW, "run"],
    }
    yield "tokens", "claims", json.dumps(claims).encode()
    yield "toml", "settings", _SETTINGS.encode()
    yield "toml", "room-types", _ROOM_TYPES.encode()
    with contextlib.closing(
        sqlite3.connect(f"file:{_ROOMS}?mode=ro&immutable=1", uri=True)
    ) as rooms:
        for (room,) in rooms.execute("SELECT DISTINCT room_id FROM event").fetchall():
            events = rooms.execute("SELECT body FROM event WHERE room_id = ? ORDER BY seq", (room,))
            yield "stored", f"log-{room}", "\n".join(body for (body,) in events).encode()
        (card,) = rooms.execute("SELECT card FROM room LIMIT 1").fetchone()
        yield "stored", "card", card.encode()
