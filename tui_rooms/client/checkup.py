"""What could keep a voice from being heard, looked at part by part, each with a sentence."""

import asyncio
import contextlib
import email.utils
import os
import shutil
import socket
import struct
import sys
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import Address, parse_address
from tui_rooms.client.link.network.failures import reason
from tui_rooms.client.link.network.fetch import HEALTH, fetch, is_tui_rooms
from tui_rooms.client.link.ways import MediaPhase
from tui_rooms.client.room import CreateOptions, RoomClient
from tui_rooms.rules.errors import RoomError
from tui_rooms.wire.host import checked_host

_HTTP_TIMEOUT: Final = 5.0
_MEDIA_TIMEOUT: Final = 12.0
_STUN_TIMEOUT: Final = 3.0
_QUOTED: Final = 80
"""Characters of a stranger's words that a finding repeats."""
_LAST_PORT: Final = 65_535
_CLOCK_OFF: Final = 60.0
"""Seconds that clocks may differ; tokens have a time of their own."""


class State(StrEnum):
    """How it is."""

    GOOD = "good"
    BAD = "bad"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    check: str
    """devices, loop, processing, server, clock, udp, stun or terminal."""
    state: State
    sentence: str
    figures: dict[str, Any] = field(default_factory=dict)


async def check_devices() -> Finding:
    """PortAudio and what it lists."""
    from tui_rooms.audio.cards.listing import list_devices
    from tui_rooms.audio.cards.portaudio import version
    from tui_rooms.audio.errors import DeviceError

    try:
        devices = await asyncio.to_thread(list_devices)
        known = await asyncio.to_thread(version)
    except DeviceError as error:
        return Finding("devices", State.BAD, error.sentence)
    inputs = [device.microphone for device in devices if device.microphone]
    outputs = [device.loudspeaker for device in devices if device.loudspeaker]
    figures = {"portaudio": known, "microphones": inputs, "loudspeakers": outputs}
    state = State.GOOD if inputs and outputs else State.BAD
    sentence = f"{known}: {len(inputs)} microphones, {len(outputs)} loudspeakers"
    if state is State.BAD:
        sentence += ". Plug one in, or start the sound server; without one you can still moderate"
    return Finding("devices", state, sentence, figures)


async def check_loop() -> Finding:
    """A short sound through the default loudspeaker and microphone."""
    from tui_rooms.audio.cards.loop_test import loop_test
    from tui_rooms.audio.errors import DeviceError

    try:
        found = await asyncio.to_thread(loop_test)
    except DeviceError as error:
        return Finding("loop", State.BAD, error.sentence)
    figures = {
        "delay_ms": None if found.delay is None else round(found.delay * 1000),
        "output_latency_ms": round(found.output_latency * 1000),
        "input_latency_ms": round(found.input_latency * 1000),
    }
    ends = f'"{found.loudspeaker}" to "{found.microphone}"'
    if found.delay is None:
        sentence = f"a sound from {ends} was not heard: normal with headphones, or a volume is at 0"
        return Finding("loop", State.SKIPPED, sentence, figures)
    sentence = f"a sound from {ends} came back after {figures['delay_ms']} ms"
    return Finding("loop", State.GOOD, sentence, figures)


async def check_processing() -> Finding:
    """Whether echo cancellation and the others are there."""
    from tui_rooms.audio.errors import ProcessingError
    from tui_rooms.audio.processing import Processing, ProcessingOptions

    try:
        await asyncio.to_thread(Processing, ProcessingOptions())
    except ProcessingError as error:
        return Finding("processing", State.BAD, error.sentence)
    return Finding("processing", State.GOOD, "echo cancellation and noise suppression are there")


async def check_server(url: str) -> list[Finding]:
    """Whether the server answers, how fast, and whether its clock agrees with ours."""
    try:
        address = parse_address(url)
    except LinkError as error:
        return [Finding("server", State.BAD, error.sentence)]
    health = f"{address.http}{HEALTH}"
    try:
        took, date = await asyncio.to_thread(_ask_health, address)
    except LinkError as error:
        return [Finding("server", State.BAD, error.sentence)]
    except ValueError as error:
        said = str(error).strip()[:_QUOTED]
        sentence = f"{address.netloc} is no tui-rooms server, or one behind something else: {said}"
        return [Finding("server", State.BAD, sentence)]
    found = [
        Finding(
            "server",
            State.GOOD,
            f"{health} answered after {took * 1000:.0f} ms",
            {"answer_ms": round(took * 1000, 1)},
        )
    ]
    if date is not None:
        found.append(_compare_clocks(date))
    return found


async def check_udp(url: str, token: str | None) -> Finding:
    """Whether sound gets through: a room of our own is made, and a media path into it."""
    room = f"doctor-{os.urandom(4).hex()}"
    create = CreateOptions(title="doctor", room_type="open_mic", live=False)
    try:
        async with RoomClient.join(url, room=room, name="doctor", token=token, create=create) as us:
            begin = time.monotonic()
            try:
                async with asyncio.timeout(_MEDIA_TIMEOUT):
                    async for _ in us.updates():
                        if us.link.media is MediaPhase.CONNECTED:
                            break
            except TimeoutError:
                return Finding(
                    "udp",
                    State.BAD,
                    "the server cannot be reached by UDP: a firewall between, or a wrong "
                    "--public-ip there",
                )
            finally:
                with contextlib.suppress(RoomError, LinkError):
                    await us.end()
            took = time.monotonic() - begin
    except (LinkError, RoomError) as error:
        return Finding("udp", State.SKIPPED, f"UDP was not tried: {error.sentence}")
    return Finding(
        "udp",
        State.GOOD,
        f"sound has a path by UDP, open after {took * 1000:.0f} ms",
        {"open_ms": round(took * 1000)},
    )


