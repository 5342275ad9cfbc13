"""The one offer and its answer."""

from collections.abc import Callable

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.sdp import SessionDescription
from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.rtc.sdp import MAX_TEXT, Answer, Offer, parse_answer, parse_offer
from tui_rooms.wire.errors import ProtocolError

FINGERPRINT = ":".join(f"{i:02X}" for i in range(32))
OFFER = Offer(
    ufrag="abcd",
    pwd="p" * 24,
    fingerprint=FINGERPRINT,
    candidates=(("127.0.0.1", 7600), ("192.0.2.7", 7600)),
    slots=(11, 22, 33, 4_294_967_295),
)
ANSWER = Answer(ufrag="wxyz", pwd="q" * 24, fingerprint=FINGERPRINT, ssrc=77)
ICE_TEXT = st.text("abcXYZ019+/", min_size=22, max_size=40)


@given(ICE_TEXT, ICE_TEXT, st.lists(st.integers(0, 0xFFFF_FFFF), max_size=8))
def test_an_offer_is_read_as_it_was_written(ufrag, pwd, slots):
    """Rendering and parsing are inverse."""
    cname = "tui-rooms" if slots else ""
    offer = Offer(ufrag, pwd, FINGERPRINT, OFFER.candidates, tuple(slots), cname=cname)
    assert parse_offer(offer.render()) == offer


@given(ICE_TEXT, ICE_TEXT, st.none() | st.integers(0, 0xFFFF_FFFF))
def test_an_answer_is_read_as_it_was_written(ufrag, pwd, ssrc):
    """Rendering and parsing are inverse."""
    answer = Answer(ufrag, pwd, FINGERPRINT, "active", ssrc)
    assert parse_answer(answer.render(OFFER), slots=4) == answer


def test_aiortc_understands_the_offer():
    """Sections, directions, codecs, SSRCs and candidates are what was meant."""
    session = SessionDescription.parse(OFFER.render())
    assert [media.direction for media in session.media] == ["recvonly"] + ["sendonly"] * 4
    assert [media.rtp.muxId for media in session.media] == ["0", "1", "2", "3", "4"]
    assert [codec.payloadType for codec in session.media[1].rtp.codecs] == [63, 111]
    assert session.media[1].rtp.codecs[1].parameters == {"minptime": 10, "usedtx": "1"}
    assert [media.ssrc[0].ssrc for media in session.media[1:]] == list(OFFER.slots)
    assert [(c.ip, c.port) for c in session.media[0].ice_candidates] == list(OFFER.candidates)
    first, second = session.media[0].ice_candidates
    assert first.priority > second.priority
    assert session.media[0].ice.iceLite


async def test_a_real_peer_connection_answers_and_its_answer_is_understood():
    """aiortc's whole negotiation against the offer."""
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    try:
        await connection.setRemoteDescription(RTCSessionDescription(OFFER.render(), "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        text = connection.localDescription.sdp
    finally:
        await connection.close()
    answer = parse_answer(text, slots=4)
    assert answer.setup == "active"
    assert f"a=ice-ufrag:{answer.ufrag}\r\n" in text
    assert f"a=fingerprint:sha-256 {answer.fingerprint}\r\n" in text


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("v=0", "v=1", r"line 1 \('v=1'\): expected v=0"),
        ("a=setup:active", "a=setup:passive", "a=setup:passive, expected a=setup:active"),
        ("a=setup:active", "a=setup:both", r"line 19 .*expected one of actpass"),
        ("a=ice-pwd:" + "q" * 24, "a=ice-pwd:short", r"line 17 .*expected 22 to 256"),
        ("a=ice-ufrag:wxyz\r\n", "", "its a=ice-ufrag line is missing"),
        (FINGERPRINT, "AB:CD", r"line 18 .*expected sha-256 and 32 hex pairs"),
        ("sha-256", "sha-1", "its a=fingerprint line is missing"),
        ("m=audio 9", "m=audio 0", r"line 7 .*rejected \(port 0\)"),
        ("m=audio 9", "m=video 9", "line 7 .*expected m=audio"),
        ("SAVPF 63 111", "SAVPF 63", r"line 7 .*payload type 111 \(Opus\) is missing"),
        ("111 opus/48000/2", "111 PCMU/8000", "expected opus/48000/2"),
        ("a=recvonly", "a=sendonly", "a=sendonly for a slot, expected a=recvonly"),
        ("a=ssrc:77", "a=ssrc:9999999999", "'9999999999' is no number from 0 to 4294967295"),
        ("a=ssrc:77", "a=ssrc:٣", "is no number"),
        ("s=-", "nonsense", r"line 3 \('nonsense'\): expected a letter, = and a value"),
        ("s=-", "s=\x07", "line 3 .*expected a letter"),
        ("a=mid:4", "a=mid:4\r\na=extmap:1 urn:other", "ssrc-audio-level for extension 1"),
    ],
)
def test_a_malformed_answer_is_refused_by_its_line(old, new, named):
    """Whoever wrote the answer can find the mistake."""
    text = ANSWER.render(OFFER).replace(old, new)
    with pytest.raises(ProtocolError, match=named) as refused:
        parse_answer(text, slots=4)
    assert refused.value.code == "bad-sdp"


