"""How others on the stage are connected, as a client sees it: real WebSockets, real UDP media."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.client.sounds import chirp
from tests.client.watching import media_up, until
from tests.support.proxy import proxy_to
from tests.support.speech import write_wav
from tui_rooms.client.devices.file_source import FileSource
from tui_rooms.client.devices.recorder import RecorderSink
from tui_rooms.client.room import CreateOptions, RoomClient
from tui_rooms.wire.quality import ConnectionQuality

OPEN_MIC = CreateOptions(title="Tea", room_type="open_mic")
POOR, LOST = ConnectionQuality.POOR, ConnectionQuality.LOST
_BAD_NETWORK = Path(__file__).parents[3] / "benchmarks" / "bad_network.py"


@contextmanager
def server_on_a_bad_network(way: str) -> Iterator[str]:
    """The URL of a server; 30 % of sound is lost on the way to it ("up") or from it ("down")."""
    with subprocess.Popen(
        [sys.executable, _BAD_NETWORK, "--loss", "0.3", "--way", way],
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())["url"]
        finally:
            server.terminate()


def poor(watcher: RoomClient) -> list[str]:
    """Who has a poor connection; a busy machine's jitter may make others' less than excellent."""
    return [who for who, quality in watcher.link.lacking.items() if quality is POOR]


async def test_a_broken_connection_is_seen_by_others_until_it_is_back(shared_server, room_id):
    """The place on the stage stays; who comes meanwhile sees it too."""
    url = shared_server.url
    async with (
        proxy_to(shared_server.port) as proxy,
        RoomClient.join(url, room=room_id, name="ana", media=False, create=OPEN_MIC) as ana,
        RoomClient.join(proxy.url, room=room_id, name="ben", media=False) as ben,
    ):
        await until(ana, lambda: ben.identity in ana.room.stage, "ben on the stage")
        assert ana.link.lacking == {}
        proxy.open = False
        proxy.cut()
        await until(ana, lambda: ana.link.connection_of(ben.identity) is LOST, "the loss")
        assert ben.identity in ana.room.stage
        async with RoomClient.join(url, room=room_id, name="cora", media=False) as cora:
            await until(cora, lambda: cora.link.connection_of(ben.identity) is LOST, "the state")
        proxy.open = True
        await until(ana, lambda: ana.link.lacking == {}, "the return")


@pytest.mark.realtime
@pytest.mark.parametrize("way", ["up", "down"])
async def test_loss_is_seen_at_whom_it_befalls_and_at_nobody_else(way, tmp_path):
    """Ana talks, Ben listens on the stage: what the way up loses is hers, the way down his."""
    write_wav(tmp_path / "in.wav", chirp(12.0))
    source = FileSource(tmp_path / "in.wav")
    sink = RecorderSink(tmp_path / "out.wav", seconds=30)
    with server_on_a_bad_network(way) as url:
        async with (
            RoomClient.join(url, room="tea", name="ana", source=source, create=OPEN_MIC) as ana,
            RoomClient.join(url, room="tea", name="ben", sink=sink) as ben,
        ):
            bad = ana if way == "up" else ben
            await media_up(ana, ben)
            await ana.unmute()
            for watcher in (ana, ben):
                await until(watcher, lambda: poor(watcher) == [bad.identity], "the mark")  # noqa: B023
            async with RoomClient.join(url, room="tea", name="cora", media=False) as cora:
                await until(cora, lambda: poor(cora) == [bad.identity], "what is so already")
            assert poor(ana) == poor(ben) == [bad.identity]
