"""A sender whose listener is behind a bad network, with a real server and real UDP between."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client.sounds import chirp
from tests.client.watching import media_up, until
from tests.support.speech import write_wav
from tui_rooms.client.devices.file_source import FileSource
from tui_rooms.client.devices.recorder import RecorderSink
from tui_rooms.client.room import CreateOptions, RoomClient
from tui_rooms.rules.roles import Role

pytestmark = pytest.mark.realtime

_BAD_NETWORK = Path(__file__).parents[3] / "benchmarks" / "bad_network.py"


@pytest.fixture
def lossy_url() -> Iterator[str]:
    """A server whose listeners lose 30 % of all packets of sound."""
    with subprocess.Popen(
        [sys.executable, _BAD_NETWORK, "--loss", "0.3"], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())["url"]
        finally:
            server.terminate()


async def test_a_sender_repeats_more_within_3_s_of_its_listeners_loss(lossy_url, tmp_path):
    """The listener reports, the server gathers, the sender deepens; the listener mends most."""
    write_wav(tmp_path / "in.wav", chirp(12.0))
    source = FileSource(tmp_path / "in.wav")
    sink = RecorderSink(tmp_path / "out.wav", seconds=30)
    create = CreateOptions(title="Tea", room_type="open_mic")
    async with (
        RoomClient.join(lossy_url, room="tea", name="ana", source=source, create=create) as ana,
        RoomClient.join(lossy_url, room="tea", name="ben", role=Role.LISTENER, sink=sink) as ben,
    ):
        await media_up(ana, ben)
        await ana.unmute()
        await until(ana, lambda: ana.stats().packets_out, "ana to be heard")
        clock = asyncio.get_running_loop().time
        begin = clock()
        await until(ana, lambda: ana.stats().redundancy == 4, "four repetitions")
        assert clock() - begin < 3.5  # half a second more is this loop's own
        await until(ana, lambda: ana.stats().packets_out > 400, "some seconds of sound")
        (heard,) = ben.stats().streams
        assert heard.identity == ana.identity
        assert 0.2 < heard.loss < 0.4
        assert heard.loss_left < heard.loss / 4
        assert ana.stats().loss_out > 0.15
        assert ana.stats().voice_bitrate == 48_000
