"""Devices of one name told apart."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.audio.cards.listing import DeviceInfo, told_apart
from tui_rooms.audio.cards.naming import What, chosen, labels


@pytest.mark.parametrize(
    ("devices", "called"),
    [
        (["USB Audio", "Built-in"], ["USB Audio", "Built-in"]),
        (["USB Audio", "USB Audio"], ["USB Audio", "USB Audio #2"]),
        (["USB", "usb", "USB"], ["USB", "usb #2", "USB #3"]),
        (["USB", "USB", "USB #2"], ["USB", "USB #3", "USB #2"]),
        (["USB", "USB/DirectSound"], ["USB", "USB [DirectSound]"]),
        (
            ["USB", "USB", "USB/DirectSound", "USB/DirectSound"],
            ["USB", "USB #2", "USB [DirectSound]", "USB [DirectSound] #2"],
        ),
        (["USB", "USB [DirectSound]", "USB/DirectSound"],
         ["USB", "USB [DirectSound]", "USB [DirectSound] #2"]),
    ],
)  # fmt: skip
def test_a_name_that_others_have_gets_what_tells_them_apart(devices: list[str], called: list[str]):
    """The first keeps it, so that what somebody has chosen before still means the same."""
    assert labels(_with_api(devices)) == called


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["USB", "usb", "USB #2", "USB [B]", "USB [B] #2", "Mic"]),
            st.sampled_from(["A", "B"]),
        ),
        max_size=8,
    )
)
def test_no_two_are_called_alike_and_each_can_be_chosen(devices: list[tuple[str, str]]):
    """Whatever they are called themselves."""
    called = labels(devices)
    assert len({label.casefold() for label in called}) == len(devices)
    them = [_Microphone(label) for label in called]
    for one in them:
        assert chosen(them, "microphone", one.label.swapcase()) is one


class _Microphone:
    def __init__(self, label: str) -> None:
        self.label = label

    def called(self, what: What) -> str:
        """Its label."""
        return self.label if what == "microphone" else ""


def _with_api(devices: list[str]) -> Iterator[tuple[str, str]]:
    for device in devices:
        name, _, api = device.partition("/")
        yield name, api or "MME"


def test_microphones_and_loudspeakers_are_counted_by_themselves():
    """A headset is listed twice by some systems, once as each: it needs no number."""
    devices = [_device(0, inputs=1), _device(1, outputs=2), _device(2, inputs=1, outputs=2)]
    found = told_apart(devices)
    assert [device.microphone for device in found] == ["AirPods", "", "AirPods #2"]
    assert [device.loudspeaker for device in found] == ["", "AirPods", "AirPods #2"]


def test_a_part_of_a_label_means_the_first_that_has_it():
    """A whole one comes before a part of another."""
    devices = told_apart([_device(0, inputs=1), _device(1, inputs=1)])
    assert chosen(devices, "microphone", "airp") is devices[0]
    assert chosen(devices, "microphone", "#2") is devices[1]
    assert chosen(devices, "microphone", "AirPods #2") is devices[1]
    assert chosen(devices, "microphone", "Built-in") is None


def _device(index: int, *, inputs: int = 0, outputs: int = 0) -> DeviceInfo:
    return DeviceInfo(index, "AirPods", "Core Audio", inputs, outputs, False, False, 48_000.0)