def test_what_every_section_says_is_counted_and_can_be_wrong():
    """Lines that are known by heart are lines all the same."""
    rendered = ANSWER.render(OFFER)
    assert parse_answer(rendered.replace("a=rtcp-mux\r\n", "")) == ANSWER
    for right, wrong in (
        ("rtpmap:111 opus/48000/2", "rtpmap:111 opus/48000/1"),
        ("a=extmap:1 urn", "a=extmap:1 um"),
    ):
        last = rendered.rindex(right)
        number = rendered[:last].count("\n") + 1
        with pytest.raises(ProtocolError, match=f"line {number} .*expected"):
            parse_answer(rendered[:last] + wrong + rendered[last + len(right) :])


def test_an_answer_with_a_section_too_few_is_refused():
    """Each section of the offer must be answered."""
    text = ANSWER.render(OFFER)
    short = text[: text.rindex("m=audio")]
    with pytest.raises(ProtocolError, match="last of 4 sections, the offer has 5"):
        parse_answer(short, slots=4)


@pytest.mark.parametrize("text", ["", "v=0", "v=0\r\ns=-\r\n"])
def test_an_answer_without_sections_is_refused(text):
    """There is no microphone to take."""
    with pytest.raises(ProtocolError):
        parse_answer(text)


def test_an_oversized_description_is_not_read():
    """The limit is told."""
    with pytest.raises(ProtocolError, match="the limit is 32768"):
        parse_answer("v=0\r\n" + "a" * MAX_TEXT)


def test_an_offer_without_an_ipv4_candidate_is_refused():
    """There would be nowhere to connect to."""
    text = OFFER.render().replace("127.0.0.1 7600", "::1 7600").replace("192.0.2.7", "host.local")
    with pytest.raises(ProtocolError, match="no a=candidate line with an IPv4 address"):
        parse_offer(text)


def refusal(parse: Callable[[str], object], text: str) -> str | None:
    """The code of the refusal, if it is refused."""
    try:
        parse(text)
    except ProtocolError as error:
        return error.code
    return None


LINES = ANSWER.render(OFFER).split("\r\n")


@given(
    st.lists(
        st.sampled_from(LINES)
        | st.text(max_size=30)
        | st.builds(lambda line, tail: line + tail, st.sampled_from(LINES), st.text(max_size=5)),
        max_size=40,
    )
)
def test_random_lines_are_a_description_or_refused(lines):
    """Nothing but ProtocolError is raised, for offers and answers."""
    text = "\r\n".join(["v=0", *lines])
    assert refusal(parse_offer, text) in (None, "bad-sdp")
    assert refusal(parse_answer, text) in (None, "bad-sdp")


@given(st.integers(0, len(LINES)), st.integers(0, 40), st.characters())
def test_one_changed_character_is_a_description_or_refused(line, column, character):
    """The parser looks at every field that it uses."""
    lines = list(LINES)
    at = min(line, len(lines) - 1)
    lines[at] = lines[at][:column] + character + lines[at][column + 1 :]
    assert refusal(parse_answer, "\r\n".join(lines)) in (None, "bad-sdp")