async def check_stun(server: str) -> Finding:
    """What address a STUN server (HOST:PORT) sees us at."""
    host, _, port = server.rpartition(":")
    is_port = port.isdecimal() and len(port) <= len(str(_LAST_PORT))
    try:
        if not (is_port and 0 < int(port) <= _LAST_PORT):
            raise ValueError("there is no such port")
        host = checked_host(host)
    except ValueError as error:
        sentence = (
            f"'{server}' is no STUN server: {error}; expected HOST:PORT, as stun.example.org:3478"
        )
        return Finding("stun", State.BAD, sentence)
    try:
        seen = await asyncio.to_thread(_binding, host, int(port))
    except TimeoutError:
        sentence = f"no answer from STUN server {server} within {_STUN_TIMEOUT:g} s"
        return Finding("stun", State.BAD, sentence)
    except OSError as error:
        return Finding("stun", State.BAD, f"no answer from STUN server {server}: {reason(error)}")
    except ValueError as error:
        sentence = f"{server} does not answer as a STUN server does: {error}; try another one"
        return Finding("stun", State.BAD, sentence)
    return Finding(
        "stun",
        State.GOOD,
        f"{server} sees us at {seen[0]}:{seen[1]}",
        {"host": seen[0], "port": seen[1]},
    )


async def check_terminal() -> Finding:
    """What the screen has to work with."""
    size = shutil.get_terminal_size()
    encoding = (sys.stdout.encoding or "").lower()
    figures: dict[str, Any] = {
        "terminal": os.environ.get("TERM", ""),
        "is_terminal": sys.stdout.isatty(),
        "columns": size.columns,
        "rows": size.lines,
        "true_colour": os.environ.get("COLORTERM", "") in ("truecolor", "24bit"),
        "unicode": encoding.replace("-", "") == "utf8",
        "over_ssh": "SSH_CONNECTION" in os.environ,
        "multiplexer": "tmux" if "TMUX" in os.environ else "screen" if "STY" in os.environ else "",
    }
    colours = "true colour" if figures["true_colour"] else "256 colours or fewer"
    glyphs = "Unicode" if figures["unicode"] else f"no Unicode ({encoding or 'unknown'})"
    sentence = f"{size.columns}×{size.lines}, {colours}, {glyphs}"
    wrong = _wrong_with_terminal(figures["terminal"], is_unicode=figures["unicode"])
    state = State.BAD if wrong else State.GOOD
    return Finding("terminal", state, f"{sentence}: {wrong}" if wrong else sentence, figures)


def _wrong_with_terminal(term: str, *, is_unicode: bool) -> str:
    """What keeps the screen from being drawn there; empty when nothing does."""
    if not term:
        return "TERM is not set. Set it to what this terminal is, such as TERM=xterm-256color"
    if term == "dumb":
        return "TERM=dumb moves no cursor. Take another terminal, or: tui-rooms --plain"
    return "" if is_unicode else "the screen needs a terminal with UTF-8, such as LANG=C.UTF-8"


async def check_all(
    *, server: str | None, token: str | None, stun: str | None, sound: bool
) -> list[Finding]:
    """Everything, one after the other; it takes some seconds.

    Args:
        server: its address; None leaves it out.
        token: who we are there.
        stun: HOST:PORT; None asks no STUN server.
        sound: whether a sound may be played.
    """
    found = [await check_devices()]
    if sound and found[0].state is State.GOOD:
        found.append(await check_loop())
    found.append(await check_processing())
    if server is None:
        found.append(Finding("server", State.SKIPPED, "no server given: --server URL"))
    else:
        found += await check_server(server)
        if found[-1].state is not State.BAD or found[-1].check == "clock":
            found.append(await check_udp(server, token))
    if stun is None:
        found.append(Finding("stun", State.SKIPPED, "no STUN server given: --stun HOST:PORT"))
    else:
        found.append(await check_stun(stun))
    found.append(await check_terminal())
    return found


def _ask_health(address: Address) -> tuple[float, str | None]:
    begin = time.monotonic()
    answer = fetch(address, HEALTH, timeout=_HTTP_TIMEOUT)
    took = time.monotonic() - begin
    if not is_tui_rooms(answer.body):
        raise ValueError(f"it answers {answer.body[:_QUOTED].decode(errors='replace')}")
    return took, answer.headers.get("date")


def _compare_clocks(date: str) -> Finding:
    try:
        off = time.time() - email.utils.parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        sentence = f"the server's clock was not compared: its date is '{date[:_QUOTED]}'"
        return Finding("clock", State.SKIPPED, sentence)
    state = State.GOOD if abs(off) < _CLOCK_OFF else State.BAD
    sentence = f"this clock and the server's are {abs(off):.0f} s apart"
    if state is State.BAD:
        sentence += ": set it, or tokens will count as expired"
    return Finding("clock", state, sentence, {"seconds": round(off, 1)})


def _binding(host: str, port: int) -> tuple[str, int]:
    from aioice import stun

    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(_STUN_TIMEOUT)
        asking.sendto(bytes(request), (host, port))
        try:
            answer = stun.parse_message(asking.recv(2048))
        except (ValueError, struct.error) as exc:  # the latter for what is cut off
            raise ValueError("that is no message of STUN") from exc
    if answer.transaction_id != request.transaction_id:
        raise ValueError("an answer to something else")
    if answer.message_class is stun.Class.ERROR:
        code, reason = answer.attributes.get("ERROR-CODE", ("of no code", ""))
        raise ValueError(f"error {code} {reason}".strip())
    seen: tuple[str, int] | None = answer.attributes.get("XOR-MAPPED-ADDRESS")
    if seen is None:
        raise ValueError("an answer without our address")
    return seen
