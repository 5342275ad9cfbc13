"""Sound from one client to others, through a real server and real UDP."""

import asyncio
import contextlib
import itertools
import time

import numpy as np
import pytest

from tests.client.sounds import chirp, likeness, strength, tone
from tests.client.watching import media_up, until, update_where
from tests.support.speech import read_wav, write_wav
from tui_rooms.audio.errors import DeviceError
from tui_rooms.audio.frames import RATE
from tui_rooms.client.devices.file_source import FileSource
from tui_rooms.client.devices.recorder import RecorderSink
from tui_rooms.client.room import CreateOptions, RoomClient
from tui_rooms.client.sound.gate import GatedSource, VoiceGate
from tui_rooms.client.updates import Notice
from tui_rooms.rules import commands
from tui_rooms.rules.roles import Role

pytestmark = pytest.mark.realtime

OPEN_MIC = CreateOptions(title="Tea", room_type="open_mic")


async def test_what_one_says_is_heard_by_another_and_moves_their_meter(
    shared_server, room_id, tmp_path
):
    """The main job: a sound goes in at one client and comes out at the other, as it was."""
    sent = chirp(2.0)
    write_wav(tmp_path / "in.wav", sent)
    source = FileSource(tmp_path / "in.wav")
    sink = RecorderSink(tmp_path / "out.wav", seconds=3.5)
    async with (
        RoomClient.join(
            shared_server.url, room=room_id, name="ana", source=source, create=OPEN_MIC
        ) as ana,
        RoomClient.join(
            shared_server.url, room=room_id, name="ben", role=Role.LISTENER, sink=sink
        ) as ben,
    ):
        await media_up(ana, ben)
        await ana.unmute()
        await until(ben, lambda: ben.levels.read(ana.identity).talking, "ana's meter to move")
        assert ben.levels.read(ana.identity).dbov > -30
        assert ana.levels.read(ana.identity).dbov > -30
        await until(ben, lambda: not ben.levels.read(ana.identity).talking, "it to fall again")
        await sink.finished()
        await until(ana, lambda: ana.stats().media_round_trip_ms, "a report on ana's sound")
        assert ana.stats().packets_out >= 90
        assert ben.stats().packets_in >= 90
        assert ben.stats().loss_in == 0.0
    heard = read_wav(tmp_path / "out.wav")
    assert heard.size == round(3.5 * RATE)
    assert likeness(heard, sent) > 0.95


async def test_three_who_speak_at_once_hear_the_other_two_and_never_themselves(
    shared_server, room_id, tmp_path
):
    """A mix for each of them, without echo."""
    pitches = {"ana": 400.0, "ben": 700.0, "cleo": 1100.0}
    rooms, sinks = {}, {}
    async with contextlib.AsyncExitStack() as stack:
        for name, pitch in pitches.items():
            write_wav(tmp_path / f"{name}-in.wav", tone(pitch, 5.0))
            sinks[name] = RecorderSink(tmp_path / f"{name}-out.wav", seconds=4)
            rooms[name] = await stack.enter_async_context(
                RoomClient.join(
                    shared_server.url,
                    room=room_id,
                    name=name,
                    source=FileSource(tmp_path / f"{name}-in.wav"),
                    sink=sinks[name],
                    create=OPEN_MIC,
                )
            )
        await media_up(*rooms.values())
        for room in rooms.values():
            await room.unmute()
        for sink in sinks.values():
            await sink.finished()
    for name in pitches:
        heard = read_wav(tmp_path / f"{name}-out.wav")[-2 * RATE :]
        found = {other: strength(heard, pitch) for other, pitch in pitches.items()}
        for other, much in found.items():
            assert (much < 0.02) if other == name else (much > 0.5), (name, found)


async def test_a_muted_speaker_is_heard_by_nobody(shared_server, room_id, tmp_path):
    """Their file plays on, but nothing of it leaves their machine."""
    write_wav(tmp_path / "in.wav", tone(500.0, 20.0))
    async with (
        RoomClient.join(
            shared_server.url,
            room=room_id,
            name="ana",
            source=FileSource(tmp_path / "in.wav"),
            create=OPEN_MIC,
        ) as ana,
        RoomClient.join(shared_server.url, room=room_id, name="ben", role=Role.LISTENER) as ben,
    ):
        await media_up(ana, ben)
        await ana.unmute()
        await until(ben, lambda: ben.levels.read(ana.identity).talking, "ana to be heard")
        await ana.mute()
        sent = ana.stats().packets_out
        await until(ben, lambda: not ben.levels.read(ana.identity).talking, "ana to be silent")
        assert ana.stats().packets_out == sent
        await ana.unmute()
        await until(ben, lambda: ben.levels.read(ana.identity).talking, "ana to be heard again")


