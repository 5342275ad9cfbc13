"""The sound of files, whatever they are."""

import fcntl
import os
import subprocess
import termios
import threading
from array import array
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import av
import numpy as np
import pytest

from tests.client.sounds import loud, strength, tone
from tests.support.pesq_score import score
from tests.support.sound_files import damage, encode, join, write_channels
from tests.support.speech import sentences, speech, write_wav
from tests.support.tools import require_tool
from tests.support.waiting import wait_until
from tui_rooms.audio.errors import AudioFileError
from tui_rooms.audio.files.interrupt import Interrupt
from tui_rooms.audio.files.reading import read_frames
from tui_rooms.audio.files.writing import FrameWriter
from tui_rooms.audio.frames import FRAME, RATE, Samples


@pytest.fixture(scope="module")
def said() -> Samples:
    """One sentence."""
    return speech(sentences(5, count=1))


def read(path: Path) -> Samples:
    """All of it."""
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
    [
        ("a.wav", ["-r", "44100", "-c", "2"]),
        ("a.flac", ["-r", "16000"]),
        ("a.ogg", ["-C", "8"]),
    ],
)
def test_other_formats_rates_and_channels_are_converted(
    said: Samples, tmp_path: Path, name: str, options: list[str]
):
    """As sox writes them."""
    write_wav(tmp_path / "said.wav", said)
    sox = require_tool("sox")
    subprocess.run([sox, tmp_path / "said.wav", *options, tmp_path / name], check=True)
    heard = read(tmp_path / name)
    assert heard.size / RATE == pytest.approx(said.size / RATE, abs=0.03)
    assert score(said, heard).mos > 4.0


@pytest.mark.parametrize("options", [["-b", "8"], ["-b", "24"], ["-b", "32"], ["-e", "float"]])
def test_samples_of_any_width_are_as_loud_as_they_were(tmp_path: Path, options: list[str]):
    """Unsigned bytes, whole numbers and floating points have full scales of their own."""
    write_wav(tmp_path / "tone.wav", tone(440, 0.5))
    other = tmp_path / "other.wav"
    subprocess.run([require_tool("sox"), tmp_path / "tone.wav", *options, other], check=True)
    assert strength(read(other), 440) == pytest.approx(1.0, abs=0.01)


def _mp3s(folder: Path) -> tuple[Path, Path]:
    low = encode(folder / "a.mp3", "libmp3lame", [(0, _tone_at(440, 44_100))], rate=44_100)
    high = encode(folder / "b.mp3", "libmp3lame", [(0, tone(880, 1.0))], layout="stereo")
    return low, high


def _flacs(folder: Path) -> tuple[Path, Path]:
    high = [(0, _tone_at(880, 44_100))]
    return (
        encode(folder / "a.flac", "flac", [(0, tone(440, 1.0))]),
        encode(folder / "b.flac", "flac", high, rate=44_100, layout="stereo"),
    )


def _opuses(folder: Path) -> tuple[Path, Path]:
    return (
        encode(folder / "a.opus", "libopus", [(0, tone(440, 1.0))], form="ogg"),
        encode(folder / "b.opus", "libopus", [(0, tone(880, 1.0))], form="ogg", layout="stereo"),
    )


def _raw_aacs(folder: Path) -> tuple[Path, Path]:
    high = [(0, _tone_at(880, 32_000))]
    return (
        encode(folder / "a.aac", "aac", [(0, tone(440, 1.0))], form="adts"),
        encode(folder / "b.aac", "aac", high, form="adts", rate=32_000, layout="stereo"),
    )


def _wavs(folder: Path) -> tuple[Path, Path]:
    low = write_channels(folder / "a.wav", [tone(440, 1.0)])
    return low, write_channels(folder / "b.wav", [_tone_at(880, 8_000)] * 2, rate=8_000)


def _transport_streams(folder: Path) -> tuple[Path, Path]:
    return (
        encode(folder / "a.ts", "aac", [(0, tone(440, 1.0))]),
        encode(folder / "b.ts", "aac", [(0, tone(880, 1.0))]),
    )


def _tone_at(hertz: float, rate: int) -> Samples:
    return (8_000 * np.sin(2 * np.pi * hertz * np.arange(rate) / rate)).astype(np.int16)


