"""How a device is kept open, on a machine whose devices take as long as a test wants."""

import asyncio
import threading
from collections.abc import Callable

from tui_rooms.audio.cards import portaudio
from tui_rooms.audio.cards.listing import DeviceInfo
from tui_rooms.audio.errors import DeviceError
from tui_rooms.client.devices import kept_device
from tui_rooms.client.devices.kept_device import KeptDevice

SECONDS = 10.0
"""A limit, not an expectation."""


class Loudspeaker:
    """One that is open."""

    running, stalled, strained, latency = True, False, False, 0.0

    def __init__(self, machine: "Machine", device: DeviceInfo) -> None:
        self.device = device
        self.closing = threading.Event()
        """Set when somebody has begun to close it."""
        self.may_close = threading.Event()
        """Cleared, closing it takes until it is set."""
        self.may_close.set()
        self._machine = machine

    def close(self) -> None:
        """It blocks."""
        self.closing.set()
        self.may_close.wait(SECONDS)
        self._machine.open.remove(self)
        self._machine.closed_by[self.device.name] = threading.get_ident()


class Machine:
    """With as many loudspeakers as one can name."""

    def __init__(self) -> None:
        self.default = "built-in"
        self.missing: set[str] = set()
        """What cannot be opened for now."""
        self.scans = 0
        self.open: list[Loudspeaker] = []
        self.closed_by: dict[str, int] = {}
        """By name, the thread that closed it last."""
        self.opening = threading.Event()
        """Set when somebody has begun to open one."""
        self.may_open = threading.Event()
        """Cleared, opening one takes until it is set."""
        self.may_open.set()
        self._known_default = self.default

    def open_device(self, name: str | None, *, latency: float) -> Loudspeaker:
        """It blocks. As with PortAudio, what is new is known once nothing was open."""
        del latency
        self.opening.set()
        self.may_open.wait(SECONDS)
        if portaudio.rescan_wanted() and not (self.open or portaudio.streams_open()):
            self._known_default = self.default
            portaudio.give_up_rescan()
        if name in self.missing:
            raise DeviceError("no-device", f"no loudspeaker opened: none is called {name}")
        opened = Loudspeaker(self, _device(name or self._known_default, is_default=name is None))
        self.open.append(opened)
        return opened

    def scan(self) -> list[DeviceInfo]:
        """As `device_scan.scan`."""
        self.scans += 1
        return [_device("other", is_default=False), _device(self.default, is_default=True)]

    @property
    def open_names(self) -> list[str]:
        """Of those that are open."""
        return [each.device.name for each in self.open]


def _device(name: str, *, is_default: bool) -> DeviceInfo:
    return DeviceInfo(0, name, "API", 0, 2, False, is_default, 48_000.0, loudspeaker=name)


async def _begun(event: threading.Event) -> None:
    assert await asyncio.to_thread(event.wait, SECONDS)


async def _until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(SECONDS):
        while not true():  # noqa: ASYNC110 - threads change what is looked at
            await asyncio.sleep(0)


async def _kept(machine: Machine, name: str | None) -> tuple[KeptDevice[Loudspeaker], Loudspeaker]:
    kept = KeptDevice("loudspeaker", name, machine.open_device)
    await kept.open()
    assert kept.device is not None
    return kept, kept.device


async def _changing(machine: Machine) -> tuple[KeptDevice[Loudspeaker], Loudspeaker]:
    """The second is there, and the first, which is given back too, is being closed."""
    kept, first = await _kept(machine, "first")
    first.may_close.clear()
    kept.choose("second")
    await _begun(first.closing)
    return kept, first


async def test_whoever_steps_through_devices_leaves_none_open_but_the_last():
    """The third is chosen while the first is being closed for the second."""
    machine = Machine()
    kept, first = await _changing(machine)
    kept.choose("third")
    first.may_close.set()
    await _until(lambda: machine.open_names == ["third"])
    assert kept.device in machine.open
    await kept.close()
    assert machine.open == []


async def test_whoever_leaves_while_the_device_changes_leaves_none_open():
    """The new one is there, and the old one is being closed."""
    machine = Machine()
    kept, first = await _changing(machine)
    await kept.close()
    first.may_close.set()
    await _until(lambda: machine.open == [])


async def test_a_device_that_opens_too_late_is_closed_beside_the_loop():
    """Another one was chosen meanwhile; the loop does not wait for PortAudio."""
    machine = Machine()
    kept, _ = await _kept(machine, "first")
    machine.opening.clear()
    machine.may_open.clear()
    kept.choose("second")
    await _begun(machine.opening)
    kept.choose("third")
    machine.may_open.set()
    await _until(lambda: "second" in machine.closed_by and machine.open_names == ["third"])
    assert machine.closed_by["second"] != threading.get_ident()
    await kept.close()


async def test_a_stream_that_stays_open_does_not_keep_devices_from_being_used(monkeypatch):
    """Without it PortAudio could look for new devices; nobody waits for that for ever."""
    monkeypatch.setattr(kept_device, "_RESCAN", 0.05)
    machine = Machine()
    kept, first = await _kept(machine, None)
    with portaudio.opening():
        pass  # somebody else's
    try:
        portaudio.ask_for_rescan()
        await _until(lambda: kept.look() not in (None, first))
        assert not portaudio.rescan_wanted()
        assert machine.open == [kept.device]
    finally:
        portaudio.closed()
        portaudio.give_up_rescan()
        await kept.close()


async def test_one_that_is_called_almost_as_the_wanted_one_only_stands_in_for_it(monkeypatch):
    """Of two alike the first was chosen, and is unplugged: the second takes its place until it is
    back."""
    monkeypatch.setattr(kept_device, "_BACK", 0.05)
    machine, notices = Machine(), []
    machine.default, machine.missing = "headset #2", {"headset"}
    machine._known_default = machine.default
    monkeypatch.setattr(kept_device, "scan", list)
    kept = KeptDevice("loudspeaker", "headset", machine.open_device)
    kept.on_notice = notices.append
    await kept.open()
    assert machine.open_names == ["headset #2"]
    assert 'Until it is back, "headset #2" is used' in notices.pop()
    machine.missing.clear()
    await _until(lambda: kept.look() and notices)
    assert machine.open_names == ["headset"]
    assert notices == ['the loudspeaker "headset" is back']
    await kept.close()


async def test_the_systems_default_is_followed_where_the_sound_server_does_not(monkeypatch):
    """Once, when it is another; as long as it stays the same the device is left alone."""
    machine = Machine()
    monkeypatch.setattr(kept_device, "_FOLLOWS", False)
    monkeypatch.setattr(kept_device, "_DEFAULT", 0.1)
    monkeypatch.setattr(kept_device, "scan", machine.scan)
    kept, first = await _kept(machine, None)
    try:
        await _until(lambda: kept.look() and machine.scans == 2)
        assert kept.look() is first
        machine.default = "headset"
        await _until(lambda: (used := kept.look()) and used.device.name == "headset")
        used, scans = kept.device, machine.scans
        await _until(lambda: kept.look() and machine.scans == scans + 2)
        assert machine.open == [used]
    finally:
        await kept.close()
