"""Connectivity checks, against aioice's own STUN."""

import pytest
from aioice import stun
from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.rtc.stun import (
    accept_check,
    answered_check,
    is_authentic,
    own_check,
    parse_check,
    refuse_role,
)

KEY = b"p" * 24
ADDRESS = ("192.0.2.33", 54_321)


def request(key: bytes = KEY, *, role: str = "ICE-CONTROLLING", nominate: bool = True) -> bytes:
    """A check as aioice sends it."""
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, transaction_id=b"t" * 12)
    message.attributes["USERNAME"] = "ours:theirs"
    message.attributes["PRIORITY"] = 1
    message.attributes[role] = 5
    if nominate:
        message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity(key)
    message.add_fingerprint()
    return bytes(message)


@pytest.mark.parametrize("nominate", [True, False])
def test_a_check_is_read_and_verified(nominate):
    """Credentials, nomination and integrity are as aioice wrote them."""
    check = parse_check(request(nominate=nominate))
    assert check is not None
    assert (check.ufrag, check.remote_ufrag) == (b"ours", b"theirs")
    assert check.nominates is nominate
    assert not check.controlled
    assert is_authentic(check, KEY)


def test_another_password_is_not_authentic():
    """Knowing the ufrag is not enough."""
    check = parse_check(request(b"q" * 24))
    assert check is not None
    assert not is_authentic(check, KEY)


def test_aioice_accepts_our_answer():
    """Integrity, fingerprint and the address in it."""
    check = parse_check(request())
    assert check is not None
    answer = stun.parse_message(accept_check(check, ADDRESS, KEY))
    assert answer.check_message_integrity(KEY)
    assert (answer.message_class, answer.transaction_id) == (stun.Class.RESPONSE, b"t" * 12)
    assert answer.attributes["XOR-MAPPED-ADDRESS"] == ADDRESS
    assert "FINGERPRINT" in answer.attributes


def test_aioice_understands_a_role_conflict():
    """A client that thinks that it is controlled is told to change."""
    check = parse_check(request(role="ICE-CONTROLLED"))
    assert check is not None
    assert check.controlled
    answer = stun.parse_message(refuse_role(check, KEY))
    assert answer.check_message_integrity(KEY)
    assert answer.message_class == stun.Class.ERROR
    assert answer.attributes["ERROR-CODE"][0] == 487


@given(st.binary(max_size=100))
def test_random_bytes_are_no_check(data):
    """Nothing is raised; without a key nothing is authentic."""
    check = parse_check(data)
    assert check is None or not is_authentic(check, KEY)


@given(st.integers(0, len(request()) - 1), st.integers(1, 255))
def test_a_changed_byte_breaks_the_check_unless_it_is_behind_the_seal(at, change):
    """Every byte that counts is covered by MESSAGE-INTEGRITY."""
    data = bytearray(request())
    data[at] ^= change
    check = parse_check(bytes(data))
    behind = len(data) - 8  # FINGERPRINT
    assert check is None or not is_authentic(check, KEY) or at >= behind


@given(st.integers(0, len(request())))
def test_a_check_that_is_cut_off_is_none(length):
    """The length in the header must be that of the datagram."""
    if length < len(request()):
        assert parse_check(request()[:length]) is None


def test_an_attribute_behind_the_seal_does_not_nominate():
    """USE-CANDIDATE after MESSAGE-INTEGRITY could have been added by anyone."""
    plain = request(nominate=False)[:-8]  # without FINGERPRINT
    forged = bytearray(plain + b"\x00\x25\x00\x00")
    forged[2:4] = (len(forged) - 20).to_bytes(2, "big")
    check = parse_check(bytes(forged))
    assert check is not None
    assert is_authentic(check, KEY)
    assert not check.nominates


def response(key: bytes = KEY, kind: stun.Class = stun.Class.RESPONSE) -> bytes:
    """An answer as aioice sends it."""
    message = stun.Message(stun.Method.BINDING, kind, transaction_id=b"t" * 12)
    message.attributes["XOR-MAPPED-ADDRESS"] = ADDRESS
    message.add_message_integrity(key)
    message.add_fingerprint()
    return bytes(message)


def test_aioice_understands_a_check_of_ours():
    """With all that it needs to take it for a new path of its peer's."""
    check = stun.parse_message(own_check(b"t" * 12, username=b"theirs:ours", key=KEY))
    assert check.check_message_integrity(KEY)
    assert (check.message_class, check.transaction_id) == (stun.Class.REQUEST, b"t" * 12)
    assert check.attributes["USERNAME"] == "theirs:ours"
    assert {"PRIORITY", "ICE-CONTROLLED", "FINGERPRINT"} <= check.attributes.keys()


def test_an_answer_counts_when_it_is_authentic_and_says_yes():
    """Another password, an error and a request do not."""
    assert answered_check(response(), KEY)
    assert not answered_check(response(b"q" * 24), KEY)
    assert not answered_check(response(kind=stun.Class.ERROR), KEY)
    assert not answered_check(request(), KEY)


@given(st.binary(max_size=120), st.integers(0, 119))
def test_no_bytes_break_the_reading_of_an_answer(noise, at):
    """Cut, mixed or made up: it is no answer."""
    good = response()
    assert not answered_check(noise, KEY)
    assert not answered_check(good[:at], KEY) or at >= len(good)
