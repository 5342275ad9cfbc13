"""Sound files in and out."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.support.pesq_score import score
from tests.support.speech import read_wav, sentences, speech, write_wav
from tests.support.tools import require_tool
from tui_rooms.audio.errors import AudioFileError
from tui_rooms.audio.files import FrameWriter, read_frames
from tui_rooms.audio.frames import FRAME, RATE, Samples


@pytest.fixture(scope="module")
def said() -> Samples:
    """One sentence."""
    return speech(sentences(5, count=1))


def _read(path: Path) -> Samples:
    return np.concatenate(list(read_frames(path)))


def test_a_wav_is_read_exactly_and_filled_up_to_a_frame(said: Samples, tmp_path: Path):
    """48 kHz mono needs no conversion; the last frame ends in silence."""
    write_wav(tmp_path / "said.wav", said[: 10 * FRAME + 1])
    frames = list(read_frames(tmp_path / "said.wav"))
    assert [frame.shape for frame in frames] == [(FRAME,)] * 11
    assert np.array_equal(np.concatenate(frames)[: 10 * FRAME + 1], said[: 10 * FRAME + 1])
    assert not frames[10][1:].any()


@pytest.mark.parametrize(
    ("name", "options"),
    [("a.wav", ["-r", "44100", "-c", "2"]), ("a.flac", ["-r", "16000"]), ("a.ogg", ["-C", "8"])],
)
def test_other_formats_rates_and_channels_are_converted(
    said: Samples, tmp_path: Path, name: str, options: list[str]
):
    """As sox writes them."""
    write_wav(tmp_path / "said.wav", said)
    sox = require_tool("sox")
    subprocess.run([sox, tmp_path / "said.wav", *options, tmp_path / name], check=True)
    heard = _read(tmp_path / name)
    assert heard.size / RATE == pytest.approx(said.size / RATE, abs=0.1)
    assert score(said, heard).mos > 4.0


def test_a_written_wav_holds_exactly_what_was_written(said: Samples, tmp_path: Path):
    """Frames and odd ends alike."""
    with FrameWriter(tmp_path / "out.wav") as writer:
        writer.write(said[:FRAME])
        writer.write(said[FRAME : FRAME + 7])
    assert np.array_equal(read_wav(tmp_path / "out.wav"), said[: FRAME + 7])


def test_a_written_opus_file_has_its_length_and_sounds_like_what_was_written(
    said: Samples, tmp_path: Path
):
    """The suffix may be in capitals."""
    with FrameWriter(tmp_path / "out.OPUS") as writer:
        writer.write(said)
    heard = _read(tmp_path / "out.OPUS")
    assert abs(heard.size - said.size) < FRAME
    assert score(said, heard).mos > 4.0


@pytest.mark.parametrize("name", ["empty.wav", "empty.opus"])
def test_a_recording_of_nothing_is_still_a_file(tmp_path: Path, name: str):
    """Closed before a sample was written; closing again changes nothing."""
    writer = FrameWriter(tmp_path / name)
    writer.close()
    writer.close()
    assert (tmp_path / name).exists()
    with pytest.raises(AudioFileError):
        _read(tmp_path / name)


def test_a_closed_file_takes_no_more(said: Samples, tmp_path: Path):
    """Rather an error than sound that is nowhere."""
    writer = FrameWriter(tmp_path / "out.wav")
    writer.close()
    with pytest.raises(ValueError, match="is closed"):
        writer.write(said[:FRAME])


@pytest.mark.parametrize("name", ["out.mp3", "out", "wav"])
def test_another_suffix_is_refused_before_anything_is_written(tmp_path: Path, name: str):
    """The sentence names the two that there are."""
    with pytest.raises(AudioFileError, match=r"must end in \.wav or \.opus") as refused:
        FrameWriter(tmp_path / name)
    assert refused.value.code == "unknown-suffix"
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("name", ["out.wav", "out.opus"])
def test_a_place_that_cannot_be_written_to_is_a_sentence(tmp_path: Path, name: str):
    """When it is opened, not when the recording ends."""
    with pytest.raises(AudioFileError, match=f"cannot write '.*{name}': No such file") as refused:
        FrameWriter(tmp_path / "missing" / name)
    assert refused.value.code == "unwritable-file"


@pytest.mark.parametrize("name", ["out.wav", "out.opus"])
def test_a_full_disk_is_a_sentence(said: Samples, tmp_path: Path, name: str):
    """Linux has a device that is always full."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("only Linux has /dev/full")
    (tmp_path / name).symlink_to(full)
    with pytest.raises(AudioFileError, match="No space left") as refused:
        _write(tmp_path / name, said)
    assert refused.value.code == "unwritable-file"


def _write(path: Path, samples: Samples) -> None:
    with FrameWriter(path) as writer:
        writer.write(samples)


def _missing(path: Path) -> None:
    """There is no such file."""


def _empty(path: Path) -> None:
    path.touch()


def _text(path: Path) -> None:
    path.write_text("This is not sound.\n" * 100)


def _cut_short(path: Path) -> None:
    write_wav(path, np.zeros(RATE, np.int16))
    path.write_bytes(path.read_bytes()[:20])


def _directory(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [_missing, _empty, _text, _cut_short, _directory])
def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path: Path, make: object):
    """It names the file and the reason, in one line."""
    path = tmp_path / "odd: name.wav"
    assert callable(make)
    make(path)
    with pytest.raises(AudioFileError) as refused:
        _read(path)
    assert refused.value.code == "unreadable-file"
    assert refused.value.sentence.startswith(f"cannot read '{path}': ")
    assert "\n" not in refused.value.sentence


def test_damage_in_the_middle_of_a_file_costs_only_that_spot(said: Samples, tmp_path: Path):
    """An Opus file with zeros in it is read to its end."""
    with FrameWriter(tmp_path / "out.opus") as writer:
        writer.write(said)
    whole = bytearray((tmp_path / "out.opus").read_bytes())
    middle = len(whole) // 2
    whole[middle : middle + 50] = bytes(50)
    (tmp_path / "out.opus").write_bytes(whole)
    assert _read(tmp_path / "out.opus").size > said.size / 2
