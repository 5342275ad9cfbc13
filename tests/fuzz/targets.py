"""What is thrown at, and what has to hold: no exception but the one that is documented."""

import atexit
import contextlib
import functools
import json
import random
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import jwt
from pydantic import ValidationError

from tests.fuzz.engine import FuzzedEngine
from tui_rooms.rtc.dtls import MTU, DtlsIdentity, DtlsServer, pack_records
from tui_rooms.rtc.red import primary_length, split_red
from tui_rooms.rtc.rtcp import ReceiverReport, SenderReport, parse_rtcp
from tui_rooms.rtc.rtp import is_rtcp, parse_rtp
from tui_rooms.rtc.sdp import parse_answer, parse_offer
from tui_rooms.rtc.stun import (
    accept_check,
    answered_check,
    is_authentic,
    parse_check,
    refuse_role,
)
from tui_rooms.rules import commands
from tui_rooms.rules.actor import SYSTEM
from tui_rooms.rules.deadlines import next_deadline
from tui_rooms.rules.decide import decide
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.events import RoomCreated
from tui_rooms.rules.evolve import created
from tui_rooms.rules.view import view
from tui_rooms.server.door.credentials.keys import Keys
from tui_rooms.server.door.credentials.tokens import read_session, verify
from tui_rooms.server.rooms.room_types import RoomTypesError, load_room_types
from tui_rooms.server.storage.card import card_of
from tui_rooms.server.storage.codec import read_card, read_event, read_state
from tui_rooms.server.storage.errors import StorageError
from tui_rooms.server.storage.replaying import apply
from tui_rooms.sfu.network.vectors import Vector
from tui_rooms.sfu.rooms.room import Room
from tui_rooms.tui.settings.errors import SettingsError
from tui_rooms.tui.settings.reading import parse_settings
from tui_rooms.wire.errors import ProtocolError
from tui_rooms.wire.messages import CLIENT_MESSAGE, SERVER_MESSAGE
from tui_rooms.wire.requests import request_id_in
from tui_rooms.wire.sentences import sentence_for

KEY: Final = b"a password that both know"
KEYS: Final = Keys(api_key="key", secret="a secret of at least thirty-two bytes")
NOW: Final = 2_000_000_000.0
LONGEST_SENTENCE: Final = 1000
"""Characters. Whatever was sent, what is said of it is for people to read."""
_IDENTITY: Final = DtlsIdentity()
_MOST_DATAGRAMS: Final = 20


def _room() -> Room:
    """A room in which somebody may send, and nobody listens."""

    def no_vector(size: int) -> Vector:
        raise AssertionError(f"a vector of {size} places for nobody")

    room = Room("den", slots=2, new_vector=no_vector, chance=random.Random(7))
    room.let_send("ana", 1)
    return room


def _is_for_people(sentence: str) -> None:
    assert len(sentence) <= LONGEST_SENTENCE
    assert sentence.isprintable()


def split(data: bytes) -> list[bytes]:
    """Several datagrams out of one input: each behind its length in two bytes."""
    found = []
    while len(data) > 2 and len(found) < _MOST_DATAGRAMS:
        length = int.from_bytes(data[:2], "big")
        found.append(data[2 : 2 + length])
        data = data[2 + length :]
    return found


def joined(datagrams: list[bytes]) -> bytes:
    """The input of which `split` makes these."""
    return b"".join(len(one).to_bytes(2, "big") + one for one in datagrams)


def stun(data: bytes) -> None:
    """Checks and answers to checks; what is authentic is answered with no more than it may be."""
    answered_check(data, KEY)
    check = parse_check(data)
    if check is not None and is_authentic(check, KEY):
        assert len(accept_check(check, ("192.0.2.1", 7600), KEY)) <= 100
        assert len(refuse_role(check, KEY)) <= 100


def dtls(data: bytes) -> None:
    """Records before and in the first handshake: keys or `ProtocolError`, in datagrams that fit."""
    server = DtlsServer(_IDENTITY, "00:" * 31 + "00")
    try:
        for datagram in split(data):
            if datagram:
                assert all(0 < len(sent) <= MTU for sent in server.step(datagram))
                server.timeout()
    except ProtocolError:
        pass
    server.close()
    assert b"".join(pack_records(data)) == data


@functools.cache
def _fuzzed_engine() -> FuzzedEngine:
    made = FuzzedEngine()
    atexit.register(made.close)
    return made


def engine(data: bytes) -> None:
    """Datagrams at the port of an engine: it drops, answers or gives a peer up, and goes on."""
    _fuzzed_engine()(split(data))


