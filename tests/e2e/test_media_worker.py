"""The server's sound in a process of its own, with real clients."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests.client.sounds import tone
from tests.client.watching import media_up, until
from tests.support.ears import Ear, Tone
from tests.support.server import Server, running_server
from tests.support.speech import write_wav
from tui_rooms.client.devices.file_source import FileSource
from tui_rooms.client.link.network import connecting
from tui_rooms.client.link.ways import LinkPhase, MediaPhase
from tui_rooms.client.room import CreateOptions, RoomClient

pytestmark = pytest.mark.realtime

OPEN_MIC = CreateOptions(title="Tea", room_type="open_mic")


def worker_of(server: Server) -> int:
    """The process id of its one child."""
    pid = server.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    assert len(children) == 1
    return int(children[0])


async def test_when_the_media_worker_is_killed_people_hear_each_other_again(tmp_path: Path) -> None:
    """They do nothing for it: the microphone that was open is heard again."""
    write_wav(tmp_path / "in.wav", tone(400.0, 60.0))
    with running_server("--media-workers", "1") as server:
        async with (
            RoomClient.join(
                server.url, room="tea", name="ana", create=OPEN_MIC,
                source=FileSource(tmp_path / "in.wav"),
            ) as ana,
            RoomClient.join(server.url, room="tea", name="ben") as ben,
        ):  # fmt: skip
            await media_up(ana, ben)
            await ana.unmute()
            await until(ben, lambda: ben.levels.read(ana.identity).talking, "ana to be heard")
            killed = worker_of(server)
            os.kill(killed, signal.SIGKILL)
            before = ben.stats().packets_in
            await until(
                ben,
                lambda: (
                    ben.stats().packets_in > before + 25 and ben.levels.read(ana.identity).talking
                ),
                "ana to be heard again",
            )
            assert worker_of(server) != killed
            assert not ana.muted


async def test_sound_goes_on_while_the_server_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also after the link counts as lost; once it goes on, all have the places that they had."""
    monkeypatch.setattr(connecting, "DEAD_AFTER", 1.0)
    ear, loop = Ear(), asyncio.get_running_loop()
    with running_server("--media-workers", "1") as server:
        async with (
            RoomClient.join(
                server.url, room="tea", name="ana", create=OPEN_MIC, source=Tone(400.0)
            ) as ana,
            RoomClient.join(server.url, room="tea", name="ben", sink=ear) as ben,
        ):
            await media_up(ana, ben)
            await ana.unmute()
            await until(ben, lambda: ear.hears(400.0), "ana to be heard")
            worker = worker_of(server)
            server.process.send_signal(signal.SIGSTOP)
            try:
                for who in (ana, ben):
                    await until(who, lambda: who.link.phase is LinkPhase.RECONNECTING, "the loss")  # noqa: B023
                    assert who.link.media is MediaPhase.CONNECTED
                since = loop.time()
                await ear.listen(1.0)
                assert ear.longest_gap(400.0, since) < 0.5
            finally:
                server.process.send_signal(signal.SIGCONT)
            for who in (ana, ben):
                await until(who, lambda: who.link.phase is LinkPhase.CONNECTED, "the return")  # noqa: B023
            await media_up(ana, ben)
            await until(ben, lambda: ear.hears(400.0), "ana to be heard again")
            assert not ana.muted
            assert {ana.identity, ben.identity} <= set(ben.room.stage)
            assert worker_of(server) == worker
