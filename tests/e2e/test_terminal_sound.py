"""Two people in two terminals: real screens, real sound cards, a server between them."""

import itertools
import statistics
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.support.pesq_score import score
from tests.support.program import TUI_ROOMS
from tests.support.pulse import LOUDSPEAKER, MICROPHONE, Pulse
from tests.support.server import Server
from tests.support.speech import sentences, speech
from tests.support.terminal import Terminal
from tui_rooms.audio.frames import RATE

_EDGES = "│┃║╭┏╔"
_BLOCKS = "█▉▊▋▌▍▎▏"
QUIETEST = 50
"""Of 32,767: below what speech is, above a sound card's own noise."""


@pytest.fixture
def ana() -> Iterator[Terminal]:
    """The terminal of the one who speaks."""
    with Terminal() as terminal:
        yield terminal


@pytest.fixture
def ben() -> Iterator[Terminal]:
    """The terminal of the one who listens."""
    with Terminal() as terminal:
        yield terminal


def meter_of(name: str, screen: str) -> int:
    """Cells of the level bar on the tile of `name` that are not empty; -1 without such a tile."""
    lines = screen.splitlines()
    for line, below in itertools.pairwise(lines):
        if name in line and line.lstrip()[:1] in _EDGES:
            start = line.rindex(line.lstrip()[0], 0, line.index(name)) + 1
            end = next(x for x in range(start, len(below)) if below[x] in _EDGES)
            return sum(below[start:end].count(block) for block in _BLOCKS)
    return -1


@pytest.mark.realtime
def test_speech_into_one_terminal_is_heard_and_seen_at_another(
    server: Server, private_pulse: Pulse, ana: Terminal, ben: Terminal
):
    """PESQ-WB of 3.7 through two sound cards, median of three; the meter moves, and falls after.

    Once Ben mutes Ana for himself, he hears nothing, and her meter goes on.
    """
    private_pulse.add_sink("elsewhere")
    program = [str(TUI_ROOMS), server.url, "--name"]
    hers = private_pulse.environment_with(microphone=MICROPHONE, loudspeaker="elsewhere")
    his = private_pulse.environment_with(microphone="elsewhere", loudspeaker=LOUDSPEAKER)

    ana.start([*program, "Ana"], hers)
    ana.wait_for("No rooms are open")
    ana.send("n")
    ana.wait_for("What is it about?")
    ana.type("Harbour")
    ana.send("Enter")
    ana.wait_for("MIC MUTED")
    ben.start([*program, "Ben"], his)
    ben.wait_for("Harbour")
    ben.send("Enter")
    ben.wait_for(lambda screen: meter_of("Ana", screen) == 0)
    ana.send("m")
    ana.wait_for("MIC OPEN")
    ben.wait_for("mic open")
    for terminal in (ana, ben):
        terminal.wait_for("buffer")  # the sound's figures: it is connected

    said = speech(sentences(2), "en-gb")
    with ThreadPoolExecutor(1) as player:

        def hear() -> NDArray[np.int16]:
            """What Ben's loudspeaker plays while Ana talks and her meter moves."""
            with private_pulse.capture(LOUDSPEAKER) as capture:
                # The second after the last word: for what is still on its way.
                playing = player.submit(
                    private_pulse.play, np.concatenate([said, np.zeros(RATE, np.int16)])
                )
                ben.wait_for(lambda screen: meter_of("Ana", screen) > 3)
                playing.result()
            ben.wait_for(lambda screen: meter_of("Ana", screen) == 0)
            return capture.samples

        heard = [score(said, hear()).mos for _ in range(3)]
        ben.send("Right")
        ben.wait_for("n  mute for me")
        ben.send("n")
        ben.wait_for("not heard")
        assert np.abs(hear()).max() < QUIETEST, "Ana is heard although she is muted for Ben"
    assert statistics.median(heard) >= 3.7, f"PESQ-WB of three: {heard}"
