"""Sound files that are written, and what is left of them whatever happens."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import av
import numpy as np
import pytest

from tests.client.sounds import tone
from tests.support.pesq_score import score
from tests.support.speech import read_wav, sentences, speech
from tui_rooms.audio.errors import AudioFileError
from tui_rooms.audio.files.reading import read_frames
from tui_rooms.audio.files.writing import FrameWriter
from tui_rooms.audio.frames import FRAME, RATE, Samples

BOTH = pytest.mark.parametrize("name", ["out.wav", "out.opus"])


@pytest.fixture(scope="module")
def said() -> Samples:
    """One sentence."""
    return speech(sentences(5, count=1))


def read(path: Path) -> Samples:
    """All of it, as the program itself reads it."""
    return np.concatenate(list(read_frames(path)))


def write(path: Path, samples: Samples, *, seconds: float | None = None) -> None:
    """Frame by frame."""
    with FrameWriter(path, seconds=seconds) as writer:
        for at in range(0, samples.size, FRAME):
            writer.write(samples[at : at + FRAME])


def test_a_written_wav_holds_exactly_what_was_written(said: Samples, tmp_path: Path):
    """Frames and odd ends alike."""
    with FrameWriter(tmp_path / "out.wav") as writer:
        writer.write(said[:FRAME])
        writer.write(said[FRAME : FRAME + 7])
    assert np.array_equal(read_wav(tmp_path / "out.wav"), said[: FRAME + 7])


def test_a_written_opus_file_is_in_step_with_what_was_written_and_sounds_like_it(
    said: Samples, tmp_path: Path
):
    """To the sample, whatever pieces it came in. The suffix may be in capitals."""
    with FrameWriter(tmp_path / "out.OPUS") as writer:
        for at in range(0, said.size, 700):
            writer.write(said[at : at + 700])
    with av.open(str(tmp_path / "out.OPUS")) as container:
        heard = np.concatenate([part.to_ndarray()[0] for part in container.decode(audio=0)])
    assert heard.size == said.size
    in_step = np.correlate(heard[RATE : RATE + 4_800], said[RATE - 50 : RATE + 4_850] / 32_768)
    assert int(np.argmax(in_step)) == 50
    assert score(said, read(tmp_path / "out.OPUS")).mos > 4.0


@BOTH
def test_a_recording_of_nothing_is_still_a_file(tmp_path: Path, name: str):
    """Closed before a sample was written; closing again changes nothing."""
    writer = FrameWriter(tmp_path / name)
    writer.close()
    writer.close()
    assert (tmp_path / name).exists()
    with pytest.raises(AudioFileError):
        read(tmp_path / name)


def test_a_closed_file_takes_no_more(tmp_path: Path):
    """Rather an error than sound that is nowhere."""
    writer = FrameWriter(tmp_path / "out.wav")
    writer.close()
    with pytest.raises(ValueError, match="is closed"):
        writer.write(np.zeros(FRAME, np.int16))


@pytest.mark.parametrize("name", ["out.mp3", "out", "wav"])
def test_another_suffix_is_refused_before_anything_is_written(tmp_path: Path, name: str):
    """The sentence names the two that there are."""
    with pytest.raises(AudioFileError, match=r"must end in \.wav or \.opus") as refused:
        FrameWriter(tmp_path / name)
    assert refused.value.code == "unknown-suffix"
    assert not (tmp_path / name).exists()


@BOTH
def test_a_place_that_cannot_be_written_to_is_a_sentence(tmp_path: Path, name: str):
    """When it is opened, not when the recording ends."""
    with pytest.raises(AudioFileError, match=f"cannot write '.*{name}': No such file") as refused:
        FrameWriter(tmp_path / "missing" / name)
    assert refused.value.code == "unwritable-file"


@BOTH
def test_a_full_disk_is_a_sentence(said: Samples, tmp_path: Path, name: str):
    """Linux has a device that is always full."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("only Linux has /dev/full")
    (tmp_path / name).symlink_to(full)
    with pytest.raises(AudioFileError, match="No space left") as refused:
        write(tmp_path / name, said)
    assert refused.value.code == "unwritable-file"


@BOTH
@pytest.mark.parametrize("seconds", [2.5, None, 100_000])
def test_a_file_can_be_played_at_any_moment_but_for_its_last_second(
    tmp_path: Path, name: str, seconds: float | None
):
    """It may be killed there; a reader finds no less than what was there a second ago."""
    sound = tone(440, 2.5)
    writer = FrameWriter(tmp_path / name, seconds=seconds)
    for at in range(0, sound.size, FRAME):
        writer.write(sound[at : at + FRAME])
        written = at + FRAME
        if written % 9_600 == 0 and written > RATE:
            assert written - RATE <= read(tmp_path / name).size <= written
    writer.close()
    assert abs(read(tmp_path / name).size - sound.size) < FRAME


KILLED = """
import os, sys
import numpy as np
from tui_rooms.audio.files.writing import FrameWriter
writer = FrameWriter(sys.argv[1])
for _ in range(120):
    writer.write(np.full(960, 5_000, np.int16))
os.kill(os.getpid(), int(sys.argv[2]))
"""


@BOTH
@pytest.mark.parametrize("number", [9, 3])
def test_whoever_is_killed_leaves_a_file_that_can_be_played(tmp_path: Path, name: str, number: int):
    """By `kill -9`, and by the key that makes a core of it: 2.4 s were written."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, tmp_path / name, str(number)], cwd=tmp_path, check=False
    )
    assert done.returncode == -number
    assert read(tmp_path / name).size == pytest.approx(2 * RATE, abs=FRAME)


LIMITED = """
import resource, sys
import numpy as np
from tui_rooms.audio.errors import AudioFileError
from tui_rooms.audio.files.writing import FrameWriter
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
noise = np.random.default_rng(1).integers(-9_000, 9_000, 960).astype(np.int16)
try:
    with FrameWriter(sys.argv[1]) as writer:
        for _ in range(500):
            writer.write(noise)
except AudioFileError as error:
    print(error.sentence)
"""


@pytest.mark.parametrize(("name", "size"), [("out.wav", 250_001), ("out.opus", 25_001)])
def test_where_no_more_fits_what_was_written_can_be_played(tmp_path: Path, name: str, size: int):
    """A quota or a small card, in the middle of a sample: one sentence, and a whole file."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, tmp_path / name, str(size)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == f"cannot write '{tmp_path / name}': File too large\n"
    assert read(tmp_path / name).size > 2 * RATE


def test_a_pipe_gets_a_header_without_a_length(tmp_path: Path):
    """It cannot be mended later: readers go on to the end, and miss nothing."""
    pipe, sound = tmp_path / "out.wav", tone(440, 1.5)
    os.mkfifo(pipe)
    with pytest.raises(AudioFileError, match="it is a pipe, and nobody reads it"):
        FrameWriter(pipe)
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)  # opening it waits for no writer
    os.set_blocking(end, True)
    writer = FrameWriter(pipe)
    got = bytearray()

    def take() -> None:
        with os.fdopen(end, "rb") as file:
            got.extend(file.read())

    reader = threading.Thread(target=take)
    reader.start()
    for at in range(0, sound.size, FRAME):
        writer.write(sound[at : at + FRAME])
    writer.close()
    reader.join(10)
    (tmp_path / "got.wav").write_bytes(got)
    assert np.array_equal(read(tmp_path / "got.wav"), sound)