async def test_a_word_that_is_cut_by_muting_leaving_or_a_host_ends_cleanly(
    shared_server, room_id, tmp_path
):
    """Through server and network: who listens hears the tone until then, and no ringing after."""
    write_wav(tmp_path / "in.wav", tone(500.0, 20.0))
    sink = RecorderSink(tmp_path / "out.wav", seconds=30)
    async with RoomClient.join(
        shared_server.url, room=room_id, name="ben", sink=sink, create=OPEN_MIC
    ) as ben:
        for how in ("mute", "leave", "be muted"):
            source = FileSource(tmp_path / "in.wav")
            async with RoomClient.join(
                shared_server.url, room=room_id, name="ana", source=source
            ) as ana:
                await media_up(ana, ben)
                await ana.unmute()
                await until(ben, lambda: ben.levels.read(ana.identity).talking, "ana to be heard")
                if how == "be muted":
                    await ben.do(commands.Mute(identity=ana.identity))
                else:
                    await (ana.mute() if how == "mute" else ana.leave())
                await until(
                    ben,
                    lambda: not ben.levels.read(ana.identity).talking,
                    "ana to be silent",
                )
    heard = read_wav(tmp_path / "out.wav").astype(float)
    loudness = np.sqrt(np.mean(heard[: heard.size // 240 * 240].reshape(-1, 240) ** 2, axis=1))
    ends = np.flatnonzero((loudness[:-1] > 2_000) & (loudness[1:] <= 2_000))
    assert len(ends) == 3
    for end in ends:  # in pieces of 5 ms: three in which the codec dies away
        assert (loudness[end + 4 : end + 20] < 100).all(), loudness[end : end + 24].round()


class Talkative:
    """A microphone that is always talked into."""

    hears_while_muted = True

    def __init__(self) -> None:
        self.may_speak = False

    async def open(self):
        pass

    def set_microphone(self, *, may_speak, is_open):
        self.may_speak = may_speak

    async def frames(self):
        for frame in itertools.cycle(tone(500.0, 1.0).reshape(-1, 960)):
            yield frame
            await asyncio.sleep(0)

    async def close(self):
        pass


async def test_who_talks_before_the_first_unmute_sees_it_and_nobody_hears_it(
    shared_server, room_id
):
    """The level is there for a hint; nothing is encoded or sent. The gate hides nothing else."""
    gate, microphone = VoiceGate(), Talkative()
    async with (
        RoomClient.join(
            shared_server.url,
            room=room_id,
            name="ana",
            source=GatedSource(microphone, gate),
            create=OPEN_MIC,
        ) as ana,
        RoomClient.join(shared_server.url, room=room_id, name="ben", role=Role.LISTENER) as ben,
    ):
        await media_up(ana, ben)
        await until(ana, lambda: gate.level_dbov(time.monotonic()) > -20, "a level")
        assert microphone.may_speak
        assert ana.stats().packets_out == 0
        assert ben.stats().packets_in == 0


async def test_a_client_without_media_sees_the_levels_too(shared_server, room_id, tmp_path):
    """The server tells them, so a moderator without sound sees who speaks."""
    write_wav(tmp_path / "in.wav", tone(500.0, 20.0))
    async with (
        RoomClient.join(
            shared_server.url,
            room=room_id,
            name="ana",
            source=FileSource(tmp_path / "in.wav"),
            create=OPEN_MIC,
        ) as ana,
        RoomClient.join(shared_server.url, room=room_id, name="ben", media=False) as ben,
    ):
        await media_up(ana)
        await ana.unmute()
        await until(ben, lambda: ben.levels.read(ana.identity).talking, "ana's level")
        assert -20 < ben.levels.read(ana.identity).dbov < -5
        assert ben.stats().packets_in == 0


class BrokenEnd:
    """A microphone and loudspeaker that are not there."""

    async def open(self):
        raise DeviceError("no-device", "No sound card was found; plug one in")

    async def frames(self):
        raise AssertionError("never opened")
        yield np.zeros(960, np.int16)

    async def play(self, next_frame):
        raise AssertionError("never opened")

    async def close(self):
        pass


async def test_without_a_sound_device_the_room_goes_on_and_says_so(shared_server, room_id):
    """Moderating needs no loudspeaker: that part is off, the rest works."""
    async with RoomClient.join(
        shared_server.url,
        room=room_id,
        name="ana",
        source=BrokenEnd(),
        sink=BrokenEnd(),
        create=OPEN_MIC,
    ) as ana:
        missing = [
            Notice(f"{what} off: No sound card was found; plug one in")
            for what in ("listening", "speaking")
        ]

        def all_said(update):
            if update in missing:
                missing.remove(update)
            return not missing

        await update_where(ana, all_said, "both sentences")
        await media_up(ana)
        await ana.unmute()
        assert not ana.muted


class FailingSink:
    """A loudspeaker that breaks while it plays."""

    async def open(self):
        pass

    async def play(self, next_frame):
        raise ZeroDivisionError("a bug, or a driver's mood")

    async def close(self):
        pass


async def test_a_sink_that_breaks_is_switched_off_and_the_room_goes_on(
    shared_server, room_id, caplog
):
    """Whatever a sound library throws: one sentence, which speaks of no log, for there may be
    none; where there is one, it has the rest."""
    async with RoomClient.join(
        shared_server.url, room=room_id, name="ana", sink=FailingSink(), create=OPEN_MIC
    ) as ana:
        sentence = "listening off: it failed unexpectedly (ZeroDivisionError)"
        await update_where(ana, lambda update: update == Notice(sentence), sentence)
        await ana.unmute()
        assert ana.closed is None
    assert "ZeroDivisionError" in caplog.text