@pytest.mark.parametrize("make", [_mp3s, _flacs, _opuses, _wavs, _raw_aacs, _transport_streams])
def test_files_put_behind_one_another_are_read_to_the_end(
    tmp_path: Path, make: Callable[[Path], tuple[Path, Path]]
):
    """As `cat a b` does it: rate and channels change halfway, clocks begin anew, and all is
    heard."""
    first, second = make(tmp_path)
    heard = read(join(tmp_path / f"both{first.suffix}", first, second))
    assert heard.size / RATE == pytest.approx(2.0, abs=0.15)
    assert strength(heard[RATE // 4 : RATE * 3 // 4], 440) > 0.9
    assert strength(heard[-RATE * 3 // 4 : -RATE // 4], 880) > 0.9


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("hole.mkv", "pcm_s16le"),
        ("hole.webm", "libopus"),
        ("hole.ogg", "libopus"),
        ("hole.mp4", "aac"),
        ("hole.ts", "aac"),
    ],
)
def test_a_hole_in_a_files_times_is_silence_as_long(tmp_path: Path, name: str, codec: str):
    """A tone, three seconds of nothing, a tone."""
    file = encode(tmp_path / name, codec, [(0, tone(440, 1.0)), (4, tone(440, 1.0))])
    heard = read(file)
    assert heard.size / RATE == pytest.approx(5.0, abs=0.06)
    # A codec's frames reach a little beyond the last sample.
    assert loud(heard) == [pytest.approx((0, 1), abs=0.05), pytest.approx((4, 5), abs=0.05)]


def test_a_track_that_begins_late_is_waited_for(tmp_path: Path):
    """As a film's sound is that starts after the picture: here, after another track."""
    other, late = [(0, tone(300, 0.1))], [(2, tone(440, 0.5))]
    heard = read(encode(tmp_path / "late.mkv", "pcm_s16le", other, late, default=1))
    assert loud(heard) == [pytest.approx((2, 2.5), abs=0.02)]


@pytest.mark.parametrize(
    ("name", "codec", "form"), [("a.opus", "libopus", "ogg"), ("a.flac", "flac", None)]
)
def test_a_damaged_stretch_lasts_as_long_as_it_did(
    tmp_path: Path, name: str, codec: str, form: str | None
):
    """What comes after it comes when it should; what can be decoded is heard."""
    whole = encode(tmp_path / name, codec, [(0, tone(440, 6.0))], form=form)
    heard = read(damage(whole, 0.4, 0.5))
    assert heard.size / RATE == pytest.approx(6.0, abs=0.05)
    (begin, hole_begins), (hole_ends, end) = loud(heard)
    assert (begin, end) == pytest.approx((0, 6), abs=0.05)
    assert hole_begins < 2.5 < hole_ends < 4.1


def test_a_damaged_end_takes_its_time_too(tmp_path: Path):
    """The last packets are there, with their times, and are no sound."""
    whole = encode(tmp_path / "a.mka", "flac", [(0, tone(440, 3.0))])
    sound = whole.read_bytes()
    last = sound.rindex(b"\xff\xf8")  # where the last frame of FLAC begins
    (tmp_path / "cut.mka").write_bytes(sound[:last] + bytes(8) + sound[last + 8 :])
    heard = read(tmp_path / "cut.mka")
    # A frame of FLAC lasts 96 ms; how much of the last one was sound is known to nobody.
    assert heard.size / RATE == pytest.approx(3.0, abs=0.1)
    assert loud(heard)[0][1] < 2.99


def test_the_default_track_is_taken(tmp_path: Path):
    """Not the first: that may be another language."""
    first, second = [(0, tone(300, 0.5))], [(0, tone(900, 0.5))]
    heard = read(encode(tmp_path / "two.mkv", "flac", first, second, default=1))
    assert strength(heard, 900) > 0.9
    assert strength(heard, 300) < 0.05


def _third_of_three(folder: Path) -> Path:
    nothing = np.zeros(RATE // 2, np.int16)
    return write_channels(folder / "three.wav", [nothing, nothing, tone(440, 0.5)])


def _one_of_sixty(folder: Path) -> Path:
    channels = [np.zeros(RATE // 2, np.int16)] * 59
    return write_channels(folder / "sixty.wav", [*channels, 4 * tone(440, 0.5)])


def _second_of_five(folder: Path) -> Path:
    channels = [np.zeros(RATE // 2, np.int16)] * 5
    channels[1] = tone(440, 0.5)
    return write_channels(folder / "five.wav", channels)


@pytest.mark.parametrize(
    ("make", "share"),
    [(_third_of_three, 1 / 3), (_one_of_sixty, 4 / 60), (_second_of_five, 1 / 5)],
)
def test_a_channel_of_unknown_place_is_heard(
    tmp_path: Path, make: Callable[[Path], Path], share: float
):
    """However many there are, each counts alike."""
    assert strength(read(make(tmp_path)), 440) == pytest.approx(share, rel=0.1)


def test_in_a_cinemas_sound_the_middle_is_louder_than_what_is_behind(tmp_path: Path):
    """Where channels say where they belong, as sox's six do; the floor shaker's is heard only
    where there is nothing else."""
    heard = {}
    for place in (2, 3, 5):  # of front left, right, middle; floor; behind left, right
        channels = [np.zeros(RATE // 2, np.int16)] * 6
        channels[place] = tone(440, 0.5)
        plain = write_channels(tmp_path / "six.wav", channels)
        subprocess.run([require_tool("sox"), plain, tmp_path / "placed.wav"], check=True)
        heard[place] = strength(read(tmp_path / "placed.wav"), 440)
    assert heard[2] == pytest.approx(2 * heard[5], rel=0.01)
    assert heard[5] > 0.1
    assert heard[3] == pytest.approx(1.0, abs=0.01)


def _opposite(folder: Path) -> Path:
    return write_channels(folder / "opposite.wav", [tone(440, 0.5), -tone(440, 0.5)])


def _opposite_and_coded(folder: Path) -> Path:
    pair = write_channels(folder / "pair.wav", [tone(440, 0.5), -tone(440, 0.5)])
    coded = folder / "opposite.flac"
    subprocess.run([require_tool("sox"), pair, coded], check=True)
    return coded


def _four_against_each_other(folder: Path) -> Path:
    sounds = [tone(440, 0.5), -tone(440, 0.5), tone(440, 0.5) // 2, -(tone(440, 0.5) // 2)]
    return write_channels(folder / "four.wav", sounds)


@pytest.mark.parametrize("make", [_opposite, _opposite_and_coded, _four_against_each_other])
def test_channels_that_cancel_each_other_out_are_heard_and_it_is_said(
    tmp_path: Path, make: Callable[[Path], Path]
):
    """A microphone's two wires recorded as left and right: mixed, they would be silence."""
    remarks: list[str] = []
    file = make(tmp_path)
    heard = np.concatenate(list(read_frames(file, on_remark=remarks.append)))
    assert strength(heard, 440) == pytest.approx(1.0, abs=0.05)
    assert [file.name in remark and "only the loudest" in remark for remark in remarks] == [True]


@pytest.mark.parametrize("channels", [[tone(440, 0.5)] * 2, [np.zeros(RATE, np.int16)] * 2])
def test_of_channels_that_can_be_mixed_nothing_is_said(tmp_path: Path, channels: list[Samples]):
    """Nor of silence, which is nothing less when it is mixed."""
    remarks: list[str] = []
    file = write_channels(tmp_path / "pair.wav", channels)
    list(read_frames(file, on_remark=remarks.append))
    assert remarks == []


def test_what_is_no_number_is_silence(tmp_path: Path):
    """A floating-point file may hold anything; the rest of it is heard."""
    sound = tone(440, 0.5).astype(np.float32) / 32_768
    sound[: RATE // 10] = np.nan
    sound[RATE // 10 : RATE // 5] = np.inf
    with av.open(str(tmp_path / "odd.wav"), "w") as container:
        stream = container.add_stream("pcm_f32le", rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(sound[np.newaxis], format="flt", layout="mono")
        frame.sample_rate = RATE
        container.mux(stream.encode(frame))
    heard = read(tmp_path / "odd.wav")
    assert not heard[: RATE // 10].any()
    assert strength(heard[RATE // 4 :], 440) > 0.9


def test_a_title_in_any_encoding_does_not_matter(said: Samples, tmp_path: Path):
    """ID3 and RIFF are full of Latin-1, whatever they say of themselves."""
    file = tmp_path / "titled.wav"
    write_wav(file, said[:RATE])
    title = b"LIST" + (18).to_bytes(4, "little") + b"INFOINAM" + (6).to_bytes(4, "little")
    file.write_bytes(file.read_bytes() + title + b"caf\xe9s\0")
    assert read(file).size == RATE


def test_a_name_in_any_encoding_does_not_matter(tmp_path: Path):
    """Linux takes all bytes but two."""
    write_wav(tmp_path / "plain.wav", tone(440, 0.1))
    odd = Path(os.fsdecode(bytes(tmp_path) + b"/caf\xe9: one.wav"))
    (tmp_path / "plain.wav").rename(odd)
    assert read(odd).size == RATE // 10


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


def _without_a_sample(path: Path) -> None:
    write_wav(path, np.zeros(0, np.int16))


def _pictures_only(path: Path) -> None:
    with av.open(str(path), "w", format="matroska") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 16
        stream.pix_fmt = "yuv420p"
        for _ in range(3):
            container.mux(stream.encode(av.VideoFrame(16, 16, "yuv420p")))
        container.mux(stream.encode(None))


def _damaged_all_over(path: Path) -> None:
    with FrameWriter(path.with_suffix(".opus")) as writer:
        writer.write(tone(440, 1.0))
    path.with_suffix(".opus").rename(path)
    damage(path, 0.05, 1.0)


def _device_without_sound(path: Path) -> None:
    path.symlink_to(os.devnull)


@pytest.mark.parametrize(
    "make",
    [
        _missing,
        _empty,
        _text,
        _cut_short,
        _directory,
        _without_a_sample,
        _pictures_only,
        _damaged_all_over,
        _device_without_sound,
    ],
)
def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path: Path, make: Callable[[Path], None]):
    """At once, before a frame is asked for. It names the file and the reason, in one line that no
    library wrote."""
    path = tmp_path / "odd: name.wav"
    make(path)
    with pytest.raises(AudioFileError) as refused:
        read_frames(path)
    assert refused.value.code == "unreadable-file"
    assert refused.value.sentence.startswith(f"cannot read '{path}': ")
    assert "\n" not in refused.value.sentence
    assert "Invalid data" not in refused.value.sentence


def test_a_pipe_is_read_as_it_is_filled(tmp_path: Path):
    """What has been written is there before the rest is."""
    pipe = tmp_path / "pipe.wav"
    os.mkfifo(pipe)
    write_wav(tmp_path / "whole.wav", tone(440, 3.0))
    sound = (tmp_path / "whole.wav").read_bytes()
    go_on = threading.Event()

    def write() -> None:
        with pipe.open("wb", buffering=0) as end:
            end.write(sound[:200_000])
            go_on.wait(10)
            end.write(sound[200_000:])

    writer = threading.Thread(target=write)
    writer.start()
    frames = read_frames(pipe)
    first = [next(frames) for _ in range(90)]
    assert not go_on.is_set()
    go_on.set()
    heard = np.concatenate([*first, *frames])
    writer.join(10)
    assert np.array_equal(heard, tone(440, 3.0))


@pytest.mark.parametrize("written", [0, 10, 60_000])
def test_a_pipe_that_pauses_is_let_go_of_when_told(tmp_path: Path, written: int):
    """Nobody writes into it yet, or somebody has, and is silent: neither is waited for longer than
    wanted. What came before is heard, if it was sound."""
    pipe = tmp_path / "pipe.wav"
    os.mkfifo(pipe)
    write_wav(tmp_path / "whole.wav", tone(440, 3.0))
    end = os.open(pipe, os.O_RDWR)  # of both its ends: opening it does not wait
    os.write(end, (tmp_path / "whole.wav").read_bytes()[:written])
    interrupt = Interrupt()

    def tell() -> None:
        wait_until(lambda: _waiting(end) == 0, "what was written to be read")
        interrupt.set()

    threading.Thread(target=tell).start()
    outcome = nullcontext() if written > 10 else pytest.raises(AudioFileError)
    with outcome:
        assert sum(frame.size for frame in read_frames(pipe, interrupt=interrupt)) > RATE // 4
    os.close(end)


def _waiting(pipe: int) -> int:
    """Bytes that nobody has read yet."""
    count = array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, count)
    return count[0]
