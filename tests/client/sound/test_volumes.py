"""How loud one hears whom."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.client.sound.test_downlink import ANA, SLOTS, packets
from tui_rooms.audio.mixer import Mixer
from tui_rooms.client.sound.downlink import Downlink
from tui_rooms.client.sound.levels import LevelTable
from tui_rooms.client.sound.volumes import LOUDEST, Volumes


def _hear(volumes: Volumes, change=lambda number: None) -> tuple[np.ndarray, LevelTable]:
    """A tone of one second through downlink and mixer, and the meters."""
    levels = LevelTable()
    downlink, mixer = Downlink(SLOTS, levels, volumes), Mixer()
    downlink.sources, downlink.listening = {ANA: "ana"}, True
    heard = []
    for number, packet in enumerate(packets()):
        change(number)
        downlink.on_rtp(packet, 100 + number * 0.02)
        heard.append(mixer.mix(downlink.pull(100.01 + number * 0.02)))
    return np.concatenate(heard[10:]), levels


def _rms(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean(sound.astype(float) ** 2)))


@pytest.mark.parametrize("percent", [50, 150, 200])
def test_a_persons_volume_is_heard(percent: int):
    """In proportion, up to what the limiter lets through."""
    full = _rms(_hear(Volumes())[0])
    volumes = Volumes()
    volumes.set_percent("ana", percent)
    assert _rms(_hear(volumes)[0]) == pytest.approx(full * percent / 100, rel=0.03)


@pytest.mark.parametrize(
    "silence",
    [
        lambda volumes: volumes.set_percent("ana", 0),
        lambda volumes: volumes.set_muted("ana", muted=True),
        lambda volumes: setattr(volumes, "deafened", True),
    ],
)
def test_meters_go_on_for_those_one_does_not_hear(silence):
    """At volume 0, muted here, or with everybody switched off."""
    volumes = Volumes()
    silence(volumes)
    heard, levels = _hear(volumes)
    assert not heard.any()
    assert levels.read("ana", 101.0).talking


def test_others_are_heard_as_before():
    """A volume is one person's."""
    volumes = Volumes()
    volumes.set_percent("ben", 0)
    volumes.set_muted("cleo", muted=True)
    assert np.array_equal(_hear(volumes)[0], _hear(Volumes())[0])


def test_hearing_again_begins_where_it_would_be_and_without_a_click():
    """The buffer goes on behind a closed ear; the volume changes within a frame."""
    volumes = Volumes()
    volumes.deafened = True

    def change(number: int) -> None:
        if number == 30:
            volumes.deafened = False

    heard, _ = _hear(volumes, change)
    whole, _ = _hear(Volumes())
    assert np.array_equal(heard[-960 * 15 :], whole[-960 * 15 :])
    assert np.abs(np.diff(heard.astype(int))).max() <= np.abs(np.diff(whole.astype(int))).max()


def test_volumes_are_remembered_between_visits(tmp_path):
    """By identity, in a file; a mute keeps the volume of before."""
    file = tmp_path / "there" / "volumes.json"
    volumes = Volumes(file)
    volumes.set_percent("ana", 150)
    volumes.set_muted("ana", muted=True)
    again = Volumes(file)
    assert (again.percent("ana"), again.is_muted("ana")) == (150, True)
    again.set_muted("ana", muted=False)
    assert Volumes(file).gain("ana") == 1.5


@given(st.binary(max_size=60) | st.sampled_from([b"[]", b'{"percents": 3}', b'{"percents": {}}']))
def test_a_damaged_file_is_as_good_as_none(content: bytes):
    """Everyone is at 100 % then."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "volumes.json"
        file.write_bytes(content)
        assert Volumes(file).gain("ana") == 1.0


def test_what_is_out_of_range_is_brought_within():
    """Less than silence is silence."""
    volumes = Volumes()
    volumes.set_percent("ana", -5)
    assert volumes.percent("ana") == 0
    volumes.set_percent("ana", 900)
    assert volumes.percent("ana") == LOUDEST