def rtp(data: bytes) -> None:
    """Packets into a room: from there on nothing raises, and a room of one sends to nobody."""
    room = _room()
    for number, one in enumerate(split(data)):
        packet = parse_rtp(one)
        if len(one) >= 2:
            is_rtcp(one)
        if packet is not None:
            assert len(packet.payload) <= len(one)
            assert room.forward("ana", packet, number * 0.02) == []
    room.levels(1.0)
    room.report_to("ana", 1.0)


def red(data: bytes) -> None:
    """Blocks that lie within the payload, or `ProtocolError`."""
    primary_length(data)
    try:
        blocks = split_red(data)
    except ProtocolError:
        return
    assert sum(len(block.payload) for block in blocks) <= len(data)


def rtcp(data: bytes) -> None:
    """Reports, and what a room makes of them; or `ProtocolError`."""
    try:
        packets = parse_rtcp(data)
    except ProtocolError:
        return
    room = _room()
    for packet in packets:
        if isinstance(packet, SenderReport):
            room.senders["ana"].sender_report(packet.ssrc, packet.ntp >> 16, 1.0)
        if isinstance(packet, SenderReport | ReceiverReport):
            room.take_reports("ana", packet.reports, 1.0, 1)


def sdp(data: bytes) -> None:
    """Offers and answers, or `ProtocolError`."""
    text = data.decode("utf-8", "replace")
    for parse in (parse_offer, lambda text: parse_answer(text, slots=4)):
        try:
            parse(text)
        except ProtocolError as error:
            _is_for_people(error.sentence)


def messages(data: bytes) -> None:
    """Messages of both sides, or a finding that can be told in a sentence."""
    text = data.decode("utf-8", "replace")
    request_id_in(text)
    for adapter in (CLIENT_MESSAGE, SERVER_MESSAGE):
        try:
            adapter.validate_json(text)
        except ValidationError as error:
            _is_for_people(sentence_for(error))


def tokens(data: bytes) -> None:
    """As it came, and as claims that somebody with the key has signed: a grant or `RoomError`."""
    text = data.decode("utf-8", "replace")
    tried = [text]
    if (claims := _object(text)) is not None:
        tried.append(jwt.encode({"iss": KEYS.api_key, **claims}, KEYS.secret, algorithm="HS256"))
    for token in tried:
        for read in (verify, read_session):
            try:
                grant = read(KEYS, token, now=NOW)
            except RoomError as error:
                _is_for_people(error.sentence)
                continue
            grant.covers("den")
            grant.session_life(NOW)


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
        json.dumps(found).encode()
    except (ValueError, RecursionError):
        return None
    # PyJWT refuses to make a token whose issuer is no text.
    is_good = isinstance(found, dict) and isinstance(found.get("iss", ""), str)
    return found if is_good else None


def toml(data: bytes) -> None:
    """Settings and room types, or their errors."""
    text = data.decode("utf-8", "replace")
    try:
        parse_settings(text, Path("settings.toml"))
    except SettingsError as error:
        _is_for_people(str(error))
    with tempfile.NamedTemporaryFile(suffix=".toml") as file:
        file.write(data)
        file.flush()
        try:
            load_room_types(Path(file.name))
        except RoomTypesError as error:
            _is_for_people(error.sentence)


def stored(data: bytes) -> None:
    """A room's log, an event a line: read and applied, or `StorageError`; a state or a card too."""
    text = data.decode("utf-8", "replace")
    read_state(text)
    with contextlib.suppress(StorageError):
        read_card(text)
    events = []
    try:
        for seq, line in enumerate(text.split("\n")[:100], 1):
            events.append(read_event(line, room_id="den", seq=seq))
    except StorageError as error:
        _is_for_people(error.sentence)
    if events and isinstance(events[0], RoomCreated):
        room = created(events[0])
        try:
            for seq, event in enumerate(events[1:], 2):
                apply(room, event, seq)
        except StorageError:
            return
        # What a server does with it at its start, and for whoever asks.
        with contextlib.suppress(RoomError):
            decide(room, commands.ResumeRoom(), SYSTEM, NOW)
        next_deadline(room)
        view(room, "ana")
        card_of(room)


TARGETS: Final[Mapping[str, Callable[[bytes], None]]] = {
    "stun": stun,
    "dtls": dtls,
    "engine": engine,
    "rtp": rtp,
    "red": red,
    "rtcp": rtcp,
    "sdp": sdp,
    "messages": messages,
    "tokens": tokens,
    "toml": toml,
    "stored": stored,
}
