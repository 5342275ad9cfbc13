"""Makes the speech of the demo anew, with espeak-ng: `python scripts/demo_speech.py`.

The files are part of the package, so that a demo needs no speech synthesis.
"""

import subprocess
import tempfile
from pathlib import Path

import av

import tui_rooms
from tui_rooms.cli.demo.play import file_name

BIT_RATE = 14_000
SPEECH = {
    "Alto": (
        "en-us+f3",
        "Welcome to the room. Everyone on this stage is a file, but the way here is real.",
        "Press M to open your own microphone, and space to talk.",
    ),
    "Tenor": (
        "en-gb",
        "I like that I can host from a terminal, even without a sound card.",
        "Whoever talks has a heavy border, and the meter shows how loud.",
    ),
    "Bass": (
        "en-us+m7",
        "The question mark lists everything that you can do here.",
        "My microphone closes when I have said my part.",
    ),
    "Treble": (
        "en-gb+f5",
        "Is anybody listening in the audience tonight?",
        "Sorry to interrupt. Arrows choose a person, or a click does.",
    ),
}


def main() -> None:
    """Write a file for each line."""
    directory = Path(tui_rooms.__file__).parent / "cli" / "demo" / "speech"
    directory.mkdir(exist_ok=True)
    for name, (voice, *lines) in SPEECH.items():
        for number, text in enumerate(lines):
            with tempfile.NamedTemporaryFile(suffix=".wav") as wav:
                subprocess.run(["espeak-ng", "-v", voice, "-w", wav.name, text], check=True)
                _encode(Path(wav.name), directory / file_name(name, number))


def _encode(wav: Path, opus: Path) -> None:
    """At a bit rate that is enough for a synthetic voice: the files are in every installation."""
    with av.open(str(wav)) as source, av.open(str(opus), "w", format="ogg") as target:
        stream = target.add_stream("libopus", rate=48_000, layout="mono")
        stream.bit_rate = BIT_RATE
        resampler = av.AudioResampler(format="s16", layout="mono", rate=48_000)
        for frame in source.decode(audio=0):
            for part in resampler.resample(frame):
                target.mux(stream.encode(part))
        target.mux(stream.encode(None))


if __name__ == "__main__":
    main()
